import sharp from 'sharp';
import type { RedactionBox } from '../case/schema.ts';
import { imageLimits } from '../ingest/decode.ts';

/** Sides of a picture that is shown whole; a larger one is shown smaller. */
const longestSide = 1024;

/**
 * A picture with black boxes over parts of it, made anew from the original's pixels: nothing of what lies
 * under a box, and nothing else that the file held, is left in it.
 * @param boxes in pixels of the upright original.
 * @param size of the upright original, which the boxes were drawn for.
 * @throws Error when the picture cannot be decoded or has another size: it must then not be shown at all.
 */
export async function redactedPicture(
  original: Buffer,
  boxes: readonly RedactionBox[],
  size: { width: number; height: number },
): Promise<{ bytes: Buffer; format: 'png' | 'jpeg'; width: number; height: number }> {
  const upright = await sharp(original, { failOn: 'error', limitInputPixels: imageLimits.pixels })
    .rotate()
    .toColourspace('srgb')
    .removeAlpha()
    .toFormat('png', { compressionLevel: 1 })
    .toBuffer({ resolveWithObject: true });
  if (upright.info.width !== size.width || upright.info.height !== size.height)
    throw new Error('the picture has not the size that its boxes were drawn for');
  const covered = await sharp(upright.data, { limitInputPixels: imageLimits.pixels })
    .composite(
      boxes.map(({ x, y, width, height }) => ({
        input: { create: { width, height, channels: 3, background: 'black' } },
        left: x,
        top: y,
      })),
    )
    .png()
    .toBuffer();
  if (Math.max(size.width, size.height) <= longestSide) return { bytes: covered, format: 'png', ...size };
  const smaller = await sharp(covered, { limitInputPixels: imageLimits.pixels })
    .resize({ width: longestSide, height: longestSide, fit: 'inside' })
    .jpeg({ quality: 90 })
    .toBuffer({ resolveWithObject: true });
  return { bytes: smaller.data, format: 'jpeg', width: smaller.info.width, height: smaller.info.height };
}
