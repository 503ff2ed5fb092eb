import { DescryError } from '../errors.ts';
import { resize } from './resize.ts';
import type { PackManifest } from './schema.ts';

/** A decoded picture: interleaved RGB, 8 bits a channel, `width * height * 3` bytes. */
export interface DecodedImage {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Turns decoded pictures into what a pack's image tower expects. */
export class Preprocessor {
  readonly width: number;
  readonly height: number;
  /** For each channel, the normalised value of each of the 256 levels. */
  readonly #levels: readonly Float32Array[];

  constructor(image: PackManifest['image']) {
    this.width = image.width;
    this.height = image.height;
    this.#levels = image.mean.map((mean, channel) =>
      Float32Array.from({ length: 256 }, (_, level) => (level / 255 - mean) / image.std[channel]!),
    );
  }

  /**
   * Resizes (Pillow's antialiased bilinear, without keeping the aspect, as the field does) and
   * normalises to `(x / 255 - mean) / std`.
   * @returns [3, height, width], channels first.
   * @throws DescryError `invalid-input` when the data does not have the size that it claims.
   */
  run({ data, width, height }: DecodedImage): Float32Array {
    if (!(width > 0 && height > 0) || data.length !== width * height * 3)
      throw new DescryError(
        'invalid-input',
        `A picture of ${width} x ${height} must have three bytes a pixel.`,
        {
          bytes: data.length,
        },
      );
    const pixels = resize(data, width, height, this.width, this.height);
    const plane = this.width * this.height;
    const out = new Float32Array(plane * 3);
    const [red, green, blue] = this.#levels as [Float32Array, Float32Array, Float32Array];
    for (let i = 0, at = 0; i < plane; i++, at += 3) {
      out[i] = red[pixels[at]!]!;
      out[plane + i] = green[pixels[at + 1]!]!;
      out[2 * plane + i] = blue[pixels[at + 2]!]!;
    }
    return out;
  }
}
