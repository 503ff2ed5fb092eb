import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import wabt from 'wabt';
import { scalarLoops } from '../../../src-main/engine/inference/resize-loops.ts';
import { resize, type ResizeFilter } from '../../../src-main/engine/inference/resize.ts';
import { resizeProgram, vectorLoops } from '../../../src-main/engine/inference/vector-resize.ts';

describe('the vector instructions of resize', () => {
  it('are those of resize.wat', async () => {
    const file = join(import.meta.dirname, '../../../src-main/engine/inference/resize.wat');
    const module = (await wabt()).parseWat('resize.wat', readFileSync(file, 'utf8'), { simd: true });
    expect(resizeProgram).toBe(Buffer.from(module.toBinary({}).buffer).toString('base64'));
    module.destroy();
  });

  it('give the bytes of the plain loops, for every size, filter and part', () => {
    const loops = vectorLoops();
    expect(loops).not.toBeNull();
    const side = fc.integer({ min: 1, max: 150 });
    const part = fc.record({
      from: fc.double({ min: 0, max: 0.99, noNaN: true }),
      of: fc.double({ min: 0.01, max: 1, noNaN: true }),
    });
    const within = (length: number, { from, of }: { from: number; of: number }): [number, number] => {
      const first = Math.floor(length * from);
      return [first, Math.max(1, Math.floor((length - first) * of))];
    };
    fc.assert(
      fc.property(
        fc.tuple(side, side, side, side),
        fc.tuple(part, part),
        fc.constantFrom<ResizeFilter>('bilinear', 'bicubic'),
        fc.integer(),
        ([width, height, toWidth, toHeight], [across, down], filter, seed) => {
          const data = new Uint8Array(width * height * 3);
          let state = seed >>> 0;
          for (let i = 0; i < data.length; i++) {
            state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
            // Mostly black and white: bicubic weights overshoot there.
            data[i] = state >>> 31 ? (state >>> 30 ? 255 : 0) : state >>> 22;
          }
          const [left, partWidth] = within(toWidth, across);
          const [top, partHeight] = within(toHeight, down);
          const options = { filter, window: { left, top, width: partWidth, height: partHeight } };
          const plain = resize(data, width, height, toWidth, toHeight, { ...options, loops: scalarLoops });
          const fast = resize(data, width, height, toWidth, toHeight, { ...options, loops: loops! });
          expect(Buffer.from(fast).equals(Buffer.from(plain))).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('take a picture that is larger than all before', () => {
    const data = new Uint8Array(2048 * 1500 * 3).fill(77);
    const fast = resize(data, 2048, 1500, 48, 128, { loops: vectorLoops()! });
    expect(fast.every((value) => value === 77)).toBe(true);
  });
});
