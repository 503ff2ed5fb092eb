import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import type { CaseDatabase } from '../case/database.ts';
import type { Finding } from '../case/schema.ts';
import { DescryError } from '../errors.ts';
import type { PackManifest, PackSummary } from './schema.ts';

/** Rows of a full block. Part of the case format: row = block * rowsPerBlock + place in the block. */
export const rowsPerBlock = 1024;

interface BlockRow {
  block: number;
  rows: number;
  vectors: Buffer;
  sha256: string;
}

export interface VectorBlock {
  cropIds: number[];
  /** [rows, dimensions]. */
  vectors: Float32Array;
}

/**
 * The vectors of a case, by model, in blocks of a fixed number of rows that are read in sequence.
 * A block is float32, little-endian, with its SHA-256 beside it.
 */
export class EmbeddingStore {
  readonly #db: CaseDatabase;
  /** The block that was read last: neighbours are often asked for one after the other. */
  #last: { modelId: number; block: number; vectors: Float32Array } | undefined;

  constructor(db: CaseDatabase) {
    if (endianness() !== 'LE')
      throw new DescryError('unsupported', 'Cases can only be used on little-endian machines.');
    this.#db = db;
  }

  /** The row of a model in this case, made when it is not there. @returns models.id. */
  ensureModel(summary: PackSummary, manifest: PackManifest): number {
    const known = this.#db
      .prepare<[string], number>('SELECT id FROM models WHERE digest = ?')
      .pluck()
      .get(summary.digest);
    if (known !== undefined) return known;
    const { lastInsertRowid } = this.#db
      .prepare(
        'INSERT INTO models (pack_id, version, digest, dimensions, manifest, added_at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(
        summary.id,
        summary.version,
        summary.digest,
        summary.dimensions,
        JSON.stringify(manifest),
        Date.now(),
      );
    return Number(lastInsertRowid);
  }

  /**
   * Adds vectors after the last one of a model; the last block is written again until it is full.
   * All or nothing, inside the caller's transaction where there is one.
   * @param vectors [cropIds.length, dimensions].
   * @throws an SQLite constraint error when a crop has a vector of this model already.
   * @throws DescryError `case-damaged` when the block to be continued is damaged.
   */
  append(modelId: number, cropIds: readonly number[], vectors: Float32Array): void {
    const dimensions = this.#dimensions(modelId);
    if (vectors.length !== cropIds.length * dimensions)
      throw new DescryError('invalid-input', `Vectors of ${dimensions} numbers were expected.`, {
        crops: cropIds.length,
        numbers: vectors.length,
      });
    this.#last = undefined;
    this.#db.transaction(() => {
      const start = this.#rowCount(modelId);
      const insert = this.#db.prepare('INSERT INTO embeddings (model_id, row, crop_id) VALUES (?, ?, ?)');
      cropIds.forEach((cropId, index) => insert.run(modelId, start + index, cropId));
      for (let done = 0; done < cropIds.length;) {
        const block = Math.floor((start + done) / rowsPerBlock);
        const filled = (start + done) % rowsPerBlock;
        const count = Math.min(rowsPerBlock - filled, cropIds.length - done);
        const added = vectors.subarray(done * dimensions, (done + count) * dimensions);
        this.#writeBlock(modelId, block, filled, dimensions, added);
        done += count;
      }
    })();
  }

  /** Gives a crop the vector of another with the same content. @returns false when that one has none. */
  copy(modelId: number, fromCropId: number, toCropId: number): boolean {
    const vector = this.vectorOf(modelId, fromCropId);
    if (!vector) return false;
    this.append(modelId, [toCropId], vector);
    return true;
  }

  has(modelId: number, cropId: number): boolean {
    return this.#rowOf(modelId, cropId) !== undefined;
  }

  /** How many crops have a row of this model. */
  count(modelId: number): number {
    return this.#rowCount(modelId);
  }

  /** The stored vector, exactly; undefined when there is none or its block is damaged. */
  vectorOf(modelId: number, cropId: number): Float32Array | undefined {
    const row = this.#rowOf(modelId, cropId);
    if (row === undefined) return undefined;
    const dimensions = this.#dimensions(modelId);
    const block = Math.floor(row / rowsPerBlock);
    const place = row % rowsPerBlock;
    if (this.#last?.modelId !== modelId || this.#last.block !== block) {
      const stored = this.#db
        .prepare<[number, number], BlockRow>(
          'SELECT block, rows, vectors, sha256 FROM embedding_blocks WHERE model_id = ? AND block = ?',
        )
        .get(modelId, block);
      if (!stored || damageOf(stored, dimensions) !== undefined) return undefined;
      this.#last = { modelId, block, vectors: toFloats(stored.vectors) };
    }
    const { vectors } = this.#last;
    if ((place + 1) * dimensions > vectors.length) return undefined;
    return vectors.slice(place * dimensions, (place + 1) * dimensions);
  }

  /**
   * All vectors of a model, read in sequence. Damaged blocks are left out; `verify` names them.
   * @returns vectors [cropIds.length, dimensions] in the order in which they were stored.
   */
  load(modelId: number): { cropIds: Int32Array; vectors: Float32Array } {
    const dimensions = this.#dimensions(modelId);
    const total = this.#rowCount(modelId);
    const cropIds = new Int32Array(total);
    const vectors = new Float32Array(total * dimensions);
    let filled = 0;
    for (const block of this.blocks(modelId)) {
      cropIds.set(block.cropIds, filled);
      vectors.set(block.vectors, filled * dimensions);
      filled += block.cropIds.length;
    }
    return { cropIds: cropIds.subarray(0, filled), vectors: vectors.subarray(0, filled * dimensions) };
  }

  /** The sound blocks of a model in sequence, one in memory at a time. */
  *blocks(modelId: number): Generator<VectorBlock> {
    const dimensions = this.#dimensions(modelId);
    const read = this.#db.prepare<[number, number], BlockRow>(
      'SELECT block, rows, vectors, sha256 FROM embedding_blocks WHERE model_id = ? AND block = ?',
    );
    const total = this.#rowCount(modelId);
    for (let block = 0; block * rowsPerBlock < total; block++) {
      const stored = read.get(modelId, block);
      if (!stored || damageOf(stored, dimensions) !== undefined) continue;
      const cropIds = this.#cropsOf(modelId, block).slice(0, stored.rows);
      yield { cropIds, vectors: toFloats(stored.vectors).subarray(0, cropIds.length * dimensions) };
    }
  }

  /**
   * Checks sizes and hashes of all blocks against their rows.
   * @param modelId every model of the case when absent.
   * @returns how many blocks were looked at, and a finding for each damaged one with its crops.
   */
  verify(modelId?: number): { blocks: number; findings: Finding[] } {
    const models = this.#db
      .prepare<[], { id: number; pack_id: string; version: string; dimensions: number }>(
        'SELECT id, pack_id, version, dimensions FROM models ORDER BY id',
      )
      .all()
      .filter(({ id }) => modelId === undefined || id === modelId);
    const findings: Finding[] = [];
    let blocks = 0;
    for (const model of models) {
      const read = this.#db.prepare<[number, number], BlockRow>(
        'SELECT block, rows, vectors, sha256 FROM embedding_blocks WHERE model_id = ? AND block = ?',
      );
      const total = this.#rowCount(model.id);
      for (let block = 0; block * rowsPerBlock < total; block++) {
        blocks++;
        const stored = read.get(model.id, block);
        const expected = Math.min(rowsPerBlock, total - block * rowsPerBlock);
        const damage = !stored
          ? 'is missing'
          : stored.rows < expected
            ? `holds ${stored.rows} vectors instead of ${expected}`
            : damageOf(stored, model.dimensions);
        if (damage === undefined) continue;
        findings.push({
          severity: 'error',
          check: 'vectors',
          where: `vector block ${block} of ${model.pack_id} ${model.version}`,
          message: `It ${damage}. ${describeCrops(this.#cropsOf(model.id, block))} cannot be found by a search until imported into a new case.`,
        });
      }
    }
    return { blocks, findings };
  }

  #writeBlock(modelId: number, block: number, filled: number, dimensions: number, added: Float32Array): void {
    const bytes = Buffer.alloc((filled + added.length / dimensions) * dimensions * 4);
    if (filled > 0) {
      const stored = this.#db
        .prepare<[number, number], BlockRow>(
          'SELECT block, rows, vectors, sha256 FROM embedding_blocks WHERE model_id = ? AND block = ?',
        )
        .get(modelId, block);
      // Continuing a damaged block would give the damage a valid hash.
      if (stored?.rows !== filled || damageOf(stored, dimensions) !== undefined)
        throw new DescryError(
          'case-damaged',
          `The case's vectors are damaged (block ${block}). Run the integrity check; nothing was added.`,
          { modelId, block },
        );
      stored.vectors.copy(bytes);
    }
    bytes.set(new Uint8Array(added.buffer, added.byteOffset, added.byteLength), filled * dimensions * 4);
    this.#db
      .prepare(
        'INSERT INTO embedding_blocks (model_id, block, rows, vectors, sha256) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET rows = excluded.rows, vectors = excluded.vectors, sha256 = excluded.sha256',
      )
      .run(modelId, block, bytes.length / dimensions / 4, bytes, sha256(bytes));
  }

  #dimensions(modelId: number): number {
    const dimensions = this.#db
      .prepare<[number], number>('SELECT dimensions FROM models WHERE id = ?')
      .pluck()
      .get(modelId);
    if (dimensions === undefined) throw new DescryError('not-found', `The case has no model ${modelId}.`);
    return dimensions;
  }

  #rowCount(modelId: number): number {
    const last = this.#db
      .prepare<[number], number | null>('SELECT max(row) FROM embeddings WHERE model_id = ?')
      .pluck()
      .get(modelId);
    return (last ?? -1) + 1;
  }

  #rowOf(modelId: number, cropId: number): number | undefined {
    return this.#db
      .prepare<[number, number], number>('SELECT row FROM embeddings WHERE model_id = ? AND crop_id = ?')
      .pluck()
      .get(modelId, cropId);
  }

  #cropsOf(modelId: number, block: number): number[] {
    return this.#db
      .prepare<[number, number, number], number>(
        'SELECT crop_id FROM embeddings WHERE model_id = ? AND row >= ? AND row < ? ORDER BY row',
      )
      .pluck()
      .all(modelId, block * rowsPerBlock, (block + 1) * rowsPerBlock);
  }
}

/** What is wrong with a block, as the end of a sentence; undefined when it is sound. */
function damageOf({ rows, vectors, sha256: expected }: BlockRow, dimensions: number): string | undefined {
  if (vectors.length !== rows * dimensions * 4) return 'does not have the size of its rows';
  if (sha256(vectors) !== expected) return 'was changed or damaged: its SHA-256 does not fit';
  return undefined;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @returns the numbers of a block; shares memory where the alignment allows it. */
function toFloats(bytes: Buffer): Float32Array {
  if (bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

function describeCrops(cropIds: readonly number[]): string {
  const first = cropIds[0];
  const last = cropIds.at(-1);
  if (first === undefined) return 'No crop';
  if (first === last) return `Crop ${first}`;
  const whole = last! - first === cropIds.length - 1 && cropIds.every((id, i) => id === first + i);
  return whole ? `Crops ${first} to ${last}` : `Crops ${cropIds.join(', ')}`;
}
