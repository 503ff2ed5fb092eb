import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockShape,
  codedBlock,
  type CodedBlock,
} from '../../../../src-main/engine/search/index/block-shape.ts';
import { codeBlock } from '../../../../src-main/engine/search/index/coding.ts';
import { boundsFor } from '../../../../src-main/engine/search/index/score-bounds.ts';
import { exactScore } from '../../../../src-main/engine/search/exact-score.ts';

const rows = 8;

/** Vectors about a centre: the further it lies from zero, the less of a float32 is left for the difference. */
const block = fc.integer({ min: 1, max: 40 }).chain((dimensions) =>
  fc
    .record({
      dimensions: fc.constant(dimensions),
      centre: fc.array(fc.constantFrom(0, 0, 1, -3, 1000, 1e-20, 1e20), {
        minLength: dimensions,
        maxLength: dimensions,
      }),
      width: fc.constantFrom(0, 1e-7, 1e-3, 1, 1e10, 1e-30),
      rest: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
        minLength: dimensions * rows,
        maxLength: dimensions * rows,
      }),
      query: fc.array(
        fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(0, 1e-9, 1e9, 1e-200, 1e90)),
        { minLength: dimensions, maxLength: dimensions },
      ),
    })
    .map(({ centre, width, rest, query, dimensions }) => ({
      dimensions,
      query: Float64Array.from(query),
      vectors: Float32Array.from(rest, (x, i) => centre[i % dimensions]! * (1 + width * x) + width * x),
    })),
);

function coded(vectors: Float32Array, dimensions: number, present: number[]): CodedBlock {
  const shape = blockShape(dimensions, rows);
  const codes = codedBlock(new ArrayBuffer(shape.slotBytes), 0, shape);
  codeBlock([vectors], present, shape, codes);
  return codes;
}

const all = Array.from({ length: rows }, (_, i) => i);

describe('codes of a block', () => {
  it('bound the exact score of every row from both sides', () => {
    fc.assert(
      fc.property(block, ({ dimensions, query, vectors }) => {
        const shape = blockShape(dimensions, rows);
        const codes = coded(vectors, dimensions, all);
        const numbers = new Int16Array(shape.pitch);
        const { base, factor, perStep, perError, always } = boundsFor(query, codes, shape, numbers);
        for (let row = 0; row < rows; row++) {
          let dot = 0;
          for (let d = 0; d < shape.pitch; d++) dot += numbers[d]! * codes.codes[row * shape.pitch + d]!;
          expect(Math.abs(dot)).toBeLessThan(2 ** 31);
          const score = base + codes.steps[row]! * factor * dot;
          const error = codes.steps[row]! * perStep + codes.errors[row]! * perError + always;
          const exact = exactScore(query, vectors, row * dimensions);
          expect(exact).toBeGreaterThanOrEqual(score - error);
          expect(exact).toBeLessThanOrEqual(score + error);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('are close: 8 bits leave a 200th of the width', () => {
    const dimensions = 512;
    const vectors = new Float32Array(rows * dimensions).map((_, i) => Math.sin(i * i) / 16);
    const codes = coded(vectors, dimensions, all);
    const query = Float64Array.from({ length: dimensions }, (_, d) => Math.cos(d * d) / 16);
    const bounds = boundsFor(query, codes, blockShape(dimensions, rows), new Int16Array(512));
    expect(
      codes.steps[0]! * bounds.perStep + codes.errors[0]! * bounds.perError + bounds.always,
    ).toBeLessThan(0.01);
  });

  it('say nothing of rows that are not there', () => {
    const dimensions = 5;
    const vectors = new Float32Array(rows * dimensions).map((_, i) => Math.sin(i));
    const some = [0, 3, 4];
    const erased = vectors
      .slice()
      .fill(0, dimensions, 3 * dimensions)
      .fill(0, 5 * dimensions);
    expect(coded(vectors, dimensions, some)).toEqual(coded(erased, dimensions, some));
    expect(coded(vectors, dimensions, some).steps[1]).toBe(0);
  });

  it('do not depend on the parts in which the vectors lie', () => {
    const dimensions = 7;
    const vectors = new Float32Array(rows * dimensions).map((_, i) => Math.sin(i));
    const shape = blockShape(dimensions, rows);
    const other = codedBlock(new ArrayBuffer(shape.slotBytes), 0, shape);
    const parts = [0, 1, 2, 3].map((i) => vectors.subarray(i * 2 * dimensions, (i + 1) * 2 * dimensions));
    codeBlock(parts, all, shape, other);
    expect(other).toEqual(coded(vectors, dimensions, all));
  });
});
