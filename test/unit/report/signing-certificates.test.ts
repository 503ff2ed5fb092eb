import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { DescryError } from '../../../src-main/engine/errors.ts';
import { openCertificate } from '../../../src-main/engine/report/signing/certificate-key.ts';
import { readPkcs12 } from '../../../src-main/engine/report/signing/pkcs12/pkcs12-file.ts';
import { Secret } from '../../../src-main/engine/report/signing/secret.ts';
import type { CertificateKey } from '../../../src-main/engine/report/signing/signer.ts';
import {
  daysFromNow,
  makeCertificate,
  pkcs12File,
  rsaKey,
  usages,
  type TestCertificate,
} from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const passphrase = 'correct horse battery';
let signer: TestCertificate;

beforeAll(() => {
  signer = makeCertificate({ name: 'Jörg, Tester', usage: usages.signature });
});

async function open(
  bytes: Uint8Array,
  given = passphrase,
  allowInvalidTime = false,
): Promise<CertificateKey> {
  const path = join(temporaryFolder(), 'certificate.p12');
  writeFileSync(path, bytes);
  return openCertificate(path, new Secret(given), { allowInvalidTime, now: new Date() });
}

/** The error of a call that must fail. */
async function failure(call: Promise<unknown>): Promise<DescryError> {
  const error: unknown = await call.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DescryError);
  return error as DescryError;
}

describe('a PKCS#12 file', () => {
  it.each(['aes256', '3des'] as const)(
    'protected with %s gives its key and certificate',
    async (algorithm) => {
      const key = await open(pkcs12File(signer, passphrase, { algorithm }));
      expect(key.privateKey.equals(signer.privateKey)).toBe(true);
      expect(Buffer.from(key.certificates[0]!).equals(signer.certificate.raw)).toBe(true);
      expect(key.warnings).toEqual([]);
      expect(key.signer).toEqual({
        kind: 'certificate',
        subject: 'CN=Jörg\\, Tester',
        issuer: 'CN=Jörg\\, Tester',
        serialNumber: signer.certificate.serialNumber.toLowerCase(),
        validFrom: signer.certificate.validFromDate.toISOString(),
        validTo: signer.certificate.validToDate.toISOString(),
        algorithm: 'RSA 2048 with SHA-256',
        fingerprint: signer.certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      });
    },
  );

  it.each(['aes256', '3des'] as const)(
    'protected with %s says that a passphrase is wrong',
    async (algorithm) => {
      const error = await failure(open(pkcs12File(signer, passphrase, { algorithm }), 'wrong-secret'));
      expect(error.kind).toBe('invalid-input');
      expect(error.detail).toEqual({ reason: 'passphrase-wrong' });
      expect(error.cause).toBeUndefined();
    },
  );

  it('without a private key cannot sign', async () => {
    const error = await failure(open(pkcs12File(signer, passphrase, { withKey: false })));
    expect(error.detail['reason']).toBe('no-private-key');
  });

  it('whose key belongs to another certificate cannot sign', async () => {
    const other = makeCertificate({ key: rsaKey(2049) });
    const mixed = pkcs12File({ privateKey: signer.privateKey, certificate: other.certificate }, passphrase);
    expect((await failure(open(mixed))).detail['reason']).toBe('no-certificate');
  });

  it('larger than any certificate is not even read', async () => {
    const error = await failure(open(Buffer.alloc(1024 * 1024 + 1)));
    expect(error.detail['reason']).toBe('too-large');
  });

  it('that asks for hours of key derivation is refused at once', async () => {
    const bytes = pkcs12File(signer, passphrase, { rounds: 0x010203 });
    const [from, to] = [Buffer.from('0203010203', 'hex'), Buffer.from('02037fffff', 'hex')];
    for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from)) to.copy(bytes, at);
    const error = await failure(open(bytes));
    expect(error.detail).toMatchObject({ reason: 'too-slow', rounds: 0x7fffff });
  });

  it('that is something else is told apart from a wrong passphrase', async () => {
    const others = [
      Buffer.alloc(0),
      Buffer.from('text'),
      Buffer.from(signer.certificate.toString()),
      signer.certificate.raw,
    ];
    for (const bytes of others) expect((await failure(open(bytes))).detail['reason']).toBe('not-a-key-file');
  });

  it('damaged anywhere fails with a foreseen error that holds nothing secret', async () => {
    const whole = pkcs12File(signer, passphrase, { rounds: 2 });
    const damage = fc.record({
      at: fc.nat(whole.length - 1),
      value: fc.nat(255),
      cut: fc.option(fc.nat(whole.length)),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, value, cut }) => {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        try {
          await readPkcs12(bytes.subarray(0, cut ?? bytes.length), new Secret(passphrase));
        } catch (error) {
          expect(error).toBeInstanceOf(DescryError);
          expect(JSON.stringify([error, String(error)])).not.toContain(passphrase);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a certificate', () => {
  it('that has expired signs only when somebody chose so, and says it then', async () => {
    const expired = makeCertificate({ validFrom: daysFromNow(-20), validTo: daysFromNow(-10) });
    const bytes = pkcs12File(expired, passphrase);
    const error = await failure(open(bytes));
    expect(error.detail).toMatchObject({ reason: 'expired', subject: 'CN=Test signer' });
    const day = expired.certificate.validToDate.toISOString().slice(0, 10);
    expect((await open(bytes, passphrase, true)).warnings).toEqual([
      `The certificate expired on ${day} (UTC).`,
    ]);
  });

  it('that is not valid yet signs only when somebody chose so', async () => {
    const early = makeCertificate({ validFrom: daysFromNow(10), validTo: daysFromNow(20) });
    const bytes = pkcs12File(early, passphrase);
    expect((await failure(open(bytes))).detail['reason']).toBe('not-yet-valid');
    expect((await open(bytes, passphrase, true)).warnings).toHaveLength(1);
  });

  it('that is for encryption only does not sign', async () => {
    const wrong = makeCertificate({ usage: usages.encryption });
    expect((await failure(open(pkcs12File(wrong, passphrase)))).detail['reason']).toBe('not-for-signatures');
  });

  it('with a short RSA key does not sign', async () => {
    const weak = makeCertificate({ key: rsaKey(1024) });
    const error = await failure(open(pkcs12File(weak, passphrase)));
    expect(error.detail).toEqual({ reason: 'weak-key', bits: 1024 });
  });

  it('that is valid is preferred to an expired one of the same key', async () => {
    const expired = makeCertificate({
      name: 'Old',
      validFrom: daysFromNow(-20),
      validTo: daysFromNow(-1),
    });
    const key = await open(pkcs12File(expired, passphrase, { others: [signer] }));
    expect(key.signer.subject).toBe('CN=Jörg\\, Tester');
  });

  it('comes with its issuers in order, and without strangers', async () => {
    const stranger = makeCertificate({ name: 'Stranger', key: rsaKey(2049) });
    const issuer = makeCertificate({ name: 'Issuer', key: rsaKey(2050) });
    const own = makeCertificate({ name: 'Own', issuer });
    const key = await open(pkcs12File(own, passphrase, { others: [stranger, issuer] }));
    expect(key.certificates.map((der) => Buffer.from(der).toString('hex'))).toEqual([
      own.certificate.raw.toString('hex'),
      issuer.certificate.raw.toString('hex'),
    ]);
  });
});
