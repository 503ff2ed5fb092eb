import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clockMilliseconds,
  clockText,
  offsetBetween,
  parseOffset,
  writeOffset,
} from '../../../src-renderer/routes/settings/clock.ts';

describe('the clock of a camera', () => {
  it('reads times without a zone', () => {
    expect(clockMilliseconds('1970-01-01 00:00:01')).toBe(1000);
    expect(clockMilliseconds('1970-01-01T00:00:00.5')).toBe(500);
    expect(clockMilliseconds(' 1970-01-02 00:00 ')).toBe(86_400_000);
  });

  it.each([
    '2026-02-30 10:00:00',
    '2026-13-01 10:00:00',
    '2026-03-14 24:00:00',
    '2026-03-14 10:60:00',
    '2026-03-14',
    '14.03.2026 10:00',
    '',
  ])('refuses %j', (text) => {
    expect(clockMilliseconds(text)).toBeNull();
  });

  it('writes what it reads', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (ms) => {
        expect(clockMilliseconds(clockText(ms))).toBe(ms);
      }),
    );
  });

  it('gives the offset that is added to the reading', () => {
    expect(offsetBetween('2026-03-14 08:15:02', '2026-03-14 09:17:07')).toBe(3_725_000);
    expect(offsetBetween('2026-01-01 00:00:10', '2025-12-31 23:59:50')).toBe(-20_000);
    expect(offsetBetween('2026-03-14 08:15:02', '')).toBeNull();
  });
});

describe('offsets', () => {
  it.each([
    ['+1:02:05', 3_725_000],
    ['-42', -42_000],
    ['−0:42', -42_000],
    ['90.5', 90_500],
    ['2:30', 150_000],
    ['0', 0],
    ['-0', 0],
    ['1,25', 1250],
  ])('%s', (text, ms) => {
    expect(parseOffset(text)).toBe(ms);
  });

  it.each(['', '1:75', '1:60:00', 'an hour', '1:2:3:4', '--5'])('refuses %j', (text) => {
    expect(parseOffset(text)).toBeNull();
  });

  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000_000_000, max: 10_000_000_000 }), (ms) => {
        expect(parseOffset(writeOffset(ms))).toBe(ms);
      }),
    );
  });
});
