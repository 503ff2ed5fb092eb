import { DescryError } from '../../errors.ts';
import type { CaseDatabase } from '../database.ts';
import type { CropDetail, CropSummary } from '../schema.ts';
import { readDetails, summaryColumns, summaryTables, toSummary, type SummaryRow } from './crop-details.ts';

/** A crop as the importer writes it. */
export interface NewCrop {
  mediaId: number;
  batchId: number;
  sourcePath: string;
  fileName: string;
  cameraId: number | null;
  track: string | null;
  frame: number | null;
  box: { x: number; y: number; width: number; height: number } | null;
  frameSha256: string | null;
  recordedTime: string | null;
  timeSource: CropDetail['timeSource'];
  /** Milliseconds since 1970 UTC. */
  recordedAt: number | null;
  correctedAt: number | null;
  sourceKey: string;
}

export interface NewMedia {
  sha256: string;
  bytes: number;
  format: string;
  width: number;
  height: number;
  storage: 'copy' | 'reference';
  /** Relative to the case's media folder for copies, absolute for references. */
  storedPath: string;
}

export interface MediaRow extends NewMedia {
  id: number;
}

const mediaColumns = `id, sha256, bytes, format, width, height, storage, stored_path AS storedPath`;

/** Crops and their media. */
export class CropRepository {
  readonly #db: CaseDatabase;
  #ofImport: ReturnType<typeof importStatements> | undefined;

  constructor(db: CaseDatabase) {
    this.#db = db;
  }

  /** The media row with this content, made when it is new, and taken into use again when its crops were removed. */
  ensureMedia(media: NewMedia): { id: number; isNew: boolean } {
    const known = this.mediaByHash(media.sha256);
    if (known) return { id: known.id, isNew: this.#bringBack(known.id, media) };
    const { lastInsertRowid } = this.#statements.insertMedia.run(
      media.sha256,
      media.bytes,
      media.format,
      media.width,
      media.height,
      media.storage,
      media.storedPath,
    );
    return { id: Number(lastInsertRowid), isNew: true };
  }

  #bringBack(mediaId: number, { format, width, height, storage, storedPath }: NewMedia): boolean {
    const { changes } = this.#statements.bringBack().run(format, width, height, storage, storedPath, mediaId);
    if (changes > 0) this.#db.prepare('DELETE FROM files_to_delete WHERE media_id = ?').run(mediaId);
    return changes > 0;
  }

  mediaByHash(hash: string): MediaRow | undefined {
    return this.#statements.mediaByHash.get(hash);
  }

  /** Media of a crop of the case. @throws DescryError `not-found`, also for a crop that was taken out. */
  mediaOf(cropId: number): MediaRow {
    this.requirePresent(cropId);
    const row = this.#db
      .prepare<[number], MediaRow>(
        `SELECT ${mediaColumns} FROM media WHERE id = (SELECT media_id FROM crops WHERE id = ?)`,
      )
      .get(cropId);
    if (!row) throw new DescryError('not-found', `There is no crop ${cropId} in this case.`, { cropId });
    return row;
  }

  /** @throws DescryError `not-found` for a crop that is not in the case, or was taken out of it. */
  requirePresent(cropId: number): void {
    const row = this.#db
      .prepare<[number], { removedAt: number | null }>(
        'SELECT removed_at AS removedAt FROM crops WHERE id = ?',
      )
      .get(cropId);
    if (row?.removedAt === null) return;
    const message = row
      ? `Crop ${cropId} was taken out of this case with its batch.`
      : `There is no crop ${cropId} in this case.`;
    throw new DescryError('not-found', message, { cropId });
  }

  /** Media whose file is kept, after one, ascending, a page at a time: others may write between two pages. */
  mediaAfter(id: number, limit: number): MediaRow[] {
    return this.#db
      .prepare<[number, number], MediaRow>(
        `SELECT ${mediaColumns} FROM media WHERE id > ? AND removed_at IS NULL ORDER BY id LIMIT ?`,
      )
      .all(id, limit);
  }

  /** Media whose file is kept: those of crops that are in the case. */
  *allMedia(): Generator<MediaRow> {
    yield* this.#db
      .prepare<[], MediaRow>(`SELECT ${mediaColumns} FROM media WHERE removed_at IS NULL ORDER BY id`)
      .iterate();
  }

  /** Another crop of the case with the same content, the oldest; its vector serves both. */
  firstCropOfMedia(mediaId: number): number | undefined {
    return this.#statements.firstCropOfMedia().get(mediaId) ?? undefined;
  }

  idBySourceKey(sourceKey: string): number | undefined {
    return this.#statements.idBySourceKey.get(sourceKey);
  }

  insert(crop: NewCrop): number {
    const { lastInsertRowid } = this.#statements.insert.run(
      crop.mediaId,
      crop.batchId,
      crop.sourcePath,
      crop.fileName,
      crop.cameraId,
      crop.track,
      crop.frame,
      crop.box?.x ?? null,
      crop.box?.y ?? null,
      crop.box?.width ?? null,
      crop.box?.height ?? null,
      crop.frameSha256,
      crop.recordedTime,
      crop.timeSource,
      crop.recordedAt,
      crop.correctedAt,
      Date.now(),
      crop.sourceKey,
    );
    return Number(lastInsertRowid);
  }

  /** Summaries in the order of `ids`; ids that are not there are left out. Times are shown in `timeZone`. */
  summaries(ids: readonly number[], timeZone: string): CropSummary[] {
    const rows = this.#db
      .prepare<[string], SummaryRow>(
        `SELECT ${summaryColumns} FROM ${summaryTables} WHERE c.id IN (SELECT value FROM json_each(?))`,
      )
      .all(JSON.stringify(ids));
    const byId = new Map(rows.map((row) => [row.id, toSummary(row, timeZone)]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  /** @throws DescryError `not-found`. */
  detail(cropId: number, timeZone: string): CropDetail {
    return readDetails(this.#db, [cropId], timeZone)[0]!;
  }

  /** Details of a page of crops, in the order of `ids`. @throws DescryError `not-found`. */
  details(ids: readonly number[], timeZone: string): CropDetail[] {
    return readDetails(this.#db, ids, timeZone);
  }

  /** Crops of one track in the order of time. */
  idsOfTrack(cropId: number): number[] {
    return this.#db
      .prepare<[number], number>(
        `SELECT b.id FROM crops AS a JOIN crops AS b INDEXED BY crops_track ON b.camera_id IS a.camera_id AND b.track = a.track AND b.removed_at IS NULL
         WHERE a.id = ? ORDER BY b.corrected_at, b.id`,
      )
      .pluck()
      .all(cropId);
  }

  get #statements(): ReturnType<typeof importStatements> {
    return (this.#ofImport ??= importStatements(this.#db));
  }
}

/** What an import asks for every crop, prepared once: preparing costs more than asking. */
function importStatements(db: CaseDatabase) {
  return {
    bringBack: once(() =>
      db.prepare<unknown[]>(
        `UPDATE media SET removed_at = NULL, removed_with = NULL, format = ?, width = ?, height = ?, storage = ?, stored_path = ?
         WHERE id = ? AND removed_at IS NOT NULL`,
      ),
    ),
    insertMedia: db.prepare<unknown[]>(
      'INSERT INTO media (sha256, bytes, format, width, height, storage, stored_path) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    mediaByHash: db.prepare<[string], MediaRow>(`SELECT ${mediaColumns} FROM media WHERE sha256 = ?`),
    firstCropOfMedia: once(() =>
      db
        .prepare<[number], number | null>(
          'SELECT min(id) FROM crops WHERE media_id = ? AND removed_at IS NULL',
        )
        .pluck(),
    ),
    idBySourceKey: db.prepare<[string], number>('SELECT id FROM crops WHERE source_key = ?').pluck(),
    insert: db.prepare<unknown[]>(
      `INSERT INTO crops (media_id, batch_id, source_path, file_name, camera_id, track, frame, box_x, box_y, box_width, box_height,
         frame_sha256, recorded_time, time_source, recorded_at, corrected_at, imported_at, source_key)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
