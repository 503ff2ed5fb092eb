import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { webCryptoAlgorithm } from './key-algorithm.ts';
import type { CertificateKey } from './signing-key.ts';

/** Object identifiers of RFC 5652 and, the last one, of RFC 5035. */
export const cmsIdentifiers = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

/** Of the content, and of the attributes that are signed. */
const hash = 'SHA-256';

export interface CmsOptions {
  /**
   * Written as a signed attribute. Absent in PDF signatures, where the document states the time (ETSI EN
   * 319 142-1, 6.3).
   */
  signingTime?: Date;
}

/** A detached CMS signature over `bytes`, with the time of now. @returns ContentInfo, DER. */
export async function signWithCertificate(bytes: Uint8Array, key: CertificateKey): Promise<Uint8Array> {
  const digest = createHash('sha256').update(bytes).digest();
  return signDigest(digest, key, { signingTime: new Date() });
}

/**
 * A detached CMS SignedData (RFC 5652, 5) over content of which only the digest is given. It holds the
 * certificates of the key, and as signed attributes the content's type and digest, the signer's
 * certificate by its hash (RFC 5035, 3) and, where asked for, the time.
 * @param digest SHA-256 of the content.
 * @returns ContentInfo, DER.
 */
export async function signDigest(
  digest: Uint8Array,
  key: CertificateKey,
  { signingTime }: CmsOptions = {},
): Promise<Uint8Array> {
  const own = key.certificates[0]!;
  const certificates = key.certificates.map((der) => pkijs.Certificate.fromBER(Uint8Array.from(der)));
  const { issuer, serialNumber } = certificates[0]!;
  const attributes = [
    attribute(cmsIdentifiers.contentType, new asn1js.ObjectIdentifier({ value: cmsIdentifiers.data })),
    attribute(cmsIdentifiers.messageDigest, new asn1js.OctetString({ valueHex: Uint8Array.from(digest) })),
    attribute(cmsIdentifiers.signingCertificateV2, certificateByHash(own)),
    ...(signingTime ? [attribute(cmsIdentifiers.signingTime, time(signingTime))] : []),
  ];
  const signed = new pkijs.SignedData({
    version: 1,
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: cmsIdentifiers.data }),
    certificates,
    signerInfos: [
      new pkijs.SignerInfo({
        version: 1,
        sid: new pkijs.IssuerAndSerialNumber({ issuer, serialNumber }),
        signedAttrs: new pkijs.SignedAndUnsignedAttributes({ type: 0, attributes: inDerOrder(attributes) }),
      }),
    ],
  });
  const signingKey = key.privateKey.toCryptoKey(webCryptoAlgorithm(key.privateKey, hash), false, ['sign']);
  // The same object; Node and the browser's types differ in the uses that a key may have.
  await signed.sign(signingKey as CryptoKey, 0, hash);
  // RSA's identifier has the parameter NULL (RFC 4055, 5), which the library leaves out.
  if (key.privateKey.asymmetricKeyType === 'rsa')
    signed.signerInfos[0]!.signatureAlgorithm.algorithmParams = new asn1js.Null();
  const content = new pkijs.ContentInfo({
    contentType: cmsIdentifiers.signedData,
    content: signed.toSchema(true),
  });
  return new Uint8Array(content.toSchema().toBER());
}

function attribute(type: string, value: asn1js.BaseBlock): pkijs.Attribute {
  return new pkijs.Attribute({ type, values: [value] });
}

/** SigningCertificateV2 with one ESSCertIDv2, whose hash is SHA-256 by default. */
function certificateByHash(der: Uint8Array): asn1js.Sequence {
  const certHash = new asn1js.OctetString({ valueHex: createHash('sha256').update(der).digest() });
  const identifier = new asn1js.Sequence({ value: [certHash] });
  return new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [identifier] })] });
}

/** UTCTime up to 2049, GeneralizedTime from then on (RFC 5652, 11.3). */
function time(at: Date): asn1js.BaseBlock {
  return at.getUTCFullYear() < 2050
    ? new asn1js.UTCTime({ valueDate: at })
    : new asn1js.GeneralizedTime({ valueDate: at });
}

/** A SET OF is signed in DER, which orders its members by their bytes (X.690, 11.6). */
function inDerOrder(attributes: readonly pkijs.Attribute[]): pkijs.Attribute[] {
  return attributes
    .map((each) => ({ each, der: Buffer.from(each.toSchema().toBER()) }))
    .sort((a, b) => Buffer.compare(a.der, b.der))
    .map(({ each }) => each);
}
