import { existsSync, renameSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toDescryError } from '../../../src-main/engine/errors.ts';
import { LocalPictures, mediaOf } from '../../../src-main/engine/ingest/pictures/local-pictures.ts';
import { PictureThreads } from '../../../src-main/engine/ingest/pictures/picture-threads.ts';
import type { PictureSettings } from '../../../src-main/engine/ingest/pictures/pictures.ts';
import type { StageClock } from '../../../src-main/engine/ingest/progress-meter.ts';
import { crops, folderRequest, MeanColour, testCase } from './case-folder.ts';
import { expectConsistent, importAll, until } from './import-checks.ts';
import { makeFolder } from './scan-folder.ts';

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
    const folder = await makeFolder(await crops(240));
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
    expect(test.imports.list()[0]).toMatchObject({ state: 'done', imported: 240, error: null });
    expectConsistent(test, 240);
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
    let room = 12;
    const test = await testCase({
      pictures: (settings, clock) => {
        const media = mediaOf(settings);
        return LocalPictures.create(settings, clock, {
          storeThumbnail: (sha256, bytes) => media.storeThumbnail(sha256, bytes),
          storeOriginal: (sha256, extension, bytes) =>
            --room < 0
              ? Promise.reject(toDescryError(Object.assign(new Error('full'), { code: 'ENOSPC' })))
              : media.storeOriginal(sha256, extension, bytes),
        });
      },
    });
    const { db } = test.openCase;
    const folder = await makeFolder(await crops(30));
    const batch = await importAll(test, folder);
    expect(batch).toMatchObject({
      state: 'interrupted',
      error: expect.stringContaining('disk is full') as string,
    });
    room = Infinity;
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
      'DELETE FROM embeddings; DELETE FROM vector_pieces; DELETE FROM import_items; DELETE FROM crops; DELETE FROM media',
    );
    await rm(test.openCase.media.originalPath(media[0]!));
    expect(await importAll(test, folder)).toMatchObject({ imported: 3 });
    expectConsistent(test, 3);
  });

  it('fails when a thread that reads pictures ends, and can be tried again', async () => {
    const threads = new PictureThreads(1);
    const begin = (settings: PictureSettings, clock: StageClock): Promise<PictureThreads> =>
      threads.begin(settings, clock).then(() => threads);
    const test = await testCase({ model: new MeanColour(4, 15), pictures: begin });
    const { id } = await test.imports.start(folderRequest(await makeFolder(await crops(120))));
    await until(() => test.model.batches.length > 1);
    await threads.dispose();
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({
      state: 'failed',
      error: 'The reading of pictures was stopped.',
    });
    await test.imports.resume(id);
    await test.imports.idle();
    await threads.dispose();
    expect(test.imports.list()[0]).toMatchObject({ state: 'done', imported: 120, error: null });
    expectConsistent(test, 120);
  });
});
