import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Preprocessor } from '../../../src-main/engine/inference/preprocess.ts';
import { decodeImage } from '../../../src-main/engine/ingest/decode.ts';
import { ImageRejection } from '../../../src-main/engine/ingest/image-rejection.ts';
import { PictureThreads } from '../../../src-main/engine/ingest/pictures/picture-threads.ts';
import type { PictureSettings } from '../../../src-main/engine/ingest/pictures/pictures.ts';
import { PixelSlots } from '../../../src-main/engine/ingest/pictures/pixel-slots.ts';
import { emptyPlan } from '../../../src-main/engine/ingest/plan.ts';
import { StageClock } from '../../../src-main/engine/ingest/progress-meter.ts';
import { crop, MeanColour } from './case-folder.ts';
import { makeFolder } from './scan-folder.ts';

const { image } = new MeanColour().manifest;
const slots = new PixelSlots(image);
const threads = new PictureThreads(2);
let settings: PictureSettings;
let clock: StageClock;

beforeEach(async () => {
  const casePath = await makeFolder({ 'case.sqlite': 'stands for a database' });
  const root = await realpath(await makeFolder({ 'a.jpg': await crop(1), 'b.jpg': await crop(2, 300, 500) }));
  settings = { root, casePath, image, reference: false, exif: true, caseKey: null };
  clock = new StageClock();
  await threads.begin(settings, clock);
});
afterAll(() => threads.dispose());

describe('the threads that read pictures', () => {
  it('hash a file, and write what the model reads of it into memory that both sides see', async () => {
    const bytes = await readFile(join(settings.root, 'b.jpg'));
    const opened = await threads.open('b.jpg', emptyPlan);
    expect(opened.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    const pixels = slots.take();
    const { media, exifTime } = await opened.read(pixels);
    expect(pixels).toEqual(new Preprocessor(image).run(await decodeImage(bytes)));
    expect(media).toEqual({
      sha256: opened.sha256,
      bytes: bytes.length,
      format: 'jpeg',
      width: 300,
      height: 500,
      storage: 'copy',
      storedPath: `${opened.sha256.slice(0, 2)}/${opened.sha256}.jpg`,
    });
    expect(exifTime).toBeNull();
    expect(await readFile(join(settings.casePath, 'media', media.storedPath))).toEqual(bytes);
    for (const stage of ['hash', 'decode', 'thumbnail', 'preprocess', 'store'] as const)
      expect(clock.times[stage], stage).toBeGreaterThan(0);
  });

  it('write a lost copy again without decoding, and nothing for what is dropped', async () => {
    const opened = await threads.open('a.jpg', emptyPlan);
    const copy = join(settings.casePath, 'media', opened.sha256.slice(0, 2), `${opened.sha256}.jpg`);
    (await threads.open('a.jpg', emptyPlan)).drop();
    expect(existsSync(copy)).toBe(false);
    expect(await opened.keep('.jpg')).toBeNull();
    expect(existsSync(copy)).toBe(true);
    expect(clock.times.decode).toBe(0);
  });

  it('pass on why a file is rejected, and go on with the next', async () => {
    await writeFile(join(settings.root, 'text.jpg'), 'a text');
    const text = await threads.open('text.jpg', emptyPlan);
    const pixels = slots.take();
    const error: unknown = await text.read(pixels).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ImageRejection);
    expect(error).toMatchObject({ reason: 'not-an-image', message: 'The file is a text.' });
    await expect(threads.open('absent.jpg', emptyPlan)).rejects.toMatchObject({ reason: 'file-missing' });
    const sound = await threads.open('a.jpg', emptyPlan);
    await expect(sound.read(pixels)).resolves.toMatchObject({ media: { format: 'jpeg' } });
  });

  it('pass on that the case is gone, and build no ghost of it', async () => {
    const opened = await threads.open('a.jpg', emptyPlan);
    await rename(settings.casePath, `${settings.casePath}.away`);
    await expect(opened.read(slots.take())).rejects.toMatchObject({ kind: 'case-gone' });
    expect(existsSync(settings.casePath)).toBe(false);
  });

  it('hold nothing of the import before', async () => {
    const opened = await threads.open('a.jpg', emptyPlan);
    await threads.begin(settings, new StageClock());
    await expect(opened.read(slots.take())).rejects.toMatchObject({ kind: 'internal' });
  });
});
