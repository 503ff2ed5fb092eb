import type { KeyObject, X509Certificate } from 'node:crypto';
import { DescryError } from '../../errors.ts';
import { certificateSigner, maySign } from './certificate.ts';
import { readKeyFile } from './key-file.ts';
import { readPkcs12, type Pkcs12Content } from './pkcs12/pkcs12-file.ts';
import type { Secret } from './secret.ts';
import type { CertificateKey } from './signing-key.ts';
import { signingError } from './signing-error.ts';

export interface CertificateOptions {
  /** Sign although the certificate is not valid at this time: somebody chose to. */
  allowInvalidTime: boolean;
  now: Date;
}

/**
 * Opens the certificate and private key of a PKCS#12 file.
 * @throws DescryError `not-found`; `invalid-input` with a `reason` in its detail when the file, the
 * passphrase or the certificate does not do; `unsupported` for kinds of keys and protections.
 */
export async function openCertificate(
  path: string,
  passphrase: Secret,
  options: CertificateOptions,
): Promise<CertificateKey> {
  const content = await readPkcs12(await readKeyFile(path), passphrase);
  try {
    return certificateKey(content, options);
  } catch (error) {
    if (error instanceof DescryError) throw error;
    throw signingError('damaged', 'The certificate in this file cannot be read: it is damaged.');
  }
}

/** The certificate to sign with: of those that may sign, one that is valid now, and of these the one that lasts longest. */
export function certificateKey(
  { keys, certificates }: Pkcs12Content,
  { allowInvalidTime, now }: CertificateOptions,
): CertificateKey {
  if (keys.length === 0) {
    throw signingError(
      'no-private-key',
      'The file holds no private key, so nothing can be signed with it. Export the certificate again together with its key.',
    );
  }
  const pairs = keys.flatMap((privateKey) =>
    certificates
      .filter((certificate) => certificate.checkPrivateKey(privateKey))
      .map((certificate) => ({ privateKey, certificate })),
  );
  if (pairs.length === 0)
    throw signingError(
      'no-certificate',
      'The file holds a private key, but not the certificate of that key.',
    );
  const able = pairs.filter(({ certificate }) => maySign(certificate));
  const [chosen] = able.sort(
    (a, b) =>
      Number(isValid(b.certificate, now)) - Number(isValid(a.certificate, now)) ||
      b.certificate.validToDate.getTime() - a.certificate.validToDate.getTime(),
  );
  if (!chosen) {
    throw signingError(
      'not-for-signatures',
      'The certificate says that its key is not for signatures. Use a certificate that was issued for signing.',
      { subject: certificateSigner(pairs[0]!.certificate).subject },
    );
  }
  return opened(
    chosen.privateKey,
    chosen.certificate,
    certificates,
    timeProblem(chosen.certificate, now),
    allowInvalidTime,
  );
}

function opened(
  privateKey: KeyObject,
  certificate: X509Certificate,
  others: readonly X509Certificate[],
  problem: { reason: 'expired' | 'not-yet-valid'; message: string } | null,
  allowInvalidTime: boolean,
): CertificateKey {
  const signer = certificateSigner(certificate);
  if (problem && !allowInvalidTime) {
    throw signingError(
      problem.reason,
      `${problem.message} Use another certificate, or choose explicitly to sign with this one.`,
      { subject: signer.subject, validFrom: signer.validFrom, validTo: signer.validTo },
    );
  }
  return {
    kind: 'certificate',
    signer,
    privateKey,
    certificates: chain(certificate, others).map(({ raw }) => raw),
    warnings: problem ? [problem.message] : [],
  };
}

function isValid(certificate: X509Certificate, now: Date): boolean {
  return timeProblem(certificate, now) === null;
}

function timeProblem(
  { validFromDate, validToDate }: X509Certificate,
  now: Date,
): { reason: 'expired' | 'not-yet-valid'; message: string } | null {
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  if (now > validToDate)
    return { reason: 'expired', message: `The certificate expired on ${day(validToDate)} (UTC).` };
  if (now < validFromDate)
    return {
      reason: 'not-yet-valid',
      message: `The certificate is valid only from ${day(validFromDate)} (UTC) on.`,
    };
  return null;
}

/** The certificate and, one after the other, its issuers as far as they are there. */
function chain(certificate: X509Certificate, others: readonly X509Certificate[]): X509Certificate[] {
  const found = [certificate];
  for (;;) {
    const last = found.at(-1)!;
    const issuer = others.find(
      (other) =>
        last.checkIssued(other) &&
        last.verify(other.publicKey) &&
        !found.some(({ fingerprint256 }) => fingerprint256 === other.fingerprint256),
    );
    if (!issuer) return found;
    found.push(issuer);
  }
}
