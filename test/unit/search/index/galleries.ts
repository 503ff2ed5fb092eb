import fc from 'fast-check';
import type { RankingQuery } from '../../../../src-main/engine/search/exact-score.ts';

/** A gallery with a query, small enough for the naive loop. */
export interface RandomGallery {
  dimensions: number;
  /** Vectors by crop id, in the order in which they are added. */
  stored: [cropId: number, vector: number[]][];
  query: RankingQuery;
  /** Ids of crops, with and without a vector, ascending; null for all. */
  filter: number[] | null;
  k: number;
}

/** Small integers make ties, duplicates and zero vectors common; the fractions exercise rounding. */
const component = fc.oneof(
  fc.integer({ min: -2, max: 2 }),
  fc.constant(0),
  fc.double({ min: -1, max: 1, noNaN: true }).map(Math.fround),
);
/** Most vectors about as long as each other, some very long, very short or zero. */
const length = fc.oneof(
  { weight: 6, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1e-30, 1e-6, 1e6, 1e30) },
);

const numbers = (dimensions: number): fc.Arbitrary<number[]> =>
  fc.array(component, { minLength: dimensions, maxLength: dimensions });

const vectors = (dimensions: number): fc.Arbitrary<number[]> =>
  fc.tuple(numbers(dimensions), length).map(([vector, scale]) => vector.map((x) => Math.fround(x * scale)));

/** Galleries in which many crops have one of a few vectors. */
const withDuplicates = (dimensions: number): fc.Arbitrary<number[]> =>
  fc.oneof(
    vectors(dimensions),
    fc.constantFrom(1, -0.5, 0.25).map((x) => new Array<number>(dimensions).fill(x)),
  );

export const randomGallery: fc.Arbitrary<RandomGallery> = fc
  .oneof(fc.integer({ min: 1, max: 13 }), fc.constantFrom(16, 31, 32, 33, 64, 100))
  .chain((dimensions) =>
    fc.record({
      dimensions: fc.constant(dimensions),
      stored: fc
        .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 4000 }), withDuplicates(dimensions)), {
          selector: ([id]) => id,
          maxLength: 90,
          size: 'max',
        })
        .map((stored) => stored.map(([id, vector]): [number, number[]] => [id, vector])),
      query: fc.record({
        vector: numbers(dimensions).map((vector) => Float64Array.from(vector)),
        avoid: fc.array(
          fc.record({
            vector: numbers(dimensions).map((vector) => Float64Array.from(vector)),
            background: fc.double({ min: -1, max: 1, noNaN: true }),
            strength: fc.double({ min: -1, max: 2, noNaN: true }),
          }),
          { maxLength: 4 },
        ),
      }),
      filter: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 4000 }), { maxLength: 40 })),
      k: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 0, max: 12 }) },
        fc.integer({ min: 13, max: 120 }),
      ),
    }),
  )
  .map((gallery) => ({ ...gallery, filter: gallery.filter && withSome(gallery.filter, gallery.stored) }));

/** A filter that lets crops with and without a vector through. */
function withSome(filter: readonly number[], stored: RandomGallery['stored']): number[] {
  const ids = new Set([...filter, ...stored.filter((_, i) => i % 3 === 0).map(([id]) => id)]);
  return [...ids].sort((a, b) => a - b);
}

export function vectorsOf(stored: RandomGallery['stored']): Float32Array {
  return Float32Array.from(stored.flatMap(([, vector]) => vector));
}
