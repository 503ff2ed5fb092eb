import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import PDFDocument from 'pdfkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { certificateKey } from '../../../src-main/engine/report/signing/certificate-key.ts';
import { digestRange, signPdf } from '../../../src-main/engine/report/signing/pdf/sign-pdf.ts';
import {
  addSignatureField,
  type SignatureField,
} from '../../../src-main/engine/report/signing/pdf/signature-field.ts';
import type { CertificateKey } from '../../../src-main/engine/report/signing/signer.ts';
import { verifyCms, type CmsVerdict } from '../../../src-main/engine/report/signing/verify-cms.ts';
import { curveKey, makeCertificate, rsaKey } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const words = { name: 'A. Signer', reason: 'Report (1) of Wörth \\', location: 'Station) 4' };
const key = (() => {
  const made = makeCertificate({ key: curveKey() });
  return certificateKey(
    { keys: [made.privateKey], certificates: [made.certificate] },
    { allowInvalidTime: false, now: new Date() },
  );
})();
let path: string;
beforeEach(() => (path = join(temporaryFolder(), 'report.pdf')));

/** A PDF with room for a signature. @param attached bytes that lie in it uncompressed. */
async function writeDocument(attached?: Buffer): Promise<SignatureField> {
  const doc = new PDFDocument({ bufferPages: true, compress: false });
  const output = createWriteStream(path);
  doc.pipe(output);
  doc.text('First page, with a link', { link: 'https://example.org/' });
  if (attached) doc.file(attached, { name: 'attached.bin' });
  doc.addPage().text('Second page');
  const field = addSignatureField(doc, key, words);
  doc.end();
  await finished(output);
  return field;
}

/** The numbers of the byte range, as a reader finds them. */
function byteRange(pdf: Buffer): [number, number, number, number] {
  const found = [...pdf.toString('latin1').matchAll(/\/ByteRange \[(\d+) (\d+) (\d+) (\d+) *\]/g)];
  expect(found).toHaveLength(1);
  return found[0]!.slice(1).map(Number) as [number, number, number, number];
}

/** What our own check of the signature says, with the range as the document states it. */
async function verdict(pdf: Buffer = readFileSync(path), range = byteRange(pdf)): Promise<CmsVerdict> {
  writeFileSync(path, pdf);
  const hex = pdf.toString('latin1', range[1] + 1, range[2] - 1);
  return verifyCms(Buffer.from(hex, 'hex'), (hash) => digestRange(path, range, hash));
}

describe('a signed PDF', () => {
  it('is covered from its first to its last byte, but for the signature itself', async () => {
    await signPdf(path, await writeDocument(), key);
    const pdf = readFileSync(path);
    const [start, length, secondStart, secondLength] = byteRange(pdf);
    expect([start, secondStart + secondLength]).toEqual([0, pdf.length]);
    expect(pdf.toString('latin1', length, length + 1)).toBe('<');
    expect(pdf.toString('latin1', secondStart - 1, secondStart)).toBe('>');
    expect(pdf.toString('latin1', length + 1, secondStart - 1)).toMatch(/^[0-9a-f]+$/);
    expect(await verdict(pdf)).toMatchObject({ fits: true, signer: { fingerprint: key.signer.fingerprint } });
  });

  it('shows a change of any byte outside the signature', async () => {
    await signPdf(path, await writeDocument(), key);
    const whole = readFileSync(path);
    const range = byteRange(whole);
    const [, length, secondStart] = range;
    for (const at of [0, 20, length - 60, secondStart, whole.length - 1]) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1;
      expect((await verdict(changed, range)).fits, `byte ${at}`).toBe(false);
    }
  });

  it('keeps the links of its first page, and states who signed, why and where', async () => {
    await signPdf(path, await writeDocument(), key);
    const text = readFileSync(path, 'latin1');
    expect(text).toMatch(/\/Annots \[\d+ 0 R \d+ 0 R\]/);
    expect(text).toContain('/SubFilter /ETSI.CAdES.detached');
    expect(text).toContain('/Name (A. Signer)');
    expect(text).toContain('/Location (Station\\) 4)');
    expect(text).toMatch(/\/M \(D:\d{14}Z\)/);
    expect(text).not.toContain('NeedAppearances');
    expect(Buffer.from(text, 'latin1').includes(Buffer.from('W\u00f6rth', 'utf16le').swap16())).toBe(true);
  });

  it('does not touch what looks like room for a signature inside an attachment', async () => {
    const decoy = Buffer.from(
      `<</Type /Sig\n/ByteRange [0 /********** /********** /**********]\n/Contents <${'0'.repeat(8192)}>>>`,
    );
    await signPdf(path, await writeDocument(decoy), key);
    const pdf = readFileSync(path);
    expect(pdf.includes(decoy)).toBe(true);
    expect((await verdict(pdf)).fits).toBe(true);
  });

  it('has no signing time among its signed attributes, as PAdES asks for', async () => {
    await signPdf(path, await writeDocument(), key);
    expect((await verdict()).signedAt).toBeNull();
  });

  it('holds a long chain of certificates', async () => {
    const others = Array.from({ length: 6 }, (_, i) => makeCertificate({ key: rsaKey(), name: `CA ${i}` }));
    const long: CertificateKey = {
      ...key,
      certificates: [...key.certificates, ...others.map(({ certificate }) => certificate.raw)],
    };
    const doc = new PDFDocument({ bufferPages: true });
    const output = createWriteStream(path);
    doc.pipe(output);
    doc.text('One page');
    const field = addSignatureField(doc, long, words);
    doc.end();
    await finished(output);
    await signPdf(path, field, long);
    expect((await verdict()).fits).toBe(true);
  });

  it('is not made where there is no room, and the file is left as it was', async () => {
    const field = await writeDocument();
    const before = readFileSync(path);
    await expect(signPdf(path, { ...field, offset: () => field.offset() + 300 }, key)).rejects.toThrow(
      'no room',
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
