import { existsSync, renameSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { BatchRepository } from '../../../src-main/engine/case/repositories/batch-repository.ts';
import { shownPicture } from '../../../src-main/engine/ingest/shown-picture.ts';
import { toDescryError } from '../../../src-main/engine/errors.ts';
import { importOptions } from '../../../src-main/engine/ingest/schema.ts';
import { crop, crops, folderRequest, MeanColour, testCase, type TestCase } from './case-folder.ts';
import { makeFolder } from './scan-folder.ts';

interface StoredCrop {
  file_name: string;
  camera: string | null;
  recorded_time: string | null;
  time_source: string;
  recorded_at: number | null;
  corrected_at: number | null;
}

function storedCrops({ openCase }: TestCase): StoredCrop[] {
  return openCase.db
    .prepare<[], StoredCrop>(
      'SELECT file_name, cam.name AS camera, recorded_time, time_source, recorded_at, corrected_at FROM crops LEFT JOIN cameras AS cam ON cam.id = camera_id ORDER BY crops.id',
    )
    .all();
}

async function importAll(
  test: TestCase,
  folder: string,
  options = {},
): Promise<ReturnType<TestCase['imports']['list']>[number]> {
  const { id } = await test.imports.start(folderRequest(folder, options));
  await test.imports.idle();
  return test.imports.list().find((batch) => batch.id === id)!;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((next) => setTimeout(next, 2));
}

/** Every crop has exactly one vector, every medium its files, and the rows agree. */
function expectConsistent({ openCase, embeddings }: TestCase, crops: number): void {
  expect(openCase.db.prepare('SELECT count(*) FROM crops').pluck().get()).toBe(crops);
  expect(openCase.db.prepare('SELECT count(*) FROM embeddings').pluck().get()).toBe(crops);
  expect(openCase.db.pragma('foreign_key_check')).toEqual([]);
  expect(embeddings.verify().findings).toEqual([]);
  for (const media of openCase.crops.allMedia()) {
    expect(existsSync(openCase.media.originalPath(media))).toBe(true);
  }
  expect(openCase.audit.verify().findings).toEqual([]);
}

describe('an import', () => {
  it('stores crops in the order of their names, with vectors of the right crops', async () => {
    const test = await testCase();
    const batch = await importAll(test, await makeFolder(await crops(23)));
    expect(batch).toMatchObject({
      state: 'done',
      total: 23,
      imported: 23,
      duplicates: 0,
      alreadyPresent: 0,
      rejected: 0,
      error: null,
    });
    const stored = storedCrops(test);
    expect(stored.map(({ file_name: name }) => name)).toEqual(
      [...stored.map(({ file_name: name }) => name)].sort(),
    );
    expect(stored[0]).toEqual({
      file_name: 'cam-0_20260314-081500_0_0.jpg',
      camera: 'cam-0',
      recorded_time: '2026-03-14T08:15:00',
      time_source: 'name',
      recorded_at: Date.UTC(2026, 2, 14, 7, 15, 0),
      corrected_at: Date.UTC(2026, 2, 14, 7, 15, 0),
    });
    expectConsistent(test, 23);
    expect(test.stored).toEqual(stored.map((_, index) => index + 1));
    const { cropIds, vectors } = test.embeddings.load(1);
    for (const [row, cropId] of cropIds.entries()) {
      const index = Number(/_(\d+)\.jpg$/.exec(stored[cropId - 1]!.file_name)![1]);
      expect(vectors[row * 3]!).toBeCloseTo(index, -1);
    }
    expect(test.events.at(-1)).toMatchObject({ done: 23, batch: { state: 'done' } });
    expect(test.imports.current()).toBeNull();
    expect(test.openCase.audit.list({ limit: 2 }).map(({ action }) => action)).toEqual([
      'import-finished',
      'import-started',
    ]);
  });

  it('copies originals byte for byte, or refers to them where they lie', async () => {
    const folder = await makeFolder({ 'a.jpg': await crop(1) });
    const copied = await testCase();
    await importAll(copied, folder);
    const bytes = await readFile(join(folder, 'a.jpg'));
    expect((await copied.openCase.media.readOriginal(copied.openCase.crops.mediaOf(1))).equals(bytes)).toBe(
      true,
    );
    const referring = await testCase();
    await importAll(referring, folder, { reference: true });
    const media = referring.openCase.crops.mediaOf(1);
    expect(media).toMatchObject({
      storage: 'reference',
      storedPath: join(folder, 'a.jpg'),
      bytes: bytes.length,
      format: 'jpeg',
      width: 32,
      height: 64,
    });
    expectConsistent(referring, 1);
    expect((await readFile(join(folder, 'a.jpg'))).equals(bytes)).toBe(true);
  });

  it('makes thumbnails, except of a small JPEG that would only be repeated', async () => {
    const grey = sharp({ create: { width: 300, height: 600, channels: 3, background: '#888' } });
    const files = {
      'large.jpg': await grey.jpeg().toBuffer(),
      'other.png': await grey.resize(20, 40).png().toBuffer(),
      'small.jpg': await crop(1),
    };
    const thumbnails = async (options: object): Promise<unknown[]> => {
      const test = await testCase();
      await importAll(test, await makeFolder(files), options);
      const { media, crops: stored } = test.openCase;
      return Promise.all(
        [1, 2, 3].map(async (id) => {
          const shown = await shownPicture(test.openCase, id, 'thumbnail');
          const { format, width, height } = await sharp(shown.bytes).metadata();
          expect(shown.type).toBe(`image/${format}`);
          return [existsSync(media.thumbnailPath(stored.mediaOf(id).sha256)), format, width, height];
        }),
      );
    };
    expect(await thumbnails({})).toEqual([
      [true, 'jpeg', 128, 256],
      [true, 'jpeg', 20, 40],
      [false, 'jpeg', 32, 64],
    ]);
    expect(await thumbnails({ reference: true })).toEqual([
      [true, 'jpeg', 128, 256],
      [true, 'jpeg', 20, 40],
      [true, 'jpeg', 32, 64],
    ]);
  });

  it('of the same files again adds nothing and says so', async () => {
    const test = await testCase();
    const folder = await makeFolder(await crops(9));
    await importAll(test, folder);
    const seen = test.model.batches.length;
    expect(await importAll(test, folder)).toMatchObject({
      state: 'done',
      total: 9,
      imported: 0,
      alreadyPresent: 9,
    });
    expectConsistent(test, 9);
    expect(test.model.batches.length).toBe(seen);
  });

  it('stacks the same bytes under another name, without asking the model again', async () => {
    const test = await testCase();
    const [first, second] = [await crop(1), await crop(2)];
    expect(
      await importAll(
        test,
        await makeFolder({ 'a.jpg': first, 'b.jpg': first, 'c.jpg': second, 'd.jpg': first }),
      ),
    ).toMatchObject({ imported: 2, duplicates: 2 });
    expect(await importAll(test, await makeFolder({ 'e.jpg': second }))).toMatchObject({
      imported: 0,
      duplicates: 1,
    });
    expectConsistent(test, 5);
    expect(test.model.batches.reduce((a, b) => a + b, 0)).toBe(2);
    expect(test.openCase.crops.detail(1, 'UTC').duplicates.map(({ fileName }) => fileName)).toEqual([
      'b.jpg',
      'd.jpg',
    ]);
    expect(test.embeddings.vectorOf(1, 4)).toEqual(test.embeddings.vectorOf(1, 1));
  });

  it('takes a changed file at a known path as a new crop', async () => {
    const test = await testCase();
    const folder = await makeFolder({ 'a.jpg': await crop(1) });
    await importAll(test, folder);
    await writeFile(join(folder, 'a.jpg'), await crop(99));
    expect(await importAll(test, folder)).toMatchObject({ imported: 1, alreadyPresent: 0 });
    expectConsistent(test, 2);
  });

  it('gives crops of an earlier import vectors of the model that is now in use', async () => {
    const folder = await makeFolder(await crops(5));
    const test = await testCase();
    await importAll(test, folder);
    test.openCase.db.exec('DELETE FROM embeddings; DELETE FROM embedding_blocks;');
    expect(await importAll(test, folder)).toMatchObject({ imported: 0, alreadyPresent: 5 });
    expectConsistent(test, 5);
  });

  it('reads the clock in the camera’s own zone and adds its measured error', async () => {
    const test = await testCase();
    test.openCase.cameras.ensure('gate', 'America/New_York');
    test.openCase.cameras.change({ name: 'gate', clockOffsetMs: -90_000 });
    await importAll(
      test,
      await makeFolder({
        'gate_20260314-081500_1_1.jpg': await crop(1),
        'hall_20260314-081500_1_1.jpg': await crop(2),
      }),
      { timeZone: 'UTC' },
    );
    expect(storedCrops(test).map(({ recorded_at: at, corrected_at: corrected }) => [at, corrected])).toEqual([
      [Date.UTC(2026, 2, 14, 12, 15, 0), Date.UTC(2026, 2, 14, 12, 13, 30)],
      [Date.UTC(2026, 2, 14, 8, 15, 0), Date.UTC(2026, 2, 14, 8, 15, 0)],
    ]);
    expect(test.openCase.cameras.list().map(({ name, timeZone }) => [name, timeZone])).toEqual([
      ['gate', 'America/New_York'],
      ['hall', 'UTC'],
    ]);
  });

  it('takes the time from EXIF where the name has none', async () => {
    const test = await testCase();
    const picture = (time: string): Promise<Buffer> =>
      sharp({ create: { width: 20, height: 40, channels: 3, background: time === '' ? 'red' : 'blue' } })
        .jpeg()
        .withExif({ IFD2: { DateTimeOriginal: time } })
        .toBuffer();
    await importAll(
      test,
      await makeFolder({
        'a.jpg': await picture('2026:07:14 08:15:02'),
        'b.jpg': await picture('2026:99:99 00:00:00'),
        'c.jpg': await crop(1),
      }),
      { camera: 'Phone' },
    );
    expect(
      storedCrops(test).map(({ camera, recorded_time: time, time_source: source }) => [camera, time, source]),
    ).toEqual([
      ['Phone', '2026-07-14T08:15:02', 'exif'],
      ['Phone', null, 'none'],
      ['Phone', null, 'none'],
    ]);
  });

  it('lists every bad file with its reason and imports the rest', async () => {
    const good = await crop(1, 64, 128);
    const folder = await makeFolder({
      'a good.jpg': good,
      'empty.jpg': '',
      'huge.png': Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), Buffer.alloc(400)]),
      'line\nbreak.jpg': await crop(3),
      'text.jpg': 'this is a text',
      'tiny.png': await sharp({ create: { width: 3, height: 3, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
      'truncated.jpg': good.subarray(0, good.length / 2),
      '=cmd.mp4': 'video',
    });
    if (process.platform !== 'win32') await symlink('/etc/hostname', join(folder, 'way out.jpg'));
    const test = await testCase();
    const batch = await importAll(test, folder);
    expect(batch).toMatchObject({
      state: 'done',
      imported: 2,
      rejected: process.platform === 'win32' ? 6 : 7,
    });
    expectConsistent(test, 2);
    const { total, rows } = test.imports.rejected(batch.id, { offset: 0, limit: 100 });
    expect(total).toBe(batch.rejected);
    expect(Object.fromEntries(rows.map(({ path, reason }) => [path, reason]))).toEqual({
      '=cmd.mp4': 'not-an-image',
      'empty.jpg': 'zero-bytes',
      'huge.png': 'truncated',
      'text.jpg': 'not-an-image',
      'tiny.png': 'too-small',
      'truncated.jpg': 'truncated',
      ...(process.platform === 'win32' ? {} : { 'way out.jpg': 'outside-folder' }),
    });
    expect(test.imports.rejected(batch.id, { offset: 1, limit: 2 }).rows).toEqual(rows.slice(1, 3));
    const csv = test.imports.rejectedCsv(batch.id);
    expect(csv.startsWith('\uFEFFpath,reason,detail\r\n')).toBe(true);
    expect(csv).toContain("'=cmd.mp4,not-an-image");
    expect(csv.trim().split('\r\n')).toHaveLength(1 + total);
  });

  it.skipIf(process.platform !== 'linux')('imports files whose names are not UTF-8, as copies', async () => {
    const folder = await makeFolder();
    await writeFile(
      Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9), Buffer.from('.jpg')]),
      await crop(1),
    );
    const test = await testCase();
    expect(await importAll(test, folder, { reference: true })).toMatchObject({ imported: 1 });
    expect(test.openCase.crops.mediaOf(1).storage).toBe('copy');
    expect(await importAll(test, folder)).toMatchObject({ imported: 0, alreadyPresent: 1 });
  });

  it('cuts crops out of frames, each frame hashed, and again adds nothing', async () => {
    const noise = Buffer.from(Array.from({ length: 200 * 120 * 3 }, (_, i) => (i * 2654435761) >>> 24));
    const frame = await sharp(noise, { raw: { width: 200, height: 120, channels: 3 } })
      .png()
      .toBuffer();
    const folder = await makeFolder({
      'img/000001.png': frame,
      'img/000002.png': frame.subarray(0, 900),
      'det.txt': '1,7,10,20,30,60,1\n1,8,190,20,30,60,1\n1,9,400,20,30,60,1\n2,7,10,20,30,60,1\n',
    });
    const test = await testCase();
    const request = {
      source: { kind: 'detections', path: join(folder, 'det.txt'), frames: join(folder, 'img') },
      options: importOptions.parse({ startTime: '2026-03-14T08:15:00', framesPerSecond: 10, camera: 'Hall' }),
    } as const;
    const { id } = await test.imports.start(request);
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({ imported: 2, rejected: 2 });
    expect(test.imports.rejected(id, { offset: 0, limit: 9 }).rows.map(({ reason }) => reason)).toEqual([
      'box-outside-frame',
      'truncated',
    ]);
    const detail = test.openCase.crops.detail(1, 'UTC');
    expect(detail).toMatchObject({
      camera: 'Hall',
      track: '7',
      frame: 1,
      box: { x: 10, y: 20, width: 30, height: 60 },
      timeSource: 'frame',
      recordedTime: '2026-03-14T08:15:00',
      format: 'png',
      storage: 'copy',
    });
    expect(detail.frameSha256).toMatch(/^[0-9a-f]{64}$/);
    const cut = await sharp(await test.openCase.media.readOriginal(test.openCase.crops.mediaOf(1)))
      .raw()
      .toBuffer();
    expect(
      cut.equals(await sharp(frame).extract({ left: 10, top: 20, width: 30, height: 60 }).raw().toBuffer()),
    ).toBe(true);
    expectConsistent(test, 2);
    await test.imports.start(request);
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({ imported: 0, alreadyPresent: 2, rejected: 2 });
  });

  it('of a folder without pictures is done at once', async () => {
    const test = await testCase();
    expect(await importAll(test, await makeFolder())).toMatchObject({ state: 'done', total: 0 });
  });
});

describe('a preview', () => {
  it('counts cameras, tracks and span, shows rejected names first, and writes nothing', async () => {
    const test = await testCase();
    test.openCase.cameras.ensure('cam-0', 'UTC');
    const folder = await makeFolder({
      ...(await crops(8)),
      'holiday.jpg': 'x',
      'cam-0_20260314-996161_1_1.jpg': 'x',
    });
    const before = test.openCase.db.prepare('SELECT count(*) FROM audit').pluck().get();
    const preview = await test.imports.preview(folderRequest(folder));
    expect(preview).toMatchObject({
      total: 10,
      pattern: 'descry',
      parsed: 8,
      rejected: 2,
      cameras: [
        { name: 'cam-0', crops: 4, known: true },
        { name: 'cam-1', crops: 4, known: false },
      ],
      span: { from: '2026-03-14T08:15:00', to: '2026-03-14T08:15:07' },
      tracks: 4,
    });
    expect(preview.rows.slice(0, 3).map(({ path, problem }) => [path, problem?.reason ?? null])).toEqual([
      ['cam-0_20260314-996161_1_1.jpg', 'time-impossible'],
      ['holiday.jpg', 'name-does-not-parse'],
      ['cam-0_20260314-081500_0_0.jpg', null],
    ]);
    expect(test.openCase.db.prepare('SELECT count(*) FROM audit').pluck().get()).toBe(before);
    expect(test.imports.list()).toEqual([]);
  });

  it('points at a mistake in the pattern, and so does a start', async () => {
    const test = await testCase();
    const request = folderRequest(await makeFolder(), { pattern: '{camera}_{persn}' });
    await expect(test.imports.preview(request)).rejects.toMatchObject({
      kind: 'invalid-input',
      detail: { column: 10 },
    });
    await expect(test.imports.start(request)).rejects.toMatchObject({
      kind: 'invalid-input',
      detail: { column: 10 },
    });
    expect(test.imports.list()).toEqual([]);
  });
});

describe('stopping and continuing', () => {
  it('pauses and resumes without losing or doubling anything', async () => {
    const test = await testCase({ model: new MeanColour(4, 15) });
    const { id } = await test.imports.start(folderRequest(await makeFolder(await crops(60))));
    await until(() => test.model.batches.length > 3);
    await expect(test.imports.start(folderRequest(await makeFolder()))).rejects.toMatchObject({
      kind: 'busy',
    });
    const paused = await test.imports.pause(id);
    expect(paused.state).toBe('paused');
    expect(paused.imported).toBeGreaterThan(0);
    expect(paused.imported).toBeLessThan(60);
    expectConsistent(test, paused.imported);
    await expect(test.imports.pause(id)).rejects.toMatchObject({ kind: 'invalid-input' });
    expect((await test.imports.resume(id)).state).toBe('running');
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({ state: 'done', total: 60, imported: 60 });
    expectConsistent(test, 60);
    await expect(test.imports.resume(id)).rejects.toMatchObject({ kind: 'invalid-input' });
    expect(test.openCase.audit.list({ limit: 4 }).map(({ action }) => action)).toEqual([
      'import-finished',
      'import-resumed',
      'import-paused',
      'import-started',
    ]);
  });

  it('cancels, keeps what was imported, and cannot be continued', async () => {
    const test = await testCase({ model: new MeanColour(4, 15) });
    const { id } = await test.imports.start(folderRequest(await makeFolder(await crops(60))));
    await until(() => test.model.batches.length > 3);
    const cancelled = await test.imports.cancel(id);
    expect(cancelled).toMatchObject({ state: 'cancelled', error: null });
    expect(cancelled.finishedAt).not.toBeNull();
    expectConsistent(test, cancelled.imported);
    await expect(test.imports.resume(id)).rejects.toMatchObject({ kind: 'invalid-input' });
    await expect(test.imports.cancel(id)).rejects.toMatchObject({ kind: 'invalid-input' });
  });

  it('paused before the scan is over, scans anew', async () => {
    const test = await testCase();
    const { id } = await test.imports.start(folderRequest(await makeFolder(await crops(10))));
    const paused = await test.imports.pause(id);
    expect(paused).toMatchObject({ state: 'paused', total: 0 });
    await test.imports.resume(id);
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({ state: 'done', imported: 10 });
  });

  it('continues by itself when the case was closed meanwhile', async () => {
    const first = await testCase({ model: new MeanColour(4, 15) });
    await first.imports.start(folderRequest(await makeFolder(await crops(40))));
    await until(() => first.model.batches.length > 2);
    await first.imports.stop();
    await expect(first.imports.start(folderRequest('/'))).rejects.toMatchObject({ kind: 'no-case' });
    first.openCase.close();
    const again = await testCase({ path: first.openCase.path });
    expect(again.imports.list()[0]).toMatchObject({ state: 'interrupted', error: null });
    again.imports.resumeInterrupted();
    await again.imports.idle();
    expect(again.imports.list()[0]).toMatchObject({ state: 'done', imported: 40 });
    expectConsistent(again, 40);
  });

  it('reads a half-written work list anew when the process died in the scan', async () => {
    const first = await testCase();
    const batches = new BatchRepository(first.openCase.db);
    const request = folderRequest(await makeFolder(await crops(6)));
    const id = batches.create('Tester', request.source, request.options);
    batches.addItems(id, 0, [{ path: 'cam-0_20260314-081500_0_0.jpg', plan: '{}', problem: null }]);
    first.openCase.close();
    const again = await testCase({ path: first.openCase.path });
    again.imports.resumeInterrupted();
    await again.imports.idle();
    expect(again.imports.list()[0]).toMatchObject({ state: 'done', total: 6, imported: 6 });
  });

  it('leaves out a file that ended the process each time that it was read', async () => {
    const first = await testCase();
    const batches = new BatchRepository(first.openCase.db);
    const files = await crops(3);
    const request = folderRequest(await makeFolder(files));
    const id = batches.create('Tester', request.source, request.options);
    batches.addItems(
      id,
      0,
      Object.keys(files)
        .sort()
        .map((path) => ({ path, plan: '{}', problem: null })),
    );
    batches.setState(id, 'running');
    batches.markTry(id, { sequence: 1, path: '', plan: '', tries: 1 });
    first.openCase.close();
    const again = await testCase({ path: first.openCase.path });
    again.imports.resumeInterrupted();
    await again.imports.idle();
    expect(again.imports.list()[0]).toMatchObject({ state: 'done', imported: 2, rejected: 1 });
    expect(again.imports.rejected(id, { offset: 0, limit: 9 }).rows).toMatchObject([
      { reason: 'unreadable', path: Object.keys(files).sort()[1] },
    ]);
  });

  it('lists files that went away between scan and reading', async () => {
    const test = await testCase({ model: new MeanColour(4, 15) });
    const files = await crops(100);
    const folder = await makeFolder(files);
    const { id } = await test.imports.start(folderRequest(folder));
    await until(() => test.model.batches.length > 1);
    await test.imports.pause(id);
    await unlink(join(folder, Object.keys(files).sort().at(-1)!));
    await test.imports.resume(id);
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({ state: 'done', imported: 99, rejected: 1 });
    expect(test.imports.rejected(id, { offset: 0, limit: 9 }).rows[0]?.reason).toBe('file-missing');
  });
});

describe('when the case fails', () => {
  it('is interrupted with a clear error when its folder is gone, and continues when it is back', async () => {
    const test = await testCase({ model: new MeanColour(4, 15) });
    const { id } = await test.imports.start(folderRequest(await makeFolder(await crops(60))));
    await until(() => test.model.batches.length > 2);
    const { path } = test.openCase;
    renameSync(path, `${path}.away`);
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({
      state: 'interrupted',
      error: expect.stringContaining('not there any more') as string,
    });
    expect(test.events.at(-1)?.batch.state).toBe('interrupted');
    expect(existsSync(path)).toBe(false);
    renameSync(`${path}.away`, path);
    await test.imports.resume(id);
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({ state: 'done', imported: 60, error: null });
    expectConsistent(test, 60);
  });

  it('is interrupted when the drive with the originals is gone, and rejects nothing for it', async () => {
    const test = await testCase({ model: new MeanColour(4, 15) });
    const folder = await makeFolder(await crops(60));
    const { id } = await test.imports.start(folderRequest(folder));
    await until(() => test.model.batches.length > 2);
    renameSync(folder, `${folder}.away`);
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({
      state: 'interrupted',
      rejected: 0,
      error: expect.stringContaining('Connect its drive') as string,
    });
    await test.imports.resume(id);
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({ state: 'interrupted', rejected: 0 });
    renameSync(`${folder}.away`, folder);
    await test.imports.resume(id);
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({ state: 'done', imported: 60, error: null });
    expectConsistent(test, 60);
  });

  it('is interrupted when the media folder cannot be written', async () => {
    const test = await testCase();
    const media = join(test.openCase.path, 'media');
    // A file where a folder must be made stops root as well.
    await rm(media, { recursive: true });
    await writeFile(media, '');
    const batch = await importAll(test, await makeFolder(await crops(3)));
    await rm(media);
    await mkdir(media);
    expect(batch).toMatchObject({ state: 'interrupted', imported: 0 });
  });

  it('is interrupted when the disk is full, whether a file or the database grows, and continues', async () => {
    const test = await testCase();
    const { db, media } = test.openCase;
    const folder = await makeFolder(await crops(30));
    const storeOriginal = media.storeOriginal.bind(media);
    let files = 0;
    media.storeOriginal = (...file) =>
      ++files > 12
        ? Promise.reject(toDescryError(Object.assign(new Error('full'), { code: 'ENOSPC' })))
        : storeOriginal(...file);
    const batch = await importAll(test, folder);
    expect(batch).toMatchObject({
      state: 'interrupted',
      error: expect.stringContaining('disk is full') as string,
    });
    media.storeOriginal = storeOriginal;
    const stored = batch.imported;
    expectConsistent(test, stored);
    const pages = db.pragma('max_page_count', { simple: true });
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true }) as number}`);
    await test.imports.resume(batch.id);
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({
      state: 'interrupted',
      error: expect.stringContaining('disk is full') as string,
    });
    expectConsistent(test, stored);
    db.pragma(`max_page_count = ${pages as number}`);
    await test.imports.resume(batch.id);
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({ state: 'done', imported: 30, error: null });
    expectConsistent(test, 30);
  });

  it('fails with the model’s own words when the model fails, and can be tried again', async () => {
    const model = new MeanColour();
    const test = await testCase({ model });
    const embed = model.embedImages.bind(model);
    model.embedImages = () => Promise.reject(new Error('the provider is lost'));
    const folder = await makeFolder(await crops(6));
    const batch = await importAll(test, folder);
    expect(batch).toMatchObject({ state: 'failed', imported: 0, error: 'the provider is lost' });
    expectConsistent({ ...test }, 0);
    model.embedImages = embed;
    await test.imports.resume(batch.id);
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({ state: 'done', imported: 6, error: null });
  });

  it('uses files again that were written before a crash and have no row', async () => {
    const test = await testCase();
    const folder = await makeFolder(await crops(3));
    await importAll(test, folder);
    const media = [...test.openCase.crops.allMedia()];
    test.openCase.db.exec(
      'DELETE FROM embeddings; DELETE FROM embedding_blocks; DELETE FROM import_items; DELETE FROM crops; DELETE FROM media',
    );
    await rm(test.openCase.media.originalPath(media[0]!));
    expect(await importAll(test, folder)).toMatchObject({ imported: 3 });
    expectConsistent(test, 3);
  });
});
