import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactIndex } from '../../../src-main/engine/search/exact-index.ts';
import { descendingOrder } from '../../../src-main/engine/search/descending-order.ts';
import type { RankingQuery } from '../../../src-main/engine/search/vector-index.ts';

/** The reference: one crop after the other, sums in the documented order, a comparing sort. */
function naiveSearch(
  stored: ReadonlyMap<number, readonly number[]>,
  query: RankingQuery,
  cropIds: readonly number[] | null,
  k: number,
): [number, number][] {
  const dot = (a: Float64Array, b: readonly number[]): number => {
    const sums: [number, number, number, number] = [0, 0, 0, 0];
    const whole = a.length - (a.length % 4);
    a.forEach((value, i) => {
      const sum = i < whole ? i % 4 : 0;
      sums[sum as 0 | 1 | 2 | 3] += value * Math.fround(b[i]!);
    });
    return sums[0] + sums[1] + (sums[2] + sums[3]);
  };
  return [...stored]
    .filter(([id]) => cropIds === null || cropIds.includes(id))
    .map(([id, vector]): [number, number] => {
      let score = dot(query.vector, vector);
      for (const term of query.avoid)
        score -= term.strength * Math.max(0, dot(term.vector, vector) - term.background);
      return [id, score];
    })
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, k);
}

/** Small integers make ties, duplicates and zero vectors common; the fractions exercise rounding. */
const component = fc.oneof(
  fc.integer({ min: -2, max: 2 }),
  fc.constant(0),
  fc.double({ min: -1, max: 1, noNaN: true }),
);
const gallery = fc.integer({ min: 1, max: 11 }).chain((dimensions) =>
  fc.record({
    dimensions: fc.constant(dimensions),
    stored: fc.uniqueArray(
      fc.tuple(
        fc.integer({ min: 1, max: 3000 }),
        fc.array(component, { minLength: dimensions, maxLength: dimensions }),
      ),
      { selector: ([id]) => id, maxLength: 60 },
    ),
    query: fc.array(component, { minLength: dimensions, maxLength: dimensions }),
    avoid: fc.array(
      fc.record({
        vector: fc
          .array(component, { minLength: dimensions, maxLength: dimensions })
          .map((v) => Float64Array.from(v)),
        background: fc.double({ min: -1, max: 1, noNaN: true }),
        strength: fc.double({ min: 0, max: 2, noNaN: true }),
      }),
      { maxLength: 2 },
    ),
    filter: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 3000 }), { maxLength: 40 })),
    k: fc.integer({ min: 0, max: 100 }),
  }),
);

function indexOf(dimensions: number, stored: readonly (readonly [number, readonly number[]])[]): ExactIndex {
  const index = new ExactIndex(dimensions);
  index.add(
    stored.map(([id]) => id),
    Float32Array.from(stored.flatMap(([, vector]) => vector)),
  );
  return index;
}

describe('ExactIndex', () => {
  it('returns the lists of the naive float64 loop, to the last bit', () => {
    fc.assert(
      fc.property(gallery, ({ dimensions, stored, query, avoid, filter, k }) => {
        const index = indexOf(dimensions, stored);
        const ranking = { vector: Float64Array.from(query), avoid };
        // A filter names crops with and without a vector.
        const ids =
          filter &&
          [...filter, ...stored.slice(0, 5).map(([id]) => id)].filter((id, i, all) => all.indexOf(id) === i);
        const hits = index.search(ranking, ids && Int32Array.from(ids).sort(), k);
        const expected = naiveSearch(new Map(stored), ranking, ids, k);
        expect(Array.from(hits.cropIds, (id, i) => [id, hits.scores[i]])).toEqual(
          expected.map(([id, score]) => [id, score + 0]),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('gives the same lists after vectors were added in parts, replaced and removed', () => {
    fc.assert(
      fc.property(
        gallery,
        fc.integer({ min: 0, max: 60 }),
        fc.uniqueArray(fc.nat(59), { maxLength: 20 }),
        ({ dimensions, stored, query, avoid }, split, removed) => {
          const index = indexOf(dimensions, stored.slice(0, split));
          // What comes first is replaced by the final vectors.
          if (stored.length > 0) index.add([stored[0]![0]], new Float32Array(dimensions).fill(7));
          index.add(
            stored.map(([id]) => id),
            Float32Array.from(stored.flatMap(([, vector]) => vector)),
          );
          const gone = removed.flatMap((i) => stored[i]?.[0] ?? []);
          index.remove(gone);
          index.remove([999_999, 0]);
          const left = new Map(stored.filter(([id]) => !gone.includes(id)));
          expect(index.size).toBe(left.size);
          const ranking = { vector: Float64Array.from(query), avoid };
          const hits = index.search(ranking, null, Infinity);
          expect([...hits.cropIds]).toEqual(naiveSearch(left, ranking, null, Infinity).map(([id]) => id));
          // Freed rows are used again.
          index.add(
            gone,
            Float32Array.from(gone.flatMap((id) => stored.find((entry) => entry[0] === id)![1])),
          );
          expect([...index.search(ranking, null, 5).cropIds]).toEqual(
            naiveSearch(new Map(stored), ranking, null, 5).map(([id]) => id),
          );
        },
      ),
    );
  });

  it('finds vectors beyond the first chunk, and only those of the filter', () => {
    const count = 20_000;
    const ids = Int32Array.from({ length: count }, (_, i) => i + 1);
    const vectors = new Float32Array(count * 3).map((_, i) => Math.sin(i));
    const index = new ExactIndex(3);
    for (let first = 0; first < count; first += 700)
      index.add(ids.subarray(first, first + 700), vectors.subarray(first * 3, (first + 700) * 3));
    const query = { vector: Float64Array.from([0.2, -0.4, 0.9]), avoid: [] };
    const stored = new Map(Array.from(ids, (id) => [id, [...vectors.subarray((id - 1) * 3, id * 3)]]));
    expect(Array.from(index.search(query, null, 50).cropIds)).toEqual(
      naiveSearch(stored, query, null, 50).map(([id]) => id),
    );
    expect(Array.from(index.search(query, Int32Array.of(17_123), 50).cropIds)).toEqual([17_123]);
    expect(index.search(query, new Int32Array(0), 50).cropIds).toHaveLength(0);
    expect(index.vectorOf(17_123)).toEqual(vectors.slice(17_122 * 3, 17_123 * 3));
    expect(index.vectorOf(20_001)).toBeUndefined();
  });

  it('is empty at first, and refuses vectors that do not fit', () => {
    const index = new ExactIndex(2);
    const query = { vector: Float64Array.of(1, 0), avoid: [] };
    expect(index.search(query, null, 10).cropIds).toHaveLength(0);
    expect(() => index.add([1], Float32Array.of(1, 2, 3))).toThrow(/1 vectors of 2/);
    expect(() => index.add([0], Float32Array.of(1, 2))).toThrow(/not a crop id/);
    index.add([4], Float32Array.of(1, Number.NaN));
    expect(() => index.search(query, null, 1)).toThrow(expect.objectContaining({ kind: 'case-damaged' }));
    expect(() => index.search({ vector: Float64Array.of(1), avoid: [] }, null, 1)).toThrow(/does not fit/);
  });
});

describe('descendingOrder', () => {
  const numbers = fc.oneof(
    fc.double({ noNaN: true }),
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom(0, -0, Infinity, -Infinity, 5e-324, -5e-324),
  );

  it('is the stable descending order, for short and for long arrays', () => {
    fc.assert(
      fc.property(fc.array(numbers, { maxLength: 50 }), fc.boolean(), (values, long) => {
        const scores = Float64Array.from(
          long && values.length > 0 ? { length: 5000 } : { length: values.length },
          (_, i) => values[(i * 7) % values.length]!,
        );
        const expected = Array.from(scores, (score, place) => ({ score, place })).sort((a, b) =>
          a.score === b.score ? a.place - b.place : b.score > a.score ? 1 : -1,
        );
        expect([...descendingOrder(scores)]).toEqual(expected.map(({ place }) => place));
      }),
    );
  });
});
