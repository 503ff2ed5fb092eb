import type { CaseDatabase } from '../case/database.ts';
import { ExactIndex } from './exact-index.ts';
import type { VectorIndex } from './vector-index.ts';

/** What a gallery needs of the embedding store. */
export interface StoredVectors {
  blocks(modelId: number): Iterable<{ cropIds: ArrayLike<number>; vectors: Float32Array }>;
  vectorOf(modelId: number, cropId: number): Float32Array | undefined;
}

/**
 * The crops of a case as searches see them: the vectors of one model, and which crops belong together.
 * `sync` brings it up to date with the database; nothing else changes it.
 */
export class Gallery {
  readonly modelId: number;
  readonly index: VectorIndex;
  readonly #db: CaseDatabase;
  readonly #store: StoredVectors;
  /** By crop id: number of the track (0 for none), and of the media. */
  #tracks = new Int32Array(1024);
  #media = new Int32Array(1024);
  readonly #trackNumbers = new Map<string, number>();
  #lastCropId = 0;
  #lastRow = -1;

  constructor(db: CaseDatabase, store: StoredVectors, modelId: number, dimensions: number) {
    this.#db = db;
    this.#store = store;
    this.modelId = modelId;
    this.index = new ExactIndex(dimensions);
    this.sync();
  }

  /** Takes in the crops and vectors that were stored since the last call. */
  sync(): void {
    this.#syncCrops();
    const lastRow =
      this.#db
        .prepare<[number], number | null>('SELECT max(row) FROM embeddings WHERE model_id = ?')
        .pluck()
        .get(this.modelId) ?? -1;
    if (lastRow === this.#lastRow) return;
    if (this.#lastRow === -1) {
      for (const { cropIds, vectors } of this.#store.blocks(this.modelId)) this.index.add(cropIds, vectors);
    } else {
      const added = this.#db
        .prepare<[number, number, number], number>(
          'SELECT crop_id FROM embeddings WHERE model_id = ? AND row > ? AND row <= ? ORDER BY row',
        )
        .pluck()
        .all(this.modelId, this.#lastRow, lastRow);
      for (const cropId of added) {
        const vector = this.#store.vectorOf(this.modelId, cropId);
        if (vector) this.index.add([cropId], vector);
      }
    }
    this.#lastRow = lastRow;
  }

  /** The track a crop belongs to within this gallery (a camera and its track), 0 for none. */
  trackOf(cropId: number): number {
    return this.#tracks[cropId] ?? 0;
  }

  /** Crops with the same number have exactly the same bytes. */
  mediaOf(cropId: number): number {
    return this.#media[cropId] ?? 0;
  }

  /** Mean score of a vector over all crops up to an id, summed in the order of ids. */
  meanScore(vector: Float64Array, lastCropId: number): number {
    const ids = this.index.present(null).filter((id) => id <= lastCropId);
    if (ids.length === 0) return 0;
    return this.index.scores({ vector, avoid: [] }, ids).reduce((sum, score) => sum + score, 0) / ids.length;
  }

  #syncCrops(): void {
    const rows = this.#db
      .prepare<[number], [number, number, number | null, string | null]>(
        'SELECT id, media_id, camera_id, track FROM crops WHERE id > ? ORDER BY id',
      )
      .raw()
      .all(this.#lastCropId);
    const last = rows.at(-1)?.[0];
    if (last === undefined) return;
    if (last >= this.#media.length) {
      const length = Math.max(last + 1, this.#media.length * 2);
      this.#tracks = grown(this.#tracks, length);
      this.#media = grown(this.#media, length);
    }
    for (const [id, media, camera, track] of rows) {
      this.#media[id] = media;
      if (track !== null) this.#tracks[id] = this.#trackNumber(`${camera ?? ''}\u0000${track}`);
    }
    this.#lastCropId = last;
  }

  #trackNumber(key: string): number {
    const known = this.#trackNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#trackNumbers.size + 1;
    this.#trackNumbers.set(key, number);
    return number;
  }
}

function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(length);
  copy.set(array);
  return copy;
}
