/**
 * What a crop is scored against. The score of a crop with vector `v` is
 * `vector . v - sum over avoid of strength * max(0, avoid.vector . v - avoid.background)`.
 */
export interface RankingQuery {
  /** `dimensions` numbers. */
  vector: Float64Array;
  avoid: readonly AvoidTerm[];
}

/** One thing that counts against a crop, where the crop shows more of it than the gallery does on average. */
export interface AvoidTerm {
  vector: Float64Array;
  /** The phrase's mean score over the gallery: what a crop gets for looking like any crop. */
  background: number;
  strength: number;
}

/** Crops with their scores, in the order that the function says that returned them. */
export interface ScoredCrops {
  cropIds: Int32Array;
  scores: Float64Array;
}

/**
 * Dot product of a float64 query with a stored float32 vector. The order of the additions is fixed
 * (four sums over every fourth number, then `(s0 + s1) + (s2 + s3)`), so that a score is the same
 * number on every machine.
 */
export function exactScore(query: Float64Array, vectors: Float32Array, offset: number): number {
  const whole = query.length & ~3;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  // Two counters: with one, V8 computes and checks each sum of indices anew.
  let j = offset;
  for (let i = 0; i < whole; i += 4) {
    s0 += query[i]! * vectors[j]!;
    s1 += query[i + 1]! * vectors[j + 1]!;
    s2 += query[i + 2]! * vectors[j + 2]!;
    s3 += query[i + 3]! * vectors[j + 3]!;
    j += 4;
  }
  for (let i = whole; i < query.length; i++) s0 += query[i]! * vectors[j++]!;
  return s0 + s1 + (s2 + s3);
}
