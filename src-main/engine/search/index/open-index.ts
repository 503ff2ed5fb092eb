import { keyOf, type CaseDatabase } from '../../case/database.ts';
import { BlockIndex } from './block-index.ts';
import type { SearchThreads } from './search-threads.ts';
import { StoredVectors } from './stored-vectors.ts';

export interface StoredIndexOptions {
  threads: SearchThreads;
  db: CaseDatabase;
  modelId: number;
  dimensions: number;
  /** Told of crops whose vectors turn out to be damaged; they take no part any more. */
  onDamaged?: (cropIds: number[]) => void;
  /** As in `BlockIndexOptions`. */
  vectorsInMemory?: number;
  signal?: AbortSignal;
}

/** Opens the index over the vectors of one model in a case. Codes that are missing there are made and kept. */
export function openIndex({
  threads,
  db,
  modelId,
  dimensions,
  onDamaged,
  vectorsInMemory,
  signal,
}: StoredIndexOptions): Promise<BlockIndex> {
  const stored = new StoredVectors(db, modelId, dimensions);
  return BlockIndex.open(
    {
      threads,
      dimensions,
      source: { file: db.name, key: keyOf(db)?.databaseKey(), modelId },
      cropIds: stored.cropIds(),
      keepCodes: (block, codes) => {
        // A case that is closed meanwhile gets them the next time.
        if (db.open) stored.keepCodes(block, codes);
      },
      ...(onDamaged && { onDamaged }),
      ...(vectorsInMemory !== undefined && { vectorsInMemory }),
    },
    signal,
  );
}
