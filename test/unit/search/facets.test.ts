import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { countFacets } from '../../../src-main/engine/search/facets.ts';
import { CaseFixture } from './case-fixture.ts';

let fixture: CaseFixture;
afterEach(() => fixture.dispose());

describe('countFacets', () => {
  it('counts each choice under the other parts of the filter', () => {
    fixture = new CaseFixture('UTC');
    fixture.add([
      { camera: 'Gate', time: 0 },
      { camera: 'Gate', time: 10_000 },
      { camera: 'Hall', time: 20_000, batch: 2 },
      { camera: null, time: null, batch: 2 },
    ]);
    const { db } = fixture.openCase;
    db.exec(`INSERT INTO decisions (crop_id, verdict, operator, at) VALUES (1, 'possible', 'x', 1), (3, 'excluded', 'x', 1), (3, NULL, 'x', 1);
      INSERT INTO tags (id, name) VALUES (1, 'bag'), (2, 'cap'); INSERT INTO crop_tags VALUES (1, 1, 'x', 1), (3, 1, 'x', 1), (3, 2, 'x', 1)`);
    const whole = countFacets(db, {}, 'UTC', 3);
    expect(whole).toMatchObject({
      total: 4,
      withoutTime: 1,
      cameras: [
        { name: 'Gate', count: 2 },
        { name: 'Hall', count: 1 },
        { name: null, count: 1 },
      ],
      batches: [
        { id: 1, label: '1 Jan 1970, 00:00, batch-1', count: 2 },
        { id: 2, label: '1 Jan 1970, 00:00, batch-2', count: 2 },
      ],
      verdicts: [
        { verdict: 'possible', count: 1 },
        { verdict: 'unsure', count: 0 },
        { verdict: 'excluded', count: 0 },
        { verdict: 'none', count: 3 },
      ],
      tags: [
        { name: 'bag', count: 2 },
        { name: 'cap', count: 1 },
      ],
      histogram: {
        from: '1970-01-01T00:00:00+00:00',
        bucketMs: 6667,
        buckets: 3,
        rows: [
          { camera: 'Gate', counts: [1, 1, 0] },
          { camera: 'Hall', counts: [0, 0, 1] },
        ],
      },
    });
    const gate = countFacets(
      db,
      { cameras: ['Gate'], verdicts: ['none'], tags: ['cap'], from: '1970-01-01T00:00:05Z' },
      'UTC',
      2,
    );
    expect(gate).toMatchObject({
      total: 0,
      cameras: [{ name: 'Hall', count: 1 }],
      verdicts: [{ count: 0 }, { count: 0 }, { count: 0 }, { verdict: 'none', count: 0 }],
      tags: [],
      histogram: null,
    });
    expect(
      countFacets(db, { cameras: ['Gate'], from: '1970-01-01T00:00:05Z' }, 'UTC', 2).histogram?.rows,
    ).toEqual([{ camera: 'Gate', counts: [1, 1] }]);
  });

  it('puts every crop with a time into one bucket', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        (times, buckets) => {
          fixture = new CaseFixture('UTC');
          try {
            fixture.add(times.map((time) => ({ time, camera: 'Gate' })));
            const histogram = countFacets(fixture.openCase.db, {}, 'UTC', buckets).histogram!;
            expect(histogram.buckets).toBeLessThanOrEqual(buckets);
            const first = Math.min(...times);
            const expected = new Array<number>(histogram.buckets).fill(0);
            for (const time of times) expected[Math.floor((time - first) / histogram.bucketMs)]!++;
            expect(histogram.rows[0]!.counts).toEqual(expected);
          } finally {
            fixture.dispose();
          }
        },
      ),
      { numRuns: 25 },
    );
    fixture = new CaseFixture();
  });

  it('has nothing to count in an empty case', () => {
    fixture = new CaseFixture();
    expect(countFacets(fixture.openCase.db, {}, 'UTC', 10)).toMatchObject({
      total: 0,
      withoutTime: 0,
      cameras: [],
      histogram: null,
    });
  });
});
