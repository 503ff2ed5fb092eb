import { Temporal } from 'temporal-polyfill';
import { resolveWallTime, type WallTimeProblem } from '../case/times.ts';

const dayMs = 86_400_000;
const shape = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?$/;

/**
 * `resolveWallTime` for many crops: days on which the zone's offset does not change, which are nearly
 * all, are worked out with one subtraction. The answers are the same.
 */
export class WallClock {
  readonly #offsets = new Map<string, number | null>();

  resolve(wallTime: string, timeZone: string): { ms: number } | { problem: WallTimeProblem } {
    const parts = shape.exec(wallTime);
    if (!parts) return { problem: 'impossible' };
    const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((index) =>
      Number(parts[index] ?? 0),
    ) as [number, number, number, number, number, number];
    const utc = Date.UTC(year, month - 1, day, hour, minute, second, Number((parts[7] ?? '').padEnd(3, '0')));
    const date = new Date(utc);
    const valid =
      year >= 1000 &&
      date.getUTCMonth() === month - 1 &&
      date.getUTCDate() === day &&
      date.getUTCHours() === hour &&
      date.getUTCMinutes() === minute &&
      date.getUTCSeconds() === second;
    if (!valid) return { problem: 'impossible' };
    const offset = this.#offset(wallTime.slice(0, 10), timeZone);
    return offset === null ? resolveWallTime(wallTime, timeZone) : { ms: utc - offset };
  }

  /** The zone's offset all through a day, milliseconds; null on a day on which it changes. */
  #offset(date: string, timeZone: string): number | null {
    const key = `${date} ${timeZone}`;
    let offset = this.#offsets.get(key);
    if (offset === undefined) {
      const midnight = Date.parse(`${date}T00:00:00Z`);
      const zone = (ms: number): number =>
        Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;
      // A day of any zone lies within these 52 hours of UTC.
      const samples = [-14, -7, 0, 6, 12, 18, 24, 31, 38].map((hours) => zone(midnight + hours * 3_600_000));
      offset = samples.every((sample) => sample === samples[0]) ? samples[0]! : null;
      if (this.#offsets.size > 20_000) this.#offsets.clear();
      this.#offsets.set(key, offset);
    }
    return offset;
  }
}

/** What a clock in `timeZone` shows at an instant, ISO 8601 without an offset. */
export function toWallTime(ms: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(ms)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: ms % 1000 === 0 ? 'second' : 'millisecond' });
}

/** A written time: what a clock showed, or an exact instant where an offset is given with it. */
export type WrittenTime = { wall: string } | { instant: number };

/**
 * Reads a time as tables have it: `2026-03-14T08:15:02`, `2026-03-14 08:15:02.250`, `2026/03/14 08:15`,
 * `20260314-081502`, each with or without `Z` or an offset. The calendar is not checked here.
 * @returns null when it is none of these.
 */
export function readWrittenTime(text: string): WrittenTime | null {
  const parts =
    /^(\d{4})([-/.])(\d\d)\2(\d\d)[T ]+(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(
      text.trim(),
    ) ??
    /^(\d{4})()(\d\d)(\d\d)[-_T ]?(\d\d)(\d\d)(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/i.exec(
      text.trim(),
    );
  if (!parts) return null;
  const fraction = parts[8] ? `.${parts[8].slice(0, 3).padEnd(3, '0')}` : '';
  const wall = `${parts[1]}-${parts[3]}-${parts[4]}T${parts[5]}:${parts[6]}:${parts[7] ?? '00'}${fraction}`;
  if (!parts[9]) return { wall };
  const atUtc = new WallClock().resolve(wall, 'UTC');
  if ('problem' in atUtc) return { wall };
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(parts[9]);
  const minutes = offset ? (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) : 0;
  return Math.abs(minutes) * 60_000 < dayMs ? { instant: atUtc.ms - minutes * 60_000 } : null;
}
