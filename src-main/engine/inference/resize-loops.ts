/** Pillow's PRECISION_BITS: 32 bits less 8 for the value and 2 against overflow. */
export const precisionBits = 32 - 8 - 2;
const rounding = 1 << (precisionBits - 1);
export const channels = 3;

/** Filter weights of one direction: output i is the sum of `counts[i]` inputs from `starts[i]` on. */
export interface Kernel {
  /** Longest run of inputs; the stride of `weights`. */
  taps: number;
  starts: Int32Array;
  counts: Int32Array;
  /** Fixed-point weights, `taps` for each output. */
  weights: Int32Array;
}

/** The two passes of a resize: fixed-point sums, rounded and clamped to 8 bits. */
export interface ResizeLoops {
  /** @returns `toWidth` pixels for each row of `width` pixels, interleaved RGB. */
  rows(data: Uint8Array, width: number, height: number, toWidth: number, kernel: Kernel): Uint8Array;
  /**
   * @param stride bytes of a row.
   * @param firstRow the row of the whole picture with which `data` begins.
   * @returns `toHeight` rows.
   */
  columns(data: Uint8Array, stride: number, firstRow: number, toHeight: number, kernel: Kernel): Uint8Array;
}

/** In JavaScript: for processors without vector instructions, and what the others are compared with. */
export const scalarLoops: ResizeLoops = { rows: resizeRows, columns: resizeColumns };

function resizeRows(
  data: Uint8Array,
  width: number,
  height: number,
  toWidth: number,
  { taps, starts, counts, weights }: Kernel,
): Uint8Array {
  // Clamped like Pillow's: negative weights overshoot.
  const out = new Uint8ClampedArray(toWidth * height * channels);
  let at = 0;
  for (let y = 0; y < height; y++) {
    const line = y * width * channels;
    for (let x = 0; x < toWidth; x++) {
      let source = line + starts[x]! * channels;
      let weightAt = x * taps;
      const end = weightAt + counts[x]!;
      let red = rounding;
      let green = rounding;
      let blue = rounding;
      for (; weightAt < end; weightAt++) {
        const weight = weights[weightAt]!;
        red = (red + Math.imul(data[source]!, weight)) | 0;
        green = (green + Math.imul(data[source + 1]!, weight)) | 0;
        blue = (blue + Math.imul(data[source + 2]!, weight)) | 0;
        source += channels;
      }
      out[at++] = red >> precisionBits;
      out[at++] = green >> precisionBits;
      out[at++] = blue >> precisionBits;
    }
  }
  return new Uint8Array(out.buffer);
}

function resizeColumns(
  data: Uint8Array,
  stride: number,
  firstRow: number,
  toHeight: number,
  { taps, starts, counts, weights }: Kernel,
): Uint8Array {
  const out = new Uint8ClampedArray(stride * toHeight);
  const sums = new Int32Array(stride);
  for (let y = 0; y < toHeight; y++) {
    sums.fill(rounding);
    let source = (starts[y]! - firstRow) * stride;
    const first = y * taps;
    for (let tap = first; tap < first + counts[y]!; tap++) {
      const weight = weights[tap]!;
      for (let i = 0; i < stride; i++) sums[i] = (sums[i]! + Math.imul(data[source + i]!, weight)) | 0;
      source += stride;
    }
    const target = y * stride;
    for (let i = 0; i < stride; i++) out[target + i] = sums[i]! >> precisionBits;
  }
  return new Uint8Array(out.buffer);
}
