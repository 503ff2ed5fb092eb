import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementsOf, gather, viewOf } from '../../../../src-main/engine/packs/checkpoint/strides.ts';
import { rowMajor } from '../../../support/pickle-writer.ts';

const axes = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 9 })), {
  maxLength: 4,
});

/** Every place of a view in row-major order, counted without regard to speed. */
function places(shape: readonly number[], strides: readonly number[]): number[] {
  let found = [0];
  for (const [axis, size] of shape.entries())
    found = found.flatMap((at) =>
      Array.from({ length: size }, (_, index) => at + index * (strides[axis] ?? 0)),
    );
  return found;
}

describe('strided views', () => {
  it.each([1, 2, 4, 8])('gathers elements of %i bytes from wherever they lie', (width) => {
    fc.assert(
      fc.property(axes, (list) => {
        const shape = list.map(([size]) => size);
        const strides = list.map(([, stride]) => stride);
        const expected = places(shape, strides);
        const view = viewOf(shape, strides);
        expect(view?.elements).toBe(expected.length);
        expect(view?.span).toBe(Math.max(...expected) + 1);
        const source = new Uint8Array((view?.span ?? 0) * width).map((_, index) => (index * 37) % 251);
        const gathered = gather(source, shape, strides, width);
        const bytes = expected.flatMap((at) => [...source.subarray(at * width, (at + 1) * width)]);
        expect([...gathered]).toEqual(bytes);
        expect(view?.contiguous).toBe(expected.every((at, index) => at === index));
      }),
    );
  });

  it('knows row-major order, with axes of one element that lie anywhere', () => {
    expect(viewOf([2, 3], rowMajor([2, 3]))).toEqual({ elements: 6, span: 6, contiguous: true });
    expect(viewOf([2, 1, 3], [3, 999, 1])).toEqual({ elements: 6, span: 6, contiguous: true });
    expect(viewOf([], [])).toEqual({ elements: 1, span: 1, contiguous: true });
    expect(viewOf([0, 7], [7, 1])).toEqual({ elements: 0, span: 0, contiguous: true });
  });

  it('refuses sizes and steps that no tensor has', () => {
    expect(viewOf([-1], [1])).toBeUndefined();
    expect(viewOf([2], [-1])).toBeUndefined();
    expect(viewOf([2], [])).toBeUndefined();
    expect(viewOf([1.5], [1])).toBeUndefined();
    expect(viewOf([2, 2 ** 52], [2 ** 52, 1])).toBeUndefined();
    expect(viewOf([3], [2 ** 53 - 1])).toBeUndefined();
    expect(elementsOf([2 ** 31, 2 ** 31])).toBeUndefined();
    expect(elementsOf(new Array<number>(17).fill(1))).toBeUndefined();
    expect(elementsOf([NaN])).toBeUndefined();
  });

  it('does not make a tensor that no memory holds', () => {
    expect(() => gather(new Uint8Array(4), [2 ** 20, 2 ** 12], [0, 0], 4)).toThrow(/too large/);
  });
});
