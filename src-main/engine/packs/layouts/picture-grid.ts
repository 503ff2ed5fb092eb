import { DescryError } from '../../errors.ts';
import type { PictureGrid } from './layout.ts';

/** Size of a picture of a person in this field, in pixels. */
const person = { height: 384, width: 128 };
/** Larger pictures are not in any known model; a pack could not say them. */
const largestSide = 2048;

/**
 * The grid of patches that a position table stands for, and the picture that gives it.
 *
 * A square grid (CLIP's own) of a model that was not trained on people is stretched to pictures of
 * 128 x 384, as these systems do when they start from CLIP; one that was is kept. A grid three times as
 * high as wide is the one of a person model.
 * @param positions rows of the position table: one for the class and one for each patch.
 * @throws DescryError `unsupported` with the numbers when they make no such grid.
 */
export function pictureGrid(positions: number, patch: number, trainedOnPeople: boolean): PictureGrid {
  const patches = positions - 1;
  const side = Math.round(Math.sqrt(patches));
  const third = Math.round(Math.sqrt(patches / 3));
  const whole = personGrid(patch);
  let stored: { rows: number; columns: number };
  if (patches > 0 && side * side === patches) stored = { rows: side, columns: side };
  else if (patches > 0 && 3 * third * third === patches) stored = { rows: 3 * third, columns: third };
  else
    throw new DescryError(
      'unsupported',
      `The image tower has ${positions} positions, one for the class and ${patches} for patches of ${patch} x ${patch} pixels. Descry knows square grids (197 positions: 14 x 14) and grids three times as high as wide (193 positions: 24 x 8); ${patches} patches make neither.`,
      { positions, patch },
    );
  const square = stored.rows === stored.columns;
  const grid = square && !trainedOnPeople ? whole : stored;
  const fits = grid.rows === whole.rows && grid.columns === whole.columns;
  const size = fits ? person : { height: grid.rows * patch, width: grid.columns * patch };
  if (grid.rows < 1 || grid.columns < 1 || size.height > largestSide || size.width > largestSide)
    throw new DescryError(
      'unsupported',
      `Patches of ${patch} x ${patch} pixels in a grid of ${grid.rows} x ${grid.columns} do not fit a picture of a person: it would have ${size.width} x ${size.height} pixels.`,
      { positions, patch },
    );
  return { ...size, patch, ...grid, storedRows: stored.rows, storedColumns: stored.columns };
}

/** Patches side by side in a picture of 128 x 384; what is left over at the right and below is not seen. */
function personGrid(patch: number): { rows: number; columns: number } {
  return {
    rows: Math.floor((person.height - patch) / patch) + 1,
    columns: Math.floor((person.width - patch) / patch) + 1,
  };
}
