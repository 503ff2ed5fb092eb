import { createHash, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import type { PlainKey } from './signing-key.ts';
import { signingError } from './signing-error.ts';

/** Bytes of an Ed25519 signature (RFC 8032, 5.1.6). */
const signatureBytes = 64;

/** A new key, made by the system's random generator. */
export function newKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

/** An opened key with what may be told about it. @throws DescryError `unsupported` when it is not Ed25519. */
export function plainKey(privateKey: KeyObject, name: string): PlainKey {
  if (privateKey.asymmetricKeyType !== 'ed25519') {
    throw signingError(
      'unsupported-key',
      `This is a key of the kind ${privateKey.asymmetricKeyType ?? 'unknown'}. A signature without a certificate needs an Ed25519 key; other keys sign with their certificate, from a PKCS#12 file.`,
      { algorithm: privateKey.asymmetricKeyType },
    );
  }
  return {
    kind: 'key',
    privateKey,
    signer: {
      kind: 'key',
      subject: name,
      issuer: null,
      serialNumber: null,
      validFrom: null,
      validTo: null,
      algorithm: 'Ed25519',
      fingerprint: publicKeyFingerprint(createPublicKey(privateKey)),
    },
  };
}

/** SHA-256 of the public key's SubjectPublicKeyInfo (RFC 5280, 4.1) in DER, hexadecimal. */
export function publicKeyFingerprint(publicKey: KeyObject): string {
  return createHash('sha256').update(publicKeyBytes(publicKey)).digest('hex');
}

/** SubjectPublicKeyInfo, DER. */
export function publicKeyBytes(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

/** The raw signature over `bytes`. */
export function signWithKey(bytes: Uint8Array, key: PlainKey): Buffer {
  return sign(null, bytes, key.privateKey);
}

/** Whether `signature` is that of the key over `bytes`; a signature of another length or kind does not fit. */
export function fitsKey(bytes: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean {
  return (
    publicKey.asymmetricKeyType === 'ed25519' &&
    signature.length === signatureBytes &&
    verify(null, bytes, publicKey, signature)
  );
}
