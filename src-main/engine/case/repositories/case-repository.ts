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
        `SELECT (SELECT count(*) FROM crops) AS crops,
                (SELECT coalesce(max(row), -1) + 1 FROM embeddings WHERE model_id = ?) AS embedded,
                (SELECT count(*) FROM cameras) AS cameras,
                (SELECT count(*) FROM batches) AS batches,
                (SELECT count(*) FROM (SELECT DISTINCT camera_id, track FROM crops WHERE track IS NOT NULL)) AS tracks,
                (SELECT count(*) FROM searches) AS searches,
                (SELECT count(*) FROM current_decisions) AS marked`,
      )
      .get(modelId ?? -1)!;
  }

  /** First and last corrected time, milliseconds since 1970 UTC. */
  span(): { from: number; to: number } | undefined {
    const row = this.#db
      .prepare<[], { first: number | null; last: number | null }>(
        'SELECT min(corrected_at) AS first, max(corrected_at) AS last FROM crops',
      )
      .get();
    return row?.first == null || row.last == null ? undefined : { from: row.first, to: row.last };
  }
}
