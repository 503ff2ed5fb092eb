import type { KeyObject } from 'node:crypto';
import type { Signer } from './schema.ts';

/** A certificate of a PKCS#12 file with its private key, opened for one export. */
export interface CertificateKey {
  readonly kind: 'certificate';
  readonly signer: Signer;
  readonly privateKey: KeyObject;
  /** DER, the signer's own certificate first, then those of its issuers that the file holds. */
  readonly certificates: readonly Uint8Array[];
  /** What the person at the screen should know, such as that the certificate has expired. */
  readonly warnings: readonly string[];
}

/** An Ed25519 key, opened for one export. */
export interface PlainKey {
  readonly kind: 'key';
  readonly signer: Signer;
  readonly privateKey: KeyObject;
}

export type SigningKey = CertificateKey | PlainKey;

/** A file to be written as it is. */
export interface SignatureFile {
  fileName: string;
  bytes: Uint8Array;
}
