import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resize } from '../../../src-main/engine/inference/resize.ts';

interface Case {
  width: number;
  height: number;
  toWidth: number;
  toHeight: number;
  sha256: string;
}
const { cases } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/inference/pillow-resize.json'), 'utf8'),
) as { cases: Case[] };

/** The picture that make_fixtures.py gave to Pillow. */
function noise(width: number, height: number): Uint8Array {
  let state = 7;
  return Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const size = fc.integer({ min: 1, max: 90 });

describe('resize', () => {
  it.each(cases)('gives the bytes of Pillow for $width x $height to $toWidth x $toHeight', (wanted) => {
    const { width, height, toWidth, toHeight } = wanted;
    const resized = resize(noise(width, height), width, height, toWidth, toHeight);
    expect(createHash('sha256').update(resized).digest('hex')).toBe(wanted.sha256);
  });

  it('keeps a picture of one colour as it is, at any size', () => {
    const colour = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));
    fc.assert(
      fc.property(size, size, size, size, colour, (width, height, toWidth, toHeight, rgb) => {
        const picture = Uint8Array.from({ length: width * height * 3 }, (_, i) => rgb[i % 3]!);
        const resized = resize(picture, width, height, toWidth, toHeight);
        expect(resized).toHaveLength(toWidth * toHeight * 3);
        expect(resized.every((level, i) => level === rgb[i % 3])).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('never leaves the range of a channel', () => {
    fc.assert(
      fc.property(size, size, size, size, fc.nat(), (width, height, toWidth, toHeight, seed) => {
        const picture = noise(width, height).map((level, i) => 40 + ((level + seed) % 150) + (i % 3));
        const resized = resize(picture, width, height, toWidth, toHeight);
        for (let channel = 0; channel < 3; channel++) {
          const own = picture.filter((_, i) => i % 3 === channel);
          const lowest = Math.min(...own);
          const highest = Math.max(...own);
          const outside = resized.filter(
            (level, i) => i % 3 === channel && (level < lowest || level > highest),
          );
          expect(outside).toHaveLength(0);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('does not change its input', () => {
    const picture = noise(20, 30);
    const before = picture.slice();
    resize(picture, 20, 30, 7, 11);
    expect(picture).toEqual(before);
  });
});
