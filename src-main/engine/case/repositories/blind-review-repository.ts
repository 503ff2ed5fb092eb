import { DescryError } from '../../errors.ts';
import type { CaseDatabase } from '../database.ts';
import type { Verdict } from '../schema.ts';
import type { Written } from './review-repository.ts';

export interface BlindReviewRow {
  id: number;
  searchId: number;
  seed: string;
  decisionsUntil: number;
  operator: string;
  startedAt: number;
  state: 'open' | 'finished' | 'abandoned';
  endedAt: number | null;
  crops: number;
  decided: number;
}

export interface VerdictRow {
  cropId: number;
  verdict: Verdict | null;
  operator: string;
  at: number;
}

const newest = 'SELECT max(id) FROM blind_decisions WHERE review_id = r.id AND crop_id = c.crop_id';
const columns = `r.id, r.search_id AS searchId, r.seed, r.decisions_until AS decisionsUntil, r.operator,
  r.started_at AS startedAt, r.state, r.ended_at AS endedAt,
  (SELECT count(*) FROM blind_review_crops WHERE review_id = r.id) AS crops,
  (SELECT count(*) FROM blind_review_crops AS c JOIN blind_decisions AS d ON d.id = (${newest})
   WHERE c.review_id = r.id AND d.verdict IS NOT NULL) AS decided`;

/** Second reviews. Their decisions are only ever added. */
export class BlindReviewRepository {
  readonly #db: CaseDatabase;

  constructor(db: CaseDatabase) {
    this.#db = db;
  }

  /** @param cropIds in the order in which they are shown. @returns the review's id. */
  create(
    review: Pick<BlindReviewRow, 'searchId' | 'seed' | 'decisionsUntil'>,
    cropIds: readonly number[],
    { operator, at }: Written,
  ): number {
    const { lastInsertRowid } = this.#db
      .prepare(
        "INSERT INTO blind_reviews (search_id, seed, decisions_until, operator, started_at, state) VALUES (?, ?, ?, ?, ?, 'open')",
      )
      .run(review.searchId, review.seed, review.decisionsUntil, operator, at);
    const id = Number(lastInsertRowid);
    const insert = this.#db.prepare(
      'INSERT INTO blind_review_crops (review_id, place, crop_id) VALUES (?, ?, ?)',
    );
    cropIds.forEach((cropId, index) => insert.run(id, index + 1, cropId));
    return id;
  }

  /** @throws DescryError `not-found`. */
  get(reviewId: number): BlindReviewRow {
    const row = this.#db
      .prepare<[number], BlindReviewRow>(`SELECT ${columns} FROM blind_reviews AS r WHERE r.id = ?`)
      .get(reviewId);
    if (!row)
      throw new DescryError('not-found', `There is no blind review ${reviewId} in this case.`, { reviewId });
    return row;
  }

  /** Newest first. */
  list(): BlindReviewRow[] {
    return this.#db
      .prepare<[], BlindReviewRow>(`SELECT ${columns} FROM blind_reviews AS r ORDER BY r.id DESC`)
      .all();
  }

  /** Crops of a review in their order. */
  cropIds(reviewId: number): number[] {
    return this.#db
      .prepare<[number], number>('SELECT crop_id FROM blind_review_crops WHERE review_id = ? ORDER BY place')
      .pluck()
      .all(reviewId);
  }

  decide(reviewId: number, cropId: number, verdict: Verdict | null, { operator, at }: Written): number {
    const { lastInsertRowid } = this.#db
      .prepare(
        'INSERT INTO blind_decisions (review_id, crop_id, verdict, operator, at) VALUES (?, ?, ?, ?, ?)',
      )
      .run(reviewId, cropId, verdict, operator, at);
    return Number(lastInsertRowid);
  }

  /** The verdicts in force of a review. */
  verdicts(reviewId: number): Map<number, VerdictRow> {
    return byCrop(
      this.#db
        .prepare<[number], VerdictRow>(
          `SELECT crop_id AS cropId, verdict, operator, at FROM blind_decisions AS d WHERE review_id = ?
           AND id = (SELECT max(id) FROM blind_decisions WHERE review_id = d.review_id AND crop_id = d.crop_id)`,
        )
        .all(reviewId),
    );
  }

  /** What the first review said of a review's crops: their decisions when the second began. */
  firstVerdicts({
    id,
    decisionsUntil,
  }: Pick<BlindReviewRow, 'id' | 'decisionsUntil'>): Map<number, VerdictRow> {
    return byCrop(
      this.#db
        .prepare<[number, number], VerdictRow>(
          `SELECT d.crop_id AS cropId, d.verdict, d.operator, d.at FROM blind_review_crops AS c JOIN decisions AS d
           ON d.id = (SELECT max(id) FROM decisions WHERE crop_id = c.crop_id AND id <= ?) WHERE c.review_id = ?`,
        )
        .all(decisionsUntil, id),
    );
  }

  end(reviewId: number, state: 'finished' | 'abandoned', at: number): void {
    this.#db
      .prepare('UPDATE blind_reviews SET state = ?, ended_at = ? WHERE id = ?')
      .run(state, at, reviewId);
  }
}

function byCrop(rows: readonly VerdictRow[]): Map<number, VerdictRow> {
  return new Map(rows.filter(({ verdict }) => verdict !== null).map((row) => [row.cropId, row]));
}
