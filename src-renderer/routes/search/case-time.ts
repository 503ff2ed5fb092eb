import { Temporal } from 'temporal-polyfill';

/** What a clock in the zone shows at an instant, as a date-and-time field takes it (`2026-03-14T08:15`). */
export function wallTimeOf(instant: string, timeZone: string): string {
  return Temporal.Instant.from(instant)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' });
}

/**
 * The instant of a date-and-time field in the zone, or null when the field is empty or unfinished.
 * A time that daylight saving skips counts as the moment after the gap, one that it repeats as the first.
 */
export function instantOf(wallTime: string, timeZone: string): string | null {
  try {
    return Temporal.PlainDateTime.from(wallTime).toZonedDateTime(timeZone).toInstant().toString();
  } catch {
    return null;
  }
}
