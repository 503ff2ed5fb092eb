import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';
import * as pkijs from 'pkijs';
import { pem } from './pem.ts';
import { decrypt } from './pkcs12/password-encryption.ts';
import { wipe, type Secret } from './secret.ts';
import { signingError } from './signing-error.ts';

/** Rounds of PBKDF2 with HMAC-SHA-256 for keys that are written here. */
const rounds = 600_000;

const encryptedLabel = 'ENCRYPTED PRIVATE KEY';

/**
 * Reads a private key in PEM form: PKCS#8, plain (RFC 5958) or encrypted (RFC 5208, 6), as `openssl
 * genpkey` writes it.
 * @throws DescryError `invalid-input`, `unsupported` with a `reason` in its detail.
 */
export async function readPemKey(bytes: Uint8Array, passphrase: Secret | undefined): Promise<KeyObject> {
  const text = Buffer.from(bytes).toString('latin1');
  const label = /-----BEGIN ((?:[A-Z]+ )*PRIVATE KEY)-----/.exec(text)?.[1];
  if (label === undefined) {
    throw signingError(
      'not-a-key-file',
      text.includes('-----BEGIN ')
        ? 'This PEM file holds no private key, so nothing can be signed with it.'
        : 'This is not a private key in PEM form.',
    );
  }
  if (label === 'OPENSSH PRIVATE KEY' || text.includes('Proc-Type: 4,ENCRYPTED')) {
    throw signingError(
      'unsupported-protection',
      'This key is stored in a form that cannot be read here. Make a key in Descry, or with "openssl genpkey -algorithm ed25519 -aes256".',
      { label },
    );
  }
  if (label === encryptedLabel) {
    if (passphrase === undefined) throw passphraseMissing();
    return readEncrypted(text, passphrase);
  }
  try {
    return createPrivateKey({ key: text, format: 'pem' });
  } catch {
    throw damaged();
  }
}

/** A key as encrypted PKCS#8 in PEM form (PBES2, AES-256, PBKDF2), which OpenSSL reads. */
export async function writePemKey(privateKey: KeyObject, passphrase: Secret): Promise<string> {
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const password = new TextEncoder().encode(passphrase.reveal());
  try {
    const bag = new pkijs.PKCS8ShroudedKeyBag({
      parsedValue: pkijs.PrivateKeyInfo.fromBER(Uint8Array.from(der)),
    });
    await bag.makeInternalValues({
      password: password.buffer,
      contentEncryptionAlgorithm: { name: 'AES-CBC', length: 256, iv: randomBytes(16) },
      hmacHashAlgorithm: 'SHA-256',
      iterationCount: rounds,
    });
    return pem(encryptedLabel, new Uint8Array(bag.toSchema().toBER()));
  } finally {
    wipe(der, password);
  }
}

export function passphraseMissing(): Error {
  return signingError('passphrase-missing', 'This key is protected with a passphrase. Give the passphrase.');
}

async function readEncrypted(text: string, passphrase: Secret): Promise<KeyObject> {
  let bag: pkijs.PKCS8ShroudedKeyBag;
  let data: ArrayBuffer;
  try {
    const body = new RegExp(`-----BEGIN ${encryptedLabel}-----([^-]*)-----END`).exec(text)?.[1] ?? '';
    bag = pkijs.PKCS8ShroudedKeyBag.fromBER(Uint8Array.from(Buffer.from(body, 'base64')));
    data = bag.encryptedData.getValue();
  } catch {
    throw damaged();
  }
  const der = await decrypt(bag.encryptionAlgorithm, data, passphrase);
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } catch {
    throw damaged();
  } finally {
    wipe(der);
  }
}

function damaged(): Error {
  return signingError('damaged', 'The private key in this file cannot be read.');
}
