import { DescryError } from '../../errors.ts';
import type { CaseDatabase } from '../database.ts';
import type { Redaction, RedactionBox } from '../schema.ts';
import { toInstant } from '../times.ts';
import type { Written } from './review-repository.ts';

interface RedactionRow {
  id: number;
  cropId: number;
  boxes: string;
  reason: string;
  operator: string;
  at: number;
}

const columns = 'r.id, r.crop_id AS cropId, r.boxes, r.reason, r.operator, r.at';

/** Covered parts of pictures. Rows are only ever added; the newest one of a content is in force. */
export class RedactionRepository {
  readonly #db: CaseDatabase;

  constructor(db: CaseDatabase) {
    this.#db = db;
  }

  /**
   * Covers parts of a crop's content from now on; without boxes, nothing any more.
   * @returns the row's id. @throws DescryError `not-found`.
   */
  add(cropId: number, boxes: readonly RedactionBox[], reason: string, { operator, at }: Written): number {
    const mediaId = this.#db
      .prepare<[number], number>('SELECT media_id FROM crops WHERE id = ?')
      .pluck()
      .get(cropId);
    if (mediaId === undefined)
      throw new DescryError('not-found', `There is no crop ${cropId} in this case.`, { cropId });
    const { lastInsertRowid } = this.#db
      .prepare(
        'INSERT INTO redactions (crop_id, media_id, boxes, reason, operator, at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(cropId, mediaId, JSON.stringify(boxes), reason, operator, at);
    return Number(lastInsertRowid);
  }
}

/**
 * What is in force for each of a page of crops that has something covered, by crop.
 * @param page ids of crops as a JSON array.
 */
export function readRedactions(db: CaseDatabase, page: string, timeZone: string): Map<number, Redaction> {
  const rows = db
    .prepare<[string], RedactionRow & { of: number }>(
      `SELECT c.id AS "of", ${columns} FROM crops AS c JOIN current_redactions AS r ON r.media_id = c.media_id
       WHERE c.id IN (SELECT value FROM json_each(?))`,
    )
    .all(page);
  return new Map(rows.map(({ of, ...row }) => [of, toRedaction(row, timeZone)]));
}

function toRedaction(row: RedactionRow, timeZone: string): Redaction {
  return { ...row, boxes: JSON.parse(row.boxes) as RedactionBox[], at: toInstant(row.at, timeZone) };
}
