import { createHash, randomBytes } from 'node:crypto';
import type { AuditAction } from '../audit/audit-log.ts';
import type { ReadableCase } from '../case/case-snapshot.ts';
import type { OpenCase } from '../case/open-case.ts';
import { BlindReviewRepository, type BlindReviewRow } from '../case/repositories/blind-review-repository.ts';
import type { Written } from '../case/repositories/review-repository.ts';
import { SearchRepository } from '../case/repositories/search-repository.ts';
import type { Verdict } from '../case/schema.ts';
import { toInstant } from '../case/times.ts';
import { DescryError } from '../errors.ts';
import { measureAgreement } from './agreement.ts';
import { blindOrder } from './blind-order.ts';
import type { BlindCrop, BlindOutcome, BlindReview, ReviewedTwice } from './schema.ts';

export interface BlindReviewRequest {
  searchId: number;
  /** Rows of the list from rank 1 on. */
  rows: number;
  /** For the same order again; made at random when absent. */
  seed?: string | undefined;
}

/**
 * Second reviews by somebody who sees neither scores, ranks nor the first reviewer's decisions, in an
 * order drawn by a seed. Both reviews are kept; the decisions of the case stay as they are.
 */
export class BlindReviewService {
  readonly #case: OpenCase;
  readonly #reviews: BlindReviewRepository;

  constructor(openCase: OpenCase) {
    this.#case = openCase;
    this.#reviews = new BlindReviewRepository(openCase.db);
  }

  /** Newest first. */
  list(): BlindReview[] {
    return this.#reviews.list().map((row) => toReview(row, this.#case.timeZone));
  }

  /**
   * Begins a review of the first rows of a search's list.
   * @throws DescryError `not-found`; `busy` while the same person reviews another list; `invalid-input` when the
   * list is empty, or this person decided on one of its crops before.
   */
  start({ searchId, rows, seed = randomBytes(16).toString('hex') }: BlindReviewRequest): BlindReview {
    const { db } = this.#case;
    const searches = new SearchRepository(db);
    searches.get(searchId);
    const head = searches.head(searchId).slice(0, rows);
    if (head.length === 0)
      throw new DescryError('invalid-input', `The list of search ${searchId} has no rows to review.`, {
        searchId,
      });
    const operator = this.#case.operator();
    const open = this.#reviews
      .list()
      .find((review) => review.state === 'open' && review.operator === operator);
    if (open)
      throw new DescryError(
        'busy',
        `Blind review ${open.id} of ${operator} is still open. Finish it first.`,
        {
          reviewId: open.id,
        },
      );
    const cropIds = blindOrder(
      seed,
      head.map(({ cropId }) => cropId),
    );
    this.#requireSecond(cropIds, operator);
    const decisionsUntil = db
      .prepare<[], number>('SELECT coalesce(max(id), 0) FROM decisions')
      .pluck()
      .get()!;
    const reviewId = this.#record('blind-review-started', (written) => {
      const id = this.#reviews.create({ searchId, seed, decisionsUntil }, cropIds, written);
      const orderSha256 = createHash('sha256').update(JSON.stringify(cropIds)).digest('hex');
      return { reviewId: id, searchId, seed, crops: cropIds.length, decisionsUntil, orderSha256 };
    })['reviewId'];
    return toReview(this.#reviews.get(reviewId as number), this.#case.timeZone);
  }

  /** A page of the crops in their order. @throws DescryError `not-found`. */
  crops(reviewId: number, page: { offset: number; limit: number }): { total: number; rows: BlindCrop[] } {
    this.#reviews.get(reviewId);
    const cropIds = this.#reviews.cropIds(reviewId);
    const verdicts = this.#reviews.verdicts(reviewId);
    const shown = cropIds.slice(page.offset, page.offset + page.limit);
    const rows = this.#case.crops
      .summaries(shown, this.#case.timeZone)
      .map(({ id, width, height, camera, correctedTime }, index) => ({
        ...{ cropId: id, place: page.offset + index + 1, width, height, camera, correctedTime },
        verdict: verdicts.get(id)?.verdict ?? null,
      }));
    return { total: cropIds.length, rows };
  }

  /** @throws DescryError `not-found`; `invalid-input` when it is over, somebody else's, or has no such crop. */
  decide(reviewId: number, cropId: number, verdict: Verdict | null): void {
    this.#requireOwn(reviewId);
    if (!this.#reviews.cropIds(reviewId).includes(cropId))
      throw new DescryError('invalid-input', `Crop ${cropId} is not part of blind review ${reviewId}.`, {
        cropId,
      });
    const before = this.#reviews.verdicts(reviewId).get(cropId)?.verdict ?? null;
    if (before === verdict) return;
    this.#record('blind-decision', (written) => {
      const decisionId = this.#reviews.decide(reviewId, cropId, verdict, written);
      return { decisionId, reviewId, cropId, verdict };
    });
  }

  /** Ends a review: from now on both can be seen side by side. @throws DescryError as `decide`. */
  finish(reviewId: number): BlindOutcome {
    this.#requireOwn(reviewId);
    const pairs = this.#pairs(this.#reviews.get(reviewId));
    this.#record('blind-review-finished', ({ at }) => {
      this.#reviews.end(reviewId, 'finished', at);
      return { reviewId, agreement: measureAgreement(verdictsOf(pairs)) };
    });
    return this.outcome(reviewId);
  }

  /** Ends a review without looking at it; its decisions are kept. @throws DescryError as `decide`. */
  abandon(reviewId: number): void {
    this.#requireOwn(reviewId);
    this.#record('blind-review-abandoned', ({ at }) => {
      this.#reviews.end(reviewId, 'abandoned', at);
      return { reviewId };
    });
  }

  /** @throws DescryError `not-found`; `invalid-input` while it is open, or when it was abandoned. */
  outcome(reviewId: number): BlindOutcome {
    const row = this.#reviews.get(reviewId);
    if (row.state !== 'finished')
      throw new DescryError(
        'invalid-input',
        `Blind review ${reviewId} is ${row.state}: the two reviews are shown side by side when it is finished.`,
        { reviewId },
      );
    return outcomeOf(this.#case, row);
  }

  #pairs(row: BlindReviewRow): ReviewedTwice[] {
    return outcomeOf(this.#case, row).crops;
  }

  #requireSecond(cropIds: readonly number[], operator: string): void {
    const own = this.#case.db
      .prepare<[string, string], number>(
        `SELECT crop_id FROM decisions WHERE crop_id IN (SELECT value FROM json_each(?)) AND operator = ? LIMIT 1`,
      )
      .pluck()
      .get(JSON.stringify(cropIds), operator);
    if (own === undefined) return;
    throw new DescryError(
      'invalid-input',
      `${operator || 'This operator'} decided on crop ${own} before. A blind review is done by another person: let them give their name first.`,
      { cropId: own },
    );
  }

  #requireOwn(reviewId: number): void {
    const { state, operator } = this.#reviews.get(reviewId);
    if (state !== 'open')
      throw new DescryError(
        'invalid-input',
        `Blind review ${reviewId} is ${state}; nothing is added to it.`,
        {
          reviewId,
        },
      );
    if (operator !== this.#case.operator())
      throw new DescryError('invalid-input', `Blind review ${reviewId} is that of ${operator}.`, {
        reviewId,
      });
  }

  #record(action: AuditAction, work: (written: Written) => Record<string, unknown>): Record<string, unknown> {
    return this.#case.db.transaction(() => {
      const at = Date.now();
      const detail = work({ operator: this.#case.operator(), at });
      this.#case.audit.append(action, detail, at);
      return detail;
    })();
  }
}

/** The finished blind reviews of searches, oldest first. */
export function finishedReviews(openCase: ReadableCase, searchIds: readonly number[]): BlindOutcome[] {
  return new BlindReviewRepository(openCase.db)
    .list()
    .reverse()
    .filter(({ state, searchId }) => state === 'finished' && searchIds.includes(searchId))
    .map((row) => outcomeOf(openCase, row));
}

function outcomeOf(openCase: ReadableCase, row: BlindReviewRow): BlindOutcome {
  const { db, timeZone } = openCase;
  const reviews = new BlindReviewRepository(db);
  const first = reviews.firstVerdicts(row);
  const second = reviews.verdicts(row.id);
  const ranks = new Map(
    new SearchRepository(db).head(row.searchId).map(({ cropId, rank }) => [cropId, rank]),
  );
  const side = (
    decided: typeof first,
    cropId: number,
  ): { verdict: Verdict | null; operator: string; at: string | null } => {
    const known = decided.get(cropId);
    return known
      ? { verdict: known.verdict, operator: known.operator, at: toInstant(known.at, timeZone) }
      : { verdict: null, operator: '', at: null };
  };
  const crops = openCase.crops
    .summaries(reviews.cropIds(row.id), timeZone)
    .map(({ id, fileName }) => ({
      ...{ cropId: id, fileName, rank: ranks.get(id) ?? null },
      first: side(first, id),
      second: side(second, id),
    }))
    .sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity));
  return {
    review: toReview(row, timeZone),
    firstOperators: [...new Set(Array.from(first.values(), ({ operator }) => operator))],
    agreement: measureAgreement(verdictsOf(crops)),
    crops,
  };
}

function* verdictsOf(
  crops: readonly ReviewedTwice[],
): Generator<{ first: Verdict | null; second: Verdict | null }> {
  for (const { first, second } of crops) yield { first: first.verdict, second: second.verdict };
}

function toReview(row: BlindReviewRow, timeZone: string): BlindReview {
  const { id, searchId, operator, state, seed, crops, decided } = row;
  return {
    ...{ id, searchId, operator, state, seed, crops, decided },
    startedAt: toInstant(row.startedAt, timeZone),
    endedAt: row.endedAt === null ? null : toInstant(row.endedAt, timeZone),
  };
}
