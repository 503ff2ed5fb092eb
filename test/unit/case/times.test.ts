import { describe, expect, it } from 'vitest';
import { fromInstant, resolveWallTime, toInstant } from '../../../src-main/engine/case/times.ts';

const berlin = 'Europe/Berlin';

describe('times', () => {
  it('reads a wall time in its zone, summer and winter', () => {
    expect(resolveWallTime('2026-07-01T12:00:00', berlin)).toEqual({ ms: Date.UTC(2026, 6, 1, 10) });
    expect(resolveWallTime('2026-01-01T12:00:00', berlin)).toEqual({ ms: Date.UTC(2026, 0, 1, 11) });
  });

  it('points out hours that daylight saving skips, and takes the earlier of those it repeats', () => {
    expect(resolveWallTime('2026-03-29T02:30:00', berlin)).toEqual({ problem: 'gap' });
    expect(resolveWallTime('2026-10-25T02:30:00', berlin)).toEqual({ ms: Date.UTC(2026, 9, 25, 0, 30) });
  });

  it.each(['2026-02-30T10:00:00', '2026-13-01T10:00:00', '2026-01-01T25:00:00', 'noon'])(
    'refuses %s',
    (text) => {
      expect(resolveWallTime(text, berlin)).toEqual({ problem: 'impossible' });
    },
  );

  it('writes instants with the offset of the zone at that time, and reads them back', () => {
    const ms = Date.UTC(2026, 6, 1, 10, 0, 0, 250);
    expect(toInstant(ms, berlin)).toBe('2026-07-01T12:00:00.250+02:00');
    expect(fromInstant(toInstant(ms, berlin))).toBe(ms);
    expect(() => fromInstant('2026-07-01T12:00:00')).toThrow(
      expect.objectContaining({ kind: 'invalid-input' }),
    );
  });
});
