import { hash } from 'node:crypto';

/**
 * Rows of a piece of `vector_pieces`. Part of the case format. The vectors of a model lie in rows, numbered
 * from 0 in the order in which they came; a number is never used again. Pieces hold them as float32, so few
 * together that a single row is read quickly; `vector_codes` holds what a search reads whole, made from them
 * and replaceable. Both carry the SHA-256 of their bytes.
 */
export const rowsPerPiece = 4;

/**
 * The key of a piece or block of a model. One number: a table without rowid would need a second read for
 * each of these large values.
 */
export function keyOf(modelId: number, number: number): number {
  return modelId * 2 ** 32 + number;
}

export function digestOf(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}
