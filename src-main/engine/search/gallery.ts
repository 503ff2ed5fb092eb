import { setImmediate } from 'node:timers/promises';
import type { CaseDatabase } from '../case/database.ts';
import { CropGroups } from './crop-groups.ts';
import { encodeCropSet, idDigest } from './crop-set.ts';
import type { BlockIndex } from './index/block-index.ts';
import { openIndex } from './index/open-index.ts';
import { countRows } from './index/ranked-head.ts';
import type { SearchThreads } from './index/search-threads.ts';
import type { StoredVectors } from './index/stored-vectors.ts';

/** Rows that are read at once: a million would leave as many objects behind, and hold everybody up. */
const rowsAtOnce = 20_000;
/** States that are remembered: a search is described by the one that it saw. */
const rememberedStates = 256;

/** What a case holds, whether it was read with a model or not. */
export interface CropCount {
  crops: number;
  /** The id of the newest. */
  lastCropId: number;
}

/** What a search of all crops records of them. */
export interface WholeGallery {
  /** `idDigest` and `encodeCropSet` of all. */
  digest: string;
  set: Buffer;
  /** Rows of a list of all. */
  rows: number;
}

export interface GalleryParts {
  db: CaseDatabase;
  threads: SearchThreads;
  stored: StoredVectors;
  modelId: number;
  dimensions: number;
}

type CropRow = [id: number, mediaId: number, cameraId: number | null, track: string | null, removed: number];

/**
 * The crops of a case as searches see them: the vectors of one model, and which crops belong together.
 * `sync` brings it up to date with the database; nothing else but `remove` changes it.
 */
export class Gallery {
  readonly modelId: number;
  readonly index: BlockIndex;
  readonly groups = new CropGroups();
  readonly #stored: StoredVectors;
  readonly #db: CaseDatabase;
  #count: CropCount = { crops: 0, lastCropId: 0 };
  readonly #states = new Map<number, CropCount>();
  #whole: { generation: number; digest: string; set: Buffer; rows: Map<boolean, number> } | undefined;

  private constructor({ db, stored, modelId }: GalleryParts, index: BlockIndex) {
    this.#db = db;
    this.#stored = stored;
    this.modelId = modelId;
    this.index = index;
  }

  /** Reads what the case holds. @throws DescryError `unsupported`. */
  static async open(parts: GalleryParts): Promise<Gallery> {
    const gallery = new Gallery(parts, await openIndex(parts));
    gallery.groups.reserve(
      parts.db.prepare<[], number | null>('SELECT max(id) FROM crops').pluck().get() ?? 0,
    );
    while (gallery.#readCrops(rowsAtOnce)) await setImmediate();
    return gallery;
  }

  /**
   * Takes in the crops and vectors that were stored since the last call.
   * @returns false when rows were taken away meanwhile, so that the gallery has to be opened anew.
   */
  sync(): boolean {
    while (this.#readCrops(rowsAtOnce));
    for (let added; (added = this.#stored.rowsFrom(this.index.rows, rowsAtOnce)).cropIds.length > 0;) {
      if (added.cropIds.includes(0)) return false;
      this.index.add(added.cropIds, added.vectors);
    }
    this.#remember();
    return true;
  }

  /** Takes crops out that are no part of the case any more, each of them once. */
  remove(cropIds: readonly number[]): void {
    this.index.remove(cropIds);
    const { crops, lastCropId } = this.#count;
    this.#count = { crops: crops - cropIds.filter((cropId) => cropId <= lastCropId).length, lastCropId };
    this.#remember();
  }

  /** What the case held when the index had this generation. */
  stateAt(generation: number): CropCount {
    return this.#states.get(generation) ?? this.#count;
  }

  /**
   * What follows from the whole gallery alone, worked out once for each state of it: a million crops take
   * some time to go through.
   * @param searched all crops of that state.
   */
  wholeOf(generation: number, searched: Int32Array, foldTracks: boolean): WholeGallery {
    if (this.#whole?.generation !== generation)
      this.#whole = { generation, digest: idDigest(searched), set: encodeCropSet(searched), rows: new Map() };
    const { digest, set, rows } = this.#whole;
    const known = rows.get(foldTracks);
    if (known !== undefined) return { digest, set, rows: known };
    const counted = countRows(searched, foldTracks ? this.groups.tracks : null, this.groups.media);
    rows.set(foldTracks, counted);
    return { digest, set, rows: counted };
  }

  /** About how many crops a row of a list holds, as far as known. */
  cropsPerRow(foldTracks: boolean): number {
    const rows = this.#whole?.rows.get(foldTracks) ?? 0;
    return rows > 0 ? this.index.size / rows : 1;
  }

  /** A crop's vector, as it is stored; undefined when it has none. */
  vectorOf(cropId: number): Float32Array | undefined {
    return this.index.has(cropId) ? this.#stored.vectorOf(cropId) : undefined;
  }

  #remember(): void {
    this.#states.set(this.index.generation, this.#count);
    for (const oldest of this.#states.keys()) {
      if (this.#states.size <= rememberedStates) break;
      this.#states.delete(oldest);
    }
  }

  /** @returns whether there may be more. */
  #readCrops(most: number): boolean {
    const rows = this.#db
      .prepare<[number, number], CropRow>(
        'SELECT id, media_id, camera_id, track, removed_at IS NOT NULL FROM crops WHERE id > ? ORDER BY id LIMIT ?',
      )
      .raw()
      .all(this.#count.lastCropId, most);
    let crops = 0;
    for (const [id, mediaId, cameraId, track, removed] of rows) {
      this.groups.add(id, mediaId, cameraId, track);
      if (!removed) crops++;
    }
    const last = rows.at(-1)?.[0];
    if (last !== undefined) this.#count = { crops: this.#count.crops + crops, lastCropId: last };
    return rows.length === most;
  }
}
