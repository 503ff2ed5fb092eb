import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageMetrics, queryMetrics } from '../../../src-main/engine/search/metrics.ts';

describe('queryMetrics', () => {
  it('agrees with numbers worked out by hand', () => {
    // Order: 2, 0, 3, 1. Relevant 0 and 1 stand at ranks 2 and 4.
    expect(queryMetrics(Float64Array.of(0.8, 0.1, 0.9, 0.5), [0, 1])).toEqual({
      firstRank: 2,
      averagePrecision: (1 / 2 + 2 / 4) / 2,
      inversePenalty: 2 / 4,
    });
    expect(queryMetrics(Float64Array.of(0.8, 0.7, 0.1), [0, 1])).toEqual({
      firstRank: 1,
      averagePrecision: 1,
      inversePenalty: 1,
    });
    // Equal scores stand in the order of the gallery.
    expect(queryMetrics(Float64Array.of(0.5, 0.5, 0.5), [2]).firstRank).toBe(3);
    expect(queryMetrics(Float64Array.of(0.5, 0.5, 0.5), [0]).firstRank).toBe(1);
  });

  it('agrees with the loop of the published code over random galleries', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.record({ score: fc.integer({ min: 0, max: 6 }), relevant: fc.boolean() }), {
            minLength: 1,
            maxLength: 40,
          })
          .filter((items) => items.some((item) => item.relevant)),
        (items) => {
          const order = items
            .map((_, place) => place)
            .sort((a, b) => items[b]!.score - items[a]!.score || a - b);
          const matches = order.map((place) => (items[place]!.relevant ? 1 : 0));
          // utils/metrics.py: cumulative sum of matches; precision at each place times match; inp from the last match.
          let cumulative = 0;
          let precision = 0;
          let last = 0;
          matches.forEach((match, i) => {
            cumulative += match;
            precision += (match * cumulative) / (i + 1);
            if (match) last = i;
          });
          const metrics = queryMetrics(
            Float64Array.from(items, ({ score }) => score),
            items.flatMap(({ relevant }, place) => (relevant ? place : [])),
          );
          expect(metrics.firstRank).toBe(matches.indexOf(1) + 1);
          expect(metrics.averagePrecision).toBeCloseTo(precision / cumulative, 12);
          expect(metrics.inversePenalty).toBeCloseTo(cumulative / (last + 1), 12);
        },
      ),
    );
  });
});

describe('averageMetrics', () => {
  it('averages over queries in per cent', () => {
    const metrics = [1, 5, 6, 10].map((firstRank) => ({
      firstRank,
      averagePrecision: 1 / firstRank,
      inversePenalty: 0.5,
    }));
    expect(averageMetrics(metrics)).toEqual({
      rank1: 25,
      rank5: 50,
      rank10: 100,
      meanAveragePrecision: 25 * (1 + 1 / 5 + 1 / 6 + 1 / 10),
      meanInversePenalty: 50,
    });
    expect(averageMetrics([]).rank1).toBe(0);
  });
});
