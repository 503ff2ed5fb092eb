import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src-main/engine/engine.ts';
import { hashFile } from '../../src-main/engine/hash-file.ts';
import { runtimeFolder } from '../../src-main/engine/inference/machine-facts.ts';
import { reportModel, type ReportOutcome } from '../../src-main/engine/report/schema.ts';
import { verifyExport } from '../../src-main/engine/verify/verify-export.ts';
import { casePassphrase } from '../support/cases.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const colours = ['#b02020', '#2040b0', '#207030', '#202020', '#c0a020', '#703080'];
const words = 'a person in a red jacket\nwith dark trousers';

let folder: string;
let engine: Engine;
let searchId: number;

/** A drawn figure, as a crop of a camera; no two have the same bytes. */
async function drawCrop(n: number, colour: string, trousers: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="160"><rect width="100%" height="100%" fill="rgb(${150 + 2 * n}, 167, 159)"/>
    <ellipse cx="32" cy="20" rx="9" ry="12" fill="#caa58d"/><rect x="16" y="34" width="32" height="58" fill="${colour}"/>
    <rect x="19" y="92" width="26" height="60" fill="${trousers}"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 92 }).toBuffer();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'descry-report-'));
  const crops = join(folder, 'footage');
  mkdirSync(crops);
  for (let n = 0; n < 30; n++) {
    const name = `${n % 2 ? 'north' : 'south'}_20260314-19${String(10 + n)}00_${n + 1}_1.jpg`;
    writeFileSync(
      join(crops, name),
      await drawCrop(n, colours[n % colours.length]!, n % 3 ? '#1a1a2a' : '#8a8a90'),
    );
  }
  writeFileSync(join(crops, 'north_20260314-195900_90_1.jpg'), 'not a picture');
  engine = new Engine({
    version: '0.1.0',
    holder: 'test',
    dataFolder: join(folder, 'data'),
    modelsFolder: join(root, 'models'),
    demoFolder: join(root, 'resources', 'demo'),
    casesFolder: join(folder, 'cases'),
    resumeImports: false,
  });
  engine.setOperator('A. Tester');
  await engine.createCase(
    join(folder, 'case'),
    {
      name: 'Report test',
      number: 'R-1',
      purpose: 'Test of the report',
      legalBasis: 'none needed',
      timeZone: 'Europe/Berlin',
    },
    casePassphrase,
  );
  const { imports, review, search } = engine.services;
  await imports.start({
    source: { kind: 'folder', path: crops },
    options: { pattern: 'descry', reference: false, acceptUnparsed: false, minimumConfidence: 0 },
  });
  await imports.idle();
  engine.changeCamera({
    name: 'north',
    clockOffsetMs: -61_000,
    offsetMeasuredBy: 'PC Jones',
    offsetMeasuredAt: '2026-03-15T09:00:00+01:00',
  });
  const outcome = await search.run(
    { statements: [{ text: words, weight: 1 }], avoid: ['bicycle'], like: [], filter: {}, foldTracks: true },
    50,
  );
  searchId = outcome.search.id;
  review.decide([outcome.top[1]!.id], 'excluded', searchId);
  review.decide([outcome.top[24]!.id], 'possible', searchId);
  review.addNote(outcome.top[0]!.id, 'Seen again at the exit.');
});

afterAll(async () => {
  await engine?.shutdown();
  rmSync(folder, { recursive: true, force: true });
});

async function exportReport(rows: number): Promise<ReportOutcome> {
  let outcome: ReportOutcome | null = null;
  const options = {
    searchIds: [searchId],
    rows,
    includeNotes: true,
    includeAudit: true,
    pictures: true,
    attachOriginals: false,
    redact: true,
    pageSize: 'A4' as const,
  };
  for await (const event of engine.services.report.export({
    options,
    formats: ['html', 'pdf', 'csv', 'json'],
  }))
    outcome = event.outcome;
  return outcome!;
}

describe('the report of a real search', () => {
  it('holds the list as it was shown, with everything that was left out', async () => {
    const { folder: report } = await exportReport(10);
    const model = reportModel.parse(JSON.parse(readFileSync(join(report, 'report.json'), 'utf8')));
    const [reported] = model.searches;
    const shown = await engine.services.search.rows(searchId, { offset: 0, limit: 10 }, 'rank');
    expect(reported!.rows.map(({ id, rank, score }) => [id, rank, score.toFixed(4)])).toEqual(
      shown.map(({ id, rank, score }) => [id, rank, score.toFixed(4)]),
    );
    expect(reported!.cutOff).toMatchObject({ rank: 10, rowsBelow: 20 });
    expect(reported!.marked).toMatchObject([{ rank: 25, verdict: 'possible' }]);
    expect(reported!.search.query.statements[0]!.text).toBe(words);
    expect(reported!.search.gallery.searched).toBe(30);
    expect(model.batches[0]).toMatchObject({ imported: 30, rejected: 1, reasons: { 'not-an-image': 1 } });
    expect(model.cameras.find(({ name }) => name === 'north')).toMatchObject({
      clockOffsetMs: -61_000,
      offsetMeasuredBy: 'PC Jones',
    });
    expect(model.models[0]!.files['image.onnx']!.sha256).toMatch(/^[0-9a-f]{64}$/);
    for (const { name, sha256 } of model.application.runtime.files)
      expect(sha256).toBe(await hashFile(join(runtimeFolder(), name)));
    expect(model.application.runtime.files.length).toBeGreaterThan(0);
    expect(model.application.runtime.name).toBe(reported!.search.runtime);
    expect(model.models[0]!.digest).toBe(reported!.search.model.digest);
    expect(model.audit.entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        'case-created',
        'import-finished',
        'camera-changed',
        'search',
        'decision',
        'note-added',
      ]),
    );
  });

  it('verifies, and the case that it came from still does', async () => {
    const { folder: report, originals } = await exportReport(30);
    expect(originals).toBe(30);
    expect(await verifyExport(report)).toMatchObject({ ok: true, findings: [] });
    if (spawnSync('sha256sum', ['--version']).error === undefined) {
      expect(() =>
        execFileSync('sha256sum', ['--check', '--strict', '--status', 'manifest-sha256.txt'], {
          cwd: report,
        }),
      ).not.toThrow();
    }
    expect(engine.services.openCase.audit.verify().findings).toEqual([]);
    expect(engine.services.openCase.audit.list({ limit: 1 })[0]).toMatchObject({ action: 'report-exported' });
  });

  it('as PDF has its header on every page', async ({ skip }) => {
    if (spawnSync('pdftotext', ['-v']).error) skip('pdftotext (poppler-utils) is not on this machine');
    const { folder: report } = await exportReport(10);
    const pages = execFileSync('pdftotext', [join(report, 'report.pdf'), '-'], { encoding: 'utf8' })
      .split('\f')
      .slice(0, -1);
    pages.forEach((page, i) => {
      expect(page).toContain('Ranked search result - investigative lead, not an identification');
      expect(page).toContain(`Page ${i + 1} of ${pages.length}`);
    });
    expect(pages.join('')).toContain('Seen again at the exit.');
  });
});
