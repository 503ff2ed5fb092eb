import type { RankingQuery, ScoredCrops } from '../exact-score.ts';
import type { ScoreSurvey } from './score-survey.ts';

export interface SearchOptions {
  /** Ends the search with DescryError `cancelled`. */
  signal?: AbortSignal;
  /** Whether the scores of all crops searched are described as well. */
  survey?: boolean;
}

export interface FoundCrops extends ScoredCrops {
  /** The crops that took part, ids ascending; not to be written to. */
  searched: Int32Array;
  /** The state of the index that was searched. */
  generation: number;
  /** With `survey`. */
  survey: ScoreSurvey | null;
}

/**
 * Vectors of crops, searched exactly. Every implementation returns the same lists: scores are those of
 * `exactScore` to the last bit, and crops with equal scores stand in the order of their ids. A search sees
 * the vectors that were there when its turn came, and is not held up by changes.
 */
export interface VectorIndex {
  readonly dimensions: number;
  /** Crops that have a vector. */
  readonly size: number;
  /** Grows with every change. */
  readonly generation: number;
  /**
   * Adds vectors; a crop that is there already gets the new one.
   * @param vectors [cropIds.length, dimensions].
   * @throws DescryError `invalid-input` for vectors that are not made of finite numbers; nothing is added.
   */
  add(cropIds: ArrayLike<number>, vectors: Float32Array): void;
  /** Crops that are not there are passed over. */
  remove(cropIds: ArrayLike<number>): void;
  has(cropId: number): boolean;
  /** Ids of the crops that have a vector, ascending; of `cropIds` (ascending) only, or of all with null. */
  present(cropIds: Int32Array | null): Int32Array;
  /**
   * The `k` best of `cropIds` (null means all), best first, ties by crop id ascending. Crops without a
   * vector take no part.
   */
  search(
    query: RankingQuery,
    cropIds: Int32Array | null,
    k: number,
    options?: SearchOptions,
  ): Promise<FoundCrops>;
  /** `search` for many queries, which costs less for each. Yields the results in the order of the queries. */
  searchMany(
    queries: readonly RankingQuery[],
    cropIds: Int32Array | null,
    k: number,
    signal?: AbortSignal,
  ): AsyncGenerator<ScoredCrops>;
  /**
   * The exact score of each of `cropIds`, in their order. Reads their vectors: for a whole large gallery
   * this takes seconds.
   * @throws DescryError `not-found` for a crop without a vector, `case-damaged` when one cannot be read.
   */
  scores(query: RankingQuery, cropIds: Int32Array, signal?: AbortSignal): Promise<Float64Array>;
  /** Mean of a vector's scores over all crops, from the mean of their vectors. */
  meanScore(vector: Float64Array): number;
  close(): Promise<void>;
}
