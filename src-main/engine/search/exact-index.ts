import { DescryError } from '../errors.ts';
import { descendingOrder } from './descending-order.ts';
import { exactScore, type RankingQuery, type ScoredCrops, type VectorIndex } from './vector-index.ts';

/** Rows of one chunk: a power of two, so that a row's place is a shift and a mask. */
const chunkBits = 13;
const chunkRows = 1 << chunkBits;

/**
 * Every score computed from the stored vectors themselves. Vectors lie in chunks that are never moved,
 * so adding to a large gallery copies only what is added.
 */
export class ExactIndex implements VectorIndex {
  readonly dimensions: number;
  readonly #chunks: Float32Array[] = [];
  /** Row of each crop id plus one; 0 for a crop without a vector. Ids of a case run densely from 1. */
  #rowOfCrop = new Int32Array(1024);
  readonly #freeRows: number[] = [];
  #rows = 0;
  #lastCropId = 0;
  #size = 0;

  constructor(dimensions: number) {
    this.dimensions = dimensions;
  }

  get size(): number {
    return this.#size;
  }

  add(cropIds: ArrayLike<number>, vectors: Float32Array): void {
    const { dimensions } = this;
    if (vectors.length !== cropIds.length * dimensions) {
      throw new DescryError('internal', `Expected ${cropIds.length} vectors of ${dimensions} numbers.`, {
        numbers: vectors.length,
      });
    }
    for (let i = 0; i < cropIds.length; i++) {
      const row = this.#rowFor(cropIds[i]!);
      this.#chunks[row >> chunkBits]!.set(
        vectors.subarray(i * dimensions, (i + 1) * dimensions),
        (row & (chunkRows - 1)) * dimensions,
      );
    }
  }

  remove(cropIds: ArrayLike<number>): void {
    for (let i = 0; i < cropIds.length; i++) {
      const cropId = cropIds[i]!;
      if (!this.has(cropId)) continue;
      this.#freeRows.push(this.#rowOfCrop[cropId]! - 1);
      this.#rowOfCrop[cropId] = 0;
      this.#size--;
    }
  }

  has(cropId: number): boolean {
    return cropId > 0 && cropId <= this.#lastCropId && this.#rowOfCrop[cropId] !== 0;
  }

  vectorOf(cropId: number): Float32Array | undefined {
    if (!this.has(cropId)) return undefined;
    const row = this.#rowOfCrop[cropId]! - 1;
    const offset = (row & (chunkRows - 1)) * this.dimensions;
    return this.#chunks[row >> chunkBits]!.slice(offset, offset + this.dimensions);
  }

  present(cropIds: Int32Array | null): Int32Array {
    if (cropIds) return cropIds.filter((cropId) => this.has(cropId));
    const ids = new Int32Array(this.#size);
    let count = 0;
    for (let cropId = 1; cropId <= this.#lastCropId; cropId++) {
      if (this.#rowOfCrop[cropId] !== 0) ids[count++] = cropId;
    }
    return ids;
  }

  scores(query: RankingQuery, cropIds: Int32Array): Float64Array {
    const { dimensions } = this;
    for (const { length } of [query.vector, ...query.avoid.map((term) => term.vector)]) {
      if (length !== dimensions)
        throw new DescryError(
          'internal',
          `A query of ${length} numbers does not fit vectors of ${dimensions}.`,
        );
    }
    const scores = new Float64Array(cropIds.length);
    for (let i = 0; i < cropIds.length; i++) {
      const row = this.#rowOfCrop[cropIds[i]!]! - 1;
      const chunk = this.#chunks[row >> chunkBits]!;
      const offset = (row & (chunkRows - 1)) * dimensions;
      let score = exactScore(query.vector, chunk, offset);
      for (const term of query.avoid) {
        score -= term.strength * Math.max(0, exactScore(term.vector, chunk, offset) - term.background);
      }
      if (Number.isNaN(score)) {
        throw new DescryError(
          'case-damaged',
          `The stored vector of crop ${cropIds[i]} is not made of numbers. Check the case with "descry verify".`,
          { cropId: cropIds[i] },
        );
      }
      scores[i] = score;
    }
    return scores;
  }

  search(query: RankingQuery, cropIds: Int32Array | null, k: number): ScoredCrops {
    const searched = this.present(cropIds);
    const scores = this.scores(query, searched);
    const order = descendingOrder(scores).subarray(0, Math.min(k, searched.length));
    return {
      cropIds: order.map((place) => searched[place]!),
      scores: Float64Array.from(order, (place) => scores[place]!),
    };
  }

  /** The row of a crop, a new or freed one when it has none. */
  #rowFor(cropId: number): number {
    if (this.has(cropId)) return this.#rowOfCrop[cropId]! - 1;
    if (!Number.isInteger(cropId) || cropId < 1 || cropId > 0x7fff_fffe)
      throw new DescryError('internal', `${cropId} is not a crop id.`);
    if (cropId >= this.#rowOfCrop.length) {
      const grown = new Int32Array(Math.max(cropId + 1, this.#rowOfCrop.length * 2));
      grown.set(this.#rowOfCrop);
      this.#rowOfCrop = grown;
    }
    const row = this.#freeRows.pop() ?? this.#rows++;
    if (row >> chunkBits >= this.#chunks.length)
      this.#chunks.push(new Float32Array(chunkRows * this.dimensions));
    this.#rowOfCrop[cropId] = row + 1;
    this.#lastCropId = Math.max(this.#lastCropId, cropId);
    this.#size++;
    return row;
  }
}
