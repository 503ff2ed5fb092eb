import { Temporal } from 'temporal-polyfill';
import { DescryError } from '../errors.ts';

/** Milliseconds since 1970 UTC as ISO 8601 with the zone's offset at that time. */
export function toInstant(ms: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toString({
    timeZone,
    smallestUnit: ms % 1000 === 0 ? 'second' : 'millisecond',
  });
}

/** Milliseconds since 1970 UTC of an ISO 8601 time with an offset. @throws DescryError `invalid-input`. */
export function fromInstant(text: string): number {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch (error) {
    throw new DescryError(
      'invalid-input',
      `"${text}" is not a time with an offset (2026-03-14T08:15:02+01:00).`,
      { text },
      error,
    );
  }
}

/** Why a wall-clock time has no single instant in its zone. */
export type WallTimeProblem = 'impossible' | 'gap';

/**
 * The instant at which a clock in `timeZone` showed `wallTime`.
 * A time that daylight saving skips is a `gap`; one that it repeats is taken as the earlier of the two,
 * as a camera that follows the change would have shown it first.
 */
export function resolveWallTime(
  wallTime: string,
  timeZone: string,
): { ms: number } | { problem: WallTimeProblem } {
  let plain: Temporal.PlainDateTime;
  try {
    plain = Temporal.PlainDateTime.from(wallTime, { overflow: 'reject' });
  } catch {
    return { problem: 'impossible' };
  }
  const earlier = plain.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  if (!earlier.toPlainDateTime().equals(plain)) return { problem: 'gap' };
  return { ms: earlier.epochMilliseconds };
}
