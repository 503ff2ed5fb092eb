import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DescryError } from '../../../src-main/engine/errors.ts';
import type { PlannedItem } from '../../../src-main/engine/ingest/plan.ts';
import type { ImportOptions } from '../../../src-main/engine/ingest/schema.ts';
import { readCoco } from '../../../src-main/engine/ingest/sources/coco.ts';
import { readMot } from '../../../src-main/engine/ingest/sources/mot.ts';
import { makeFolder, scanAll } from './scan-folder.ts';

async function scanDetections(
  text: string,
  options: Partial<ImportOptions> = {},
  frames = ['000001.jpg', '000002.jpg', '000011.jpg'],
): Promise<PlannedItem[]> {
  const folder = await makeFolder(Object.fromEntries(frames.map((frame) => [`img1/${frame}`, ''])));
  await writeFile(join(folder, 'det'), text);
  return scanAll({ kind: 'detections', path: join(folder, 'det'), frames: join(folder, 'img1') }, options);
}

describe('MOTChallenge text', () => {
  it('becomes crops, frame by frame, with track and time', async () => {
    const items = await scanDetections(
      '11,3,10,20,30.5,60,1,-1,-1,-1\n1,3,12,20,30,60,1,-1,-1,-1\r\n1 , 4 , 1 , 2 , 30 , 60 , 1\n',
      {
        startTime: '2026-03-14T08:15:00',
        framesPerSecond: 25,
        camera: 'Hall',
      },
    );
    expect(
      items.map(({ path, plan, problem }) => [
        path,
        plan.track,
        plan.frame,
        plan.time,
        plan.timeSource,
        plan.camera,
        problem,
      ]),
    ).toEqual([
      ['000001.jpg', '3', 1, '2026-03-14T08:15:00', 'frame', 'Hall', null],
      ['000001.jpg', '4', 1, '2026-03-14T08:15:00', 'frame', 'Hall', null],
      ['000011.jpg', '3', 11, '2026-03-14T08:15:00.400', 'frame', 'Hall', null],
    ]);
    expect(items[2]?.plan.box).toEqual({ x: 10, y: 20, width: 30.5, height: 60 });
  });

  it('counts time over a change of the clocks', async () => {
    const items = await scanDetections('1,1,1,1,30,60,1\n11,1,1,1,30,60,1', {
      startTime: '2026-03-29T01:59:59',
      framesPerSecond: 1,
    });
    expect(items.map(({ plan }) => plan.time)).toEqual(['2026-03-29T01:59:59', '2026-03-29T03:00:09']);
  });

  it('takes people only, leaves out weak boxes, and has no track for plain detections', async () => {
    const ground = await scanDetections('1,1,1,1,30,60,1,1,0.9\n1,2,1,1,30,60,1,3,1\n1,5,9,9,30,60,1,7,1\n');
    expect(ground.map(({ plan }) => plan.track)).toEqual(['1', '5']);
    const plain = await scanDetections('1,-1,1,1,30,60,0.9\n1,-1,9,1,30,60,0.3\n', {
      minimumConfidence: 0.5,
    });
    expect(plain.map(({ plan }) => [plan.track, plan.box?.x])).toEqual([[null, 1]]);
  });

  it('rejects lines, missing frames and repeated boxes one by one', async () => {
    const items = await scanDetections(
      '1,1,1,1,30,60,1\n1,1,1,1,30,60,1\n99,1,1,1,30,60,1\n1,1,1,1,0,60,1\nx,y,z\n1,1,a,1,30,60,1\n',
    );
    expect(items.map(({ path, problem }) => [path, problem?.reason ?? null])).toEqual([
      ['000001.jpg', null],
      ['000001.jpg', 'duplicate-row'],
      ['frame 99', 'file-missing'],
      ['line 4', 'invalid-row'],
      ['line 5', 'invalid-row'],
      ['line 6', 'invalid-row'],
    ]);
  });

  it('is refused with a clear message when nothing can come of it', async () => {
    await expect(scanDetections('hello\n')).rejects.toThrow(/MOTChallenge/);
    await expect(scanDetections('1,1,1,1,30,60,0.2', { minimumConfidence: 0.5 })).rejects.toThrow(
      /confidence 0.5/,
    );
    await expect(scanDetections('1,1,1,1,30,60,1', { startTime: '2026-03-14T08:00:00' })).rejects.toThrow(
      /frames a second/,
    );
    await expect(
      scanDetections('1,1,1,1,30,60,1', { startTime: '2026-03-29T02:30:00', framesPerSecond: 5 }),
    ).rejects.toThrow(/put forward/);
  });

  it('any text is read or refused', () => {
    const line = fc.oneof(
      fc.string(),
      fc
        .array(fc.oneof(fc.double(), fc.integer(), fc.constantFrom('', 'NaN', '1e999')), { maxLength: 11 })
        .map((values) => values.join(',')),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
        try {
          for (const { box, frame } of readMot(lines.join('\n')).detections) {
            expect(
              Object.values(box).every(Number.isFinite) &&
                box.width > 0 &&
                box.height > 0 &&
                Number.isSafeInteger(frame),
            ).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(DescryError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('COCO JSON', () => {
  const file = {
    images: [
      { id: 1, file_name: 'gate_20260314-081502_0_1.jpg', frame_id: 5 },
      { id: 2, file_name: '../secret.jpg' },
    ],
    categories: [
      { id: 1, name: 'Person' },
      { id: 2, name: 'car' },
    ],
    annotations: [
      { image_id: 1, category_id: 1, bbox: [1, 2, 30, 60], track_id: 9, score: 0.8 },
      { image_id: 1, category_id: 2, bbox: [1, 2, 30, 60] },
      { image_id: 1, category_id: 1, bbox: [1, 2, 30, 60], iscrowd: 1 },
      { image_id: 2, category_id: 1, bbox: [1, 2, 30, 60] },
      { image_id: 7, category_id: 1, bbox: [1, 2, 30, 60] },
      { image_id: 1, category_id: 1, bbox: [1, 2, -3, 60] },
    ],
  };

  it('becomes crops of people, with camera and time from the frame’s name', async () => {
    const items = await scanDetections(JSON.stringify(file), {}, ['gate_20260314-081502_0_1.jpg']);
    expect(
      items.map(({ path, plan, problem }) => [
        path,
        plan.camera,
        plan.time,
        plan.frame,
        plan.track,
        problem?.reason ?? null,
      ]),
    ).toEqual([
      ['../secret.jpg', null, null, null, null, 'outside-folder'],
      ['gate_20260314-081502_0_1.jpg', 'gate', '2026-03-14T08:15:02', 5, '9', null],
      ['annotation 5', null, null, null, null, 'invalid-row'],
      ['annotation 6', null, null, null, null, 'invalid-row'],
    ]);
  });

  it('is refused with a clear message when it is something else', () => {
    expect(() => readCoco('{')).toThrow(/not valid JSON/);
    expect(() => readCoco('[]')).toThrow(/not COCO JSON/);
    expect(() => readCoco('[{"image_id":1,"bbox":[1,2,3,4]}]')).toThrow(/results alone/);
    expect(() => readCoco('{"images":[],"annotations":[],"categories":[{"id":1,"name":"car"}]}')).toThrow(
      /Found: car/,
    );
  });

  it('any JSON is read or refused', () => {
    const loose = fc.record(
      {
        images: fc.array(fc.record({ id: fc.jsonValue(), file_name: fc.jsonValue() })),
        annotations: fc.array(
          fc.record({ image_id: fc.jsonValue(), bbox: fc.jsonValue(), category_id: fc.jsonValue() }),
        ),
        categories: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), loose), (value) => {
        try {
          readCoco(JSON.stringify(value));
        } catch (error) {
          expect(error).toBeInstanceOf(DescryError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
