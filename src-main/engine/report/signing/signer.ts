import { createPublicKey } from 'node:crypto';
import { signWithCertificate } from './cms.ts';
import { publicKeyBytes, signWithKey } from './ed25519.ts';
import { howToCheckCms, howToCheckEd25519, type SignedNames } from './how-to-check.ts';
import { pem } from './pem.ts';
import type { ExportSignature } from './schema.ts';
import { publicFileNames, signatureFileNames } from './signature-names.ts';
import type { SignatureFile, SigningKey } from './signing-key.ts';

/** The tag manifest of a BagIt bag (RFC 8493, 2.2.1): what a bundle's signature covers. */
export const tagManifestName = 'tagmanifest-sha256.txt';

export type { CertificateKey, PlainKey, SignatureFile, SigningKey } from './signing-key.ts';

export interface ManifestSignature extends SignatureFile {
  fingerprint: string;
  /** Commands for a reader without Descry, one a line, to be run in the folder of the manifest. */
  howToCheck: string[];
}

/**
 * The signer's public part as a file for the bundle. It is known before anything is signed, so that the
 * manifest can list it; a reader of `howToCheck` needs it beside the manifest.
 */
export function publicFile(key: SigningKey, manifestName: string = tagManifestName): SignatureFile {
  const fileName = publicFileNames(manifestName)[key.kind];
  const text =
    key.kind === 'key'
      ? pem('PUBLIC KEY', publicKeyBytes(createPublicKey(key.privateKey)))
      : key.certificates.map((der) => pem('CERTIFICATE', der)).join('');
  return { fileName, bytes: Buffer.from(text) };
}

/**
 * Signs the bytes of a bundle's tag manifest, detached: Ed25519 (RFC 8032, raw 64 bytes, `.sig`) with a
 * key, CMS (RFC 5652, DER, `.p7s`) with a certificate. The file belongs beside the manifest; no manifest
 * can list it.
 * @param bytes of `tagmanifest-sha256.txt`, exactly as they are written.
 */
export function signTagManifest(bytes: Uint8Array, key: SigningKey): Promise<ManifestSignature> {
  return signManifest(tagManifestName, bytes, key);
}

/** As `signTagManifest`, for a manifest of another name. */
export async function signManifest(
  manifestName: string,
  bytes: Uint8Array,
  key: SigningKey,
): Promise<ManifestSignature> {
  const { fileName } = signedNames(key.kind, manifestName);
  return {
    fileName,
    bytes: key.kind === 'key' ? signWithKey(bytes, key) : await signWithCertificate(bytes, key),
    fingerprint: key.signer.fingerprint,
    howToCheck: howToCheckSignature(key.kind, manifestName),
  };
}

/** Signs a manifest with every key. @returns the files to be written beside it, and what is to be told of each. */
export async function signWithAll(
  manifestName: string,
  manifest: Uint8Array,
  keys: readonly SigningKey[],
): Promise<{ files: SignatureFile[]; signatures: ExportSignature[] }> {
  const files: SignatureFile[] = [];
  const signatures: ExportSignature[] = [];
  for (const key of keys) {
    const { fileName, bytes, howToCheck } = await signManifest(manifestName, manifest, key);
    files.push({ fileName, bytes });
    signatures.push({
      file: fileName,
      signer: key.signer,
      howToCheck,
      warnings: key.kind === 'certificate' ? [...key.warnings] : [],
    });
  }
  return { files, signatures };
}

/** Names of a signature and of what it takes to check it, known before it is made. */
export function signedNames(kind: SigningKey['kind'], manifestName: string): SignedNames {
  return {
    manifestName,
    fileName: signatureFileNames(manifestName)[kind],
    publicName: publicFileNames(manifestName)[kind],
  };
}

/** Commands for a reader without Descry: the first checks the signature, the second shows whose it is. */
export function howToCheckSignature(kind: SigningKey['kind'], manifestName: string): string[] {
  const names = signedNames(kind, manifestName);
  return kind === 'key' ? howToCheckEd25519(names) : howToCheckCms(names);
}
