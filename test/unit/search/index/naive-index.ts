import type { RankingQuery } from '../../../../src-main/engine/search/exact-score.ts';

/**
 * The reference: one crop after the other in float64, sums in the documented order, a comparing sort.
 * @param stored vectors by crop id.
 * @returns the `k` best of `cropIds` (null means all) with their scores.
 */
export function naiveSearch(
  stored: ReadonlyMap<number, ArrayLike<number>>,
  query: RankingQuery,
  cropIds: Iterable<number> | null,
  k: number,
): [cropId: number, score: number][] {
  const searched = cropIds === null ? [...stored.keys()] : [...cropIds].filter((id) => stored.has(id));
  return searched
    .map((id): [number, number] => [id, naiveScore(query, stored.get(id)!)])
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, k);
}

export function naiveScore(query: RankingQuery, vector: ArrayLike<number>): number {
  let score = dot(query.vector, vector);
  for (const term of query.avoid)
    score -= term.strength * Math.max(0, dot(term.vector, vector) - term.background);
  return score + 0;
}

function dot(query: Float64Array, vector: ArrayLike<number>): number {
  const sums: [number, number, number, number] = [0, 0, 0, 0];
  const whole = query.length - (query.length % 4);
  query.forEach((value, i) => {
    const sum = i < whole ? i % 4 : 0;
    sums[sum as 0 | 1 | 2 | 3] += value * Math.fround(vector[i]!);
  });
  return sums[0] + sums[1] + (sums[2] + sums[3]);
}
