import type { RankingQuery, ScoredCrops } from '../exact-score.ts';
import { bounded, mergeBest, type BoundedRows } from './best-rows.ts';
import type { BlockTable } from './block-table.ts';
import { exactBest } from './exact-best.ts';
import { ScoreCounts } from './score-survey.ts';
import type { JobOptions, SearchThreads } from './search-threads.ts';
import type { FoundCrops } from './vector-index.ts';

/** A row that a search came upon holds no crop any more, or its vector cannot be read: it has to begin anew. */
export class RowsGone extends Error {
  override readonly name = 'RowsGone';
}

/** The searches of one index: what is asked of the threads, and what is made of their answers. */
export class BlockSearch {
  readonly #threads: SearchThreads;
  readonly #index: number;
  readonly #table: BlockTable;
  readonly #onUnread: (rows: number[]) => void;
  readonly #buffers: Float32Array[] = [];

  /** @param onUnread told of rows whose vectors could not be read. */
  constructor(threads: SearchThreads, index: number, table: BlockTable, onUnread: (rows: number[]) => void) {
    this.#threads = threads;
    this.#index = index;
    this.#table = table;
    this.#onUnread = onUnread;
  }

  /** @throws RowsGone; DescryError `cancelled`. */
  async one(
    query: RankingQuery,
    cropIds: Int32Array | null,
    k: number,
    survey: boolean,
    options: JobOptions,
  ): Promise<FoundCrops> {
    let wanted = 0;
    let searched: Int32Array = new Int32Array();
    let generation = 0;
    let buffer: Float32Array | undefined;
    const make = () => {
      const { cropIds: present, ...rows } = this.#table.searched(cropIds);
      ({ generation } = this.#table);
      searched = present;
      wanted = wantedOf(k, rows.count);
      buffer = survey && rows.count > 0 ? this.#takeBuffer(rows.count) : undefined;
      const approximations = buffer?.subarray(0, rows.count) ?? null;
      return { type: 'scan' as const, queries: [query], k: wanted, approximations, ...rows };
    };
    const results = await this.#threads.run(this.#index, make, options);
    const best = mergeBest(
      results.map((result) => result.best[0]!),
      wanted,
    );
    const worst = mergeBest(
      results.flatMap((result) => result.worst ?? []),
      1,
    );
    const scored = this.#exactScores(query, best, wanted, rowsOf(worst), options);
    // While the threads read, this one counts.
    const counts = buffer && this.#countScores(buffer.subarray(0, searched.length), best, worst);
    if (buffer) this.#buffers.push(buffer);
    const exact = await scored;
    const largestError = Math.max(...results.map((result) => result.largestError));
    return {
      ...this.#ordered(exact, k),
      searched,
      generation,
      survey: counts ? { ...extremesOf(exact.values()), largestError, counts } : null,
    };
  }

  /** Many queries in one pass. @returns for each its best, or undefined where a row was gone. */
  async many(
    queries: readonly RankingQuery[],
    cropIds: Int32Array | null,
    k: number,
    options: JobOptions,
  ): Promise<(ScoredCrops | undefined)[]> {
    let wanted = 0;
    const make = () => {
      const { cropIds: _, ...rows } = this.#table.searched(cropIds);
      wanted = wantedOf(k, rows.count);
      return { type: 'scan' as const, queries, k: wanted, approximations: null, ...rows };
    };
    const results = await this.#threads.run(this.#index, make, options);
    return Promise.all(
      queries.map(async (query, i) => {
        const best = mergeBest(
          results.map((result) => result.best[i]!),
          wanted,
        );
        try {
          return this.#ordered(await this.#exactScores(query, best, wanted, [], options), k);
        } catch (error) {
          if (!(error instanceof RowsGone)) throw error;
          return undefined;
        }
      }),
    );
  }

  /**
   * Exact scores of rows, in their order; NaN for one that cannot be read.
   * @throws DescryError `cancelled`.
   */
  async scores(query: RankingQuery, rows: readonly number[], options: JobOptions): Promise<Float64Array> {
    const ascending = new Int32Array(new SharedArrayBuffer(rows.length * 4));
    ascending.set(rows);
    const inOrder = ascending.every((row, i) => i === 0 || ascending[i - 1]! <= row);
    if (!inOrder) ascending.sort();
    const scores = new Float64Array(new SharedArrayBuffer(rows.length * 8));
    const make = () => ({ type: 'score' as const, query, scores, ...this.#table.within(ascending) });
    await this.#threads.run(this.#index, make, options);
    if (inOrder) return scores;
    const scoreOf = new Map(Array.from(ascending, (row, i) => [row, scores[i]!]));
    return Float64Array.from(rows, (row) => scoreOf.get(row)!);
  }

  /** Room for approximate scores, used again and again. */
  #takeBuffer(count: number): Float32Array {
    const buffer = this.#buffers.pop();
    return buffer && buffer.length >= count ? buffer : new Float32Array(new SharedArrayBuffer(count * 4));
  }

  #countScores(approximations: Float32Array, best: BoundedRows, worst: BoundedRows): ScoreCounts {
    const from = -largestOf(worst, bounded.upper);
    const to = largestOf(best, bounded.upper);
    return new ScoreCounts(approximations, { from, to });
  }

  async #exactScores(
    query: RankingQuery,
    best: BoundedRows,
    k: number,
    also: number[],
    options: JobOptions,
  ): Promise<Map<number, number>> {
    const exact = await exactBest(best, k, also, async (rows) => {
      const scores = await this.scores(query, rows, options);
      const unread = rows.filter((_, i) => Number.isNaN(scores[i]!));
      if (unread.length > 0) this.#onUnread(unread);
      return scores;
    });
    // A crop that was removed meanwhile may have been read half erased, and kept out another.
    if (![...rowsOf(best), ...also].every((row) => this.#table.rows.live.has(row))) throw new RowsGone();
    return exact;
  }

  #ordered(exact: ReadonlyMap<number, number>, k: number): ScoredCrops {
    const hits = Array.from(exact, ([row, score]) => ({
      cropId: this.#table.rows.cropOf(row),
      score: score + 0,
    }));
    hits.sort((a, b) => b.score - a.score || a.cropId - b.cropId);
    const shown = hits.slice(0, k);
    return {
      cropIds: Int32Array.from(shown, ({ cropId }) => cropId),
      scores: Float64Array.from(shown, ({ score }) => score),
    };
  }
}

/** At least one, so that the best score is known in any case. */
function wantedOf(k: number, count: number): number {
  return Math.max(1, Math.min(k, count));
}

function largestOf(rows: BoundedRows, field: number): number {
  let largest = -Infinity;
  for (let at = field; at < rows.length; at += bounded.length) largest = Math.max(largest, rows[at]!);
  return largest;
}

function extremesOf(scores: Iterable<number>): { minimum: number; maximum: number } {
  let [minimum, maximum] = [Infinity, -Infinity];
  for (const score of scores) {
    minimum = Math.min(minimum, score);
    maximum = Math.max(maximum, score);
  }
  return { minimum, maximum };
}

function rowsOf(candidates: BoundedRows): number[] {
  return Array.from(
    { length: candidates.length / bounded.length },
    (_, i) => candidates[i * bounded.length + bounded.row]!,
  );
}
