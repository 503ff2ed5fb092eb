import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  Batch,
  CaseInfo,
  ImportPreview,
  ImportProgress,
  RerunOutcome,
  SearchOutcome,
  Verification,
} from '../../src-main/api/types.ts';
import { namePattern } from '../../src-main/engine/ingest/name-pattern.ts';
import { CommandLine, type Failure } from './cli-setup.ts';
import { writeCrops } from './import-setup.ts';

let descry: CommandLine;

beforeAll(async () => {
  descry = await CommandLine.create();
  await writeCrops(descry.path('crops'), 40);
  expect((await descry.run('case', 'create', 'first', '--time-zone', 'Europe/Berlin')).code).toBe(0);
  expect((await descry.run('import', 'first', 'crops')).code).toBe(0);
});
afterAll(() => descry.remove());

/** Flips one bit of a file. */
function tamper(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(file, bytes);
}

describe('help', () => {
  test.each(
    ['', 'case create', 'case info', 'case camera', 'verify', 'import', 'search', 'report', 'eval'].concat([
      'models list',
      'models add',
      'models inspect',
      'models use',
      'doctor',
      'demo',
      'serve',
      'open',
    ]),
  )('descry %s --help', async (name) => {
    const words = name.split(' ').filter((word) => word !== '');
    const { code, stdout, stderr } = await descry.run(...words, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(['Usage: descry', ...words].join(' '));
    expect(stdout).toContain('--json');
  });
});

describe('wrong use ends with 2, and with --json in one document', () => {
  test.each([
    [[]],
    [['case']],
    [['nonsense']],
    [['case', 'create']],
    [['case', 'info', 'first', '--nonsense']],
    [['case', 'create', 'second', '--time-zone', 'Mars/Phobos']],
    [['import', 'first', 'crops', '--fps', 'many']],
    [['import', 'first', 'crops', '--minimum-confidence', '7']],
    [['import', 'first', 'crops', '--pattern', '{camera']],
    [['import', 'first', 'crops', '--manifest', 'a.csv', '--detections', 'b.txt']],
    [['search', 'first']],
    [['search', 'first', '']],
    [['search', 'first', 'man', '--top', '0']],
    [['search', 'first', 'man', '--from', 'yesterday']],
    [['search', 'first', 'man', '--time-of-day', '25:00-26:00']],
    [['search', 'first', 'man', '--camera', 'not-there']],
    [['search', 'first', 'man', '--rerun', '1']],
    [['search', 'first', '--rerun', '1', '--camera', 'cam-1']],
    [['search', 'first', '--queries', 'not-there.jsonl']],
    [['report', 'first']],
    [['report', 'first', '--search', '1', '--format', 'docx']],
    [['serve', '--port', '99999']],
  ])('descry %j', async (args) => {
    const { code, stderr, document } = await descry.json<Failure>(...args);
    expect(code).toBe(2);
    expect(stderr).not.toBe('');
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(document.error.kind).toBe('invalid-input');
    expect(document.error.message).not.toBe('');
  });

  test('without --json nothing on standard output', async () => {
    const parser = await descry.run('search', 'first', 'man', '--top', '0');
    expect(parser).toMatchObject({ code: 2, stdout: '' });
    const later = await descry.run('search', 'first', '--rerun', '1', '--camera', 'cam-1');
    expect(later).toMatchObject({ code: 2, stdout: '' });
    expect(later.stderr).toBe(
      'descry: --camera has no meaning with --rerun, which repeats a search as it was\n',
    );
  });
});

describe('what fails ends with 1, and with --json in one document', () => {
  test.each([
    ['not-found', ['case', 'info', 'not-there']],
    ['not-found', ['import', 'first', 'not-there']],
    ['not-found', ['import', 'first', 'crops', '--manifest', 'not-there.csv']],
    ['not-found', ['search', 'first', '--rerun', '99']],
    ['not-found', ['search', 'first', '--like', '9999']],
    ['not-found', ['report', 'first', '--search', '99']],
    ['not-found', ['verify', 'crops']],
    ['not-found', ['models', 'use', 'not-there']],
    ['not-found', ['eval', '--annotations', 'not-there.json', '--images', 'crops']],
    ['not-found', ['serve', 'not-there']],
  ])('%s: descry %j', async (kind, args) => {
    const { code, document, stderr } = await descry.json<Failure>(...args);
    expect(code).toBe(1);
    expect(document.error.kind).toBe(kind);
    expect(stderr.trimEnd()).toBe(`descry: ${document.error.message}`);
  });

  test('a damaged case', async () => {
    mkdirSync(descry.path('damaged.descry'));
    writeFileSync(descry.path('damaged.descry', 'case.sqlite'), 'this was a database once '.repeat(400));
    const { code, document } = await descry.json<Failure>('case', 'info', 'damaged');
    expect(code).toBe(1);
    expect(document.error.kind).toBe('case-damaged');
  });

  test('a damaged pack', async () => {
    cpSync(join(import.meta.dirname, '..', '..', 'models', 'descry-s'), descry.path('pack'), {
      recursive: true,
    });
    tamper(descry.path('pack', 'text.onnx'));
    for (const verb of ['inspect', 'add']) {
      const { code, document } = await descry.json<Failure>('models', verb, 'pack');
      expect(code).toBe(1);
      expect(document.error.kind).toBe('pack-refused');
      expect(document.error.message).toContain('text.onnx');
    }
    const { document } = await descry.json<{ id: string }[]>('models', 'list');
    expect(document.map(({ id }) => id)).toEqual(['descry-s']);
  });

  test('two processes on one case', async () => {
    const { child, ended } = descry.start(['serve', 'first']);
    await new Promise<void>((resolve) => child.stdout!.once('data', () => resolve()));
    const { code, document } = await descry.json<Failure>('import', 'first', 'crops');
    expect(code).toBe(1);
    expect(document.error.kind).toBe('case-locked');
    expect(document.error.message).toMatch(/^This case is open in Descry in a browser window \(process \d+ /);
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
    expect((await descry.run('case', 'info', 'first')).code).toBe(0);
  });
});

describe('import', () => {
  test('the same again adds nothing', async () => {
    const before = (await descry.json<CaseInfo>('case', 'info', 'first')).document.counts;
    expect(before).toMatchObject({ crops: 40, cameras: 3, embedded: 40 });
    const { code, document } = await descry.json<ImportProgress>('import', 'first', 'crops');
    expect(code).toBe(0);
    expect(document.batch).toMatchObject({
      state: 'done',
      total: 40,
      imported: 0,
      alreadyPresent: 40,
      rejected: 0,
    });
    const after = (await descry.json<CaseInfo & { batches: Batch[] }>('case', 'info', 'first')).document;
    expect(after.counts).toMatchObject({ crops: 40, embedded: 40, batches: before.batches + 1 });
  });

  test('a dry run writes nothing', async () => {
    await descry.run('case', 'create', 'dry');
    const { code, document } = await descry.json<ImportPreview>('import', 'dry', 'crops', '--dry-run');
    expect(code).toBe(0);
    expect(document).toMatchObject({ total: 40, parsed: 40, rejected: 0, pattern: 'descry' });
    const { document: info } = await descry.json<CaseInfo>('case', 'info', 'dry');
    expect(info.counts).toMatchObject({ crops: 0, batches: 0, cameras: 0 });
  });

  test.skipIf(process.platform === 'win32')('hostile files are listed and end with 3', async () => {
    const folder = descry.path('hostile');
    mkdirSync(folder);
    const [good] = readdirSync(descry.path('crops'));
    const put = (name: string): string => join(folder, name);
    cpSync(join(descry.path('crops'), good!), put('cam_20260314-080000_1_1.jpg'));
    cpSync(join(descry.path('crops'), good!), put('cut_20260314-080001_1_1.jpg'));
    truncateSync(put('cut_20260314-080001_1_1.jpg'), 700);
    cpSync(join(descry.path('crops'), good!), put('cam_20260329-023000_1_1.jpg'));
    cpSync(join(descry.path('crops'), good!), put('cam_20260231-023000_1_1.jpg'));
    cpSync(join(descry.path('crops'), good!), put('two\nlines \u001b[2J.jpg'));
    writeFileSync(put('empty_20260314-080002_1_1.jpg'), '');
    writeFileSync(put('text_20260314-080003_1_1.jpg'), 'no picture');
    writeFileSync(put('film.mp4'), 'no picture');
    symlinkSync('/etc/hosts', put('link_20260314-080004_1_1.jpg'));
    await descry.run('case', 'create', 'hostile-case', '--time-zone', 'Europe/Berlin');
    const list = descry.path('rejected.csv');
    const { code, stdout, stderr } = await descry.run(
      'import',
      'hostile-case',
      'hostile',
      '--rejected',
      list,
    );
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(stdout).toContain('1 new, 0 with the same content as another, 0 already there, 8 rejected');
    // A name must not steer the terminal.
    expect(stdout).toContain('two\\u{a}lines \\u{1b}[2J.jpg');
    const { code: again, document } = await descry.json<{ rejected: { reason: string }[] }>(
      'import',
      'hostile-case',
      'hostile',
    );
    expect(again).toBe(3);
    expect(document.rejected.map(({ reason }) => reason).sort()).toEqual([
      'name-does-not-parse',
      'not-an-image',
      'not-an-image',
      'outside-folder',
      'time-impossible',
      'time-in-gap',
      'truncated',
      'zero-bytes',
    ]);
    expect(readFileSync(list, 'utf8').split('\r\n')[0]).toBe('\uFEFFpath,reason,detail');
  });

  test('a manifest without a column for the image is refused, and one with bad rows ends with 3', async () => {
    const [first, second] = readdirSync(descry.path('crops'));
    writeFileSync(descry.path('no-column.csv'), `camera,time\nnorth,2026-03-14T08:00:00\n`);
    writeFileSync(
      descry.path('manifest.csv'),
      [
        'path,camera,time,track',
        `${first},north,2026-03-14 09:00:00,7`,
        `${second},north,2026-03-14T09:00:05+02:00,7`,
        `${first},north,2026-03-14 09:00:00,7`,
        '../../../../etc/hosts,north,,',
        'not-there.jpg,north,,',
        `${second},north,yesterday,`,
      ].join('\n'),
    );
    await descry.run('case', 'create', 'manifest', '--time-zone', 'Europe/Berlin');
    const refused = await descry.json<Failure>('import', 'manifest', 'crops', '--manifest', 'no-column.csv');
    expect(refused.code).toBe(2);
    expect(refused.document.error.message).toContain('path, file, image or file_name');
    const { code, document } = await descry.json<ImportProgress & { rejected: { reason: string }[] }>(
      'import',
      'manifest',
      'crops',
      '--manifest',
      'manifest.csv',
    );
    expect(code).toBe(3);
    expect(document.batch).toMatchObject({ total: 6, imported: 2, rejected: 4 });
    expect(document.rejected.map(({ reason }) => reason).sort()).toEqual([
      'duplicate-row',
      'file-missing',
      'invalid-row',
      'outside-folder',
    ]);
    // 09:00:05 at +02:00 is 08:00:05 in Berlin on that day.
    const { document: info } = await descry.json<CaseInfo>('case', 'info', 'manifest');
    expect(info.span).toEqual({ from: '2026-03-14T08:00:05+01:00', to: '2026-03-14T09:00:00+01:00' });
  });

  test('frames with MOTChallenge and with COCO detections', async () => {
    const { default: sharp } = await import('sharp');
    mkdirSync(descry.path('frames'));
    for (const number of [1, 2, 3])
      await sharp({
        create: { width: 320, height: 240, channels: 3, background: { r: 60 * number, g: 90, b: 120 } },
      })
        .jpeg()
        .toFile(descry.path('frames', `${String(number).padStart(6, '0')}.jpg`));
    writeFileSync(
      descry.path('detections.txt'),
      '1,3,10,10,60,120,0.9,-1,-1,-1\n2,3,20,10,60,120,0.4,-1,-1,-1\n3,-1,30,10,60,120,0.9,-1,-1,-1\n9,1,1,1,50,50,1\n',
    );
    writeFileSync(
      descry.path('coco.json'),
      JSON.stringify({
        images: [{ id: 1, file_name: '000001.jpg' }],
        annotations: [{ image_id: 1, category_id: 1, bbox: [100, 20, 50, 100], score: 0.5 }],
        categories: [{ id: 1, name: 'person' }],
      }),
    );
    await descry.run('case', 'create', 'frames-case', '--time-zone', 'UTC');
    const mot = await descry.json<ImportProgress>(
      ...['import', 'frames-case', 'frames', '--detections', 'detections.txt', '--camera', 'gate'],
      ...['--start-time', '2026-03-14T10:00:00', '--fps', '2', '--minimum-confidence', '0.5'],
    );
    expect(mot.code).toBe(3);
    expect(mot.document.batch).toMatchObject({ imported: 2, rejected: 1 });
    const coco = await descry.json<ImportProgress>(
      ...['import', 'frames-case', 'frames', '--detections', 'coco.json', '--camera', 'yard'],
    );
    expect(coco.code).toBe(0);
    expect(coco.document.batch.imported).toBe(1);
    const { document } = await descry.json<CaseInfo>('case', 'info', 'frames-case');
    expect(document.counts).toMatchObject({ crops: 3, cameras: 2 });
    // The third frame is one second after the first at two frames a second.
    expect(document.span).toEqual({ from: '2026-03-14T10:00:00+00:00', to: '2026-03-14T10:00:01+00:00' });
  });
});

test('the templates that docs/import.md shows read the names beside them', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'import.md'), 'utf8');
  const shown = [...text.matchAll(/^\| `([^`]+\.(?:jpg|png))` +\| `([^`]*\{[^`]*)` +\|$/gm)];
  expect(shown.map(([, name, template]) => namePattern(template!).parse(name!))).toEqual([
    { camera: 'cam3', time: '2026-03-14T08:15:02', track: '7', frame: null },
    { camera: 'gate', time: '2026-03-14T08:15:02.250', track: '7', frame: null },
    { camera: 'ch02', time: '2026-03-14T08:15:02', track: null, frame: null },
    { camera: 'entrance', time: null, track: null, frame: 123 },
  ]);
});

describe('search', () => {
  test('a stored search gives the same list again', async () => {
    const { code, document } = await descry.json<SearchOutcome>(
      ...['search', 'first', 'a person in a red shirt', '--not-camera', 'cam-2', '--top', '5'],
    );
    expect(code).toBe(0);
    expect(document.top.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
    expect(document.top.every(({ camera }) => camera !== 'cam-2')).toBe(true);
    expect(document.search.operator).not.toBe('');
    const again = await descry.json<RerunOutcome>(
      ...['search', 'first', '--rerun', String(document.search.id), '--top', '5'],
    );
    expect(again.code).toBe(0);
    expect(again.document.identical).toBe(true);
    expect(again.document.top.map(({ id, score }) => [id, score])).toEqual(
      document.top.map(({ id, score }) => [id, score]),
    );
  });

  test('says when words mean nothing to the model, on standard error', async () => {
    const { code, stdout, stderr } = await descry.run('search', 'first', 'zzqx flurbl');
    expect(code).toBe(0);
    expect(stderr).toContain('The model knows none of these words.');
    expect(stdout).toContain('A ranked result is an investigative lead, not an identification.');
  });

  test('filters that let nothing through', async () => {
    const { code, document } = await descry.json<SearchOutcome>(
      'search',
      'first',
      'man',
      '--from',
      '2030-01-01',
    );
    expect(code).toBe(0);
    expect(document.search.gallery.searched).toBe(0);
    expect(document.top).toEqual([]);
    expect(document.search.warnings.map(({ kind }) => kind)).toContain('empty-filter');
  });

  test('a batch of queries answers each, and ends with 3 when one of them cannot be asked', async () => {
    writeFileSync(descry.path('queries.jsonl'), '{"id":1,"text":"man in red"}\n\n{"id":"b","text":""}\n');
    const { code, document } = await descry.json<{ id: string; results: unknown[]; error: string | null }[]>(
      ...['search', 'first', '--queries', 'queries.jsonl', '--top', '4'],
    );
    expect(code).toBe(3);
    expect(document.map(({ id, results, error }) => [id, results.length, error === null])).toEqual([
      ['1', 4, true],
      ['b', 0, false],
    ]);
  });
});

describe('report and verify', () => {
  test('one changed byte in an export or in a case is found', async () => {
    const { document: search } = await descry.json<SearchOutcome>('search', 'first', 'man in a blue shirt');
    const { code, document } = await descry.json<{ folder: string; files: { path: string }[] }>(
      ...['report', 'first', '--search', String(search.search.id), '--out', 'out', '--rows', '3'],
    );
    expect(code).toBe(0);
    const names = document.files.map(({ path }) => path).sort();
    expect(names).toEqual(['manifest-sha256.txt', 'report.csv', 'report.html', 'report.json', 'report.pdf']);
    expect((await descry.run('verify', document.folder)).code).toBe(0);
    const pdf = join(document.folder, 'report.pdf');
    const sound = readFileSync(pdf);
    tamper(pdf);
    const tampered = await descry.json<Verification>('verify', document.folder);
    expect(tampered.code).toBe(1);
    expect(tampered.document).toMatchObject({
      ok: false,
      findings: [{ severity: 'error', where: 'report.pdf' }],
    });

    cpSync(descry.path('first.descry'), descry.path('copy.descry'), { recursive: true });
    const withExport = await descry.json<Verification>('verify', 'copy');
    expect(new Set(withExport.document.findings.map(({ check }) => check))).toEqual(new Set(['exports']));
    writeFileSync(pdf, sound);
    expect((await descry.run('verify', 'copy')).code).toBe(0);
    const media = readdirSync(descry.path('copy.descry', 'media'), {
      recursive: true,
      withFileTypes: true,
    }).find((entry) => entry.isFile())!;
    tamper(join(media.parentPath, media.name));
    const verdict = await descry.json<Verification>('verify', 'copy');
    expect(verdict.code).toBe(1);
    expect(verdict.document.findings).toMatchObject([{ severity: 'error', check: 'media' }]);
    expect((await descry.run('verify', 'copy', '--no-media')).code).toBe(0);
  });
});

describe('models and this machine', () => {
  test('another pack takes over when the same import has given its vectors', async () => {
    const source = join(import.meta.dirname, '..', '..', 'models', 'descry-s');
    cpSync(source, descry.path('other'), { recursive: true });
    const manifest = descry.path('other', 'pack.json');
    const card = 'Another model, as far as its hashes tell.';
    writeFileSync(descry.path('other', 'MODEL_CARD.md'), card);
    const pack = JSON.parse(readFileSync(manifest, 'utf8')) as { files: Record<string, object> };
    const files = {
      ...pack.files,
      'MODEL_CARD.md': { bytes: card.length, sha256: createHash('sha256').update(card).digest('hex') },
    };
    writeFileSync(manifest, JSON.stringify({ ...pack, files, id: 'other', version: '9.0.0' }));
    await descry.run('case', 'create', 'two-models');
    expect((await descry.run('import', 'two-models', 'crops')).code).toBe(0);
    const before = await descry.json<SearchOutcome>('search', 'two-models', 'man in red');

    expect((await descry.run('models', 'add', 'other')).code).toBe(0);
    const { document: packs } = await descry.json<{ id: string }[]>('models', 'list');
    expect(packs.map(({ id }) => id).sort()).toEqual(['descry-s', 'other']);
    const inspected = await descry.json<{ id: string; version: string }>('models', 'inspect', 'other');
    expect(inspected.document).toMatchObject({ id: 'other', version: '9.0.0' });
    expect((await descry.run('models', 'use', 'other')).code).toBe(0);
    try {
      const none = await descry.json<SearchOutcome>('search', 'two-models', 'man in red');
      expect(none.document.search.gallery.searched).toBe(0);
      expect(none.stderr).toContain('No crop of this case has been read with other 9.0.0 yet');
      const again = await descry.json<ImportProgress>('import', 'two-models', 'crops');
      expect(again.document.batch).toMatchObject({ imported: 0, alreadyPresent: 40 });
      const all = await descry.json<SearchOutcome>('search', 'two-models', 'man in red');
      expect(all.document.search.gallery.searched).toBe(40);
      // The old search rests on the vectors of its own model.
      const id = String(before.document.search.id);
      const rerun = await descry.json<RerunOutcome>('search', 'two-models', '--rerun', id);
      expect(rerun.document.identical).toBe(true);
    } finally {
      expect((await descry.run('models', 'use', 'descry-s')).code).toBe(0);
    }
  });

  test('doctor', async () => {
    const { code, document } = await descry.json<{
      provider: string;
      imagesPerSecond: number;
      trials: { provider: string; usable: boolean; reason: string }[];
    }>('doctor');
    expect(code).toBe(0);
    expect(document.imagesPerSecond).toBeGreaterThan(0);
    const { usable } = document.trials.find(({ provider }) => provider === document.provider)!;
    expect(usable).toBe(true);
    for (const trial of document.trials) if (!trial.usable) expect(trial.reason).not.toBe('');
  });

  test('eval names what it left out', async () => {
    const names = readdirSync(descry.path('crops')).slice(0, 12);
    writeFileSync(
      descry.path('annotations.json'),
      JSON.stringify([
        ...names.map((name, index) => ({
          split: 'test',
          id: index >> 1,
          file_path: name,
          captions: ['a man'],
        })),
        { split: 'test', id: 99, file_path: 'not-there.jpg', captions: ['a man'] },
      ]),
    );
    const { code, document } = await descry.json<{
      queries: number;
      gallery: number;
      rank10: number;
      rejected: { path: string }[];
    }>('eval', '--annotations', 'annotations.json', '--images', 'crops');
    expect(code).toBe(3);
    expect(document).toMatchObject({ queries: 12, gallery: 12 });
    expect(document.rejected.map(({ path }) => path)).toContain('not-there.jpg');
  });
});

test('demo goes the whole way, with one document at the end', async () => {
  const { code, stderr, document } = await descry.json<{
    case: CaseInfo;
    import: ImportProgress;
    searches: SearchOutcome[];
    report: { folder: string };
    steps: { step: string; ms: number }[];
  }>('demo');
  expect(code).toBe(0);
  expect(stderr).toContain(`Made ${document.case.path}`);
  expect(document.case.path.startsWith(descry.path('cases'))).toBe(true);
  expect(document.import.batch).toMatchObject({ state: 'done', rejected: 0 });
  expect(document.steps.map(({ step }) => step)).toEqual(['import', 'search', 'search', 'search', 'report']);
  expect(document.searches.every(({ top }) => top.length > 0)).toBe(true);
  expect((await descry.run('verify', document.report.folder)).code).toBe(0);
});
