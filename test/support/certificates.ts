import { createPublicKey, generateKeyPairSync, sign, X509Certificate, type KeyObject } from 'node:crypto';
import * as asn1js from 'asn1js';
import forge from 'node-forge';
import * as pkijs from 'pkijs';

export interface TestCertificate {
  privateKey: KeyObject;
  certificate: X509Certificate;
}

export interface CertificateWishes {
  name?: string;
  key?: KeyObject;
  validFrom?: Date;
  validTo?: Date;
  /** First byte of the key usage extension (RFC 5280, 4.2.1.3); none when absent. */
  usage?: number;
  issuer?: TestCertificate;
}

/** Bits of the key usage extension. */
export const usages = { signature: 0x80 | 0x40, encryption: 0x20 };

const day = 24 * 60 * 60 * 1000;
export const daysFromNow = (days: number): Date => new Date(Date.now() + days * day);

let shared: KeyObject | undefined;

/** An RSA key; making one takes a moment, so that the first one is kept. */
export function rsaKey(bits = 2048): KeyObject {
  if (bits !== 2048) return generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
  return (shared ??= generateKeyPairSync('rsa', { modulusLength: bits }).privateKey);
}

export function curveKey(namedCurve = 'P-256'): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).privateKey;
}

/** A certificate, signed by itself or by its issuer. */
export function makeCertificate(wishes: CertificateWishes = {}): TestCertificate {
  const { name = 'Test signer', key = rsaKey(), issuer, usage } = wishes;
  const certificate = new pkijs.Certificate({ version: 2 });
  certificate.serialNumber = new asn1js.Integer({ value: Math.floor(Math.random() * 2 ** 30) + 1 });
  certificate.notBefore.value = wishes.validFrom ?? daysFromNow(-1);
  certificate.notAfter.value = wishes.validTo ?? daysFromNow(365);
  certificate.subject.typesAndValues.push(commonName(name));
  const issuerName = issuer ? /CN=(.*)/.exec(issuer.certificate.subject)![1]! : name;
  certificate.issuer.typesAndValues.push(commonName(issuerName));
  if (usage !== undefined) {
    const bits = new asn1js.BitString({ valueHex: Uint8Array.of(usage) });
    certificate.extensions = [
      new pkijs.Extension({ extnID: '2.5.29.15', critical: true, extnValue: bits.toBER() }),
    ];
  }
  certificate.subjectPublicKeyInfo = pkijs.PublicKeyInfo.fromBER(Uint8Array.from(publicOf(key)));
  const signingKey = issuer?.privateKey ?? key;
  const algorithm =
    signingKey.asymmetricKeyType === 'rsa'
      ? { algorithmId: '1.2.840.113549.1.1.11', algorithmParams: new asn1js.Null() }
      : { algorithmId: '1.2.840.10045.4.3.2' };
  certificate.signature = new pkijs.AlgorithmIdentifier(algorithm);
  certificate.signatureAlgorithm = new pkijs.AlgorithmIdentifier(algorithm);
  const signed = Buffer.from(certificate.encodeTBS().toBER());
  certificate.signatureValue = new asn1js.BitString({
    valueHex: Uint8Array.from(sign('sha256', signed, signingKey)),
  });
  const der = Buffer.from(certificate.toSchema(true).toBER());
  return { privateKey: key, certificate: new X509Certificate(der) };
}

/** A PKCS#12 file. RSA only; other keys need OpenSSL to be put into one. */
export function pkcs12File(
  { privateKey, certificate }: TestCertificate,
  passphrase: string,
  options: {
    algorithm?: 'aes256' | '3des';
    withKey?: boolean;
    rounds?: number;
    others?: TestCertificate[];
  } = {},
): Buffer {
  const { algorithm = 'aes256', withKey = true, rounds = 2048, others = [] } = options;
  const key = withKey
    ? forge.pki.privateKeyFromPem(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString())
    : null;
  const certificates = [certificate, ...others.map((each) => each.certificate)].map((each) =>
    forge.pki.certificateFromPem(each.toString()),
  );
  const asn1 = forge.pkcs12.toPkcs12Asn1(key, certificates, passphrase, { algorithm, count: rounds });
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1');
}

function publicOf(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
}

function commonName(name: string): pkijs.AttributeTypeAndValue {
  return new pkijs.AttributeTypeAndValue({
    type: '2.5.4.3',
    value: new asn1js.Utf8String({ value: name }),
  });
}
