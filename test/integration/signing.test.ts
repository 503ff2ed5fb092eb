import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import PDFDocument from 'pdfkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCertificate } from '../../src-main/engine/report/signing/certificate-key.ts';
import { newKey, plainKey } from '../../src-main/engine/report/signing/ed25519.ts';
import { signPdf } from '../../src-main/engine/report/signing/pdf/sign-pdf.ts';
import { addSignatureField } from '../../src-main/engine/report/signing/pdf/signature-field.ts';
import { readPemKey, writePemKey } from '../../src-main/engine/report/signing/pem-key.ts';
import { Secret } from '../../src-main/engine/report/signing/secret.ts';
import {
  publicFile,
  signTagManifest,
  tagManifestName,
  type CertificateKey,
  type SigningKey,
} from '../../src-main/engine/report/signing/signer.ts';
import { inShell, missing } from '../support/foreign-tools.ts';

const openssl = missing({ openssl: 'openssl' });
const pdfTools = openssl ?? missing({ pdfsig: 'poppler-utils', qpdf: 'qpdf' });
const folder = mkdtempSync(join(tmpdir(), 'descry-signing-'));
const at = (name: string): string => join(folder, name);
const run = (...input: string[]): string =>
  execFileSync('openssl', input, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
const words = 'Schlüssel für Zürich €';

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (name: string, passphrase = words): Promise<CertificateKey> =>
  openCertificate(at(name), new Secret(passphrase), { allowInvalidTime: false, now: new Date() });

if (openssl !== null) test('signatures and OpenSSL', ({ skip }) => skip(openssl));

describe.runIf(openssl === null)('with OpenSSL', () => {
  beforeAll(() => {
    const self = (name: string, ...kind: string[]): unknown =>
      run(
        'req',
        '-x509',
        ...kind,
        '-nodes',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.pem`,
        '-days',
        '30',
        '-utf8',
        '-subj',
        `/C=DE/O=Polizei, Köln/CN=${name}`,
      );
    self('rsa', '-newkey', 'rsa:3072');
    for (const curve of ['P-256', 'P-384', 'P-521'])
      self(curve, '-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${curve}`);
    self('ed25519', '-newkey', 'ed25519');
    // A certificate of an issuer, as agencies have them.
    self('root', '-newkey', 'rsa:2048');
    run(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'issued.key',
      '-out',
      'issued.csr',
      '-subj',
      '/C=DE/CN=Issued',
    );
    run(
      'x509',
      '-req',
      '-in',
      'issued.csr',
      '-CA',
      'root.pem',
      '-CAkey',
      'root.key',
      '-CAcreateserial',
      '-days',
      '30',
      '-out',
      'issued.pem',
    );
  });

  /** Puts a key and its certificate into a PKCS#12 file. */
  const pack = (name: string, file: string, ...options: string[]): void => {
    run(
      'pkcs12',
      '-export',
      '-inkey',
      `${name}.key`,
      '-in',
      `${name}.pem`,
      '-out',
      file,
      '-passout',
      `pass:${words}`,
      ...options,
    );
  };

  test.for([
    ['as OpenSSL 3 writes it', []],
    [
      'in Triple DES, as Windows writes it',
      ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
    ],
    ['with certificates in RC2, as macOS and OpenSSL 1 write it', ['-legacy']],
    [
      'with AES-128 and a SHA-512 MAC',
      ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha512'],
    ],
    ['with certificates in the clear', ['-certpbe', 'NONE']],
    ['without a MAC', ['-nomac']],
  ] as [string, string[]][])(
    'a PKCS#12 file %s is opened, with a passphrase beyond ASCII',
    async ([, options], { skip }) => {
      try {
        pack('rsa', 'any.p12', ...options);
      } catch (error) {
        if (options.includes('-legacy')) skip('this OpenSSL comes without its legacy provider');
        throw error;
      }
      const key = await open('any.p12');
      expect(key.signer).toMatchObject({
        subject: 'CN=rsa, O=Polizei\\, Köln, C=DE',
        algorithm: 'RSA 3072 with SHA-256',
      });
      await expect(open('any.p12', 'Schlüssel')).rejects.toMatchObject({
        detail: { reason: 'passphrase-wrong' },
      });
    },
  );

  test('an Ed25519 certificate is said to be unsupported', async () => {
    pack('ed25519', 'ed25519.p12');
    await expect(open('ed25519.p12')).rejects.toMatchObject({
      kind: 'unsupported',
      detail: { reason: 'unsupported-key' },
    });
  });

  /** Writes manifest, public part and signature. @returns the commands for a reader. */
  const signManifest = async (key: SigningKey): Promise<string[]> => {
    const manifest = Buffer.from(`${'ab'.repeat(32)}  bag-info.txt\r\n`);
    writeFileSync(at(tagManifestName), manifest);
    const { fileName, bytes, howToCheck } = await signTagManifest(manifest, key);
    writeFileSync(at(fileName), bytes);
    const shown = publicFile(key);
    writeFileSync(at(shown.fileName), shown.bytes);
    return howToCheck;
  };

  test.for(['rsa', 'P-256', 'P-384', 'P-521', 'issued', 'Ed25519'])(
    'the manifest’s signature is accepted by the commands that we give, and a changed byte is found (%s)',
    async (name) => {
      let key: SigningKey = plainKey(newKey(), name);
      if (name !== 'Ed25519') {
        pack(name, `${name}.p12`, ...(name === 'issued' ? ['-certfile', 'root.pem'] : []));
        key = await open(`${name}.p12`);
      }
      const [check = '', show = ''] = await signManifest(key);
      expect(inShell(check, folder)).toMatchObject({
        status: 0,
        text: expect.stringMatching(/Verif(ied|ication) success/i),
      });
      const fingerprint = inShell(show, folder).text.replaceAll(':', '').toLowerCase();
      expect(fingerprint).toContain(key.signer.fingerprint);
      writeFileSync(at(tagManifestName), readFileSync(at(tagManifestName), 'utf8').replace('ab', 'bb'));
      const changed = inShell(check, folder);
      expect(changed.status).not.toBe(0);
      expect(changed.text).toMatch(/fail/i);
    },
  );

  test('a reader who trusts the issuer sees that too', async () => {
    pack('issued', 'issued.p12', '-certfile', 'root.pem');
    await signManifest(await open('issued.p12'));
    const verify = `openssl cms -verify -binary -inform DER -in ${tagManifestName}.p7s -content ${tagManifestName} -purpose any`;
    expect(inShell(`${verify} -CAfile root.pem`, folder).status).toBe(0);
    expect(inShell(`${verify} -CAfile rsa.pem`, folder)).toMatchObject({ status: 4 });
  });

  test('keys travel both ways: OpenSSL reads ours with their passphrase, and we read its', async () => {
    const key = newKey();
    writeFileSync(at('ours.pem'), await writePemKey(key, new Secret(words)));
    const shown = run('pkey', '-in', 'ours.pem', '-passin', `pass:${words}`, '-pubout');
    expect(createPublicKey(shown).equals(createPublicKey(key))).toBe(true);
    for (const options of [['-aes256'], []]) {
      run(
        'genpkey',
        '-algorithm',
        'ed25519',
        ...options,
        ...(options.length > 0 ? ['-pass', `pass:${words}`] : []),
        '-out',
        'theirs.pem',
      );
      const read = await readPemKey(
        readFileSync(at('theirs.pem')),
        options.length > 0 ? new Secret(words) : undefined,
      );
      const expected = run('pkey', '-in', 'theirs.pem', '-passin', `pass:${words}`, '-pubout');
      expect(createPublicKey(read).equals(createPublicKey(expected))).toBe(true);
    }
  });

  if (pdfTools !== null) test('signed PDFs', ({ skip }) => skip(pdfTools));

  describe.runIf(pdfTools === null)('a signed PDF', () => {
    test.for(['rsa', 'P-256', 'issued'])(
      'is valid for pdfsig, whole for qpdf, and a changed byte is found (%s)',
      async (name) => {
        pack(name, `${name}.p12`, ...(name === 'issued' ? ['-certfile', 'root.pem'] : []));
        const key = await open(`${name}.p12`);
        const doc = new PDFDocument({ bufferPages: true });
        const output = createWriteStream(at('signed.pdf'));
        doc.pipe(output);
        doc.text('First page', { link: 'https://example.org/' }).addPage().text('Second page');
        const field = addSignatureField(doc, key, { name: 'A. Signer', reason: 'Köln (1)', location: '' });
        doc.end();
        await finished(output);
        await signPdf(at('signed.pdf'), field, key);

        const valid = inShell('pdfsig signed.pdf', folder);
        expect(valid.text).toContain('Signature is Valid.');
        expect(valid.text).toContain('Total document signed');
        expect(valid.text).toContain('ETSI.CAdES.detached');
        expect(valid.text).toContain(
          `Signer Certificate Common Name: ${name === 'issued' ? 'Issued' : name}`,
        );
        expect(inShell('qpdf --check signed.pdf', folder)).toMatchObject({
          status: 0,
          text: expect.stringContaining('No syntax or stream encoding errors'),
        });

        const bytes = readFileSync(at('signed.pdf'));
        const page = bytes.indexOf('/MediaBox');
        bytes[bytes.indexOf('612', page)] = '7'.charCodeAt(0);
        writeFileSync(at('changed.pdf'), bytes);
        expect(inShell('pdfsig changed.pdf', folder).text).toContain('Digest Mismatch');
      },
    );
  });
});
