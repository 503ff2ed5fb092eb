import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileKernel, kernelOver } from '../../../../src-main/engine/search/index/compile-kernel.ts';
import type { Kernel } from '../../../../src-main/engine/search/index/kernel.ts';
import { exactScore } from '../../../../src-main/engine/search/exact-score.ts';

const module = await compileKernel();
/** Places in memory, far enough apart. */
const at = { rows: 0, query: 4096, data: 32_768, out: 131_072, list: 196_608 };

/** Two memories with the same content, one for each kernel. */
function both(fill: (buffer: ArrayBufferLike) => void): { kernel: Kernel; buffer: ArrayBufferLike }[] {
  return [module, null].map((compiled) => {
    const memory = new WebAssembly.Memory({ initial: 4, maximum: 4, shared: true });
    fill(memory.buffer);
    return { kernel: kernelOver(memory, compiled), buffer: memory.buffer };
  });
}

const rowList = fc.array(fc.nat(19), { minLength: 0, maxLength: 40 });
const byte = fc.integer({ min: -127, max: 127 });
const short = fc.integer({ min: -32_767, max: 32_767 });
const many = <T>(value: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> =>
  fc.array(value, { minLength: length, maxLength: length });

describe('the kernel', () => {
  it('is assembled and runs with SIMD here', () => {
    expect(module).not.toBeNull();
  });

  it('multiplies codes with one query and with four', () => {
    fc.assert(
      fc.property(fc.constantFrom(32, 64, 96), rowList, fc.nat(), (pitch, rows, seed) => {
        const [codes, queries] = [
          fc.sample(many(byte, 20 * pitch), { numRuns: 1, seed })[0]!,
          fc.sample(many(short, 4 * pitch), { numRuns: 1, seed })[0]!,
        ];
        const [fast, plain] = both((buffer) => {
          new Int32Array(buffer, at.rows).set(rows);
          new Int16Array(buffer, at.query).set(queries);
          new Int8Array(buffer, at.data).set(codes);
        }).map(({ kernel, buffer }) => {
          kernel.dot(at.data, at.rows, rows.length, at.query, pitch, at.out);
          kernel.dot4(at.data, at.rows, rows.length, at.query, pitch, at.out + 1024, 512);
          return Array.from(new Int32Array(buffer, at.out, 1024));
        });
        expect(fast).toEqual(plain);
        const first = rows[0];
        if (first === undefined) return;
        const expected = queries
          .slice(0, pitch)
          .reduce((sum, number, d) => sum + number * codes[first * pitch + d]!, 0);
        expect(fast![0]).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('scores vectors like exactScore, to the last bit, whatever the number of dimensions', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 41 }), rowList, fc.nat(), (dimensions, rows, seed) => {
        const number = fc.double({ min: -10, max: 10, noNaN: true });
        const vectors = Float32Array.from(fc.sample(many(number, 20 * dimensions), { numRuns: 1, seed })[0]!);
        const query = Float64Array.from(
          fc.sample(many(number, dimensions), { numRuns: 1, seed: seed + 1 })[0]!,
        );
        const [fast, plain] = both((buffer) => {
          new Int32Array(buffer, at.rows).set(rows);
          new Float64Array(buffer, at.query).set(query);
          new Float32Array(buffer, at.data).set(vectors);
        }).map(({ kernel, buffer }) => {
          kernel.score(at.data, at.rows, rows.length, at.query, dimensions, at.out);
          return Array.from(new Float64Array(buffer, at.out, 64));
        });
        expect(fast).toEqual(plain);
        rows.forEach((row, i) => expect(fast![i]).toBe(exactScore(query, vectors, row * dimensions)));
      }),
      { numRuns: 200 },
    );
  });

  it('bounds scores and finds those that reach a threshold', () => {
    fc.assert(
      fc.property(
        rowList,
        many(fc.double({ min: 0, max: 1, noNaN: true }), 40),
        many(fc.double({ min: -1, max: 1, noNaN: true }), 5),
        fc.double({ min: -2, max: 2, noNaN: true }),
        (rows, numbers, [base = 0, factor = 0, perStep = 0, perError = 0, always = 0], threshold) => {
          const [fast, plain] = both((buffer) => {
            new Int32Array(buffer, at.rows).set(rows);
            new Float32Array(buffer, at.data).set(numbers);
            new Int32Array(buffer, at.list).set(rows.map((row) => row * 1_000_003 - 9_000_000));
          }).map(({ kernel, buffer }) => {
            const widths = [Math.abs(perStep), Math.abs(perError), Math.abs(always)] as const;
            const largest = kernel.bound(
              at.list,
              at.rows,
              rows.length,
              at.data,
              at.data + 80,
              base,
              factor,
              ...widths,
              at.out,
              512,
            );
            const upper = new Float64Array(buffer, at.out + 1024, rows.length);
            const found = kernel.reaching(upper.byteOffset, rows.length, threshold, at.query);
            return {
              bounds: [0, 1, 2].map((i) =>
                Array.from(new Float64Array(buffer, at.out + i * 512, rows.length)),
              ),
              // With an odd number of rows one more is looked at.
              largest: rows.length % 2 === 0 ? largest : 0,
              found: Array.from(new Int32Array(buffer, at.query, found)),
            };
          });
          expect(fast).toEqual(plain);
          const upper = fast!.bounds[2]!;
          expect(fast!.found).toEqual(Array.from(upper.keys()).filter((i) => upper[i]! >= threshold));
        },
      ),
      { numRuns: 300 },
    );
  });
});
