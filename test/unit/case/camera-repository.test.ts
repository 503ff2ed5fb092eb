import { describe, expect, it } from 'vitest';
import { addCrops } from '../../support/crops.ts';
import { temporaryCase } from '../../support/temporary.ts';

describe('CameraRepository', () => {
  it('moves the corrected time with the clock offset and leaves the recorded time alone', () => {
    const openCase = temporaryCase();
    const [gate, yard] = addCrops(openCase, [
      { camera: 'gate', time: '2026-03-14T08:15:02' },
      { camera: 'yard', time: '2026-03-14T08:15:02' },
    ]);
    const { before, after } = openCase.cameras.change({
      name: 'gate',
      clockOffsetMs: 63_000,
      offsetMeasuredBy: 'R. Ward',
      offsetMeasuredAt: '2026-03-20T09:00:00+01:00',
    });
    expect(before.clockOffsetMs).toBe(0);
    expect(after).toMatchObject({
      clockOffsetMs: 63_000,
      offsetMeasuredBy: 'R. Ward',
      offsetMeasuredAt: '2026-03-20T08:00:00+00:00',
      crops: 1,
    });
    expect(openCase.crops.detail(gate!, 'Europe/Berlin')).toMatchObject({
      recordedTime: '2026-03-14T08:15:02',
      correctedTime: '2026-03-14T08:16:05+01:00',
      clockOffsetMs: 63_000,
    });
    expect(openCase.crops.detail(yard!, 'Europe/Berlin').correctedTime).toBe('2026-03-14T08:15:02+01:00');
  });

  it('reads the clock again in another zone; a time in a gap then has no instant', () => {
    const openCase = temporaryCase({ timeZone: 'UTC' });
    const [morning, gap] = addCrops(openCase, [
      { camera: 'gate', time: '2026-03-29T08:00:00' },
      { camera: 'gate', time: '2026-03-29T02:30:00' },
    ]);
    openCase.cameras.change({ name: 'gate', timeZone: 'Europe/Berlin' });
    expect(openCase.crops.detail(morning!, 'UTC').correctedTime).toBe('2026-03-29T06:00:00+00:00');
    expect(openCase.crops.detail(gap!, 'UTC')).toMatchObject({
      correctedTime: null,
      recordedTime: '2026-03-29T02:30:00',
    });
  });

  it('names a camera that is not there', () => {
    expect(() => temporaryCase().cameras.change({ name: 'roof' })).toThrow(
      expect.objectContaining({ kind: 'not-found' }),
    );
  });
});
