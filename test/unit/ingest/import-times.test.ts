import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { crop, testCase } from './case-folder.ts';
import { importAll, storedCrops } from './import-checks.ts';
import { makeFolder } from './scan-folder.ts';

describe('the times of imported crops', () => {
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
});
