import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { BlockIndex, type BlockIndexOptions } from '../../../../src-main/engine/search/index/block-index.ts';
import type { SearchThreads } from '../../../../src-main/engine/search/index/search-threads.ts';
import { StoredVectors } from '../../../../src-main/engine/search/index/stored-vectors.ts';
import { migration0025 } from '../../../../src-main/engine/case/migrations/0025-vector-pieces.ts';

const modelId = 3;

/** A database with nothing but the tables of vectors, and indexes over it. */
export class ScratchCase {
  readonly db: Database.Database;
  readonly stored: StoredVectors;
  readonly modelId = modelId;
  readonly #folder = mkdtempSync(join(tmpdir(), 'descry-vectors-'));
  readonly #indexes: BlockIndex[] = [];

  constructor(dimensions: number) {
    this.db = new Database(join(this.#folder, 'case.sqlite'));
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = OFF');
    this.db.exec(`${migration0025.sql}
      CREATE TABLE embeddings (
        model_id INTEGER NOT NULL, row INTEGER NOT NULL, crop_id INTEGER NOT NULL,
        PRIMARY KEY (model_id, row), UNIQUE (model_id, crop_id)
      ) STRICT, WITHOUT ROWID`);
    this.stored = new StoredVectors(this.db, modelId, dimensions);
  }

  /** An index over what is stored, with small blocks, so that few crops fill many. */
  async open(
    threads: SearchThreads,
    dimensions: number,
    options: Partial<BlockIndexOptions> = {},
  ): Promise<BlockIndex> {
    const index = await BlockIndex.open({
      threads,
      dimensions,
      source: { file: this.db.name, modelId },
      cropIds: this.stored.cropIds(),
      codedRows: 16,
      vectorsInMemory: 0,
      ...options,
    });
    this.#indexes.push(index);
    return index;
  }

  async dispose(): Promise<void> {
    for (const index of this.#indexes) await index.close();
    this.db.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
