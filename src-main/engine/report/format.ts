/** A score with its fixed 4 decimals; never a per cent. */
export function formatScore(score: number): string {
  return score.toFixed(4).replace(/^-(0\.0000)$/, '$1');
}

/** `2026-03-14T08:15:02.5+01:00` as `2026-03-14 08:15:02.5 +01:00`. */
export function formatInstant(instant: string): string {
  return instant
    .replace('T', ' ')
    .replace(/Z$/, ' UTC')
    .replace(/([+-]\d\d:\d\d)$/, ' $1');
}

/** When somebody did something: as `formatInstant`, to the second. */
export function formatMoment(instant: string): string {
  return formatInstant(instant.replace(/\.\d+(?=Z|[+-])/, ''));
}

/** `2026-03-14T08:15:02` as `2026-03-14 08:15:02`. */
export function formatWallTime(time: string): string {
  return time.replace('T', ' ');
}

/** A clock offset with its sign: `+1 min 23 s`, `-1 h 0 min 0.5 s`, `0 s`. */
export function formatOffset(ms: number): string {
  if (ms === 0) return '0 s';
  const total = Math.abs(ms);
  const days = Math.floor(total / 86_400_000);
  const hours = Math.floor((total % 86_400_000) / 3_600_000);
  const minutes = Math.floor((total % 3_600_000) / 60_000);
  const seconds = (total % 60_000) / 1000;
  const parts = [
    days > 0 ? `${days} d` : '',
    days + hours > 0 ? `${hours} h` : '',
    days + hours + minutes > 0 ? `${minutes} min` : '',
    `${seconds} s`,
  ];
  return `${ms < 0 ? '-' : '+'}${parts.filter((part) => part !== '').join(' ')}`;
}

/** A count with thin groups as English writes it: `12,345`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-GB');
}

export function formatWeight(weight: number): string {
  return String(Math.round(weight * 10_000) / 10_000);
}
