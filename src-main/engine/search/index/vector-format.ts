import { hash } from 'node:crypto';

/**
 * The vectors of a model lie in rows, numbered from 0 in the order in which they came; a number is never
 * used again. `vector_pieces` holds them as float32, so few together that a single row is read quickly;
 * `vector_codes` holds what a search reads whole, made from them and replaceable. Both carry the SHA-256 of
 * their bytes. A table without rowid would need a second read for each of these large values, so the key is
 * one number: `model_id * 2^32 + piece` (or block).
 */
export const vectorTables = `
CREATE TABLE vector_pieces (
  id      INTEGER PRIMARY KEY,
  vectors BLOB NOT NULL,
  sha256  BLOB NOT NULL
) STRICT;
CREATE TABLE vector_codes (
  id     INTEGER PRIMARY KEY,
  codes  BLOB NOT NULL,
  sha256 BLOB NOT NULL
) STRICT;
`;

/** Rows of a piece. Part of the case format. */
export const rowsPerPiece = 4;

/** The key of a piece or block of a model. */
export function keyOf(modelId: number, number: number): number {
  return modelId * 2 ** 32 + number;
}

export function digestOf(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}
