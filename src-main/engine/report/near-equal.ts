import type { ScoreDistribution } from '../search/schema.ts';

/**
 * Difference below which the order of two rows says nothing: a tenth of the standard deviation of all
 * searched scores. A convention of the report, which the report states; the published systems give none.
 */
export function scoreNoise(distribution: Pick<ScoreDistribution, 'standardDeviation'>): number {
  return distribution.standardDeviation / 10;
}

/**
 * For each of the scores, which fall, the first and last rank (from 1) within `noise` of it, or null
 * when it stands alone. Neighbours beyond the reported rows count when their scores are given.
 */
export function nearEqualRanks(
  scores: readonly number[],
  noise: number,
): ({ from: number; to: number } | null)[] {
  const ranges: ({ from: number; to: number } | null)[] = [];
  let first = 0;
  let last = 0;
  scores.forEach((score, i) => {
    while (scores[first]! - score >= noise && first < i) first++;
    last = Math.max(last, i);
    while (last + 1 < scores.length && score - scores[last + 1]! < noise) last++;
    ranges.push(first === last ? null : { from: first + 1, to: last + 1 });
  });
  return ranges;
}
