import { DescryError } from '../../errors.ts';
import type { CaseDatabase } from '../database.ts';
import type { CaseDetails } from '../schema.ts';
import { toInstant } from '../times.ts';

interface CaseRow {
  case_id: string;
  name: string;
  number: string;
  investigator: string;
  purpose: string;
  legal_basis: string;
  time_zone: string;
  created_at: number;
}

/** The one row that says what the case is. */
export class CaseRepository {
  readonly #db: CaseDatabase;

  constructor(db: CaseDatabase) {
    this.#db = db;
  }

  /** @param at when the case was made, milliseconds since 1970 UTC. */
  insert(id: string, details: CaseDetails, at: number): void {
    this.#db
      .prepare(
        'INSERT INTO case_file (id, case_id, name, number, investigator, purpose, legal_basis, time_zone, created_at) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        id,
        details.name,
        details.number,
        details.investigator,
        details.purpose,
        details.legalBasis,
        details.timeZone,
        at,
      );
  }

  get(): CaseDetails & { id: string; createdAt: string } {
    const row = this.#db.prepare<[], CaseRow>('SELECT * FROM case_file').get();
    if (!row) throw new DescryError('case-damaged', 'The case has no case record.');
    return {
      id: row.case_id,
      name: row.name,
      number: row.number,
      investigator: row.investigator,
      purpose: row.purpose,
      legalBasis: row.legal_basis,
      timeZone: row.time_zone,
      createdAt: toInstant(row.created_at, 'UTC'),
    };
  }

  update(details: CaseDetails): void {
    this.#db
      .prepare(
        'UPDATE case_file SET name = ?, number = ?, investigator = ?, purpose = ?, legal_basis = ?, time_zone = ?',
      )
      .run(
        details.name,
        details.number,
        details.investigator,
        details.purpose,
        details.legalBasis,
        details.timeZone,
      );
  }

  counts(modelId: number | undefined): {
    crops: number;
    embedded: number;
    cameras: number;
    batches: number;
    tracks: number;
    searches: number;
    marked: number;
  } {
    return this.#db
      .prepare<
        [number],
        {
          crops: number;
          embedded: number;
          cameras: number;
          batches: number;
          tracks: number;
          searches: number;
          marked: number;
        }
      >(
        `SELECT (SELECT coalesce(sum(crops), 0) FROM crop_counts) AS crops,
                coalesce((SELECT crops FROM embedding_counts WHERE model_id = ?), 0) AS embedded,
                (SELECT count(*) FROM cameras) AS cameras,
                (SELECT count(*) FROM batches WHERE id NOT IN (SELECT batch_id FROM batch_removals WHERE state = 'done')) AS batches,
                (SELECT count(*) FROM track_counts) AS tracks,
                (SELECT count(*) FROM searches) AS searches,
                (SELECT count(*) FROM current_decisions AS d CROSS JOIN crops AS c ON c.id = d.crop_id WHERE c.removed_at IS NULL) AS marked`,
      )
      .get(modelId ?? -1)!;
  }

  /** First and last corrected time, milliseconds since 1970 UTC. */
  span(): { from: number; to: number } | undefined {
    const row = this.#db
      .prepare<[], { first: number | null; last: number | null }>(
        `SELECT (SELECT min(corrected_at) FROM crops WHERE removed_at IS NULL) AS first,
           (SELECT max(corrected_at) FROM crops WHERE removed_at IS NULL) AS last`,
      )
      .get();
    return row?.first == null || row.last == null ? undefined : { from: row.first, to: row.last };
  }
}
