import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  reportOptions,
  type ReportContainer,
  type ReportOutcome,
} from '../../src-main/engine/report/schema.ts';
import { signRequest, type SignRequest } from '../../src-main/engine/report/signing/schema.ts';
import { Secret } from '../../src-main/engine/report/signing/secret.ts';
import { encodeCropSet } from '../../src-main/engine/search/crop-set.ts';
import { verifyExport } from '../../src-main/engine/verify/verify-export.ts';
import { daysFromNow, makeCertificate, pkcs12File, usages } from '../support/certificates.ts';
import { inShell, missing } from '../support/foreign-tools.ts';
import { ReportCase } from '../unit/report/report-case.ts';

const words = 'ein langes Kennwort';
const tools = missing({ openssl: 'openssl', pdfsig: 'poppler-utils', qpdf: 'qpdf' });
const signer = makeCertificate({ name: 'Jörg Prüfer', usage: usages.signature });
let reportCase: ReportCase;
let certificatePath: string;
let keyId: string;

beforeAll(async () => {
  reportCase = await ReportCase.create(4);
  reportCase.openCase.db
    .prepare(
      "INSERT OR IGNORE INTO searches VALUES (1, 0, '', NULL, '{}', 1, '', '', '', '{}', '{}', '[]', x'', ?, 4, 0)",
    )
    .run(encodeCropSet(Int32Array.from(reportCase.cropIds)));
  certificatePath = join(reportCase.folder, 'certificate.p12');
  writeFileSync(certificatePath, pkcs12File(signer, words));
  const made = await reportCase.signing.create({ name: 'Unit 4', passphrase: new Secret(words) });
  keyId = made.id;
});
afterAll(() => reportCase.dispose());

const both = (): SignRequest =>
  signRequest.parse({
    certificate: { path: certificatePath, passphrase: words },
    key: { id: keyId, passphrase: words },
  });

async function exported(container: ReportContainer, sign: SignRequest | undefined): Promise<ReportOutcome> {
  let outcome: ReportOutcome | null = null;
  for await (const event of reportCase.service.export({
    options: reportOptions.parse({ searchIds: [1], rows: 3 }),
    formats: ['html', 'pdf', 'csv', 'json'],
    container,
    ...(sign && { sign }),
  }))
    outcome = event.outcome ?? outcome;
  return outcome!;
}

const made = (): string[] => readdirSync(reportCase.openCase.exportsFolder);

describe('a signed export', () => {
  test.for([
    ['folder', 'manifest-sha256.txt', ''],
    ['bag', 'tagmanifest-sha256.txt', 'data/'],
  ] as const)(
    'is checked by Descry and by foreign tools: %s',
    async ([container, list, documents], { skip }) => {
      if (tools !== null) skip(tools);
      const outcome = await exported(container, both());
      const { folder, signatures } = outcome;
      expect(signatures.map(({ file }) => file)).toEqual([`${list}.p7s`, `${list}.sig`]);

      const verification = await verifyExport(folder);
      expect(verification).toMatchObject({ ok: true, findings: [] });
      expect(verification.signatures).toMatchObject([
        { fits: true, signer: { subject: 'CN=Jörg Prüfer' } },
        { fits: true, signer: { fingerprint: signatures[1]!.signer.fingerprint } },
      ]);

      for (const { signer: who, howToCheck } of signatures) {
        const [check = '', show = ''] = howToCheck;
        expect(inShell(check, folder), check).toMatchObject({ status: 0 });
        expect(inShell(show, folder).text.replaceAll(':', '').toLowerCase()).toContain(who.fingerprint);
      }
      expect(inShell(`sha256sum -c ${list}`, folder).status).toBe(0);
      const pdf = inShell(`pdfsig ${documents}report.pdf`, folder).text;
      for (const text of ['Signature is Valid.', 'Total document signed', 'Jörg Prüfer'])
        expect(pdf).toContain(text);
      expect(inShell(`qpdf --check ${documents}report.pdf`, folder).status).toBe(0);

      const shown = inShell(`pdftotext ${documents}report.pdf -`, folder).text.replaceAll(/\s+/g, '');
      const html = readFileSync(join(folder, documents, 'report.html'), 'utf8');
      for (const { signer: who } of signatures) {
        expect(shown).toContain(who.fingerprint);
        expect(html).toContain(who.fingerprint);
      }
      const [entry] = reportCase.openCase.audit.list({ limit: 1 });
      expect(entry!.detail['signatures']).toMatchObject(
        signatures.map(({ file, signer: who }) => ({ file, ...who })),
      );
      expect(JSON.stringify(entry)).not.toContain(words);
    },
  );

  test('shows a changed list, and a changed document through the list', async () => {
    const { folder } = await exported('folder', both());
    const document = join(folder, 'report.csv');
    writeFileSync(document, readFileSync(document, 'utf8').replace('1', '2'));
    const list = join(folder, 'manifest-sha256.txt');
    const afterDocument = await verifyExport(folder);
    expect(afterDocument.ok).toBe(false);
    expect(afterDocument.signatures.map(({ fits }) => fits)).toEqual([true, true]);
    writeFileSync(list, `${readFileSync(list, 'utf8')}${'0'.repeat(64)}  more.txt\n`);
    const afterList = await verifyExport(folder);
    expect(afterList.signatures.map(({ fits }) => fits)).toEqual([false, false]);
    expect(afterList.findings.filter(({ check }) => check === 'signature')).toHaveLength(2);
  });

  test.for(['bag', 'folder'] as const)(
    'names each part of a signature that is changed or gone: %s',
    async (container) => {
      const { folder } = await exported(container, both());
      const parts = readdirSync(folder).filter((name) => /\.(p7s|sig|pem)$/.test(name));
      expect(parts).toHaveLength(4);
      for (const name of parts) {
        const file = join(folder, name);
        const bytes = readFileSync(file);
        const changed = Buffer.from(bytes);
        const place = Math.floor(bytes.length / 2);
        changed[place] = changed[place]! ^ 1;
        writeFileSync(file, changed);
        const errors = async (): Promise<string[]> =>
          (await verifyExport(folder)).findings
            .filter(({ severity }) => severity === 'error')
            .map(({ where, message }) => `${where}: ${message}`);
        expect((await errors()).join('\n'), name).toContain(name);
        rmSync(file);
        expect((await errors()).length, name).toBeGreaterThan(0);
        writeFileSync(file, bytes);
        expect(await errors()).toEqual([]);
      }
    },
  );

  test('holds its signature inside a zip file too', async () => {
    const { folder } = await exported('bag-zip', both());
    expect(folder).toMatch(/\.zip$/);
    const verification = await verifyExport(folder);
    expect(verification).toMatchObject({ ok: true, findings: [] });
    expect(verification.signatures.map(({ fits }) => fits)).toEqual([true, true]);
    rmSync(folder);
  });

  test('without a signature says so', async () => {
    const { folder, signatures } = await exported('folder', undefined);
    expect(signatures).toEqual([]);
    expect(await verifyExport(folder)).toMatchObject({ ok: true, findings: [], signatures: [] });
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('This report is not signed.');
  });

  test('that cannot be signed as asked is not written at all', async () => {
    const before = made();
    const entries = reportCase.openCase.audit.headHash();
    const expired = join(reportCase.folder, 'expired.p12');
    writeFileSync(
      expired,
      pkcs12File(makeCertificate({ validFrom: daysFromNow(-9), validTo: daysFromNow(-2) }), words),
    );
    const cases: [unknown, string][] = [
      [{ certificate: { path: certificatePath, passphrase: 'wrong' } }, 'passphrase-wrong'],
      [{ certificate: { path: expired, passphrase: words } }, 'expired'],
      [{ key: { id: keyId } }, 'passphrase-missing'],
      [{ key: { id: '0'.repeat(16) } }, 'unknown-key'],
    ];
    for (const [sign, reason] of cases)
      await expect(exported('folder', signRequest.parse(sign)), reason).rejects.toMatchObject({
        detail: { reason },
      });
    expect(made()).toEqual(before);
    expect(reportCase.openCase.audit.headHash()).toBe(entries);
    const chosen = signRequest.parse({
      certificate: { path: expired, passphrase: words, allowInvalidTime: true },
    });
    const { signatures } = await exported('folder', chosen);
    expect(signatures[0]!.warnings).toEqual([expect.stringContaining('The certificate expired on')]);
  });
});
