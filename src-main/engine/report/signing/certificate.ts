import { createHash, type X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { describeAlgorithm } from './key-algorithm.ts';
import type { Signer } from './schema.ts';

const keyUsage = '2.5.29.15';
/** Bits of the key usage extension (RFC 5280, 4.2.1.3): digitalSignature and nonRepudiation. */
const signingBits = 0x80 | 0x40;

/** What may be told about a certificate. @throws DescryError when its key is of a kind that cannot sign. */
export function certificateSigner(certificate: X509Certificate): Signer {
  return {
    kind: 'certificate',
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    serialNumber: certificate.serialNumber.toLowerCase(),
    validFrom: certificate.validFromDate.toISOString(),
    validTo: certificate.validToDate.toISOString(),
    algorithm: describeAlgorithm(certificate.publicKey),
    fingerprint: certificateFingerprint(certificate),
  };
}

/** SHA-256 of the certificate in DER, hexadecimal: what `openssl x509 -fingerprint -sha256` prints with colons. */
export function certificateFingerprint(certificate: X509Certificate): string {
  return createHash('sha256').update(certificate.raw).digest('hex');
}

/** False when the certificate says that its key is for other things than signatures. */
export function maySign(certificate: X509Certificate): boolean {
  const { extensions = [] } = pkijs.Certificate.fromBER(Uint8Array.from(certificate.raw));
  const value: unknown = extensions.find(({ extnID }) => extnID === keyUsage)?.parsedValue;
  if (!(value instanceof asn1js.BitString)) return true;
  return ((value.valueBlock.valueHexView[0] ?? 0) & signingBits) !== 0;
}

/** From the most specific part to the country (RFC 4514, 2.1); Node gives one part a line, the other way round. */
function distinguishedName(lines: string): string {
  return lines.split('\n').reverse().join(', ');
}
