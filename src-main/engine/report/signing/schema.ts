import { z } from 'zod';
import { instant, sha256, verification } from '../../case/schema.ts';
import { Secret } from './secret.ts';

/**
 * Who signs: public parts only, to be printed, logged and kept. The fingerprint is the SHA-256 of the
 * certificate (DER), or of the public key (SubjectPublicKeyInfo, DER) where there is no certificate.
 */
export const signer = z.object({
  kind: z.enum(['certificate', 'key']),
  /** Distinguished name of a certificate (RFC 4514), or the name that somebody gave to a key. */
  subject: z.string(),
  /** Of certificates only. */
  issuer: z.string().nullable(),
  /** Of certificates only; hexadecimal. */
  serialNumber: z.string().nullable(),
  validFrom: instant.nullable(),
  validTo: instant.nullable(),
  /** Such as `Ed25519` or `RSA 3072 with SHA-256`. */
  algorithm: z.string(),
  fingerprint: sha256,
});
export type Signer = z.infer<typeof signer>;

/** What a check of one signature file says. Trust in the signer is never part of it. */
export const signatureVerdict = z.object({
  /** Name of the signature file. */
  file: z.string(),
  /** The signature is that of `signer` over the bytes as they are now. */
  fits: z.boolean(),
  /** Null when the signature cannot even be read. */
  signer: signer.nullable(),
  /** As the signer wrote it, attested by nobody else; null when it says none. */
  signedAt: instant.nullable(),
  /** What was found, in words. */
  message: z.string(),
});
export type SignatureVerdict = z.infer<typeof signatureVerdict>;

/** What a check of an export says: its files, and every signature over their manifest. */
export const exportVerification = verification.extend({ signatures: z.array(signatureVerdict) });
export type ExportVerification = z.infer<typeof exportVerification>;

/** A passphrase on its way in: from here on it cannot be written anywhere by mistake. */
export const passphrase = z
  .string()
  .max(1024)
  .transform((text) => new Secret(text));

/** A passphrase for something that is written now. */
export const newPassphrase = z
  .string()
  .min(8, 'a passphrase needs at least 8 characters')
  .max(1024)
  .transform((text) => new Secret(text));

const filePath = z.string().min(1).max(4096);
const keyName = z.string().trim().min(1).max(200);
/** The first 16 digits of the key's fingerprint. */
export const keyId = z.string().regex(/^[0-9a-f]{16}$/);

/** An Ed25519 key that Descry keeps for this user: its public parts. */
export const storedKey = z.object({
  id: keyId,
  name: keyName,
  createdAt: instant,
  fingerprint: sha256,
  /** SubjectPublicKeyInfo, PEM. */
  publicKey: z.string(),
  /** What it takes to sign with it: the system's key store, which asks the person, or a passphrase. */
  protection: z.enum(['key-store', 'passphrase']),
  /** False for a key in a key store that this program cannot reach. */
  usable: z.boolean(),
});
export type StoredKey = z.infer<typeof storedKey>;

/** The operating system's key store, as this program can reach it. */
export const keyStoreState = z.object({
  available: z.boolean(),
  /** What it is called, or why it cannot be used, for people. */
  description: z.string(),
});
export type KeyStoreState = z.infer<typeof keyStoreState>;

export const newKeyRequest = z.object({
  name: keyName,
  /** Needed where there is no key store; protects the key in place of it where there is one. */
  passphrase: newPassphrase.optional(),
});
export type NewKeyRequest = z.output<typeof newKeyRequest>;

export const importKeyRequest = z.object({
  name: keyName,
  /** A private Ed25519 key, PEM. */
  path: filePath,
  /** Of the file; the stored key keeps it where there is no key store. */
  passphrase: passphrase.optional(),
});
export type ImportKeyRequest = z.output<typeof importKeyRequest>;

export const certificateRequest = z.object({ path: filePath, passphrase });
export type CertificateRequest = z.output<typeof certificateRequest>;

/** What a certificate file holds, before anything is signed with it. */
export const certificateAccount = z.object({
  signer,
  /** False when it has expired or is not valid yet: signing then takes `allowInvalidTime`. */
  validNow: z.boolean(),
  warnings: z.array(z.string()),
});
export type CertificateAccount = z.infer<typeof certificateAccount>;

/**
 * How an export is signed. A certificate signs the PDF and the manifest, a key signs the manifest; both
 * may be given.
 */
export const signRequest = z
  .object({
    certificate: certificateRequest.extend({ allowInvalidTime: z.boolean().default(false) }).optional(),
    key: z
      .union([
        z.object({ id: keyId, passphrase: passphrase.optional() }),
        z.object({ path: filePath, passphrase: passphrase.optional() }),
      ])
      .optional(),
  })
  .refine(({ certificate, key }) => certificate !== undefined || key !== undefined, {
    message: 'name a certificate or a key to sign with',
  });
export type SignRequest = z.output<typeof signRequest>;

/** A signature over the manifest of an export. */
export const exportSignature = z.object({
  /** Its file, beside the manifest. */
  file: z.string(),
  signer,
  /** Commands for a reader without Descry, one a line. */
  howToCheck: z.array(z.string()),
  /** What the person at the screen should know, such as that the certificate has expired. */
  warnings: z.array(z.string()),
});
export type ExportSignature = z.infer<typeof exportSignature>;
