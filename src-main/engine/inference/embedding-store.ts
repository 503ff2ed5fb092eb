import { endianness } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { CaseDatabase } from '../case/database.ts';
import type { Finding } from '../case/schema.ts';
import { DescryError } from '../errors.ts';
import { damageOf, EmbeddingBlocks, rowsPerBlock, toFloats } from './embedding-blocks.ts';
import type { PackManifest, PackSummary } from './schema.ts';

export interface VectorBlock {
  cropIds: number[];
  /** [rows, dimensions]. */
  vectors: Float32Array;
}

/** The vectors of a case, by model, in blocks of a fixed number of rows that are read in sequence. */
export class EmbeddingStore {
  readonly #db: CaseDatabase;
  /** The block that was read last: neighbours are often asked for one after the other. */
  #last: { modelId: number; block: number; vectors: Float32Array } | undefined;

  constructor(db: CaseDatabase) {
    if (endianness() !== 'LE')
      throw new DescryError('unsupported', 'Cases can only be used on little-endian machines.');
    this.#db = db;
  }

  /** The row of a model in this case, models.id; undefined when the case has nothing of it. */
  modelRow(digest: string): number | undefined {
    return this.#db.prepare<[string], number>('SELECT id FROM models WHERE digest = ?').pluck().get(digest);
  }

  /** The row of the model that a pack's id meant last in this case. */
  modelRowOfPack(packId: string): number | undefined {
    return this.#db
      .prepare<[string], number>('SELECT id FROM models WHERE pack_id = ? ORDER BY id DESC LIMIT 1')
      .pluck()
      .get(packId);
  }

  /** The row of a model in this case, made when it is not there. @returns models.id. */
  ensureModel(summary: PackSummary, manifest: PackManifest): number {
    const known = this.modelRow(summary.digest);
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
    const blocks = this.#blocks(modelId);
    const { dimensions } = blocks;
    if (vectors.length !== cropIds.length * dimensions)
      throw new DescryError('invalid-input', `Vectors of ${dimensions} numbers were expected.`, {
        crops: cropIds.length,
        numbers: vectors.length,
      });
    this.#last = undefined;
    this.#db.transaction(() => {
      const start = blocks.rowCount;
      const insert = this.#db.prepare('INSERT INTO embeddings (model_id, row, crop_id) VALUES (?, ?, ?)');
      cropIds.forEach((cropId, index) => insert.run(modelId, start + index, cropId));
      for (let done = 0; done < cropIds.length;) {
        const block = Math.floor((start + done) / rowsPerBlock);
        const filled = (start + done) % rowsPerBlock;
        const count = Math.min(rowsPerBlock - filled, cropIds.length - done);
        const added = vectors.subarray(done * dimensions, (done + count) * dimensions);
        blocks.write(block, continued(blocks, block, filled, added));
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

  /** Erases the vectors of crops, of every model. Crops without one are passed over. */
  remove(cropIds: readonly number[]): void {
    this.#last = undefined;
    this.#db.transaction(() => {
      for (const id of this.#db.prepare<[], number>('SELECT id FROM models').pluck().all())
        this.#blocks(id).remove(cropIds);
    })();
  }

  has(modelId: number, cropId: number): boolean {
    return this.#rowOf(modelId, cropId) !== undefined;
  }

  /** How many crops have a row of this model. */
  count(modelId: number): number {
    return this.#blocks(modelId).rowCount;
  }

  /** The stored vector, exactly; undefined when there is none or its block is damaged. */
  vectorOf(modelId: number, cropId: number): Float32Array | undefined {
    const row = this.#rowOf(modelId, cropId);
    if (row === undefined) return undefined;
    const blocks = this.#blocks(modelId);
    const { dimensions } = blocks;
    const block = Math.floor(row / rowsPerBlock);
    const place = row % rowsPerBlock;
    if (this.#last?.modelId !== modelId || this.#last.block !== block) {
      const stored = blocks.read(block);
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
    const { dimensions, rowCount } = this.#blocks(modelId);
    const cropIds = new Int32Array(rowCount);
    const vectors = new Float32Array(rowCount * dimensions);
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
    const blocks = this.#blocks(modelId);
    const { dimensions, rowCount } = blocks;
    for (let block = 0; block * rowsPerBlock < rowCount; block++) {
      const stored = blocks.read(block);
      if (!stored || damageOf(stored, dimensions) !== undefined) continue;
      const cropIds = blocks.cropsOf(block).slice(0, stored.rows);
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
      .prepare<[], { id: number; pack_id: string; version: string }>(
        'SELECT id, pack_id, version FROM models ORDER BY id',
      )
      .all()
      .filter(({ id }) => modelId === undefined || id === modelId);
    const findings: Finding[] = [];
    let count = 0;
    for (const model of models) {
      const blocks = this.#blocks(model.id);
      for (const { block, damage } of blocks.check()) {
        count++;
        if (damage === undefined) continue;
        findings.push({
          severity: 'error',
          check: 'vectors',
          where: `vector block ${block} of ${model.pack_id} ${model.version}`,
          message: `It ${damage}. ${describeCrops(blocks.cropsOf(block))} cannot be found by a search with this model until the model has read the case again.`,
        });
      }
    }
    return { blocks: count, findings };
  }

  /**
   * Takes damaged blocks away, so that vectors can be made anew for their crops. Looks at every block,
   * and lets others work meanwhile.
   * @returns the crops that have no vector of the model any more.
   */
  async dropDamaged(modelId: number, signal: AbortSignal): Promise<number[]> {
    const blocks = this.#blocks(modelId);
    const damaged: number[] = [];
    for (const { block, damage } of blocks.check()) {
      if (damage !== undefined) damaged.push(block);
      await setImmediate();
      if (signal.aborted) return [];
    }
    this.#last = undefined;
    // From the last one on: what moves into a gap must be sound.
    return this.#db.transaction(() => damaged.reverse().flatMap((block) => blocks.drop(block)))();
  }

  #blocks(modelId: number): EmbeddingBlocks {
    const dimensions = this.#db
      .prepare<[number], number>('SELECT dimensions FROM models WHERE id = ?')
      .pluck()
      .get(modelId);
    if (dimensions === undefined) throw new DescryError('not-found', `The case has no model ${modelId}.`);
    return new EmbeddingBlocks(this.#db, modelId, dimensions);
  }

  #rowOf(modelId: number, cropId: number): number | undefined {
    return this.#db
      .prepare<[number, number], number>('SELECT row FROM embeddings WHERE model_id = ? AND crop_id = ?')
      .pluck()
      .get(modelId, cropId);
  }
}

/**
 * A block with vectors added after the `filled` ones that it has.
 * @throws DescryError `case-damaged`: continuing a damaged block would give the damage a valid hash.
 */
function continued(blocks: EmbeddingBlocks, block: number, filled: number, added: Float32Array): Buffer {
  const bytes = Buffer.from(added.buffer, added.byteOffset, added.byteLength);
  if (filled === 0) return bytes;
  const stored = blocks.read(block);
  if (stored?.rows !== filled || damageOf(stored, blocks.dimensions) !== undefined)
    throw new DescryError(
      'case-damaged',
      `The case's vectors are damaged (block ${block}). Run the integrity check; nothing was added.`,
      { modelId: blocks.modelId, block },
    );
  return Buffer.concat([stored.vectors, bytes]);
}

function describeCrops(cropIds: readonly number[]): string {
  const first = cropIds[0];
  const last = cropIds.at(-1);
  if (first === undefined) return 'No crop';
  if (first === last) return `Crop ${first}`;
  const whole = last! - first === cropIds.length - 1 && cropIds.every((id, i) => id === first + i);
  return whole ? `Crops ${first} to ${last}` : `Crops ${cropIds.join(', ')}`;
}
