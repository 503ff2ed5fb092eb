import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CaseSnapshot } from '../../../src-main/engine/case/case-snapshot.ts';
import { writeBundleParts } from '../../../src-main/engine/report/bundle/bundle-parts.ts';
import { bundledAudit, bundledSearch } from '../../../src-main/engine/report/bundle/schema.ts';
import { reportDocument } from '../../../src-main/engine/report/document/report-document.ts';
import { ExportFolder } from '../../../src-main/engine/report/export-folder.ts';
import { rowsShown, shownPart } from '../../../src-main/engine/report/report-body.ts';
import { reportModel, reportOptions, type ReportModel } from '../../../src-main/engine/report/schema.ts';
import { english } from '../../../src-main/engine/report/texts.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { bundleCase, exportOf, filesOf, hashOf } from './bundle-fixture.ts';
import { packDigest, type ReportCase } from './report-case.ts';
import { fixtureModel } from './report-fixture.ts';

let made: ReportCase;

beforeEach(async () => {
  made = await bundleCase(12);
}, 60_000);

afterEach(() => {
  vi.restoreAllMocks();
  made.dispose();
});

const options = reportOptions.parse({ searchIds: [3], rows: 8 });
const json = <T>(folder: string, name: string): T =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;

describe('a bundle', () => {
  it('is a bag with all of its parts', async () => {
    const { folder, files, container, originals } = await exportOf(made);
    const names = filesOf(folder);
    expect({ container, originals }).toEqual({ container: 'bag', originals: 9 });
    expect(names.filter((name) => !name.startsWith('data/'))).toEqual([
      'bag-info.txt',
      'bagit.txt',
      'manifest-sha256.txt',
      'tagmanifest-sha256.txt',
    ]);
    const payload = names.filter((name) => name.startsWith('data/')).map((name) => name.slice(5));
    expect(payload.filter((name) => !/^(originals|thumbnails)\//.test(name))).toEqual([
      'audit.json',
      'case-uco.jsonld',
      'how-to-check.txt',
      `models/descry-s-${packDigest.slice(0, 12)}/MODEL_CARD.md`,
      `models/descry-s-${packDigest.slice(0, 12)}/pack.json`,
      'report.csv',
      'report.html',
      'report.json',
      'report.pdf',
      'schemas/audit.schema.json',
      'schemas/report.schema.json',
      'schemas/search.schema.json',
      'searches/search-3.json',
    ]);
    // Eight rows, and the marked crop below them.
    expect(payload.filter((name) => name.startsWith('originals/'))).toHaveLength(9);
    expect(payload.filter((name) => name.startsWith('thumbnails/thumbnail-of-'))).toHaveLength(9);
    expect(files.map(({ path }) => path)).toEqual([
      'data/report.json',
      'data/report.html',
      'data/report.pdf',
      'data/report.csv',
      'bagit.txt',
      'bag-info.txt',
      'manifest-sha256.txt',
      'tagmanifest-sha256.txt',
    ]);
    for (const { path, sha256, bytes } of files) {
      const content = readFileSync(join(folder, path));
      expect({ path, sha256: hashOf(content), bytes: content.length }).toEqual({ path, sha256, bytes });
    }
  });

  it('holds what its schemas say, and the same list everywhere', async () => {
    const { folder } = await exportOf(made);
    const report = reportModel.parse(json(folder, 'data/report.json'));
    const search = bundledSearch.parse(json(folder, 'data/searches/search-3.json'));
    const audit = bundledAudit.parse(json(folder, 'data/audit.json'));
    const [reported] = report.searches;
    expect(reported!.listed).toEqual({ rows: 8, marked: 1 });
    expect(search.results.map(({ cropId, rank }) => [cropId, rank])).toEqual(
      reported!.rows.map(({ id, rank }) => [id, rank]),
    );
    expect(audit.entries).toEqual(report.audit.entries);
    const csv: Record<string, string>[] = parse(readFileSync(join(folder, 'data/report.csv')), {
      bom: true,
      columns: true,
    });
    expect(csv.map((row) => row['sha256'])).toEqual(
      [...reported!.rows, ...reported!.marked].map(({ sha256 }) => sha256),
    );
    const schema = json<{ properties: object; required: string[]; $schema: string }>(
      folder,
      'data/schemas/report.schema.json',
    );
    expect(schema.$schema).toContain('2020-12');
    expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(report).sort());
  });

  it('tells its reader how to check a bag, in every document', async () => {
    const { folder } = await exportOf(made);
    const text = readFileSync(join(folder, 'data/how-to-check.txt'), 'utf8');
    expect(text).toContain('sha256sum -c tagmanifest-sha256.txt');
    expect(json<ReportModel>(folder, 'data/report.json').howToCheck).toEqual(english.check.bagSteps);
    expect(readFileSync(join(folder, 'data/thumbnails/README.txt'), 'utf8')).toContain('not evidence');
  });

  it('is logged with the hash of its tag manifest', async () => {
    const { folder, reportId } = await exportOf(made);
    const [entry] = made.openCase.audit.list({ limit: 1 });
    expect(entry).toMatchObject({
      action: 'report-exported',
      detail: { reportId, container: 'bag', folder },
    });
    const files = entry!.detail['files'] as { path: string; sha256: string }[];
    expect(files.find(({ path }) => path === 'tagmanifest-sha256.txt')?.sha256).toBe(
      hashOf(readFileSync(join(folder, 'tagmanifest-sha256.txt'))),
    );
  });

  it('leaves out pictures, notes and log where they were not wanted', async () => {
    const { folder, originals } = await exportOf(made, {
      options: { pictures: false, includeNotes: false, includeAudit: false },
      formats: ['json'],
    });
    expect(originals).toBe(0);
    expect(filesOf(folder).filter((name) => /originals|thumbnails/.test(name))).toEqual([]);
    expect(bundledAudit.parse(json(folder, 'data/audit.json')).entries).toEqual([]);
    for (const name of ['report.json', 'case-uco.jsonld', 'searches/search-3.json'])
      expect(readFileSync(join(folder, 'data', name), 'utf8')).not.toContain('First line');
  });

  it('has the card of a model that is installed as it was when it ranked, and of no other', async () => {
    const pack = temporaryFolder();
    writeFileSync(join(pack, 'MODEL_CARD.md'), '# A card');
    const snapshot = CaseSnapshot.take(made.openCase);
    const model = { ...fixtureModel().models[0]!, digest: packDigest, files: {} };
    for (const digest of [packDigest, hashOf('of another version')]) {
      const folder = new ExportFolder({ parent: temporaryFolder(), name: 'x', payload: 'data' });
      await folder.create();
      const parts = writeBundleParts({
        snapshot,
        body: { ...fixtureModel(), models: [model], searches: [] },
        folder,
        models: () => Promise.resolve({ digest, path: pack }),
        texts: english,
        files: [],
        signal: undefined,
      });
      for await (const { step } of parts) expect(step).not.toBe('');
      await folder.finish();
      const place = join(folder.path, 'data', 'models', `descry-s-${packDigest.slice(0, 12)}`);
      expect(readdirSync(place).sort()).toEqual(
        digest === packDigest ? ['MODEL_CARD.md', 'pack.json'] : ['NO_MODEL_CARD.txt', 'pack.json'],
      );
    }
    snapshot.close();
  });
});

describe('a long list', () => {
  it('is whole in report.json and CSV; what HTML and PDF leave out they say', () => {
    const model = fixtureModel();
    const shown = shownPart(model, 10);
    expect(shown.searches[0]!.rows).toHaveLength(10);
    expect(shown.searches[0]!.listed.rows).toBe(30);
    const text = JSON.stringify(reportDocument(shown, hashOf('body'), english));
    expect(text).toContain(
      'This document shows ranks 1 to 10. The whole list down to the cut-off, ranks 1 to 30',
    );
    expect(text).toContain(english.check.sumsShown);
    expect([1, 4, 8, 20].map(rowsShown)).toEqual([500, 500, 250, 100]);
    const whole = JSON.stringify(reportDocument(shownPart(model, 30), hashOf('body'), english));
    expect(whole).not.toContain('This document shows');
    expect(whole).not.toContain(english.check.sumsShown);
  });
});

describe('an export while others work on the case', () => {
  it('says what the case said when it began', async () => {
    const { db } = made.openCase;
    const events = made.service.export({
      options,
      formats: ['csv', 'json'],
      container: 'bag',
    });
    await events.next();
    db.prepare("INSERT INTO decisions (crop_id, verdict, operator, at) VALUES (?, 'excluded', 'X', 3)").run(
      made.cropIds[4],
    );
    db.prepare("INSERT INTO notes (crop_id, text, operator, at) VALUES (?, 'written later', 'X', 3)").run(
      made.cropIds[4],
    );
    made.openCase.details.update({ ...made.openCase.details.get(), name: 'Renamed' });
    let folder = '';
    for await (const { outcome } of events) folder = outcome?.folder ?? folder;
    for (const name of filesOf(folder).filter((file) => /json|csv|info/.test(file))) {
      const text = readFileSync(join(folder, name), 'utf8');
      expect(text).not.toContain('written later');
      expect(text).not.toContain('Renamed');
    }
    expect(json<ReportModel>(folder, 'data/report.json').searches[0]!.rows[4]!.verdict).toBeNull();
    expect((await made.service.model(options)).case.name).toBe('Renamed');
  });
});

describe('an export that does not come to its end', () => {
  const left = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

  it.each(['bag', 'bag-zip'] as const)('leaves nothing of a %s, wherever it stops', async (container) => {
    const chosen = temporaryFolder();
    const steps = new Set<string>();
    const stopAt = async (wanted: string | undefined): Promise<void> => {
      for await (const { progress } of made.service.export({
        options,
        formats: ['csv', 'json'],
        container,
        folder: chosen,
      })) {
        if (progress.step !== 'Done') steps.add(progress.step);
        if (progress.step === wanted) return;
      }
    };
    await stopAt(undefined);
    expect(left(chosen)).toHaveLength(1);
    expect([...steps]).toEqual(
      expect.arrayContaining(['Originals', 'report.json', 'Thumbnails', 'Searches', 'CASE/UCO', 'Manifest']),
    );
    for (const step of [...steps]) {
      await stopAt(step);
      expect(left(chosen)).toHaveLength(1);
    }
    expect(left(made.openCase.exportsFolder)).toEqual([]);
  });

  it('does not overwrite a zip of its name, nor a folder', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 10, 21, 10, 15, 2));
    const chosen = temporaryFolder();
    const names: string[] = [];
    for (const container of ['bag-zip', 'bag', 'bag-zip'] as const)
      names.push(
        (await exportOf(made, { container, folder: chosen, formats: ['json'] })).folder.slice(
          chosen.length + 1,
        ),
      );
    expect(names).toEqual([
      'report-20261121-101502-search-3.zip',
      'report-20261121-101502-search-3-2',
      'report-20261121-101502-search-3-3.zip',
    ]);
  });
});
