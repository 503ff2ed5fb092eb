import sharp from 'sharp';
import type { DecodedImage } from '../inference/embedding-model.ts';
import { imageLimits } from './decode.ts';
import { ImageRejection } from './image-rejection.ts';
import type { CropBox } from './plan.ts';

/**
 * The part of `box` that lies in the picture, on whole pixels.
 * @throws ImageRejection `box-outside-frame`, `too-small`.
 */
export function clampBox(box: CropBox, frame: { width: number; height: number }): CropBox {
  const left = Math.max(0, Math.round(box.x));
  const top = Math.max(0, Math.round(box.y));
  const width = Math.min(frame.width, Math.round(box.x + box.width)) - left;
  const height = Math.min(frame.height, Math.round(box.y + box.height)) - top;
  const where = `${box.width} x ${box.height} at ${box.x}, ${box.y}`;
  if (width <= 0 || height <= 0) {
    throw new ImageRejection(
      'box-outside-frame',
      `The box (${where}) lies outside the frame of ${frame.width} x ${frame.height} pixels.`,
    );
  }
  if (Math.min(width, height) < imageLimits.shorterSide) {
    throw new ImageRejection(
      'too-small',
      `The box (${where}) leaves ${width} x ${height} pixels of the frame; at least ${imageLimits.shorterSide} are needed on each side.`,
    );
  }
  return { x: left, y: top, width, height };
}

/** The pixels of a box that lies in the picture. */
export function cutBox(frame: DecodedImage, box: CropBox): DecodedImage {
  const data = new Uint8Array(box.width * box.height * 3);
  for (let row = 0; row < box.height; row++) {
    const start = ((box.y + row) * frame.width + box.x) * 3;
    data.set(frame.data.subarray(start, start + box.width * 3), row * box.width * 3);
  }
  return { data, width: box.width, height: box.height };
}

/** The picture as PNG: every pixel as it was decoded. */
export async function encodePng({ data, width, height }: DecodedImage): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 3 })
    .toBuffer();
}
