import { setImmediate } from 'node:timers/promises';
import { DescryError } from '../../errors.ts';
import { descendingOrder } from '../descending-order.ts';
import type { RankingQuery, ScoredCrops } from '../exact-score.ts';
import { blockShape, rowsPerCodeBlock, vectorsPerJob } from './block-shape.ts';
import { BlockSearch, RowsGone } from './block-search.ts';
import { BlockTable } from './block-table.ts';
import { checkCropId } from './crop-rows.ts';
import { allFinite } from './finite.ts';
import type { VectorSource } from './jobs.ts';
import { mostDimensions } from './score-bounds.ts';
import { surveyOf } from './score-survey.ts';
import type { SearchThreads } from './search-threads.ts';
import type { FoundCrops, SearchOptions, VectorIndex } from './vector-index.ts';

/** Vectors up to this many bytes are held as they are: everything is exact without reading the case. */
const vectorBytesInMemory = 128 * 2 ** 20;
/** A survey of so few crops is made of exact scores: the same numbers whatever else is asked. */
const surveyedExactly = 20_000;
/** Queries of one pass of `searchMany`; a search that somebody waits for comes between two of them. */
const queriesPerPass = 16;
/** Larger numbers would leave float64 where they are squared. */
const largestNumber = 1e100;

export interface BlockIndexOptions {
  threads: SearchThreads;
  dimensions: number;
  /** Where the vectors of rows that are held as codes are read; null to hold all as they are. */
  source: VectorSource | null;
  /** The crops of the rows that the case holds, by row; 0 for a row without one. */
  cropIds?: Int32Array;
  /** Takes the codes of a block that was filled, or whose stored codes could not be used. */
  keepCodes?: (block: number, codes: Uint8Array) => void;
  /** Told of crops whose vectors turn out to be damaged; they take no part any more. */
  onDamaged?: (cropIds: number[]) => void;
  /** Rows up to which all vectors are held as they are; by default 128 MiB of them. */
  vectorsInMemory?: number;
  /** Rows of a block of codes; another number than the format's for tests. */
  codedRows?: number;
}

/**
 * Vectors in memory that threads search. A small gallery lies there as it is, and all its scores are
 * computed. Of a large one there are codes of a quarter of the size, which bound each score from both sides;
 * only rows that can be among the best are read from the case, and their exact scores decide.
 *
 * Rows are numbered as they are in the case: what is added must have been stored there, in the same order.
 */
export class BlockIndex implements VectorIndex {
  readonly dimensions: number;
  readonly #told: Pick<BlockIndexOptions, 'keepCodes' | 'onDamaged'>;
  readonly #threads: SearchThreads;
  readonly #table: BlockTable;
  readonly #search: BlockSearch;
  readonly #id: number;
  readonly #vectorsInMemory: number;
  #sealing: Promise<void> | undefined;

  private constructor(options: BlockIndexOptions, table: BlockTable, id: number) {
    const { source, dimensions, threads, keepCodes, onDamaged } = options;
    this.#told = { ...(keepCodes && { keepCodes }), ...(onDamaged && { onDamaged }) };
    this.dimensions = dimensions;
    this.#threads = threads;
    this.#table = table;
    this.#id = id;
    this.#search = new BlockSearch(threads, id, table, (rows) => this.#dropDamaged(rows));
    const fitting = options.vectorsInMemory ?? Math.floor(vectorBytesInMemory / (dimensions * 4));
    this.#vectorsInMemory = source ? fitting : Infinity;
  }

  /** Makes an index and loads what the case holds. @throws DescryError `unsupported`, `cancelled`. */
  static async open(options: BlockIndexOptions, signal?: AbortSignal): Promise<BlockIndex> {
    const { threads, dimensions, source, cropIds, codedRows = rowsPerCodeBlock } = options;
    if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > mostDimensions)
      throw new DescryError('unsupported', `Vectors of ${dimensions} numbers cannot be searched.`, {
        dimensions,
      });
    const table = new BlockTable(blockShape(dimensions, codedRows), threads.count);
    const { memory } = table.slots;
    const id = await threads.attach({ memory, slots: table.slots.addressOf(0), shape: table.shape, source });
    const index = new BlockIndex(options, table, id);
    try {
      if (cropIds && cropIds.length > 0) await index.#load(cropIds, signal);
    } catch (error) {
      await index.close();
      throw error;
    }
    return index;
  }

  get size(): number {
    return this.#table.rows.live.size;
  }

  /** Rows that the index knows, with those whose crop is gone: what the case holds beyond them is to be added. */
  get rows(): number {
    return this.#table.rows.count;
  }

  get generation(): number {
    return this.#table.generation;
  }

  add(cropIds: ArrayLike<number>, vectors: Float32Array): void {
    const { dimensions } = this;
    if (vectors.length !== cropIds.length * dimensions) {
      throw new DescryError('internal', `Expected ${cropIds.length} vectors of ${dimensions} numbers.`, {
        numbers: vectors.length,
      });
    }
    if (!allFinite(vectors))
      throw new DescryError('invalid-input', 'A vector is not made of finite numbers; none was added.');
    for (let i = 0; i < cropIds.length; i++) checkCropId(cropIds[i]!);
    this.#table.reserve(cropIds.length);
    for (let i = 0; i < cropIds.length; i++) {
      this.#removeOne(cropIds[i]!);
      this.#table.append(cropIds[i]!, vectors.subarray(i * dimensions, (i + 1) * dimensions));
    }
    this.#sealing ??= this.#seal().finally(() => (this.#sealing = undefined));
    // Whoever waits for `settled` hears of a failure; the vectors stay searchable as they are.
    this.#sealing.catch(() => undefined);
  }

  remove(cropIds: ArrayLike<number>): void {
    for (let i = 0; i < cropIds.length; i++) this.#removeOne(cropIds[i]!);
  }

  has(cropId: number): boolean {
    return this.#table.rows.rowOf(cropId) >= 0;
  }

  present(cropIds: Int32Array | null): Int32Array {
    return cropIds ? cropIds.filter((cropId) => this.has(cropId)) : this.#table.rows.cropIds();
  }

  async search(
    query: RankingQuery,
    cropIds: Int32Array | null,
    k: number,
    { signal, survey = false }: SearchOptions = {},
  ): Promise<FoundCrops> {
    this.#check(query);
    for (;;) {
      const run = this.#wantsMost(cropIds, k, survey)
        ? this.#searchAll(query, cropIds, k, survey, signal)
        : this.#search.one(query, cropIds, k, survey, { signal, priority: 1 });
      const found = await run.catch(orRowsGone);
      if (found) return found;
    }
  }

  async *searchMany(
    queries: readonly RankingQuery[],
    cropIds: Int32Array | null,
    k: number,
    signal?: AbortSignal,
  ): AsyncGenerator<ScoredCrops> {
    for (const query of queries) this.#check(query);
    for (const group of passes(queries)) {
      const found = this.#wantsMost(cropIds, k) ? [] : await this.#search.many(group, cropIds, k, { signal });
      for (const [i, query] of group.entries())
        yield found[i] ?? (await this.search(query, cropIds, k, signal ? { signal } : {}));
    }
  }

  async scores(query: RankingQuery, cropIds: Int32Array, signal?: AbortSignal): Promise<Float64Array> {
    this.#check(query);
    const rows = Array.from(cropIds, (cropId) => this.#table.rows.rowOf(cropId));
    const missing = cropIds[rows.findIndex((row) => row < 0)];
    if (missing !== undefined)
      throw new DescryError('not-found', `Crop ${missing} has no vector.`, { cropId: missing });
    const scores = await this.#search.scores(query, rows, { signal });
    const unread = cropIds[scores.findIndex(Number.isNaN)];
    if (unread === undefined) return scores;
    const message = `The stored vector of crop ${unread} cannot be read. Check the case with "descry verify".`;
    throw new DescryError('case-damaged', message, { cropId: unread });
  }

  meanScore(vector: Float64Array): number {
    return this.#table.mean().reduce((sum, mean, d) => sum + mean * vector[d]!, 0);
  }

  /** Waits until codes are made of all blocks that are to have them. */
  async settled(): Promise<void> {
    await this.#sealing;
  }

  async close(): Promise<void> {
    await this.#threads.detach(this.#id);
  }

  async #load(cropIds: Int32Array, signal: AbortSignal | undefined): Promise<void> {
    const table = this.#table;
    const { codedRows, floatRows } = table.shape;
    const coded = cropIds.length > this.#vectorsInMemory ? cropIds.length - (cropIds.length % codedRows) : 0;
    table.rows.reserve(
      cropIds.length,
      cropIds.reduce((last, cropId) => Math.max(last, cropId), 0),
    );
    for (let from = 0; from < coded; from += codedRows)
      table.place(cropIds.subarray(from, from + codedRows), true);
    for (let from = coded; from < cropIds.length; from += floatRows)
      table.place(cropIds.subarray(from, from + floatRows), false);
    const make = () => {
      const { cropIds: _, ...rows } = table.searched(null);
      return { type: 'load' as const, ...rows };
    };
    const results = await this.#threads.run(this.#id, make, { signal });
    const damaged = results.flatMap((result) => result.damaged);
    if (damaged.length > 0) this.#dropDamaged(damaged);
    for (const firstRow of results.flatMap((result) => result.recoded)) {
      this.#keepCodes(firstRow / codedRows);
      await setImmediate();
    }
  }

  /** Makes codes of the oldest vectors while there is a whole block of them too many. */
  async #seal(): Promise<void> {
    const table = this.#table;
    const { codedRows, floatRows } = table.shape;
    while (table.rows.count > this.#vectorsInMemory && table.fullVectorBlocks >= codedRows / floatRows) {
      const slot = table.slots.take();
      await this.#threads.run(
        this.#id,
        () => ({ type: 'seal' as const, to: slot, ...table.oldestVectors() }),
        { then: () => table.seal(slot) },
      );
      this.#keepCodes(table.codedEnd / codedRows - 1);
    }
  }

  #keepCodes(block: number): void {
    const codes = this.#table.image(block);
    if (codes) this.#told.keepCodes?.(block, codes);
  }

  #removeOne(cropId: number): void {
    const empty = this.#table.remove(cropId);
    if (empty !== undefined) void this.#threads.between(() => this.#table.slots.give(empty));
  }

  #dropDamaged(rows: readonly number[]): void {
    const cropIds = rows.map((row) => this.#table.rows.cropOf(row)).filter((cropId) => cropId !== 0);
    this.remove(cropIds);
    if (cropIds.length > 0) this.#told.onDamaged?.(cropIds.sort((a, b) => a - b));
  }

  /** Whether the exact scores of most crops are wanted anyway, or cost next to nothing. */
  #wantsMost(cropIds: Int32Array | null, k: number, survey = false): boolean {
    const count = cropIds?.length ?? this.size;
    return 2 * k > count || (survey && count <= surveyedExactly && count <= this.#vectorsInMemory);
  }

  async #searchAll(
    query: RankingQuery,
    cropIds: Int32Array | null,
    k: number,
    survey: boolean,
    signal: AbortSignal | undefined,
  ): Promise<FoundCrops> {
    const { generation } = this.#table;
    const searched = this.present(cropIds);
    const rows = Array.from(searched, (cropId) => this.#table.rows.rowOf(cropId));
    const scores = await this.#search.scores(query, rows, { signal, priority: 1 });
    const unread = rows.filter((_, i) => Number.isNaN(scores[i]!));
    if (unread.length > 0) this.#dropDamaged(unread);
    if (!searched.every((cropId, i) => this.#table.rows.rowOf(cropId) === rows[i])) throw new RowsGone();
    const order = descendingOrder(scores);
    const best = order.subarray(0, Math.min(k, order.length));
    return {
      cropIds: best.map((place) => searched[place]!),
      scores: Float64Array.from(best, (place) => scores[place]! + 0),
      searched,
      generation,
      survey: survey ? surveyOf(scores) : null,
    };
  }

  /** @throws DescryError `internal`. */
  #check({ vector, avoid }: RankingQuery): void {
    const vectors = [vector, ...avoid.map((term) => term.vector)];
    const fits = vectors.every(({ length }) => length === this.dimensions);
    const finite = [
      ...vectors.flatMap((numbers) => [...numbers]),
      ...avoid.flatMap(({ strength, background }) => [strength, background]),
    ];
    if (
      !fits ||
      vectors.length > vectorsPerJob ||
      !finite.every((number) => Math.abs(number) <= largestNumber)
    ) {
      throw new DescryError('internal', `The query does not fit vectors of ${this.dimensions} numbers.`, {
        lengths: vectors.map(({ length }) => length),
      });
    }
  }
}

/** Queries in groups that go through the gallery together. */
function passes(queries: readonly RankingQuery[]): RankingQuery[][] {
  const groups: RankingQuery[][] = [];
  let vectors = Infinity;
  for (const query of queries) {
    const own = 1 + query.avoid.length;
    if (vectors + own > vectorsPerJob || groups.at(-1)!.length === queriesPerPass) {
      groups.push([]);
      vectors = 0;
    }
    groups.at(-1)!.push(query);
    vectors += own;
  }
  return groups;
}

function orRowsGone(error: unknown): undefined {
  if (!(error instanceof RowsGone)) throw error;
}
