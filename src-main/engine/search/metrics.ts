/** What one query contributes to the averages. */
export interface QueryMetrics {
  /** Rank of the first relevant item, from 1. */
  firstRank: number;
  averagePrecision: number;
  inversePenalty: number;
}

/**
 * Retrieval metrics of one query, as the field computes them (`utils/metrics.py rank` of IRRA and its
 * descendants): AP is the mean, over the relevant items, of the precision at the rank of each; mINP's
 * summand is the number of relevant items divided by the rank of the last of them.
 * Equal scores are ordered by place, where the reference leaves the order to chance.
 * @param scores of all gallery items.
 * @param relevant places of the relevant items in the gallery, at least one.
 */
export function queryMetrics(scores: Float64Array, relevant: readonly number[]): QueryMetrics {
  const ranks = relevant.map((place) => rankOf(scores, place)).sort((a, b) => a - b);
  const precisions = ranks.map((rank, i) => (i + 1) / rank);
  return {
    firstRank: ranks[0]!,
    averagePrecision: precisions.reduce((sum, precision) => sum + precision, 0) / ranks.length,
    inversePenalty: ranks.length / ranks.at(-1)!,
  };
}

/** Averages over queries in per cent; 0 for no query. */
export function averageMetrics(queries: readonly QueryMetrics[]): {
  rank1: number;
  rank5: number;
  rank10: number;
  meanAveragePrecision: number;
  meanInversePenalty: number;
} {
  const percent = (value: (query: QueryMetrics) => number): number =>
    queries.length === 0 ? 0 : (100 * queries.reduce((sum, query) => sum + value(query), 0)) / queries.length;
  const within = (k: number): number => percent(({ firstRank }) => (firstRank <= k ? 1 : 0));
  return {
    rank1: within(1),
    rank5: within(5),
    rank10: within(10),
    meanAveragePrecision: percent(({ averagePrecision }) => averagePrecision),
    meanInversePenalty: percent(({ inversePenalty }) => inversePenalty),
  };
}

function rankOf(scores: Float64Array, place: number): number {
  const score = scores[place]!;
  let rank = 1;
  for (let i = 0; i < scores.length; i++) {
    const other = scores[i]!;
    if (other > score || (other === score && i < place)) rank++;
  }
  return rank;
}
