import type { RedactionBox } from '../case/schema.ts';
import { DescryError } from '../errors.ts';

/**
 * Boxes cut off at the edges of a picture.
 * @throws DescryError `invalid-input` for a box that lies beside it altogether.
 */
export function boxesInside(
  boxes: readonly RedactionBox[],
  picture: { width: number; height: number },
): RedactionBox[] {
  return boxes.map(({ x, y, width, height }) => {
    if (x >= picture.width || y >= picture.height) {
      throw new DescryError(
        'invalid-input',
        `A box at x ${x}, y ${y} lies outside the picture, which is ${picture.width} x ${picture.height} pixels.`,
        { x, y, width: picture.width, height: picture.height },
      );
    }
    return { x, y, width: Math.min(width, picture.width - x), height: Math.min(height, picture.height - y) };
  });
}
