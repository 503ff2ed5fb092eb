import type { BlockShape, CodedBlock } from './block-shape.ts';

export const largestCode = 127;
const smallestStep = 2 ** -126;
/** Added and taken away again, it rounds a small number to the nearest integer: beyond 2^52 float64 has no fractions. */
export const toInteger = 1.5 * 2 ** 52;
/** A dimension in which a block hardly differs is not resolved further than this share of the widest. */
const narrowestSpread = 2 ** -20;

/**
 * Codes a block of vectors: scalar quantisation to 8 bits, around the block's mean, with a resolution for
 * each dimension (its standard deviation in the block) and for each row (its largest component).
 *
 * Without the mean and the spread a few wide dimensions, which embeddings of the CLIP family have, would
 * take all the resolution. The error of a score is bounded by the Cauchy-Schwarz inequality through
 * `errors`, so the codes need not be good for a search to be exact, only for it to be quick.
 *
 * The result is a function of the vectors alone, the same on every machine.
 * @param parts the vectors, finite, in parts of equally many rows each.
 * @param rows those that hold a vector, at least one; the others become zero.
 */
export function codeBlock(
  parts: readonly Float32Array[],
  rows: ArrayLike<number>,
  shape: BlockShape,
  block: CodedBlock,
): void {
  const { dimensions, pitch } = shape;
  const { codes, steps, errors, centre, spread } = block;
  codes.fill(0);
  steps.fill(0);
  errors.fill(0);
  const rowsPerPart = shape.codedRows / parts.length;
  measureDimensions(parts, rowsPerPart, rows, dimensions, block);
  const inverse = spread.map((width) => 1 / width);
  const scaled = new Float64Array(dimensions);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const vectors = parts[Math.floor(row / rowsPerPart)]!;
    const offset = (row % rowsPerPart) * dimensions;
    let largest = 0;
    for (let d = 0; d < dimensions; d++) {
      const x = (vectors[offset + d]! - centre[d]!) * inverse[d]!;
      scaled[d] = x;
      const size = Math.abs(x);
      if (size > largest) largest = size;
    }
    // Below the smallest normal float32 a step would not be accurate enough to keep codes within 8 bits.
    const step = largest / largestCode >= smallestStep ? Math.fround(largest / largestCode) : 0;
    const perStep = step > 0 ? 1 / step : 0;
    let squares = 0;
    for (let d = 0; d < dimensions; d++) {
      const x = scaled[d]!;
      const code = x * perStep + toInteger - toInteger;
      codes[row * pitch + d] = code;
      const rest = x - step * code;
      squares += rest * rest;
    }
    steps[row] = step;
    errors[row] = roundedUp(Math.sqrt(squares));
  }
}

/** Mean and standard deviation of each dimension. */
function measureDimensions(
  parts: readonly Float32Array[],
  rowsPerPart: number,
  rows: ArrayLike<number>,
  dimensions: number,
  { centre, spread }: CodedBlock,
): void {
  centre.fill(0);
  spread.fill(0);
  for (let i = 0; i < rows.length; i++) {
    const vectors = parts[Math.floor(rows[i]! / rowsPerPart)]!;
    const offset = (rows[i]! % rowsPerPart) * dimensions;
    for (let d = 0; d < dimensions; d++) centre[d]! += vectors[offset + d]!;
  }
  for (let d = 0; d < dimensions; d++) centre[d]! /= rows.length;
  for (let i = 0; i < rows.length; i++) {
    const vectors = parts[Math.floor(rows[i]! / rowsPerPart)]!;
    const offset = (rows[i]! % rowsPerPart) * dimensions;
    for (let d = 0; d < dimensions; d++) {
      const difference = vectors[offset + d]! - centre[d]!;
      spread[d]! += difference * difference;
    }
  }
  let widest = 0;
  for (let d = 0; d < dimensions; d++) {
    spread[d] = Math.sqrt(spread[d]! / rows.length);
    widest = Math.max(widest, spread[d]!);
  }
  // In a block of equal vectors nothing is left to code, whatever the spread.
  const narrowest = widest > 0 ? widest * narrowestSpread : 1;
  for (let d = 0; d < dimensions; d++) spread[d] = Math.max(spread[d]!, narrowest);
}

/** A float32 that is not less than `x >= 0`, nor than what `x` would be without its rounding in float64. */
function roundedUp(x: number): number {
  return Math.fround(x * (1 + 2 ** -22) + 2 ** -149);
}
