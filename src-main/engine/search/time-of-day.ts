import { Temporal } from 'temporal-polyfill';

const day = 86_400_000;

/**
 * SQL for the milliseconds since local midnight of `column` (milliseconds since 1970 UTC) as a wall clock
 * in `timeZone` shows them. The zone's changes within the span become branches, so that each time gets
 * the offset that was in force.
 */
export function localTimeOfDaySql(
  column: string,
  timeZone: string,
  span: { from: number; to: number },
): string {
  return `((${column} + ${offsetSql(column, timeZone, span)}) % ${day} + ${day}) % ${day}`;
}

/** SQL for the zone's offset from UTC in milliseconds at `column`. */
function offsetSql(column: string, timeZone: string, span: { from: number; to: number }): string {
  const branches: string[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(span.from).toZonedDateTimeISO(timeZone);
  let offset = at.offsetNanoseconds / 1e6;
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (!next || next.epochMilliseconds > span.to) break;
    branches.push(`WHEN ${column} < ${next.epochMilliseconds} THEN ${offset}`);
    at = next;
    offset = next.offsetNanoseconds / 1e6;
  }
  return branches.length === 0 ? `${offset}` : `CASE ${branches.join(' ')} ELSE ${offset} END`;
}

/** Milliseconds since midnight of `HH:mm`. */
export function parseTimeOfDay(text: string): number {
  const [hours, minutes] = text.split(':');
  return (Number(hours) * 60 + Number(minutes)) * 60_000;
}
