import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ExportFolder } from '../../../src-main/engine/report/export-folder.ts';
import {
  reportModel,
  type ReportFormat,
  type ReportModel,
  type ReportOptions,
  type ReportOutcome,
} from '../../../src-main/engine/report/schema.ts';
import { searchedCrops } from '../../../src-main/engine/report/searched-crops.ts';
import { verifyExport } from '../../../src-main/engine/verify/verify-export.ts';
import { asOrdinaryUser } from '../../support/ordinary-user.ts';
import { ReportCase } from './report-case.ts';

const options: ReportOptions = {
  searchIds: [3],
  rows: 8,
  includeNotes: true,
  includeAudit: true,
  pictures: true,
  attachOriginals: false,
  redact: true,
  pageSize: 'A4',
};
const formats: ReportFormat[] = ['html', 'pdf', 'csv', 'json'];
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let made: ReportCase;

beforeEach(async () => {
  made = await ReportCase.create(12);
});

afterEach(() => {
  vi.restoreAllMocks();
  made.dispose();
});

async function exportReport(
  change: Partial<ReportOptions> = {},
  folder?: string,
  wanted = formats,
): Promise<ReportOutcome> {
  let outcome: ReportOutcome | null = null;
  for await (const event of made.service.export({
    options: { ...options, ...change },
    formats: wanted,
    folder,
  }))
    outcome = event.outcome;
  return outcome!;
}

function exportsLeft(): string[] {
  return readdirSync(made.openCase.exportsFolder);
}

describe('the model of a report', () => {
  it('fits its schema and keeps words, reading and list apart', async () => {
    const model = await made.service.model(options);
    expect(reportModel.parse(JSON.parse(JSON.stringify(model)))).toEqual(model);
    const [reported] = model.searches;
    expect(reported!.search.query.statements[0]!.text).toBe('a man\u0007  with a bicycle');
    expect(reported!.asRun.statements).toEqual([{ text: 'a man with a bicycle', weight: 2 }]);
    expect(reported!.asRun.like[0]).toMatchObject({ fileName: 'crop-1.png', weight: 1 });
    expect(reported!.rows.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(reported!.cutOff).toMatchObject({ rank: 8, score: reported!.rows[7]!.score, rowsBelow: 4 });
    // Noise is a tenth of 0.15 and rows are 0.01 apart: each is near its neighbours, the one below the cut-off too.
    expect(reported!.rows[3]!.nearEqual).toEqual({ from: 3, to: 5 });
    expect(reported!.nearEqual).toMatchObject({ withTop: 1, acrossCutOff: 1 });
    expect(model.batches[0]).toMatchObject({ imported: 12, rejected: 1, reasons: { truncated: 1 } });
    expect(model.models[0]).toMatchObject({ id: 'descry-s', dimensions: 256 });
    expect(model.application.programFiles).toBeGreaterThan(20);
  });

  it('counts the searched crops by camera, whether all took part or some were left out', () => {
    const { openCase, cropIds } = made;
    const gate = openCase.cameras.ensure('Gate', 'Europe/Berlin');
    openCase.db.prepare('UPDATE crops SET camera_id = ? WHERE id > 8').run(gate.id);
    openCase.db.prepare('UPDATE crops SET corrected_at = NULL WHERE id = 10').run();
    openCase.db.prepare('UPDATE crops SET corrected_at = corrected_at + 60000 WHERE id = 12').run();
    const noon = '2026-03-14T12:00:00+01:00';
    expect(searchedCrops(openCase, Int32Array.from(cropIds))).toEqual([
      { camera: 'Gate', crops: 4, withoutTime: 1, from: noon, to: '2026-03-14T12:01:00+01:00' },
      { camera: 'North', crops: 8, withoutTime: 0, from: noon, to: noon },
    ]);
    expect(searchedCrops(openCase, Int32Array.of(2, 3, 10))).toEqual([
      { camera: 'Gate', crops: 1, withoutTime: 1, from: null, to: null },
      { camera: 'North', crops: 2, withoutTime: 0, from: noon, to: noon },
    ]);
    expect(searchedCrops(openCase, new Int32Array())).toEqual([]);
  });

  it('lists marked crops below the cut-off apart, with their place', async () => {
    const id = made.cropIds[10]!;
    made.openCase.db
      .prepare(
        "INSERT INTO decisions (crop_id, verdict, operator, at) VALUES (?, 'possible', 'A. Tester', 0)",
      )
      .run(id);
    const [reported] = (await made.service.model(options)).searches;
    expect(reported!.marked).toMatchObject([{ id, rank: 11, verdict: 'possible', shownAs: null }]);
    expect((await made.service.model({ ...options, rows: 12 })).searches[0]!.marked).toEqual([]);
  });

  it('holds nothing that was asked to be left out', async () => {
    const model = await made.service.model({ ...options, includeAudit: false, pictures: false });
    expect(model.audit.entries).toEqual([]);
    expect(model.audit.headHash).toBe(made.openCase.audit.headHash());
    expect(model.searches[0]!.rows.every(({ file }) => file === null)).toBe(true);
  });

  it('as a preview is one document with thumbnails', async () => {
    const markup = await made.service.preview(options);
    expect(markup.match(/src="data:image\/jpeg/g)).toHaveLength(8);
    expect(markup.match(/>thumbnail</g)).toHaveLength(8);
    expect(exportsLeft()).toEqual([]);
  });
});

describe('an export', () => {
  it('can be checked with sha256sum and with Descry', async () => {
    const outcome = await exportReport();
    expect(outcome.folder).toBe(join(made.openCase.exportsFolder, outcome.reportId));
    expect(outcome.files.map(({ path }) => path)).toEqual([
      'report.json',
      'report.html',
      'report.pdf',
      'report.csv',
      'manifest-sha256.txt',
    ]);
    for (const file of outcome.files) {
      const bytes = readFileSync(join(outcome.folder, file.path));
      expect([sha256(bytes), bytes.length]).toEqual([file.sha256, file.bytes]);
    }
    expect(await verifyExport(outcome.folder)).toMatchObject({ ok: true, findings: [] });
    appendFileSync(join(outcome.folder, 'report.csv'), 'x');
    expect(await verifyExport(outcome.folder)).toMatchObject({
      ok: false,
      findings: [{ where: 'report.csv', check: 'manifest' }],
    });
  });

  it('passes sha256sum -c', async ({ skip }) => {
    if (spawnSync('sha256sum', ['--version']).error) skip('sha256sum is not on this machine');
    const { folder } = await exportReport();
    const lines = execFileSync('sha256sum', ['-c', 'manifest-sha256.txt'], {
      cwd: folder,
      encoding: 'utf8',
    })
      .trim()
      .split('\n');
    expect(lines).toHaveLength(5 + 8);
    for (const line of lines) expect(line).toMatch(/: OK$/);
  });

  it('holds the untouched original of each listed crop, named by its hash', async () => {
    const { folder, originals } = await exportReport({ rows: 5 });
    expect(originals).toBe(5);
    for (const row of (await made.service.model({ ...options, rows: 5 })).searches[0]!.rows) {
      const copy = readFileSync(join(folder, row.file!));
      expect(sha256(copy)).toBe(row.sha256);
      const { crops, media } = made.openCase;
      expect(copy.equals(await media.readOriginal(crops.mediaOf(row.id)))).toBe(true);
    }
    const markup = readFileSync(join(folder, 'report.html'), 'utf8');
    // JPEG, PNG and WebP are embedded as they are; a TIFF is shown by its thumbnail.
    expect(markup.match(/>thumbnail</g)).toHaveLength(1);
    expect(markup.match(/data:image\/webp/g)).toHaveLength(1);
  });

  it('prints the hash of its body, and the log has the hashes of its files', async () => {
    const outcome = await exportReport();
    const body = outcome.files[0]!;
    expect(readFileSync(join(outcome.folder, 'report.html'), 'utf8')).toContain(body.sha256);
    expect(readFileSync(join(outcome.folder, 'how-to-check.txt'), 'utf8')).toContain(body.sha256);
    expect(reportModel.parse(JSON.parse(readFileSync(join(outcome.folder, 'report.json'), 'utf8'))).id).toBe(
      outcome.reportId,
    );
    const [entry] = made.openCase.audit.list({ limit: 1 });
    expect(entry).toMatchObject({
      action: 'report-exported',
      detail: {
        reportId: outcome.reportId,
        searches: [3],
        files: outcome.files.map(({ path, sha256: hash }) => ({ path, sha256: hash })),
      },
    });
    expect(made.openCase.audit.verify().findings).toEqual([]);
  });

  it('holds a program with which its log is checked without Descry', async ({ skip }) => {
    if (spawnSync('python3', ['--version']).error) skip('python3 is not on this machine');
    made.openCase.audit.append('note-added', {
      text: 'ä "\u0007\u2028\n日本 😀',
      weight: 1e-7,
      '€': [0.1, -5, null],
    });
    const { folder } = await exportReport();
    const howTo = readFileSync(join(folder, 'how-to-check.txt'), 'utf8');
    const program = join(made.folder, 'check-log.py');
    writeFileSync(program, howTo.slice(howTo.indexOf('import hashlib')));
    const check = (file: string): string => {
      const { stdout, stderr, status } = spawnSync('python3', [program, file], { encoding: 'utf8' });
      return `${status} ${stdout}${stderr}`;
    };
    const body = readFileSync(join(folder, 'report.json'), 'utf8');
    expect(check(join(folder, 'report.json'))).toMatch(/^0 \d+ entries, 0 wrong\n$/);
    const changed = join(made.folder, 'changed.json');
    writeFileSync(changed, body.replace('日本', '中国'));
    expect(check(changed)).toMatch(/^1 entry \d+ is not as it was written\n\d+ entries, 1 wrong\n$/);
    const shortened = JSON.parse(body) as ReportModel;
    shortened.audit.entries.splice(-1);
    writeFileSync(changed, JSON.stringify(shortened));
    expect(check(changed)).toContain('the last entry has not the hash');
  });

  it('always writes the body, and of the rest only what was asked for', async () => {
    const { folder } = await exportReport({ pictures: false }, undefined, ['csv']);
    expect(readdirSync(folder).sort()).toEqual([
      'how-to-check.txt',
      'manifest-sha256.txt',
      'report.csv',
      'report.json',
    ]);
  });

  it('never overwrites: a second one of the same second gets a number', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 10, 21, 10, 15, 2));
    const parent = join(made.folder, 'chosen', 'deeper');
    const first = await exportReport({}, parent);
    const second = await exportReport({}, parent);
    expect(first.reportId).toBe('report-20261121-101502-search-3');
    expect(second.folder).toBe(join(parent, 'report-20261121-101502-search-3-2'));
    expect(readdirSync(parent).sort()).toEqual([first.reportId, second.reportId]);
    expect(await verifyExport(first.folder)).toMatchObject({ ok: true });
  });

  it('refuses when an original is not what was imported, or gone, and leaves nothing', async () => {
    const path = made.openCase.media.originalPath(made.openCase.crops.mediaOf(made.cropIds[1]!));
    const entries = made.openCase.audit.headHash();
    writeFileSync(path, 'something else');
    await expect(exportReport()).rejects.toMatchObject({ kind: 'case-damaged' });
    rmSync(path);
    await expect(exportReport()).rejects.toMatchObject({ kind: 'not-found' });
    expect(exportsLeft()).toEqual([]);
    expect(made.openCase.audit.headHash()).toBe(entries);
    expect(await exportReport({ pictures: false })).toMatchObject({ originals: 0 });
  });

  it('on a full disk says so and leaves nothing', async () => {
    vi.spyOn(ExportFolder.prototype, 'writeText').mockRejectedValue(
      Object.assign(new Error('write'), { code: 'ENOSPC' }),
    );
    await expect(exportReport()).rejects.toMatchObject({ kind: 'disk-full' });
    expect(exportsLeft()).toEqual([]);
  });

  it('stops when it is aborted, or when nobody listens any more, and leaves nothing', async () => {
    const abort = new AbortController();
    const steps: string[] = [];
    const aborted = async (): Promise<void> => {
      for await (const { progress } of made.service.export({ options, formats }, abort.signal)) {
        steps.push(progress.step);
        expect(progress.done).toBeLessThan(progress.total);
        if (progress.step === 'report.pdf') abort.abort();
      }
    };
    await expect(aborted()).rejects.toMatchObject({ kind: 'cancelled' });
    expect(steps).toEqual(['Originals', 'report.json', 'report.html', 'report.pdf']);
    expect(exportsLeft()).toEqual([]);
    for await (const { progress } of made.service.export({ options, formats }))
      if (progress.step === 'report.json') break;
    expect(exportsLeft()).toEqual([]);
    expect(await exportReport()).toMatchObject({ originals: 8 });
  });

  it('clears away what a killed export left in the case', async () => {
    mkdirSync(
      join(made.openCase.exportsFolder, '.report-20261121-101502-search-3.0123456789ab.part', 'originals'),
      { recursive: true },
    );
    mkdirSync(join(made.openCase.exportsFolder, 'of the user.part'));
    const { reportId } = await exportReport();
    expect(exportsLeft().sort()).toEqual(['of the user.part', reportId]);
  });

  it('refuses a folder that is a file, and a second export at the same time', async () => {
    const file = join(made.folder, 'a-file');
    writeFileSync(file, '');
    await expect(exportReport({}, file)).rejects.toMatchObject({ kind: 'invalid-input' });
    const running = made.service.export({ options, formats });
    await running.next();
    await expect(exportReport()).rejects.toMatchObject({ kind: 'busy' });
    await running.return(undefined);
    expect(existsSync(made.openCase.exportsFolder)).toBe(true);
  });

  it('says that a folder cannot be written', async ({ skip }) => {
    if (process.platform === 'win32') skip('Windows has no permission bits');
    const parent = mkdtempSync(join(tmpdir(), 'descry-read-only-'));
    chmodSync(parent, 0o500);
    try {
      await asOrdinaryUser([parent], () =>
        expect(exportReport({}, parent)).rejects.toMatchObject({ kind: 'read-only' }),
      );
    } finally {
      rmSync(parent, { recursive: true, force: true });
    }
  });
});
