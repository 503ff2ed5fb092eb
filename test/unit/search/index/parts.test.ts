import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BestRows, bounded, mergeBest } from '../../../../src-main/engine/search/index/best-rows.ts';
import { blockShape } from '../../../../src-main/engine/search/index/block-shape.ts';
import { CropRows } from '../../../../src-main/engine/search/index/crop-rows.ts';
import { RowSet } from '../../../../src-main/engine/search/index/row-set.ts';
import { histogram, ScoreCounts } from '../../../../src-main/engine/search/index/score-survey.ts';
import { Slots } from '../../../../src-main/engine/search/index/slots.ts';

const interval = fc.tuple(
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: 0, max: 4 }),
  fc.integer({ min: 0, max: 4 }),
);

describe('BestRows', () => {
  it('keeps every row that can be among the k best, whatever the exact scores are, and drops the others', () => {
    fc.assert(
      fc.property(
        fc.array(interval, { maxLength: 9000, size: 'max' }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 4 }),
        (intervals, k, threads) => {
          const collections = Array.from({ length: threads }, () => new BestRows(k));
          intervals.forEach(([score, below, above], row) => {
            const best = collections[row % threads]!;
            if (score + above < best.threshold) return;
            best.offer(row, score - below, score, score + above);
          });
          const merged = mergeBest(
            collections.map((best) => best.take()),
            k,
          );
          const kept = new Set<number>();
          for (let at = 0; at < merged.length; at += bounded.length) kept.add(merged[at + bounded.row]!);
          const lower = intervals.map(([score, below]) => score - below).sort((a, b) => b - a);
          const least = lower[k - 1] ?? -Infinity;
          expect([...kept].sort((a, b) => a - b)).toEqual(
            intervals.flatMap(([score, , above], row) => (score + above >= least ? [row] : [])),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('RowSet', () => {
  it('lists its rows in ascending order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000)), fc.array(fc.nat(5000)), (added, removed) => {
        const set = new RowSet();
        for (const row of added) set.add(row);
        for (const row of removed) set.delete(row);
        const expected = [...new Set(added)].filter((row) => !removed.includes(row)).sort((a, b) => a - b);
        expect([...set.toShared()]).toEqual(expected);
        expect(set.size).toBe(expected.length);
      }),
    );
  });
});

describe('CropRows', () => {
  it('never gives a row twice', () => {
    const rows = new CropRows();
    expect(rows.append(7)).toBe(0);
    expect(rows.append(0)).toBe(1);
    expect(rows.remove(7)).toBe(0);
    expect(rows.append(7)).toBe(2);
    expect([rows.rowOf(7), rows.cropOf(0), rows.cropOf(2), rows.rowOf(8), rows.remove(8)]).toEqual([
      2, 0, 7, -1, -1,
    ]);
    expect([...rows.cropIds()]).toEqual([7]);
  });
});

describe('Slots', () => {
  it('are taken one after the other, and again once they are given back', () => {
    const slots = new Slots(blockShape(32), 2);
    expect([slots.take(), slots.take()]).toEqual([0, 1]);
    slots.give(0);
    expect([slots.take(), slots.take()]).toEqual([0, 2]);
    expect(slots.memory.buffer.byteLength).toBeGreaterThanOrEqual(slots.addressOf(3));
  });

  it('are refused in plain words beyond what can be addressed', () => {
    const slots = new Slots(blockShape(4096), 1);
    expect(() => slots.reserve(1000)).toThrow(expect.objectContaining({ kind: 'unsupported' }));
    expect(slots.take()).toBe(0);
  });
});

describe('the survey of scores', () => {
  const scores = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 400 });

  it('counts, and gives quantiles, to the width of a bin', () => {
    fc.assert(
      fc.property(scores, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
        const ascending = [...given].sort((a, b) => a - b);
        const [minimum, maximum] = [ascending[0]!, ascending.at(-1)!];
        const width = (maximum - minimum) / 2 ** 14 + 1e-12;
        const counts = new ScoreCounts(Float64Array.from(given), { from: minimum, to: maximum });
        const mean = given.reduce((sum, score) => sum + score, 0) / given.length;
        const variance = given.reduce((sum, score) => sum + (score - mean) ** 2, 0) / given.length;
        expect(counts.mean).toBeCloseTo(mean, 9);
        expect(counts.standardDeviation).toBeCloseTo(Math.sqrt(variance), 6);
        const quantile = counts.quantile(share);
        const above = given.filter((score) => score > quantile + width).length;
        const notBelow = given.filter((score) => score >= quantile - width).length;
        expect(above).toBeLessThanOrEqual(share * given.length + 1e-9);
        expect(notBelow).toBeGreaterThanOrEqual(share * given.length - 1e-9);
        const at = given[0]!;
        expect(counts.below(at)).toBeGreaterThanOrEqual(
          given.filter((score) => score < at - width).length - 1e-9,
        );
        expect(counts.below(at)).toBeLessThanOrEqual(
          given.filter((score) => score < at + width).length + 1e-9,
        );
        const bins = histogram({ minimum, maximum, largestError: 0, counts }, 64);
        expect(bins.reduce((sum, bin) => sum + bin, 0)).toBe(given.length);
        expect(Math.min(...bins)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('has all scores in one bin when they are equal', () => {
    const counts = new ScoreCounts(Float64Array.of(2, 2, 2), { from: 2, to: 2 });
    expect([
      counts.mean,
      counts.standardDeviation,
      counts.quantile(0.5),
      counts.below(2),
      counts.below(3),
    ]).toEqual([2, 0, 2, 0, 3]);
  });
});
