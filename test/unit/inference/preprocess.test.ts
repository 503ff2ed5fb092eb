import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coveringSize, Preprocessor } from '../../../src-main/engine/inference/preprocess.ts';
import { tinyManifest } from './tiny-pack.ts';

const image = {
  ...tinyManifest().image,
  width: 2,
  height: 2,
  mean: [0.1, 0.2, 0.3] as [number, number, number],
  std: [0.5, 0.25, 2] as [number, number, number],
};

describe('Preprocessor', () => {
  it('normalises each channel with its own mean and deviation, channels first', () => {
    const data = Uint8Array.of(0, 51, 255, 10, 20, 30, 40, 50, 60, 255, 0, 128);
    const out = new Preprocessor(image).run({ data, width: 2, height: 2 });
    const expected = [0, 1, 2].flatMap((channel) =>
      [0, 1, 2, 3].map(
        (pixel) => (data[pixel * 3 + channel]! / 255 - image.mean[channel]!) / image.std[channel]!,
      ),
    );
    expect([...out]).toEqual(expected.map((value) => expect.closeTo(value, 6) as number));
  });

  it('fits any picture to the size of the model', () => {
    const out = new Preprocessor(image).run({
      data: new Uint8Array(300 * 5 * 3).fill(255),
      width: 5,
      height: 300,
    });
    expect(out).toHaveLength(12);
    expect(out[0]).toBeCloseTo((1 - 0.1) / 0.5, 6);
  });

  it.each([
    [new Uint8Array(11), 2, 2],
    [new Uint8Array(16), 2, 2],
    [new Uint8Array(0), 0, 4],
  ])('refuses data that is not RGB of the given size', (data, width, height) => {
    expect(() => new Preprocessor(image).run({ data, width, height })).toThrow(
      expect.objectContaining({ kind: 'invalid-input' }),
    );
  });

  const { centred } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../fixtures/inference/pillow-resize.json'), 'utf8'),
  ) as { centred: { filter: string; width: number; height: number; toWidth: number; sha256: string }[] };

  it.each(centred)(
    'cuts the middle of $width x $height as the reference does, $filter, for $toWidth',
    ({ filter, width, height, toWidth, sha256 }) => {
      const preprocessor = cropping(toWidth, toWidth, filter === 'bicubic');
      const bytes = bytesOf(preprocessor.run({ data: noise(width, height), width, height }));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    },
  );

  it('resizes with the kernel that the pack asks for', () => {
    const picture = { data: noise(30, 40), width: 30, height: 40 };
    const stretched = (resize: 'antialias-bilinear' | 'antialias-bicubic'): Float32Array =>
      new Preprocessor({ ...image, width: 9, height: 7, resize }).run(picture);
    expect(stretched('antialias-bicubic')).not.toEqual(stretched('antialias-bilinear'));
  });

  it.each([
    [1, 60_000],
    [60_000, 1],
  ])('crops a picture of %i x %i without making the picture that covers the target', (width, height) => {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
      i < width * height * 1.5 ? 0 : 255,
    );
    const out = cropping(224, 224, true).run({ data, width, height });
    // One pixel becomes 224: the middle shows the border between black and white and nothing else.
    expect(out).toHaveLength(3 * 224 * 224);
    expect([out[0], out.at(-1)]).toEqual([0, 1]);
  });

  it('covers any target with any picture, exactly along one side', () => {
    const side = fc.integer({ min: 1, max: 3000 });
    fc.assert(
      fc.property(side, side, side, side, (width, height, toWidth, toHeight) => {
        const covering = coveringSize({ width, height }, { width: toWidth, height: toHeight });
        expect(covering.width).toBeGreaterThanOrEqual(toWidth);
        expect(covering.height).toBeGreaterThanOrEqual(toHeight);
        expect(covering.width === toWidth || covering.height === toHeight).toBe(true);
      }),
    );
  });
});

/** One that gives levels as parts of 1. */
function cropping(width: number, height: number, isBicubic: boolean): Preprocessor {
  return new Preprocessor({
    ...image,
    width,
    height,
    crop: 'centre',
    resize: isBicubic ? 'antialias-bicubic' : 'antialias-bilinear',
    mean: [0, 0, 0],
    std: [1, 1, 1],
  });
}

/** Planes of parts of 1 as interleaved levels. */
function bytesOf(planes: Float32Array): Uint8Array {
  const pixels = planes.length / 3;
  return Uint8Array.from(planes, (_, i) => Math.round(planes[(i % 3) * pixels + Math.floor(i / 3)]! * 255));
}

/** The picture that make_fixtures.py gave to Pillow. */
function noise(width: number, height: number): Uint8Array {
  let state = 7;
  return Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}
