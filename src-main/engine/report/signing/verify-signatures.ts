import { createHash, createPublicKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../case/schema.ts';
import { errorCode } from '../../errors.ts';
import { hashFile } from '../../hash-file.ts';
import { fitsKey, publicKeyFingerprint } from './ed25519.ts';
import type { SignatureVerdict, Signer } from './schema.ts';
import { publicFileNames, signatureFileNames } from './signature-names.ts';
import { verifyCms } from './verify-cms.ts';

/** Said with every signature that fits. */
export const trustIsTheReaders =
  'Whether it is the right signer is for the reader to decide: compare the fingerprint with one that came from the signer by another way.';

/** No signature or key file is larger, in bytes. */
const mostBytes = 1024 * 1024;

/**
 * Checks every signature over a manifest, each against the bytes of the manifest as they are now.
 * @param folder where the manifest, its signatures and their public keys lie.
 * @returns one verdict a signature file; none when nobody signed.
 */
export async function verifySignatures(folder: string, manifestName: string): Promise<SignatureVerdict[]> {
  const names = signatureFileNames(manifestName);
  const verdicts: SignatureVerdict[] = [];
  const cms = await readSmall(join(folder, names.certificate));
  if (cms !== null) verdicts.push(await cmsVerdict(join(folder, manifestName), names.certificate, cms));
  const plain = await readSmall(join(folder, names.key));
  if (plain !== null) verdicts.push(await keyVerdict(folder, manifestName, plain));
  return verdicts;
}

/** Signatures that do not fit, as findings of a verification; one that fits is none. */
export function signatureFindings(verdicts: readonly SignatureVerdict[]): Finding[] {
  return verdicts
    .filter(({ fits }) => !fits)
    .map(({ file, message }) => ({ severity: 'error', check: 'signature', where: file, message }));
}

async function cmsVerdict(manifest: string, file: string, der: Buffer): Promise<SignatureVerdict> {
  const { fits, signer, signedAt, problem } = await verifyCms(der, (hash) => digest(manifest, hash));
  return { file, fits, signer, signedAt, message: problem ?? describe(signer!, signedAt) };
}

async function keyVerdict(
  folder: string,
  manifestName: string,
  signature: Buffer,
): Promise<SignatureVerdict> {
  const file = signatureFileNames(manifestName).key;
  const publicName = publicFileNames(manifestName).key;
  const verdict = (fits: boolean, signer: Signer | null, message: string): SignatureVerdict => ({
    file,
    fits,
    signer,
    signedAt: null,
    message,
  });
  const pem = await readSmall(join(folder, publicName));
  if (pem === null)
    return verdict(false, null, `It cannot be checked: its public key, ${publicName}, is not there.`);
  try {
    const publicKey = createPublicKey(pem);
    const signer: Signer = {
      kind: 'key',
      subject: '',
      issuer: null,
      serialNumber: null,
      validFrom: null,
      validTo: null,
      algorithm: 'Ed25519',
      fingerprint: publicKeyFingerprint(publicKey),
    };
    const fits = fitsKey(await readFile(join(folder, manifestName)), signature, publicKey);
    return fits
      ? verdict(true, signer, describe(signer, null))
      : verdict(
          false,
          signer,
          'The signature does not fit the manifest and the public key: one of the three was changed.',
        );
  } catch {
    return verdict(false, null, `It cannot be checked: ${publicName} is not a public key in PEM form.`);
  }
}

/** Who signed, in one sentence that a person reads. */
function describeSigner({ kind, subject, issuer, fingerprint, validFrom, validTo }: Signer): string {
  const print = `SHA-256 fingerprint ${fingerprint}`;
  if (kind === 'key') return `the Ed25519 key ${subject === '' ? '' : `"${subject}" `}with the ${print}`;
  const by = issuer === subject ? 'issued by itself' : `issued by ${issuer}`;
  return `the certificate of ${subject}, ${by}, valid from ${validFrom} to ${validTo}, ${print}`;
}

function describe(signer: Signer, signedAt: string | null): string {
  const outside =
    signedAt !== null &&
    signer.validFrom !== null &&
    signer.validTo !== null &&
    (signedAt < signer.validFrom || signedAt > signer.validTo);
  return [
    `Signed with ${describeSigner(signer)}.`,
    ...(signedAt === null ? [] : [`The signer says that it was signed at ${signedAt}.`]),
    ...(outside ? ['At that time the certificate was not valid.'] : []),
    trustIsTheReaders,
  ].join(' ');
}

async function digest(path: string, hash: string): Promise<Uint8Array> {
  if (hash === 'sha256') return Buffer.from(await hashFile(path), 'hex');
  return createHash(hash)
    .update(await readFile(path))
    .digest();
}

/** @returns null when there is no such file; one that is too large to be a signature counts as empty. */
async function readSmall(path: string): Promise<Buffer | null> {
  try {
    const information = await stat(path);
    return information.isFile() && information.size <= mostBytes ? await readFile(path) : Buffer.alloc(0);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
