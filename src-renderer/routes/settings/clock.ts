/**
 * Times of a camera's clock, without a zone: both readings of a comparison are taken on the same wall,
 * so the offset is their plain difference, whatever the zone.
 */

/** Milliseconds of `2026-03-14 08:15:02` on a clock without a zone; null when it is no such time. */
export function clockMilliseconds(text: string): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)[T ]+(\d\d):(\d\d)(?::(\d\d)(\.\d{1,3})?)?$/.exec(text.trim());
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Date.UTC(year, month - 1, day, hour, minute, second) + Math.round(Number(match[7] ?? 0) * 1000);
  const back = new Date(ms);
  const same =
    back.getUTCMonth() === month - 1 &&
    back.getUTCDate() === day &&
    back.getUTCHours() === hour &&
    minute < 60 &&
    second < 60;
  return same ? ms : null;
}

/** The text of such a time: `2026-03-14 08:15:02`, with milliseconds only where there are some. */
export function clockText(ms: number): string {
  const text = new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
  return text.endsWith('.000') ? text.slice(0, -4) : text;
}

/** What has to be added to the clock's reading to get the true time; null while one of them cannot be read. */
export function offsetBetween(displayed: string, truth: string): number | null {
  const shown = clockMilliseconds(displayed);
  const real = clockMilliseconds(truth);
  return shown === null || real === null ? null : real - shown;
}

/**
 * Reads an offset: `+1:02:05`, `-42`, `-0:42`, `90.5` (seconds without a colon; minutes and seconds with
 * one; hours, minutes and seconds with two). Null when it is none of these.
 */
export function parseOffset(text: string): number | null {
  const match = /^([+\-−])?\s*(?:(?:(\d{1,5}):)?(\d{1,5}):)?(\d{1,9})([.,]\d{1,3})?$/.exec(text.trim());
  if (!match) return null;
  const [, sign, hours, minutes, seconds, fraction] = match;
  if (minutes !== undefined && (Number(seconds) > 59 || (hours !== undefined && Number(minutes) > 59)))
    return null;
  const whole = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds);
  const ms = whole * 1000 + Math.round(Number((fraction ?? '0').replace(',', '.')) * 1000);
  return sign === '-' || sign === '−' ? 0 - ms : ms;
}

/** An offset in the form that `parseOffset` reads: `+1:02:05`, `-0:00:42.5`. */
export function writeOffset(ms: number): string {
  const total = Math.abs(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const fraction = total % 1000 === 0 ? '' : `.${String(total % 1000).padStart(3, '0')}`;
  const seconds = Math.floor(total / 1000);
  return `${ms < 0 ? '-' : '+'}${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}`;
}
