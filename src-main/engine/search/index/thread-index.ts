import type { RankingQuery } from '../exact-score.ts';
import { lessAvoided } from './avoided.ts';
import { ChunkScores } from './chunk-lists.ts';
import { chunkRows, codedBlock, scratchPlaces } from './block-shape.ts';
import type { BlockShape, CodedBlock, ScratchPlaces } from './block-shape.ts';
import type { IndexHandle } from './jobs.ts';
import { kernelOver } from './compile-kernel.ts';
import type { Kernel } from './kernel.ts';
import { StoredRows } from './stored-rows.ts';

/** An index as one search thread sees it: the shared memory, a scratch area of its own, and the case behind it. */
export class ThreadIndex {
  readonly shape: BlockShape;
  readonly kernel: Kernel;
  readonly scratch: ScratchPlaces;
  readonly source: StoredRows | null;
  /** Scores of the chunk that is worked on, and those for a phrase to avoid. */
  readonly scores: ChunkScores;
  readonly avoided: ChunkScores;
  /** Where the kernel writes down places of a chunk. */
  readonly places: Int32Array;
  readonly #memory: WebAssembly.Memory;
  readonly #slots: number;
  readonly #codes: CodedBlock[] = [];

  /** @param thread its number. */
  constructor(handle: IndexHandle, module: WebAssembly.Module | null, thread: number) {
    this.shape = handle.shape;
    this.kernel = kernelOver(handle.memory, module);
    this.scratch = scratchPlaces(thread, handle.shape);
    this.source = handle.source && new StoredRows(handle.source, handle.shape);
    this.#memory = handle.memory;
    // Memory that grows keeps what lies in it in its place.
    this.scores = new ChunkScores(this.buffer, this.scratch.scores);
    this.avoided = new ChunkScores(this.buffer, this.scratch.avoided);
    this.places = new Int32Array(this.buffer, this.scratch.places, chunkRows);
    this.#slots = handle.slots;
  }

  /** The shared memory; it can have grown since the last call. */
  get buffer(): ArrayBufferLike {
    return this.#memory.buffer;
  }

  /** The address of a slot. */
  addressOf(slot: number): number {
    return this.#slots + slot * this.shape.slotBytes;
  }

  codesIn(slot: number): CodedBlock {
    return (this.#codes[slot] ??= codedBlock(this.buffer, this.addressOf(slot), this.shape));
  }

  /** The vectors of a slot, all of a block. */
  vectorsIn(slot: number): Float32Array {
    return new Float32Array(this.buffer, this.addressOf(slot), this.shape.floatRows * this.shape.dimensions);
  }

  /** Where the kernel reads which rows of a block it shall take. */
  rowList(count: number): Int32Array {
    return new Int32Array(this.buffer, this.scratch.rows, Math.min(count, chunkRows));
  }

  /**
   * Exact scores of the rows in the row list.
   * @param vectors the address of their block.
   */
  score(vectors: number, count: number, query: RankingQuery, scores: Float64Array): void {
    const dots = this.#products(vectors, count, query.vector);
    scores.set(dots);
    for (const term of query.avoid) {
      const avoided = this.#products(vectors, count, term.vector);
      for (let i = 0; i < count; i++) scores[i] = lessAvoided(scores[i]!, avoided[i]!, term);
    }
  }

  #products(vectors: number, count: number, vector: Float64Array): Float64Array {
    const { buffer, scratch, shape } = this;
    new Float64Array(buffer, scratch.query, vector.length).set(vector);
    this.kernel.score(vectors, scratch.rows, count, scratch.query, shape.dimensions, scratch.products);
    return new Float64Array(buffer, scratch.products, count);
  }
}
