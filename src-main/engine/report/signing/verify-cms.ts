import { createHash, X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { certificateSigner } from './certificate.ts';
import { cmsIdentifiers } from './cms.ts';
import type { Signer } from './schema.ts';

/** Hashes that a signature may rest on, by their identifiers. */
const hashes: Record<string, string> = {
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
};
const rsaEncryption = '1.2.840.113549.1.1.1';

export interface CmsVerdict {
  fits: boolean;
  signer: Signer | null;
  signedAt: string | null;
  /** Why it does not fit; null when it does. */
  problem: string | null;
}

/**
 * Checks a detached CMS signature (RFC 5652, 5.4 and 5.6) with the certificate that it carries. Whether
 * that certificate deserves trust is not looked at.
 * @param der ContentInfo; bytes after it are not looked at, because PDF pads with zeroes.
 * @param digestOf computes the digest of the content with `sha256`, `sha384` or `sha512`.
 */
export async function verifyCms(
  der: Uint8Array,
  digestOf: (hash: string) => Promise<Uint8Array>,
): Promise<CmsVerdict> {
  let signer: Signer | null = null;
  let signedAt: string | null = null;
  const bad = (problem: string): CmsVerdict => ({ fits: false, signer, signedAt, problem });
  try {
    const content = pkijs.ContentInfo.fromBER(Uint8Array.from(der));
    if (content.contentType !== cmsIdentifiers.signedData) return bad('This is not a signature in CMS form.');
    const signed = new pkijs.SignedData({ schema: content.content });
    const [info, second] = signed.signerInfos;
    if (!info || second) return bad('It must hold the signature of exactly one signer.');
    const certificate = certificateOf(info, signed.certificates ?? []);
    if (!certificate) return bad('It does not carry the certificate of its signer.');
    signer = certificateSigner(certificate);
    // With content of its own inside, the signature would say nothing about the file beside it.
    if (signed.encapContentInfo.eContent) return bad('It signs content of its own instead of the file.');
    const hash = hashes[info.digestAlgorithm.algorithmId];
    if (hash === undefined) return bad('It rests on a hash that is not accepted. SHA-256 is the least.');
    if (!info.signedAttrs) return bad('It has no signed attributes, which are asked for here.');
    const { attributes, encodedValue } = info.signedAttrs;
    const value = (type: string): unknown => {
      const found = attributes.filter((attribute) => attribute.type === type);
      return found.length === 1 && found[0]!.values.length === 1 ? found[0]!.values[0] : undefined;
    };
    signedAt = timeOf(value(cmsIdentifiers.signingTime));
    const type = value(cmsIdentifiers.contentType);
    if (!(type instanceof asn1js.ObjectIdentifier) || type.getValue() !== cmsIdentifiers.data)
      return bad('Its signed attributes do not name the kind of content.');
    const digest = value(cmsIdentifiers.messageDigest);
    if (!(digest instanceof asn1js.OctetString)) return bad('Its signed attributes hold no digest.');
    const named = value(cmsIdentifiers.signingCertificateV2);
    if (named !== undefined && !names(named, certificate))
      return bad('It was made for another certificate than the one that it carries.');
    if (!(await signatureFits(info, hash, encodedValue, certificate)))
      return bad('The signature is not that of its certificate, or was changed.');
    const actual = await digestOf(hash.toLowerCase().replace('-', ''));
    if (!Buffer.from(digest.getValue()).equals(actual))
      return bad('What was signed is not what is there now: it was changed after it was signed.');
    return { fits: true, signer, signedAt, problem: null };
  } catch {
    return bad('The signature cannot be read: it is damaged, or of a kind that is not supported.');
  }
}

/** The signer's certificate, found by issuer and serial number as the signature names it. */
function certificateOf(
  { sid }: pkijs.SignerInfo,
  certificates: readonly pkijs.CertificateSetItem[],
): X509Certificate | undefined {
  if (!(sid instanceof pkijs.IssuerAndSerialNumber)) return undefined;
  const found = certificates.find(
    (each): each is pkijs.Certificate =>
      each instanceof pkijs.Certificate &&
      each.issuer.isEqual(sid.issuer) &&
      each.serialNumber.isEqual(sid.serialNumber),
  );
  return found && new X509Certificate(Buffer.from(found.toSchema().toBER()));
}

async function signatureFits(
  { signatureAlgorithm, signature }: pkijs.SignerInfo,
  hash: string,
  attributes: ArrayBuffer,
  certificate: X509Certificate,
): Promise<boolean> {
  const crypto = pkijs.getCrypto(true);
  const { subjectPublicKeyInfo } = pkijs.Certificate.fromBER(Uint8Array.from(certificate.raw));
  // Named so, an RSA signature takes the hash of the content (RFC 3370, 3.2).
  if (signatureAlgorithm.algorithmId === rsaEncryption)
    return crypto.verifyWithPublicKey(attributes, signature, subjectPublicKeyInfo, signatureAlgorithm, hash);
  if (!Object.values(hashes).includes(crypto.getHashAlgorithm(signatureAlgorithm))) return false;
  return crypto.verifyWithPublicKey(attributes, signature, subjectPublicKeyInfo, signatureAlgorithm);
}

/** Whether a SigningCertificateV2 names the certificate by its SHA-256 (the only hash that is looked at). */
function names(value: unknown, certificate: X509Certificate): boolean {
  const first = (outer: unknown): unknown =>
    outer instanceof asn1js.Sequence ? outer.valueBlock.value[0] : undefined;
  const hash = first(first(first(value)));
  if (!(hash instanceof asn1js.OctetString)) return true;
  return createHash('sha256').update(certificate.raw).digest().equals(Buffer.from(hash.getValue()));
}

function timeOf(value: unknown): string | null {
  return value instanceof asn1js.UTCTime || value instanceof asn1js.GeneralizedTime
    ? value.toDate().toISOString()
    : null;
}
