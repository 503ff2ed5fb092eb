import { describe, expect, it } from 'vitest';
import { Preprocessor } from '../../../src-main/engine/inference/preprocess.ts';
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
});
