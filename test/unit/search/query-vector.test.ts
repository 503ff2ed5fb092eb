import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeQueryVectors,
  encodeQueryVectors,
  largestDifference,
  rankingQuery,
  type QueryVectors,
} from '../../../src-main/engine/search/query-vector.ts';

const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const query: fc.Arbitrary<QueryVectors> = fc.integer({ min: 1, max: 9 }).chain((dimensions) => {
  const vector = fc
    .array(number, { minLength: dimensions, maxLength: dimensions })
    .map((v) => Float64Array.from(v));
  const weighted = fc.array(fc.record({ weight: number, vector }, { noNullPrototype: true }), {
    maxLength: 3,
  });
  return fc.record(
    {
      dimensions: fc.constant(dimensions),
      statements: weighted,
      like: weighted,
      avoid: fc.array(
        fc.record({ background: number, strength: number, vector }, { noNullPrototype: true }),
        { maxLength: 3 },
      ),
    },
    { noNullPrototype: true },
  );
});

describe('stored query vectors', () => {
  it('come back exactly, from any place in memory', () => {
    fc.assert(
      fc.property(query, fc.integer({ min: 0, max: 7 }), (vectors, offset) => {
        const bytes = encodeQueryVectors(vectors);
        const moved = Buffer.concat([Buffer.alloc(offset), bytes]).subarray(offset);
        expect(decodeQueryVectors(moved)).toEqual(vectors);
      }),
    );
  });

  it('are refused when they are cut, longer, or not numbers', () => {
    fc.assert(
      fc.property(query, fc.integer({ min: 1, max: 16 }), (vectors, count) => {
        const bytes = encodeQueryVectors(vectors);
        const damaged = expect.objectContaining({ kind: 'case-damaged' });
        expect(() => decodeQueryVectors(bytes.subarray(0, -count))).toThrow(damaged);
        expect(() => decodeQueryVectors(Buffer.concat([bytes, Buffer.alloc(count)]))).toThrow(damaged);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => decodeQueryVectors(bytes)).toThrow(expect.objectContaining({ kind: 'case-damaged' }));
      }),
    );
  });
});

describe('rankingQuery', () => {
  it('is the mean of statements and examples by weight', () => {
    const { vector, avoid } = rankingQuery({
      dimensions: 2,
      statements: [
        { weight: 1, vector: Float64Array.of(1, 0) },
        { weight: 2, vector: Float64Array.of(0, 1) },
      ],
      like: [{ weight: 1, vector: Float64Array.of(4, 8) }],
      avoid: [{ vector: Float64Array.of(1, 1), background: 0.1, strength: 1 }],
    });
    expect([...vector]).toEqual([1.25, 2.5]);
    expect(avoid).toHaveLength(1);
  });
});

describe('largestDifference', () => {
  it('bounds the change of a score', () => {
    expect(
      largestDifference(
        [Float64Array.of(1, 0), Float64Array.of(0, 1)],
        [Float64Array.of(1, 0), Float64Array.of(3, 5)],
      ),
    ).toBe(5);
    expect(largestDifference([], [])).toBe(0);
  });
});
