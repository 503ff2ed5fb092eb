import { DescryError } from '../../errors.ts';
import type { CaseDatabase } from '../database.ts';
import type { CropDetail, CropSummary, Decision, Note, Verdict } from '../schema.ts';
import { toInstant } from '../times.ts';
import { readRedactions } from './redaction-repository.ts';

export interface SummaryRow {
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
  removed_at: number | null;
}

interface DetailRow extends SummaryRow {
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

export const summaryColumns = `
  c.id, c.file_name, m.width, m.height, cam.name AS camera, c.recorded_time, c.corrected_at, c.track, c.removed_at, d.verdict,
  (SELECT json_group_array(name) FROM (SELECT t.name FROM crop_tags AS ct JOIN tags AS t ON t.id = ct.tag_id WHERE ct.crop_id = c.id ORDER BY t.name)) AS tags,
  (SELECT count(*) FROM notes WHERE crop_id = c.id AND removed_at IS NULL) AS note_count`;
export const summaryTables = `
  crops AS c JOIN media AS m ON m.id = c.media_id
  LEFT JOIN cameras AS cam ON cam.id = c.camera_id
  LEFT JOIN current_decisions AS d ON d.crop_id = c.id`;

/**
 * Everything known about a page of crops, in the order of `ids`: a few queries for all of them.
 * @throws DescryError `not-found` when one of them is not there.
 */
export function readDetails(db: CaseDatabase, ids: readonly number[], timeZone: string): CropDetail[] {
  const page = JSON.stringify(ids);
  const rows = db
    .prepare<[string], DetailRow>(
      `SELECT ${summaryColumns}, m.sha256, m.bytes, m.format, m.storage, c.source_path, c.frame, c.box_x, c.box_y, c.box_width,
         c.box_height, c.frame_sha256, c.time_source, cam.time_zone AS camera_zone, cam.clock_offset_ms, c.batch_id, c.imported_at
       FROM ${summaryTables} WHERE c.id IN (SELECT value FROM json_each(?))`,
    )
    .all(page);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const duplicates = readDuplicates(db, page);
  const notes = readNotes(db, page, timeZone);
  const decisions = readDecisions(db, page, timeZone);
  const redactions = readRedactions(db, page, timeZone);
  return ids.map((id) => {
    const row = byId.get(id);
    if (!row) throw new DescryError('not-found', `There is no crop ${id} in this case.`, { cropId: id });
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
      duplicates: duplicates.get(id) ?? [],
      notes: notes.get(id) ?? [],
      decisions: decisions.get(id) ?? [],
      redaction: redactions.get(id) ?? null,
    };
  });
}

export function toSummary(row: SummaryRow, timeZone: string): CropSummary {
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
    ...(row.removed_at !== null && { removedAt: toInstant(row.removed_at, timeZone) }),
  };
}

/** Other crops of the case with the same content, by crop. */
function readDuplicates(db: CaseDatabase, page: string): Map<number, CropDetail['duplicates']> {
  const rows = db
    .prepare<[string], { of: number; id: number; fileName: string; camera: string | null }>(
      `SELECT a.id AS "of", c.id, c.file_name AS fileName, cam.name AS camera
       FROM crops AS a JOIN crops AS c ON c.media_id = a.media_id AND c.id <> a.id AND c.removed_at IS NULL
       LEFT JOIN cameras AS cam ON cam.id = c.camera_id
       WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY c.id`,
    )
    .all(page);
  return grouped(rows.map(({ of, ...duplicate }) => [of, duplicate]));
}

function readNotes(db: CaseDatabase, page: string, timeZone: string): Map<number, Note[]> {
  const rows = db
    .prepare<[string], { id: number; cropId: number; text: string; operator: string; at: number }>(
      `SELECT id, crop_id AS cropId, text, operator, at FROM notes
       WHERE removed_at IS NULL AND crop_id IN (SELECT value FROM json_each(?)) ORDER BY id`,
    )
    .all(page);
  return grouped(rows.map((row) => [row.cropId, { ...row, at: toInstant(row.at, timeZone) }]));
}

function readDecisions(db: CaseDatabase, page: string, timeZone: string): Map<number, Decision[]> {
  const rows = db
    .prepare<[string], Omit<Decision, 'at'> & { at: number }>(
      `SELECT id, crop_id AS cropId, verdict, operator, at, search_id AS searchId FROM decisions
       WHERE crop_id IN (SELECT value FROM json_each(?)) ORDER BY id`,
    )
    .all(page);
  return grouped(rows.map((row) => [row.cropId, { ...row, at: toInstant(row.at, timeZone) }]));
}

function grouped<T>(pairs: readonly (readonly [number, T])[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const [key, value] of pairs) {
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}
