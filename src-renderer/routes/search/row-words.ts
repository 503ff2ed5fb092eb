import type { CropSummary } from '../../../src-main/api/types.ts';
import { formatScore } from '../../lib/format.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `14 Mar 08:15:02`, from an ISO 8601 time whose offset is already the case's. */
export function shortTime(time: string | null): string {
  const parts = time === null ? null : /^\d{4}-(\d\d)-(\d\d)T(\d\d:\d\d)(:\d\d)?/.exec(time);
  if (!parts) return 'No time';
  return `${Number(parts[2])} ${months[Number(parts[1]) - 1] ?? ''} ${parts[3]}${parts[4] ?? ''}`;
}

/** What a picture shows, for screen readers: rank and score where there are any, camera, time, verdict. */
export function describeRow(row: CropSummary & { rank?: number; score?: number }): string {
  return [
    row.rank === undefined ? '' : `Rank ${row.rank}`,
    row.score === undefined ? '' : `score ${formatScore(row.score)}`,
    row.camera === null ? 'camera unknown' : `camera ${row.camera}`,
    row.correctedTime === null ? 'time unknown' : shortTime(row.correctedTime),
    row.track === null ? '' : `track ${row.track}`,
    row.verdict === null ? '' : `marked ${row.verdict}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}
