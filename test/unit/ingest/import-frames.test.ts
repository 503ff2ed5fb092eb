import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { importOptions } from '../../../src-main/engine/ingest/schema.ts';
import { PictureThreads } from '../../../src-main/engine/ingest/pictures/picture-threads.ts';
import { testCase } from './case-folder.ts';
import { expectConsistent } from './import-checks.ts';
import { makeFolder } from './scan-folder.ts';

describe('an import of frames with detections', () => {
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

  it('gives each box the pixels of its own frame, whichever thread reads it', async () => {
    const shade = (number: number): number => 20 + number * 9;
    const files: Record<string, Buffer | string> = {};
    const rows: string[] = [];
    for (let number = 1; number <= 24; number++) {
      const background = { r: shade(number), g: 0, b: 255 - shade(number) };
      const name = `img/${String(number).padStart(6, '0')}.png`;
      files[name] = await sharp({ create: { width: 90, height: 60, channels: 3, background } })
        .png()
        .toBuffer();
      for (let box = 0; box < 3; box++) rows.push(`${number},${box},${20 * box},5,16,${30 + box},1`);
    }
    const folder = await makeFolder({ ...files, 'det.txt': rows.join('\n') });
    const threads = new PictureThreads(3);
    const test = await testCase({
      pictures: async (settings, clock) => {
        await threads.begin(settings, clock);
        return threads;
      },
    });
    await test.imports.start({
      source: { kind: 'detections', path: join(folder, 'det.txt'), frames: join(folder, 'img') },
      options: importOptions.parse({}),
    });
    await test.imports.idle();
    await threads.dispose();
    expect(test.imports.list()[0]).toMatchObject({ state: 'done', imported: 72 });
    expectConsistent(test, 72);
    for (let cropId = 1; cropId <= 72; cropId++) {
      const { frame, box } = test.openCase.crops.detail(cropId, 'UTC');
      expect([frame, box?.height]).toEqual([Math.ceil(cropId / 3), 30 + ((cropId - 1) % 3)]);
      expect(test.embeddings.vectorOf(1, cropId)?.[0]).toBeCloseTo(shade(frame ?? 0), 0);
    }
  });
});
