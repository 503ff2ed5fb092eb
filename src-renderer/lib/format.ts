/** Numbers, sizes and times as every page writes them: English, unambiguous, figures of one width. */

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `12,345`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** `1 crop`, `12,345 crops`. */
export function formatCounted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `640 B`, `12.3 kB`, `1.2 GB` (powers of 1000). */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${step === 0 ? whole.format(value) : value.toFixed(value < 10 ? 1 : 0)} ${units[step]}`;
}

/** `45 s`, `3 min 20 s`, `2 h 05 min`; for how long something takes. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  formats.set(timeZone, format);
  return format;
}

/** Date `2026-03-14`, time `08:15:02` and offset `+01:00` of an instant in a zone. */
export function partsIn(instant: string, timeZone: string): { date: string; time: string; offset: string } {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(new Date(instant))
      .map(({ type, value }) => [type, value]),
  );
  const offset = (parts['timeZoneName'] ?? 'GMT').replace('GMT', '');
  return {
    date: `${parts['year']}-${parts['month']}-${parts['day']}`,
    time: `${parts['hour']}:${parts['minute']}:${parts['second']}`,
    offset: offset === '' ? '+00:00' : offset,
  };
}

/** `2026-03-14 08:15:02` in the zone. */
export function formatInstant(instant: string, timeZone: string): string {
  const { date, time } = partsIn(instant, timeZone);
  return `${date} ${time}`;
}

/** `2026-03-14 08:15:02 +01:00` in the zone. */
export function formatInstantWithOffset(instant: string, timeZone: string): string {
  const { date, time, offset } = partsIn(instant, timeZone);
  return `${date} ${time} ${offset}`;
}

/** What a clock showed: `2026-03-14T08:15:02` becomes `2026-03-14 08:15:02`. */
export function formatWallTime(wallTime: string): string {
  return wallTime.replace('T', ' ');
}

/** A clock offset with its sign: `+1 h 02 min 05.5 s`, `−12 s`, `none`. */
export function formatOffset(milliseconds: number): string {
  if (milliseconds === 0) return 'none';
  const sign = milliseconds < 0 ? '−' : '+';
  let rest = Math.abs(milliseconds);
  const parts: string[] = [];
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  if (rest > 0 || parts.length === 0) parts.push(`${rest / 1000} s`);
  return `${sign}${parts.join(' ')}`;
}

/** Similarity as lists and reports print it. */
export function formatScore(score: number): string {
  return score.toFixed(4);
}

/** The last part of a path, whatever the platform. */
export function baseName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
}

/** A fingerprint in groups of four digits, as people read it aloud. */
export function groupedFingerprint(fingerprint: string): string {
  return fingerprint.match(/.{1,4}/g)?.join(' ') ?? fingerprint;
}
