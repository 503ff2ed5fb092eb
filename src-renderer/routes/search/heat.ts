/** Patch cosines of one phrase, row-major. */
export interface Heat {
  rows: number;
  columns: number;
  values: readonly number[];
}

/** Strongest veil over a patch, of 255. */
const strongest = 190;

/**
 * Pixels of a heat map, one a patch, RGBA. The hue is the same everywhere and only the opacity
 * follows the value, from the map's least (clear) to its greatest: a map shows where within this crop,
 * never how much in comparison with another.
 */
export function heatPixels(
  heat: Heat,
  colour: readonly [number, number, number],
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(heat.rows * heat.columns * 4);
  let least = Infinity;
  let greatest = -Infinity;
  for (const value of heat.values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  const span = greatest - least;
  for (let index = 0; index < heat.rows * heat.columns; index++) {
    const share = span > 0 ? ((heat.values[index] ?? least) - least) / span : 0;
    pixels.set([...colour, Math.round(share * share * strongest)], index * 4);
  }
  return pixels;
}
