import { Temporal } from 'temporal-polyfill';

/** What a clock in the zone shows at an instant, as the time fields write it (`2026-03-14 08:15`). */
export function wallTimeOf(instant: string, timeZone: string): string {
  const { second } = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone);
  return Temporal.Instant.from(instant)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: second === 0 ? 'minute' : 'second' })
    .replace('T', ' ');
}

/**
 * The instant of what was typed into a time field (`2026-03-14 08:15`, or a date alone for its
 * beginning), or null when it is not a time. A time that daylight saving skips counts as the moment
 * after the gap, one that it repeats as the first.
 */
export function instantOf(typed: string, timeZone: string): string | null {
  const text = typed.trim().replace(/\s+/, 'T');
  if (!/^\d{4}-\d\d-\d\d(T\d\d?:\d\d(:\d\d)?)?$/.test(text)) return null;
  const padded = text.replace(/T(\d):/, 'T0$1:');
  try {
    return Temporal.PlainDateTime.from(padded, { overflow: 'reject' })
      .toZonedDateTime(timeZone)
      .toInstant()
      .toString();
  } catch {
    return null;
  }
}

/** A time of day as it was typed (`8:05`, `0805`, `22`), as `HH:mm`, or null. */
export function timeOfDayOf(typed: string): string | null {
  const [, hours, minutes = '00'] = /^(\d\d?)(?::?(\d\d))?$/.exec(typed.trim()) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return null;
  return `${hours.padStart(2, '0')}:${minutes}`;
}
