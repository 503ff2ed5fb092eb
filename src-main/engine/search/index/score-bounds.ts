import type { BlockShape, CodedBlock } from './block-shape.ts';
import { largestCode, toInteger } from './coding.ts';

/**
 * What a vector's dot products with a block's rows are computed from: with `dot` the integer product of
 * codes, `step` and `error` those of the row,
 * `|score - (base + step * factor * dot)| <= step * perStep + error * perError + always`.
 */
export interface Bounds {
  base: number;
  factor: number;
  perStep: number;
  perError: number;
  always: number;
}

/** Products of a whole row must fit 32 bits, and a number of the query 16. */
const largestNumber = 2 ** 15 - 1;
const largestSum = 2 ** 31 - 1;
/**
 * More than all rounding in float64 amounts to, relative to the sum of the absolute products: fewer than
 * `dimensions + 16` operations of a relative error of 2^-53 each, for up to 4,096 dimensions.
 */
const rounding = 2 ** -40;
export const mostDimensions = 4096;
/** Where squares begin to vanish in float64: differences below it are left to the exact scores. */
const smallest = 2 ** -480;

/**
 * Writes a query in integers for one block, and says how far the scores from it can be off.
 *
 * With the row `v = centre + spread * (step * codes + rest)`, the query `q` and `p = q * spread`, coded as
 * `p = factor * numbers + remainder`:
 * `q.v = q.centre + step * factor * numbers.codes + step * remainder.codes + p.rest`.
 * The first two are the approximation. By Cauchy-Schwarz the third is at most
 * `step * |remainder| * 127 sqrt(dimensions)` and the last at most `|p| * error`. To both sides the rounding
 * of float64 is added: of this computation, and of `exactScore`, whose rounded result is what is bounded.
 * @param numbers `pitch` integers; those beyond the dimensions become 0.
 */
export function boundsFor(
  query: Float64Array,
  { centre, spread }: CodedBlock,
  { dimensions, pitch }: BlockShape,
  numbers: Int16Array,
): Bounds {
  let base = 0;
  let magnitude = 0;
  let squares = 0;
  let largest = 0;
  for (let d = 0; d < dimensions; d++) {
    const part = query[d]! * centre[d]!;
    base += part;
    magnitude += Math.abs(part);
    const p = query[d]! * spread[d]!;
    weighted[d] = p;
    squares += p * p;
    const size = Math.abs(p);
    if (size > largest) largest = size;
  }
  numbers.fill(0, dimensions);
  const factor = largest / Math.min(largestNumber, Math.floor(largestSum / (largestCode * pitch)));
  const perFactor = factor > smallest ? 1 / factor : 0;
  let remainder = 0;
  for (let d = 0; d < dimensions; d++) {
    const p = weighted[d]!;
    const number = p * perFactor + toInteger - toInteger;
    numbers[d] = number;
    const rest = p - factor * number;
    remainder += rest * rest;
  }
  const length = Math.sqrt(squares);
  return {
    base,
    factor,
    perStep: largestCode * Math.sqrt(dimensions) * (Math.sqrt(remainder) + rounding * length),
    perError: length * (1 + rounding),
    always: magnitude * rounding + smallest,
  };
}

/** The query in a block's units; kept, since a search fills it hundreds of times. */
const weighted = new Float64Array(mostDimensions);
