import type { ScoreDistribution } from '../search/schema.ts';

/**
 * Difference below which the order of two rows says nothing: a tenth of the standard deviation of all
 * searched scores. A convention of the report, which the report states; the published systems give none.
 */
export function scoreNoise(distribution: Pick<ScoreDistribution, 'standardDeviation'>): number {
  return distribution.standardDeviation / 10;
}

/**
 * The first and last rank (from 1) within `noise` of a row's score, or null when it stands alone.
 * @param scores of the whole list, which fall: neighbours beyond the reported rows count.
 * @param place of the row, from 0.
 */
export function nearEqualRange(
  scores: ArrayLike<number>,
  place: number,
  noise: number,
): { from: number; to: number } | null {
  const score = scores[place]!;
  const first = firstPlace(0, place, (i) => scores[i]! - score < noise);
  const behind = firstPlace(place + 1, scores.length, (i) => !(score - scores[i]! < noise));
  return behind - first < 2 ? null : { from: first + 1, to: behind };
}

/** The first place from `low` on at which `holds`, which once it holds goes on to; `high` when it never does. */
function firstPlace(low: number, high: number, holds: (place: number) => boolean): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
