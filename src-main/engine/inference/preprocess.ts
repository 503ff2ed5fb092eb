import { DescryError } from '../errors.ts';
import { resize, type ResizeFilter, type ResizeWindow } from './resize.ts';
import type { PackManifest } from './schema.ts';

/** A decoded picture: interleaved RGB, 8 bits a channel, `width * height * 3` bytes. */
export interface DecodedImage {
  data: Uint8Array;
  width: number;
  height: number;
}

interface Size {
  width: number;
  height: number;
}

/** Turns decoded pictures into what a pack's image tower expects. */
export class Preprocessor {
  readonly width: number;
  readonly height: number;
  readonly #filter: ResizeFilter;
  readonly #isCropped: boolean;
  /** For each channel, the normalised value of each of the 256 levels. */
  readonly #levels: readonly Float32Array[];

  constructor(image: PackManifest['image']) {
    this.width = image.width;
    this.height = image.height;
    this.#filter = image.resize === 'antialias-bicubic' ? 'bicubic' : 'bilinear';
    this.#isCropped = image.crop === 'centre';
    this.#levels = image.mean.map((mean, channel) =>
      Float32Array.from({ length: 256 }, (_, level) => (level / 255 - mean) / image.std[channel]!),
    );
  }

  /**
   * Resizes as Pillow does and normalises to `(x / 255 - mean) / std`. The picture is stretched to
   * width x height, as the field does, or made to cover it and cut in the middle.
   * @param into where the result is to be written; new memory when absent.
   * @returns [3, height, width], channels first.
   * @throws DescryError `invalid-input` when the data does not have the size that it claims.
   */
  run(
    { data, width, height }: DecodedImage,
    into: Float32Array = new Float32Array(3 * this.width * this.height),
  ): Float32Array {
    if (!(width > 0 && height > 0) || data.length !== width * height * 3)
      throw new DescryError(
        'invalid-input',
        `A picture of ${width} x ${height} must have three bytes a pixel.`,
        {
          bytes: data.length,
        },
      );
    const whole = this.#isCropped ? coveringSize({ width, height }, this) : this;
    const pixels = resize(data, width, height, whole.width, whole.height, {
      filter: this.#filter,
      window: middle(whole, this),
    });
    const plane = this.width * this.height;
    const [red, green, blue] = this.#levels as [Float32Array, Float32Array, Float32Array];
    for (let i = 0, at = 0; i < plane; i++, at += 3) {
      into[i] = red[pixels[at]!]!;
      into[plane + i] = green[pixels[at + 1]!]!;
      into[2 * plane + i] = blue[pixels[at + 2]!]!;
    }
    return into;
  }
}

/**
 * The size to which a picture is resized so that it covers a target. For a square target this is
 * torchvision's `Resize` of the shorter edge, which cuts the longer one's fraction off.
 */
export function coveringSize(picture: Size, target: Size): Size {
  return target.width * picture.height >= target.height * picture.width
    ? { width: target.width, height: Math.floor((target.width * picture.height) / picture.width) }
    : { width: Math.floor((target.height * picture.width) / picture.height), height: target.height };
}

/** torchvision's `CenterCrop`: half of what is too much, a half rounded to the even number. */
function middle(whole: Size, { width, height }: Size): ResizeWindow {
  return {
    left: halfToEven(whole.width - width),
    top: halfToEven(whole.height - height),
    width,
    height,
  };
}

function halfToEven(excess: number): number {
  const half = Math.floor(excess / 2);
  return excess % 2 === 1 && half % 2 === 1 ? half + 1 : half;
}
