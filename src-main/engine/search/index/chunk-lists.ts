import { chunkRows } from './block-shape.ts';

/** Bytes from one list of a chunk's scores to the next. */
export const scoresStride = chunkRows * 8;

/** What is known of the scores of a chunk's rows: that of row `i` lies between `lower[i]` and `upper[i]`. */
export class ChunkScores {
  /** Where the three lists begin. */
  readonly address: number;
  readonly lower: Float64Array;
  readonly approximate: Float64Array;
  readonly upper: Float64Array;

  constructor(buffer: ArrayBufferLike, address: number) {
    const list = (i: number): Float64Array => new Float64Array(buffer, address + i * scoresStride, chunkRows);
    this.address = address;
    this.lower = list(0);
    this.approximate = list(1);
    this.upper = list(2);
  }
}
