import { DescryError } from '../../errors.ts';
import type { CaseDatabase } from '../database.ts';
import type { CropDetail, CropSummary, Decision, Note, Verdict } from '../schema.ts';
import { toInstant } from '../times.ts';

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

interface SummaryRow {
  id: number;
  file_name: string;
  width: number;
  height: number;
  camera: string | null;
  recorded_time: string | null;
  corrected_at: number | null;
  track: string | null;
  verdict: Verdict | null;
  tags: string | null;
  note_count: number;
}

interface DetailRow extends SummaryRow {
  media_id: number;
  sha256: string;
  bytes: number;
  format: string;
  storage: 'copy' | 'reference';
  source_path: string;
  frame: number | null;
  box_x: number | null;
  box_y: number | null;
  box_width: number | null;
  box_height: number | null;
  frame_sha256: string | null;
  time_source: CropDetail['timeSource'];
  camera_zone: string | null;
  clock_offset_ms: number | null;
  batch_id: number;
  imported_at: number;
}

const summaryColumns = `
  c.id, c.file_name, m.width, m.height, cam.name AS camera, c.recorded_time, c.corrected_at, c.track, d.verdict,
  (SELECT json_group_array(name) FROM (SELECT t.name FROM crop_tags AS ct JOIN tags AS t ON t.id = ct.tag_id WHERE ct.crop_id = c.id ORDER BY t.name)) AS tags,
  (SELECT count(*) FROM notes WHERE crop_id = c.id AND removed_at IS NULL) AS note_count`;
const summaryTables = `
  crops AS c JOIN media AS m ON m.id = c.media_id
  LEFT JOIN cameras AS cam ON cam.id = c.camera_id
  LEFT JOIN current_decisions AS d ON d.crop_id = c.id`;
const mediaColumns = `id, sha256, bytes, format, width, height, storage, stored_path AS storedPath`;

/** Crops and their media. */
export class CropRepository {
  readonly #db: CaseDatabase;

  constructor(db: CaseDatabase) {
    this.#db = db;
  }

  /** The media row with this content, made when it is new. */
  ensureMedia(media: NewMedia): { id: number; isNew: boolean } {
    const known = this.mediaByHash(media.sha256);
    if (known) return { id: known.id, isNew: false };
    const { lastInsertRowid } = this.#db
      .prepare(
        'INSERT INTO media (sha256, bytes, format, width, height, storage, stored_path) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
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

  mediaByHash(hash: string): MediaRow | undefined {
    return this.#db
      .prepare<[string], MediaRow>(`SELECT ${mediaColumns} FROM media WHERE sha256 = ?`)
      .get(hash);
  }

  /** Media of a crop. @throws DescryError `not-found`. */
  mediaOf(cropId: number): MediaRow {
    const row = this.#db
      .prepare<[number], MediaRow>(
        `SELECT ${mediaColumns} FROM media WHERE id = (SELECT media_id FROM crops WHERE id = ?)`,
      )
      .get(cropId);
    if (!row) throw new DescryError('not-found', `There is no crop ${cropId} in this case.`, { cropId });
    return row;
  }

  *allMedia(): Generator<MediaRow> {
    yield* this.#db.prepare<[], MediaRow>(`SELECT ${mediaColumns} FROM media ORDER BY id`).iterate();
  }

  /** Another crop with the same content, the oldest; its vector serves both. */
  firstCropOfMedia(mediaId: number): number | undefined {
    return (
      this.#db
        .prepare<[number], number>('SELECT min(id) FROM crops WHERE media_id = ?')
        .pluck()
        .get(mediaId) ?? undefined
    );
  }

  idBySourceKey(sourceKey: string): number | undefined {
    return this.#db
      .prepare<[string], number>('SELECT id FROM crops WHERE source_key = ?')
      .pluck()
      .get(sourceKey);
  }

  insert(crop: NewCrop): number {
    const { lastInsertRowid } = this.#db
      .prepare(
        `INSERT INTO crops (media_id, batch_id, source_path, file_name, camera_id, track, frame, box_x, box_y, box_width, box_height,
           frame_sha256, recorded_time, time_source, recorded_at, corrected_at, imported_at, source_key)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
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
    const row = this.#db
      .prepare<[number], DetailRow>(
        `SELECT ${summaryColumns}, c.media_id, m.sha256, m.bytes, m.format, m.storage, c.source_path, c.frame, c.box_x, c.box_y, c.box_width,
           c.box_height, c.frame_sha256, c.time_source, cam.time_zone AS camera_zone, cam.clock_offset_ms, c.batch_id, c.imported_at
         FROM ${summaryTables} WHERE c.id = ?`,
      )
      .get(cropId);
    if (!row) throw new DescryError('not-found', `There is no crop ${cropId} in this case.`, { cropId });
    return {
      ...toSummary(row, timeZone),
      sha256: row.sha256,
      bytes: row.bytes,
      format: row.format,
      sourcePath: row.source_path,
      storage: row.storage,
      frame: row.frame,
      box:
        row.box_x === null || row.box_y === null || row.box_width === null || row.box_height === null
          ? null
          : { x: row.box_x, y: row.box_y, width: row.box_width, height: row.box_height },
      frameSha256: row.frame_sha256,
      timeSource: row.time_source,
      timeZone: row.camera_zone ?? timeZone,
      clockOffsetMs: row.clock_offset_ms ?? 0,
      batchId: row.batch_id,
      importedAt: toInstant(row.imported_at, timeZone),
      duplicates: this.#db
        .prepare<[number, number], { id: number; fileName: string; camera: string | null }>(
          'SELECT c.id, c.file_name AS fileName, cam.name AS camera FROM crops AS c LEFT JOIN cameras AS cam ON cam.id = c.camera_id WHERE c.media_id = ? AND c.id <> ? ORDER BY c.id',
        )
        .all(row.media_id, cropId),
      notes: this.#notes(cropId, timeZone),
      decisions: this.#decisions(cropId, timeZone),
    };
  }

  /** Crops of one track in the order of time. */
  idsOfTrack(cropId: number): number[] {
    return this.#db
      .prepare<[number], number>(
        `SELECT b.id FROM crops AS a JOIN crops AS b ON b.camera_id IS a.camera_id AND b.track = a.track
         WHERE a.id = ? ORDER BY b.corrected_at, b.id`,
      )
      .pluck()
      .all(cropId);
  }

  #notes(cropId: number, timeZone: string): Note[] {
    return this.#db
      .prepare<[number], { id: number; text: string; operator: string; at: number }>(
        'SELECT id, text, operator, at FROM notes WHERE crop_id = ? AND removed_at IS NULL ORDER BY id',
      )
      .all(cropId)
      .map((row) => ({ ...row, cropId, at: toInstant(row.at, timeZone) }));
  }

  #decisions(cropId: number, timeZone: string): Decision[] {
    return this.#db
      .prepare<
        [number],
        { id: number; verdict: Verdict | null; operator: string; at: number; searchId: number | null }
      >(
        'SELECT id, verdict, operator, at, search_id AS searchId FROM decisions WHERE crop_id = ? ORDER BY id',
      )
      .all(cropId)
      .map((row) => ({ ...row, cropId, at: toInstant(row.at, timeZone) }));
  }
}

function toSummary(row: SummaryRow, timeZone: string): CropSummary {
  return {
    id: row.id,
    fileName: row.file_name,
    width: row.width,
    height: row.height,
    camera: row.camera,
    recordedTime: row.recorded_time,
    correctedTime: row.corrected_at === null ? null : toInstant(row.corrected_at, timeZone),
    track: row.track,
    verdict: row.verdict,
    tags: JSON.parse(row.tags ?? '[]') as string[],
    noteCount: row.note_count,
  };
}
