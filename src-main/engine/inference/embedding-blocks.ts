import { createHash } from 'node:crypto';
import type { CaseDatabase } from '../case/database.ts';

/** Rows of a full block. Part of the case format: row = block * rowsPerBlock + place in the block. */
export const rowsPerBlock = 1024;

/** A block as it is stored: float32, little-endian, with its SHA-256 beside it. */
export interface StoredBlock {
  rows: number;
  vectors: Buffer;
  sha256: string;
}

/** The tables that hold the vectors of one model. Rows of a model run from 0 without a gap. */
export class EmbeddingBlocks {
  readonly #db: CaseDatabase;
  readonly modelId: number;
  readonly dimensions: number;

  constructor(db: CaseDatabase, modelId: number, dimensions: number) {
    this.#db = db;
    this.modelId = modelId;
    this.dimensions = dimensions;
  }

  get rowCount(): number {
    const last = this.#db
      .prepare<[number], number | null>('SELECT max(row) FROM embeddings WHERE model_id = ?')
      .pluck()
      .get(this.modelId);
    return (last ?? -1) + 1;
  }

  read(block: number): StoredBlock | undefined {
    return this.#db
      .prepare<[number, number], StoredBlock>(
        'SELECT rows, vectors, sha256 FROM embedding_blocks WHERE model_id = ? AND block = ?',
      )
      .get(this.modelId, block);
  }

  /** @param vectors whole rows; a block without any is taken away. */
  write(block: number, vectors: Buffer): void {
    if (vectors.length === 0) {
      this.#db
        .prepare('DELETE FROM embedding_blocks WHERE model_id = ? AND block = ?')
        .run(this.modelId, block);
      return;
    }
    this.#db
      .prepare(
        'INSERT INTO embedding_blocks (model_id, block, rows, vectors, sha256) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET rows = excluded.rows, vectors = excluded.vectors, sha256 = excluded.sha256',
      )
      .run(this.modelId, block, vectors.length / this.dimensions / 4, vectors, sha256(vectors));
  }

  /** Crops of a block, by row. */
  cropsOf(block: number): number[] {
    return this.#db
      .prepare<[number, number, number], number>(
        'SELECT crop_id FROM embeddings WHERE model_id = ? AND row >= ? AND row < ? ORDER BY row',
      )
      .pluck()
      .all(this.modelId, block * rowsPerBlock, (block + 1) * rowsPerBlock);
  }

  /** Looks at all blocks in sequence. `damage` is the end of a sentence, undefined for a sound one. */
  *check(): Generator<{ block: number; damage: string | undefined }> {
    for (let block = 0, total; block * rowsPerBlock < (total = this.rowCount); block++) {
      const expected = Math.min(rowsPerBlock, total - block * rowsPerBlock);
      const stored = this.read(block);
      let damage: string | undefined;
      if (!stored) damage = 'is missing';
      else if (stored.rows < expected) damage = `holds ${stored.rows} vectors instead of ${expected}`;
      else damage = damageOf(stored, this.dimensions);
      yield { block, damage };
    }
  }

  /**
   * Takes a block and its rows away; the last rows of the model move into their place. Blocks after it
   * must be sound.
   * @returns the crops that have no vector any more.
   */
  drop(block: number): number[] {
    const total = this.rowCount;
    const first = block * rowsPerBlock;
    const end = Math.min(first + rowsPerBlock, total);
    const crops = this.cropsOf(block);
    const moved = Math.min(rowsPerBlock, total - end);
    const from = total - moved;
    const tail = moved > 0 ? this.#takeTail(from, total) : Buffer.alloc(0);
    this.#db
      .prepare('DELETE FROM embeddings WHERE model_id = ? AND row >= ? AND row < ?')
      .run(this.modelId, first, end);
    this.#db
      .prepare('UPDATE embeddings SET row = row - ? WHERE model_id = ? AND row >= ?')
      .run(from - first, this.modelId, from);
    this.write(block, tail);
    return crops;
  }

  /** Takes single crops and their vectors away; the last rows of the model move into their places. */
  remove(cropIds: readonly number[]): void {
    // One by one: for a list SQLite would look at all rows of the model.
    const rowOf = this.#db
      .prepare<[number, number], number>('SELECT row FROM embeddings WHERE model_id = ? AND crop_id = ?')
      .pluck();
    const rows = cropIds.flatMap((cropId) => rowOf.get(this.modelId, cropId) ?? []).sort((a, b) => b - a);
    const touched = new Map<number, Buffer>();
    const bytes = (block: number): Buffer => {
      const known = touched.get(block) ?? Buffer.from(this.read(block)?.vectors ?? []);
      touched.set(block, known);
      return known;
    };
    const rowBytes = this.dimensions * 4;
    const erase = this.#db.prepare('DELETE FROM embeddings WHERE model_id = ? AND row = ?');
    const move = this.#db.prepare('UPDATE embeddings SET row = ? WHERE model_id = ? AND row = ?');
    let last = this.rowCount - 1;
    for (const row of rows) {
      const block = Math.floor(last / rowsPerBlock);
      const from = (last % rowsPerBlock) * rowBytes;
      erase.run(this.modelId, row);
      if (row !== last) {
        // A block that is missing stays missing; the check of the case names it.
        if (bytes(block).length >= from + rowBytes)
          bytes(block).copy(
            bytes(Math.floor(row / rowsPerBlock)),
            (row % rowsPerBlock) * rowBytes,
            from,
            from + rowBytes,
          );
        move.run(row, this.modelId, last);
      }
      touched.set(block, bytes(block).subarray(0, from));
      last--;
    }
    for (const [block, vectors] of touched) this.write(block, vectors);
  }

  /** The vectors from a row on, taken out of their blocks; their rows stay. */
  #takeTail(from: number, total: number): Buffer {
    const rowBytes = this.dimensions * 4;
    const parts: Buffer[] = [];
    for (let block = Math.floor(from / rowsPerBlock); block * rowsPerBlock < total; block++) {
      const kept = Math.max(0, from - block * rowsPerBlock) * rowBytes;
      const vectors = this.read(block)?.vectors ?? Buffer.alloc(0);
      parts.push(vectors.subarray(kept));
      this.write(block, vectors.subarray(0, kept));
    }
    return Buffer.concat(parts);
  }
}

/** What is wrong with a block, as the end of a sentence; undefined when it is sound. */
export function damageOf(
  { rows, vectors, sha256: expected }: StoredBlock,
  dimensions: number,
): string | undefined {
  if (vectors.length !== rows * dimensions * 4) return 'does not have the size of its rows';
  if (sha256(vectors) !== expected) return 'was changed or damaged: its SHA-256 does not fit';
  return undefined;
}

/** @returns the numbers of a block; shares memory where the alignment allows it. */
export function toFloats(bytes: Buffer): Float32Array {
  if (bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
