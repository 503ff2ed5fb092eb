import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeScores } from '../../../src-main/engine/search/distribution.ts';
import { surveyOf, type ScoreSurvey } from '../../../src-main/engine/search/index/score-survey.ts';

const survey = (scores: readonly number[]): ScoreSurvey | null => surveyOf(Float64Array.from(scores));

/** Normal numbers from a fixed seed (mulberry32, Box and Muller). */
function normals(seed: number, count: number): number[] {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
  return Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

describe('describeScores', () => {
  it('gives the moments and a histogram that holds every score', () => {
    const distribution = describeScores(survey([1, 2, 3, 4]), 4);
    expect(distribution).toMatchObject({ minimum: 1, maximum: 4, mean: 2.5 });
    expect(distribution.standardDeviation).toBeCloseTo(Math.sqrt(1.25), 12);
    expect(distribution.bins).toHaveLength(64);
    expect([
      distribution.bins[0],
      distribution.bins[21],
      distribution.bins[42],
      distribution.bins[63],
    ]).toEqual([1, 1, 1, 1]);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (scores) => {
          const { bins, minimum, maximum, mean } = describeScores(survey(scores), scores.length);
          expect(bins.reduce((sum, count) => sum + count, 0)).toBe(scores.length);
          expect(mean).toBeGreaterThanOrEqual(minimum - 1e-12);
          expect(mean).toBeLessThanOrEqual(maximum + 1e-12);
        },
      ),
    );
  });

  it('finds nothing in most lists without anything special, of any length', () => {
    for (const count of [30, 300, 3000, 30_000]) {
      const verdicts = Array.from(
        { length: 100 },
        (_, seed) => describeScores(survey(normals(seed + 1, count)), count).standsOut,
      );
      expect(verdicts.filter((verdict) => verdict === 'nothing').length).toBeGreaterThan(75);
      expect(verdicts.filter((verdict) => verdict === 'clear').length).toBeLessThan(count < 100 ? 15 : 5);
    }
  });

  it('finds what stands clear of the bulk, and not one that is merely the first', () => {
    const bulk = normals(5, 2000);
    expect(describeScores(survey([...bulk, 8]), 2000).standsOut).toBe('clear');
    expect(describeScores(survey([...bulk.filter((score) => score < 2), 2.1]), 2000).standsOut).toBe(
      'nothing',
    );
  });

  it('says so when nothing can be said', () => {
    expect(describeScores(survey([]), 0)).toMatchObject({ standsOut: 'nothing', bins: [] });
    expect(describeScores(survey(new Array<number>(50).fill(0.3)), 50)).toMatchObject({
      standsOut: 'nothing',
      minimum: 0.3,
      maximum: 0.3,
    });
    expect(describeScores(survey([1, 2, 9]), 3)).toMatchObject({ standsOut: 'weak' });
    expect(describeScores(survey([...normals(5, 200), 40]), 200, true)).toMatchObject({
      standsOut: 'nothing',
    });
  });

  it('never speaks of probability or identity', () => {
    const lists = [
      survey(normals(1, 100)),
      survey([...normals(1, 100), 9]),
      survey([...normals(1, 100), 4.4]),
      survey([1, 2]),
      survey(new Array<number>(60).fill(0)),
    ];
    for (const list of lists)
      expect(describeScores(list, list?.counts.count ?? 0).explanation).not.toMatch(
        /probab|certain|likel|match|identif|same person|%/i,
      );
  });
});
