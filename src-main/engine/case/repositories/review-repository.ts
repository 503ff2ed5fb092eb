import { DescryError } from '../../errors.ts';
import type { CaseDatabase } from '../database.ts';
import type { Verdict } from '../schema.ts';

/** Who writes a row, and when: as the log's entry of it. */
export interface Written {
  operator: string;
  /** Milliseconds since 1970 UTC. */
  at: number;
}

/** Decisions, notes and tags. Decisions are only ever added; a removed note keeps its text. */
export class ReviewRepository {
  readonly #db: CaseDatabase;

  constructor(db: CaseDatabase) {
    this.#db = db;
  }

  /** @throws DescryError `not-found` naming the first crop that is not in the case, or not any more. */
  requireCrops(cropIds: readonly number[]): void {
    const missing = this.#db
      .prepare<[string], number>(
        'SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM crops WHERE id = value AND removed_at IS NULL) LIMIT 1',
      )
      .pluck()
      .get(JSON.stringify(cropIds));
    if (missing !== undefined)
      throw new DescryError('not-found', `There is no crop ${missing} in this case.`, { cropId: missing });
  }

  /** The verdict in force of each crop that has one. */
  verdicts(cropIds: readonly number[]): Map<number, Verdict> {
    const rows = this.#db
      .prepare<[string], { crop_id: number; verdict: Verdict }>(
        'SELECT crop_id, verdict FROM current_decisions WHERE crop_id IN (SELECT value FROM json_each(?))',
      )
      .all(JSON.stringify(cropIds));
    return new Map(rows.map((row) => [row.crop_id, row.verdict]));
  }

  /** Adds a decision for each crop; null takes the one before back. @returns the id of the first of them. */
  decide(
    verdicts: ReadonlyMap<number, Verdict | null>,
    { operator, at, searchId }: Written & { searchId: number | null },
  ): number {
    const insert = this.#db.prepare(
      'INSERT INTO decisions (crop_id, verdict, search_id, operator, at) VALUES (?, ?, ?, ?, ?)',
    );
    const first = this.#db
      .prepare<[], number>('SELECT coalesce(max(id), 0) + 1 FROM decisions')
      .pluck()
      .get()!;
    for (const [cropId, verdict] of verdicts) insert.run(cropId, verdict, searchId, operator, at);
    return first;
  }

  /** @returns the note's id. */
  addNote(cropId: number, text: string, { operator, at }: Written): number {
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO notes (crop_id, text, operator, at) VALUES (?, ?, ?, ?)')
      .run(cropId, text, operator, at);
    return Number(lastInsertRowid);
  }

  /** @throws DescryError `not-found` when there is no such note, or it was removed. */
  note(noteId: number): { cropId: number; text: string } {
    const row = this.#db
      .prepare<[number], { cropId: number; text: string }>(
        'SELECT crop_id AS cropId, text FROM notes WHERE id = ? AND removed_at IS NULL',
      )
      .get(noteId);
    if (!row) throw new DescryError('not-found', `There is no note ${noteId} in this case.`, { noteId });
    return row;
  }

  /** Hides a note, or brings it back. @param at milliseconds since 1970 UTC. */
  setNoteRemoved(noteId: number, removed: boolean, at: number): void {
    this.#db.prepare('UPDATE notes SET removed_at = ? WHERE id = ?').run(removed ? at : null, noteId);
  }

  /** Those of the crops that have a tag, whatever the case of its letters. */
  withTag(cropIds: readonly number[], tag: string): Set<number> {
    const rows = this.#db
      .prepare<[number, string], number>(
        'SELECT crop_id FROM crop_tags WHERE tag_id = ? AND crop_id IN (SELECT value FROM json_each(?))',
      )
      .pluck()
      .all(this.#tagId(tag) ?? -1, JSON.stringify(cropIds));
    return new Set(rows);
  }

  addTag(cropIds: readonly number[], tag: string, { operator, at }: Written): void {
    this.#db.prepare('INSERT INTO tags (name) VALUES (?) ON CONFLICT (name) DO NOTHING').run(tag);
    const tagId = this.#tagId(tag)!;
    const insert = this.#db.prepare(
      'INSERT INTO crop_tags (crop_id, tag_id, operator, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    for (const cropId of cropIds) insert.run(cropId, tagId, operator, at);
  }

  /** Takes the tag off, and forgets a tag that no crop has any more. */
  removeTag(cropIds: readonly number[], tag: string): void {
    const tagId = this.#tagId(tag);
    if (tagId === undefined) return;
    const remove = this.#db.prepare('DELETE FROM crop_tags WHERE crop_id = ? AND tag_id = ?');
    for (const cropId of cropIds) remove.run(cropId, tagId);
    this.#db.prepare('DELETE FROM tags WHERE id = ? AND id NOT IN (SELECT tag_id FROM crop_tags)').run(tagId);
  }

  /**
   * Crops with a verdict, a note or a tag that fulfil a condition, in the order of corrected time; crops without a time last.
   * @param condition SQL over `crops AS c`.
   */
  marked(
    condition: { where: string; parameters: readonly (string | number)[] },
    page: { offset: number; limit: number },
  ): { total: number; cropIds: number[] } {
    // From the marks to their crops: there are few of them among many crops.
    const from = `(SELECT crop_id FROM current_decisions UNION SELECT crop_id FROM notes WHERE removed_at IS NULL
      UNION SELECT crop_id FROM crop_tags) AS marked CROSS JOIN crops AS c ON c.id = marked.crop_id WHERE ${condition.where}`;
    const total = this.#db
      .prepare<unknown[], number>(`SELECT count(*) FROM ${from}`)
      .pluck()
      .get(...condition.parameters)!;
    const cropIds = this.#db
      .prepare<unknown[], number>(
        `SELECT c.id FROM ${from} ORDER BY c.corrected_at IS NULL, c.corrected_at, c.id LIMIT ? OFFSET ?`,
      )
      .pluck()
      .all(...condition.parameters, page.limit, page.offset);
    return { total, cropIds };
  }

  #tagId(tag: string): number | undefined {
    return this.#db.prepare<[string], number>('SELECT id FROM tags WHERE name = ?').pluck().get(tag);
  }
}
