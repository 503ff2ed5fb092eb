import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { shownPicture } from '../../../src-main/engine/ingest/shown-picture.ts';
import { crop, crops, testCase } from './case-folder.ts';
import { expectConsistent, importAll, storedCrops } from './import-checks.ts';
import { makeFolder } from './scan-folder.ts';
import { storedVectors } from '../../support/vectors.ts';

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
    const { cropIds, vectors } = storedVectors(test.embeddings, 1);
    for (const [row, cropId] of cropIds.entries()) {
      const index = Number(/_(\d+)\.jpg$/.exec(stored[cropId - 1]!.file_name)![1]);
      expect(vectors[row]![0]).toBeCloseTo(index, -1);
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

  it('of a folder without pictures is done at once', async () => {
    const test = await testCase();
    expect(await importAll(test, await makeFolder())).toMatchObject({ state: 'done', total: 0 });
  });
});
