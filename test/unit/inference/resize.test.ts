import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { publishedVectors, vectorsAreHere, vectorsMissing } from '../../support/published-vectors.ts';
import { resize, type ResizeFilter } from '../../../src-main/engine/inference/resize.ts';

interface Case {
  filter: ResizeFilter;
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
const filters = fc.constantFrom<ResizeFilter>('bilinear', 'bicubic');

interface PublishedPicture {
  width: number;
  height: number;
  '96x32': string;
  '384x128': string;
}

describe('resize', () => {
  it.each(cases)(
    'gives the bytes of Pillow, $filter, for $width x $height to $toWidth x $toHeight',
    (wanted) => {
      const { filter, width, height, toWidth, toHeight } = wanted;
      const resized = resize(noise(width, height), width, height, toWidth, toHeight, { filter });
      expect(createHash('sha256').update(resized).digest('hex')).toBe(wanted.sha256);
    },
  );

  it('keeps a picture of one colour as it is, at any size', () => {
    const colour = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));
    fc.assert(
      fc.property(
        size,
        size,
        size,
        size,
        colour,
        filters,
        (width, height, toWidth, toHeight, rgb, filter) => {
          const picture = Uint8Array.from({ length: width * height * 3 }, (_, i) => rgb[i % 3]!);
          const resized = resize(picture, width, height, toWidth, toHeight, { filter });
          expect(resized).toHaveLength(toWidth * toHeight * 3);
          expect(resized.every((level, i) => level === rgb[i % 3])).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never leaves the range of a channel where no weight is negative', () => {
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

  it('clamps what negative weights overshoot', () => {
    const edge = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (Math.floor(i / 3) % 8 < 4 ? 0 : 255));
    const resized = resize(edge, 8, 8, 64, 64, { filter: 'bicubic' });
    const line = [...resized.subarray(0, 64 * 3)].filter((_, i) => i % 3 === 0);
    expect(line.toSorted((a, b) => a - b)).toEqual(line);
    expect([line[0], line.at(-1)]).toEqual([0, 255]);
  });

  it('makes of a part what the same part of the whole is', () => {
    const part = fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat());
    fc.assert(
      fc.property(
        size,
        size,
        size,
        size,
        filters,
        part,
        (width, height, toWidth, toHeight, filter, choice) => {
          const picture = noise(width, height);
          const whole = resize(picture, width, height, toWidth, toHeight, { filter });
          const left = choice[0] % toWidth;
          const top = choice[1] % toHeight;
          const window = {
            left,
            top,
            width: 1 + (choice[2] % (toWidth - left)),
            height: 1 + (choice[3] % (toHeight - top)),
          };
          const expected = Array.from({ length: window.height }, (_, y) => {
            const start = ((top + y) * toWidth + left) * 3;
            return [...whole.subarray(start, start + window.width * 3)];
          }).flat();
          const resized = resize(picture, width, height, toWidth, toHeight, { filter, window });
          expect([...resized]).toEqual(expected);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('agrees with the published pictures', async (context) => {
    const file = join(publishedVectors, 'resize-pil-bilinear.json');
    if (!vectorsAreHere) context.skip(vectorsMissing);
    const pictures = JSON.parse(readFileSync(file, 'utf8')) as Record<string, PublishedPicture>;
    for (const [name, expected] of Object.entries(pictures)) {
      const { data, info } = await sharp(join(publishedVectors, 'images', `${name}.png`))
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height, info.channels]).toEqual([expected.width, expected.height, 3]);
      for (const [toWidth, toHeight, key] of [
        [32, 96, '96x32'],
        [128, 384, '384x128'],
      ] as const) {
        const resized = Buffer.from(resize(data, info.width, info.height, toWidth, toHeight));
        expect(resized.equals(Buffer.from(expected[key], 'base64'))).toBe(true);
      }
    }
  });

  it('does not change its input', () => {
    const picture = noise(20, 30);
    const before = picture.slice();
    resize(picture, 20, 30, 7, 11);
    expect(picture).toEqual(before);
  });
});
