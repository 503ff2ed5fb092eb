import { hash } from 'node:crypto';
import type { Migration } from './migration.ts';

const rowsPerBlock = 1024;
const rowsPerPiece = 4;
/** What no bytes have: damage stays damage. */
const noDigest = Buffer.alloc(32);

/**
 * Vectors in pieces of few rows, so that a search reads single ones quickly, and codes of a quarter of
 * their size beside them, which it reads whole. The key of both is `model_id * 2^32 + number`.
 */
export const migration0025: Migration = {
  version: 25,
  name: 'vector pieces',
  sql: `
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
`,
  move: (db) => {
    interface Block {
      block: number;
      rows: number;
      vectors: Buffer;
      sha256: string;
    }
    const next = db.prepare<[number, number], Block>(
      'SELECT block, rows, vectors, sha256 FROM embedding_blocks WHERE model_id = ? AND block > ? ORDER BY block LIMIT 1',
    );
    const insert = db.prepare('INSERT INTO vector_pieces VALUES (?, ?, ?)');
    const models = db.prepare<[], { id: number; dimensions: number }>('SELECT id, dimensions FROM models');
    for (const { id, dimensions } of models.all()) {
      const pieceBytes = rowsPerPiece * dimensions * 4;
      for (let block = next.get(id, -1); block; block = next.get(id, block.block)) {
        const { rows, vectors, sha256 } = block;
        const sound = vectors.length === rows * dimensions * 4 && hash('sha256', vectors) === sha256;
        const first = id * 2 ** 32 + (block.block * rowsPerBlock) / rowsPerPiece;
        for (let at = 0; at < vectors.length; at += pieceBytes) {
          const piece = vectors.subarray(at, at + pieceBytes);
          insert.run(first + at / pieceBytes, piece, sound ? hash('sha256', piece, 'buffer') : noDigest);
        }
      }
    }
  },
  after: 'DROP TABLE embedding_blocks',
};
