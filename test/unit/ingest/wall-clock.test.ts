import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveWallTime } from '../../../src-main/engine/case/times.ts';
import { readWrittenTime, toWallTime, WallClock } from '../../../src-main/engine/ingest/wall-clock.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
  'America/St_Johns',
];
const pad = (value: number, length = 2): string => String(value).padStart(length, '0');

describe('the fast clock', () => {
  const clock = new WallClock();

  it('agrees with the exact one for any date, possible or not', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.record({
          y: fc.integer({ min: 1970, max: 2099 }),
          m: fc.integer({ min: 0, max: 13 }),
          d: fc.integer({ min: 0, max: 32 }),
          h: fc.integer({ min: 0, max: 25 }),
          i: fc.integer({ min: 0, max: 61 }),
          s: fc.integer({ min: 0, max: 59 }),
        }),
        (zone, { y, m, d, h, i, s }) => {
          const time = `${y}-${pad(m)}-${pad(d)}T${pad(h)}:${pad(i)}:${pad(s)}`;
          expect(clock.resolve(time, zone)).toEqual(resolveWallTime(time, zone));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('agrees with the exact one in every quarter of an hour of the days of a change', () => {
    const days: [string, string][] = [
      ['Europe/Berlin', '2026-03-29'],
      ['Europe/Berlin', '2026-10-25'],
      ['America/New_York', '2026-03-08'],
      ['Australia/Lord_Howe', '2026-10-04'],
      ['Pacific/Apia', '2011-12-30'],
      ['Pacific/Apia', '2011-12-31'],
    ];
    for (const [zone, day] of days) {
      for (let quarter = 0; quarter < 96; quarter++) {
        const time = `${day}T${pad(Math.floor(quarter / 4))}:${pad((quarter % 4) * 15)}:07.250`;
        expect(clock.resolve(time, zone), `${zone} ${time}`).toEqual(resolveWallTime(time, zone));
      }
    }
    expect(clock.resolve('2026-03-29T02:30:00', 'Europe/Berlin')).toEqual({ problem: 'gap' });
    expect(clock.resolve('2026-02-30T12:00:00', 'Europe/Berlin')).toEqual({ problem: 'impossible' });
    expect(clock.resolve('soon', 'UTC')).toEqual({ problem: 'impossible' });
  });

  it('shows an instant as a clock in the zone did', () => {
    const ms = Date.UTC(2026, 2, 14, 7, 15, 2);
    expect(toWallTime(ms, 'Europe/Berlin')).toBe('2026-03-14T08:15:02');
    expect(toWallTime(ms + 40, 'Asia/Kolkata')).toBe('2026-03-14T12:45:02.040');
  });
});

describe('written times', () => {
  it.each([
    ['2026-03-14T08:15:02', { wall: '2026-03-14T08:15:02' }],
    ['2026-03-14 08:15', { wall: '2026-03-14T08:15:00' }],
    ['2026/03/14 08:15:02.5', { wall: '2026-03-14T08:15:02.500' }],
    ['2026.03.14 08:15:02,123456', { wall: '2026-03-14T08:15:02.123' }],
    ['20260314-081502', { wall: '2026-03-14T08:15:02' }],
    ['20260314081502', { wall: '2026-03-14T08:15:02' }],
    ['2026-03-14T08:15:02Z', { instant: Date.UTC(2026, 2, 14, 8, 15, 2) }],
    ['2026-03-14T08:15:02+01:00', { instant: Date.UTC(2026, 2, 14, 7, 15, 2) }],
    ['2026-03-14 08:15:02 -0530', { instant: Date.UTC(2026, 2, 14, 13, 45, 2) }],
    ['2026-13-45T25:61:61', { wall: '2026-13-45T25:61:61' }],
    ['14.03.2026 08:15', null],
    ['03/14/2026', null],
    ['noon', null],
    ['', null],
  ])('%s', (text, expected) => {
    expect(readWrittenTime(text)).toEqual(expected);
  });

  it('any text is read or refused', () => {
    fc.assert(fc.property(fc.string(), (text) => void readWrittenTime(text)));
  });
});
