import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  float16ToFloat32,
  toFloat16,
  toFloat32,
} from '../../../../src-main/engine/packs/checkpoint/numbers.ts';

const bytes = (values: ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  new Uint8Array(values.buffer);

const everyFloat16 = Uint16Array.from({ length: 65536 }, (_, index) => index);

function half(value: number): number {
  return toFloat16(Float32Array.of(value)).bits[0] ?? -1;
}

describe('numbers of checkpoints', () => {
  it('turns every float16 into float32 and back', () => {
    const { bits, overflowed } = toFloat16(float16ToFloat32(everyFloat16));
    expect(overflowed).toBe(0);
    for (const [index, value] of bits.entries()) {
      const isNaNs = (index & 0x7fff) > 0x7c00;
      if (isNaNs) expect(value & 0x7e00).toBe(0x7e00);
      else expect(value).toBe(index);
    }
  });

  it('reads the values that IEEE 754 gives float16', () => {
    const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x8000, 0x7c00, 0xfc00);
    const expected = [1, -2, 65504, 2 ** -14, 1023 * 2 ** -24, 2 ** -24, -0, Infinity, -Infinity];
    expect([...float16ToFloat32(bits)]).toEqual(expected);
    expect(float16ToFloat32(Uint16Array.of(0x7e01))[0]).toBeNaN();
  });

  it('rounds to the nearest float16, and a tie to the even one', () => {
    // Half way between two neighbours, exactly and by one float32 step on either side.
    const step = (value: number, by: number): number => {
      const word = new Uint32Array(Float32Array.of(value).buffer);
      word[0] = (word[0] ?? 0) + by;
      return new Float32Array(word.buffer)[0] ?? NaN;
    };
    const values = float16ToFloat32(everyFloat16);
    for (let low = 0; low < 0x7bff; low++) {
      const middle = ((values[low] ?? 0) + (values[low + 1] ?? 0)) / 2;
      expect(half(middle)).toBe(low % 2 === 0 ? low : low + 1);
      expect(half(step(middle, -1))).toBe(low);
      expect(half(step(middle, 1))).toBe(low + 1);
      expect(half(-middle)).toBe(0x8000 | (low % 2 === 0 ? low : low + 1));
    }
  });

  it('says how many numbers float16 cannot hold', () => {
    const { bits, overflowed } = toFloat16(
      Float32Array.of(65504, 65519, 65520, -1e30, Infinity, -Infinity, NaN, 1),
    );
    expect([...bits]).toEqual([0x7bff, 0x7bff, 0x7c00, 0xfc00, 0x7c00, 0xfc00, 0x7e00, 0x3c00]);
    expect(overflowed).toBe(2);
  });

  it('keeps the order of any numbers', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), fc.float({ noNaN: true }), (a, b) => {
        const [low, high] = float16ToFloat32(toFloat16(Float32Array.of(Math.min(a, b), Math.max(a, b))).bits);
        expect(low).toBeLessThanOrEqual(high ?? NaN);
      }),
    );
  });

  it('reads every type of element as float32', () => {
    const numbers = [0, 1, -2, 100];
    expect([...toFloat32(bytes(Float32Array.from(numbers)), 'float32')]).toEqual(numbers);
    expect([...toFloat32(bytes(Float64Array.of(1 / 3, 1e300)), 'float64')]).toEqual([
      Math.fround(1 / 3),
      Infinity,
    ]);
    expect([...toFloat32(bytes(Uint16Array.of(0x3f80, 0xc000, 0x4049)), 'bfloat16')]).toEqual([
      1, -2, 3.140625,
    ]);
    expect([...toFloat32(bytes(Uint16Array.of(0x3c00, 0xc000)), 'float16')]).toEqual([1, -2]);
    expect([...toFloat32(bytes(BigInt64Array.of(0n, -2n, 2n ** 40n)), 'int64')]).toEqual([0, -2, 2 ** 40]);
    expect([...toFloat32(bytes(Int32Array.from(numbers)), 'int32')]).toEqual(numbers);
    expect([...toFloat32(bytes(Int16Array.from(numbers)), 'int16')]).toEqual(numbers);
    expect([...toFloat32(bytes(Int8Array.from(numbers)), 'int8')]).toEqual(numbers);
    expect([...toFloat32(Uint8Array.of(0, 255), 'uint8')]).toEqual([0, 255]);
    expect([...toFloat32(Uint8Array.of(0, 1, 7), 'bool')]).toEqual([0, 1, 1]);
  });

  it('reads bytes that lie anywhere in larger memory', () => {
    const memory = new Uint8Array(9);
    memory.set(bytes(Float32Array.of(1.5)), 3);
    expect([...toFloat32(memory.subarray(3, 7), 'float32')]).toEqual([1.5]);
    expect([...toFloat32(memory.subarray(3, 5), 'uint8')]).toEqual([...memory.subarray(3, 5)]);
  });

  it('does not read a part of an element', () => {
    expect(() => toFloat32(new Uint8Array(6), 'float32')).toThrow(/no elements of 4 bytes/);
  });
});
