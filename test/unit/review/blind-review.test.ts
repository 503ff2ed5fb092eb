import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenCase } from '../../../src-main/engine/case/open-case.ts';
import { SearchRepository } from '../../../src-main/engine/case/repositories/search-repository.ts';
import type { Verdict } from '../../../src-main/engine/case/schema.ts';
import { measureAgreement } from '../../../src-main/engine/review/agreement.ts';
import { BlindReviewService } from '../../../src-main/engine/review/blind-review-service.ts';
import { ReviewService } from '../../../src-main/engine/review/review-service.ts';
import { CaseFixture } from '../search/case-fixture.ts';

let fixture: CaseFixture;
let openCase: OpenCase;
let operator: string;

beforeEach(() => {
  operator = 'First';
  fixture = new CaseFixture('UTC', () => operator);
  ({ openCase } = fixture);
  fixture.add(Array.from({ length: 8 }, (_, i) => ({ time: 1000 * i, camera: 'Gate' })));
  openCase.db.exec(
    "INSERT INTO models (pack_id, version, digest, dimensions, manifest, added_at) VALUES ('p', '1', 'd', 3, '{}', 0)",
  );
  new SearchRepository(openCase.db).insert(
    {
      ...{ at: 0, operator, query: '{}', modelId: 1, appVersion: '1', provider: 'cpu', runtime: 'r' },
      ...{ gallery: '{}', distribution: '{}', warnings: '[]', rows: 8, elapsedMs: 1 },
      ...{ queryVectors: Buffer.alloc(1), searched: Buffer.alloc(1) },
    },
    Array.from({ length: 8 }, (_, i) => ({ rank: i + 1, cropId: 8 - i, score: 1 - i / 10, folded: 1 })),
  );
});
afterEach(() => fixture.dispose());

const page = { offset: 0, limit: 100 };

describe('a blind review', () => {
  it('shows the first rows of a list in the order of its seed, without rank, score or earlier decisions', () => {
    new ReviewService(openCase).decide([8, 7], 'possible', 1);
    operator = 'Second';
    const blind = new BlindReviewService(openCase);
    const review = blind.start({ searchId: 1, rows: 5, seed: 'abc' });
    expect(review).toMatchObject({ operator: 'Second', state: 'open', crops: 5, decided: 0, seed: 'abc' });
    const { total, rows } = blind.crops(review.id, page);
    expect(total).toBe(5);
    // By hand, as anybody can: the ids of ranks 1 to 5 sorted by SHA-256 of "abc:<id>".
    const key = (id: number): string => createHash('sha256').update(`abc:${id}`).digest('hex');
    expect(rows.map(({ cropId }) => cropId)).toEqual(
      [8, 7, 6, 5, 4].sort((a, b) => (key(a) < key(b) ? -1 : 1)),
    );
    expect(rows.map(({ verdict }) => verdict)).toEqual([null, null, null, null, null]);
    expect(Object.keys(rows[0]!).sort()).toEqual(
      ['camera', 'correctedTime', 'cropId', 'height', 'place', 'verdict', 'width'].sort(),
    );
    expect(() => blind.outcome(review.id)).toThrow(/open/);
    expect(openCase.audit.list({ limit: 1 })[0]).toMatchObject({
      action: 'blind-review-started',
      operator: 'Second',
      detail: { reviewId: 1, searchId: 1, seed: 'abc', crops: 5, decisionsUntil: 2 },
    });
  });

  it('keeps both reviews and reports how they agree; the case’s own decisions stay as they are', () => {
    const review = new ReviewService(openCase);
    review.decide([8, 7, 6], 'possible', 1);
    review.decide([5], 'excluded', 1);
    operator = 'Second';
    const blind = new BlindReviewService(openCase);
    const { id } = blind.start({ searchId: 1, rows: 6 });
    operator = 'First';
    // Comes too late to be part of the first review.
    review.decide([4], 'unsure', 1);
    operator = 'Second';
    blind.decide(id, 8, 'excluded');
    blind.decide(id, 8, 'possible');
    blind.decide(id, 7, 'unsure');
    blind.decide(id, 5, 'excluded');
    blind.decide(id, 4, 'possible');
    const outcome = blind.finish(id);
    expect(outcome.firstOperators).toEqual(['First']);
    expect(outcome.agreement).toMatchObject({
      ...{ crops: 6, decidedByBoth: 3, same: 2, onlyFirst: 1, onlySecond: 1, neither: 1 },
      verdicts: ['possible', 'excluded', 'unsure'],
      table: [
        [1, 0, 1],
        [0, 1, 0],
        [0, 0, 0],
      ],
    });
    expect(
      outcome.crops.map(({ rank, cropId, first, second }) => [rank, cropId, first.verdict, second.verdict]),
    ).toEqual([
      [1, 8, 'possible', 'possible'],
      [2, 7, 'possible', 'unsure'],
      [3, 6, 'possible', null],
      [4, 5, 'excluded', 'excluded'],
      [5, 4, null, 'possible'],
      [6, 3, null, null],
    ]);
    expect(openCase.crops.detail(8, 'UTC').decisions).toHaveLength(1);
    expect(blind.outcome(id)).toEqual(outcome);
    expect(() => blind.decide(id, 8, 'unsure')).toThrow(/finished/);
    expect(openCase.audit.list({ limit: 1 })[0]).toMatchObject({
      action: 'blind-review-finished',
      detail: { reviewId: id, agreement: outcome.agreement },
    });
  });

  it('is not for somebody who decided on one of the crops before, even when it was taken back', () => {
    const review = new ReviewService(openCase);
    review.decide([6], 'possible');
    review.undo();
    const blind = new BlindReviewService(openCase);
    expect(() => blind.start({ searchId: 1, rows: 3 })).toThrow(/another person/);
    // Not on these.
    expect(blind.start({ searchId: 1, rows: 2 }).state).toBe('open');
    expect(() => blind.start({ searchId: 1, rows: 2 })).toThrow(expect.objectContaining({ kind: 'busy' }));
  });

  it('takes verdicts of its own reviewer on its own crops only', () => {
    operator = 'Second';
    const blind = new BlindReviewService(openCase);
    const { id } = blind.start({ searchId: 1, rows: 2 });
    expect(() => blind.decide(id, 1, 'possible')).toThrow(/not part/);
    operator = 'Third';
    expect(() => blind.decide(id, 8, 'possible')).toThrow(/that of Second/);
    expect(() => blind.finish(id)).toThrow(/that of Second/);
    operator = 'Second';
    blind.abandon(id);
    expect(() => blind.outcome(id)).toThrow(/abandoned/);
    expect(() => blind.start({ searchId: 9, rows: 2 })).toThrow(
      expect.objectContaining({ kind: 'not-found' }),
    );
    expect(openCase.audit.verify().findings).toEqual([]);
  });
});

describe('agreement', () => {
  const pairs = (counts: [Verdict, Verdict, number][]): { first: Verdict; second: Verdict }[] =>
    counts.flatMap(([first, second, count]) => Array.from({ length: count }, () => ({ first, second })));

  it('computes kappa as worked by hand', () => {
    // p_o = 35/50; p_e = (25*30 + 25*20) / 2500 = 0.5; kappa = (0.7 - 0.5) / 0.5.
    const { kappa, same, decidedByBoth } = measureAgreement(
      pairs([
        ['possible', 'possible', 20],
        ['possible', 'excluded', 5],
        ['excluded', 'possible', 10],
        ['excluded', 'excluded', 15],
      ]),
    );
    expect([same, decidedByBoth]).toEqual([35, 50]);
    expect(kappa).toBeCloseTo(0.4, 12);
  });

  it('is full at 1, below 0 where both go apart, and not defined where chance explains everything', () => {
    expect(
      measureAgreement(
        pairs([
          ['possible', 'possible', 3],
          ['unsure', 'unsure', 2],
        ]),
      ).kappa,
    ).toBe(1);
    expect(
      measureAgreement(
        pairs([
          ['possible', 'unsure', 3],
          ['unsure', 'possible', 3],
        ]),
      ).kappa,
    ).toBe(-1);
    expect(measureAgreement(pairs([['possible', 'possible', 3]])).kappa).toBeNull();
    expect(measureAgreement([]).kappa).toBeNull();
  });
});
