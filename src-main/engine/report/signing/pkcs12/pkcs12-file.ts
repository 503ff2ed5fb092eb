import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { wipe, type Secret } from '../secret.ts';
import { signingError } from '../signing-error.ts';
import { checkMac, decrypt } from './password-encryption.ts';

const bag = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
} as const;

/** Kind of a certificate bag (RFC 7292, 4.2.3). */
const x509Certificate = '1.2.840.113549.1.9.22.1';

const content = { data: '1.2.840.113549.1.7.1', encrypted: '1.2.840.113549.1.7.6' } as const;

/** What a PKCS#12 file holds that can sign. */
export interface Pkcs12Content {
  keys: KeyObject[];
  /** In the order of the file. */
  certificates: X509Certificate[];
}

/**
 * Opens a PKCS#12 file (RFC 7292): checks its MAC, decrypts its keys and certificates.
 * @throws DescryError `invalid-input` when it is none or the passphrase does not open it; `unsupported`
 * when it is protected in an unusual way.
 */
export async function readPkcs12(bytes: Uint8Array, passphrase: Secret): Promise<Pkcs12Content> {
  const file = structure(() => pkijs.PFX.fromBER(Uint8Array.from(bytes)), 'not-a-key-file');
  if (file.authSafe.contentType !== content.data) {
    throw signingError(
      'unsupported-protection',
      'The file is protected with a certificate instead of a passphrase, which cannot be read here.',
    );
  }
  const authenticated = octets(file.authSafe.content);
  if (file.macData) checkMac(file.macData, authenticated, passphrase);
  const safe = structure(() => pkijs.AuthenticatedSafe.fromBER(authenticated), 'damaged');
  const found: Pkcs12Content = { keys: [], certificates: [] };
  for (const part of safe.safeContents) {
    const plain = await contentOf(part, passphrase);
    for (const { bagId, bagValue } of structure(() => pkijs.SafeContents.fromBER(plain), 'damaged').safeBags)
      await collect(found, bagId, bagValue, passphrase);
  }
  return found;
}

async function contentOf(part: pkijs.ContentInfo, passphrase: Secret): Promise<ArrayBuffer> {
  if (part.contentType === content.data) return octets(part.content);
  if (part.contentType !== content.encrypted) {
    throw signingError(
      'unsupported-protection',
      'A part of the file is protected with a certificate instead of a passphrase, which cannot be read here.',
      { contentType: part.contentType },
    );
  }
  const { encryptedContentInfo } = structure(
    () => new pkijs.EncryptedData({ schema: part.content }),
    'damaged',
  );
  const plain = await decrypt(
    encryptedContentInfo.contentEncryptionAlgorithm,
    structure(() => encryptedContentInfo.getEncryptedContent(), 'damaged'),
    passphrase,
  );
  return Uint8Array.from(plain).buffer;
}

async function collect(
  found: Pkcs12Content,
  bagId: string,
  value: unknown,
  passphrase: Secret,
): Promise<void> {
  if (bagId === bag.key && value instanceof pkijs.PrivateKeyInfo) {
    found.keys.push(privateKey(Buffer.from(value.toSchema().toBER())));
  } else if (bagId === bag.shroudedKey && value instanceof pkijs.PKCS8ShroudedKeyBag) {
    const { encryptionAlgorithm, encryptedData } = value;
    found.keys.push(privateKey(await decrypt(encryptionAlgorithm, encryptedData.getValue(), passphrase)));
  } else if (bagId === bag.certificate && value instanceof pkijs.CertBag) {
    if (value.certId !== x509Certificate) return;
    const der = Buffer.from(octets(value.certValue));
    found.certificates.push(structure(() => new X509Certificate(der), 'damaged'));
  }
}

/** @param der PrivateKeyInfo; overwritten when it has been read. */
function privateKey(der: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } catch {
    throw signingError(
      'unsupported-key',
      'The private key in the file is of a kind that cannot be read here.',
    );
  } finally {
    wipe(der);
  }
}

function octets(value: unknown): ArrayBuffer {
  if (value instanceof asn1js.OctetString) return structure(() => value.getValue(), 'damaged');
  throw unreadable('damaged');
}

/** Whatever a library says about hostile bytes, people are told one thing. */
function structure<T>(read: () => T, reason: 'not-a-key-file' | 'damaged'): T {
  try {
    return read();
  } catch {
    throw unreadable(reason);
  }
}

function unreadable(reason: 'not-a-key-file' | 'damaged'): Error {
  return signingError(
    reason,
    reason === 'damaged'
      ? 'The certificate file is damaged: a part of it cannot be read.'
      : 'This is not a certificate file in PKCS#12 form (.p12 or .pfx).',
  );
}
