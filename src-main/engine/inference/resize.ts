/**
 * Antialiased bilinear resampling, bit for bit as Pillow's `Image.resize(..., BILINEAR)` does it for
 * 8-bit pictures: a triangle filter whose support grows with the reduction, rows first, then
 * columns, with fixed-point coefficients and rounding to 8 bits after each pass. Models are trained
 * on pictures that Pillow reduced; a different kernel shifts their embeddings.
 */

/** Pillow's PRECISION_BITS: 32 bits less 8 for the value and 2 against overflow. */
const precisionBits = 32 - 8 - 2;
const rounding = 1 << (precisionBits - 1);
const channels = 3;

/** Filter weights of one direction: output i is the sum of `counts[i]` inputs from `starts[i]` on. */
interface Kernel {
  /** Longest run of inputs; the stride of `weights`. */
  taps: number;
  starts: Int32Array;
  counts: Int32Array;
  /** Fixed-point weights, `taps` for each output. */
  weights: Int32Array;
}

const kernels = new Map<number, Kernel>();
/** Kernels are small; a case with frames of very many sizes must still not keep them all. */
const kernelLimit = 512;

/** The kernel that resamples `from` pixels to `to` pixels. */
function kernelOf(from: number, to: number): Kernel {
  const key = from * 65536 + to;
  const known = kernels.get(key);
  if (known) return known;
  const kernel = makeKernel(from, to);
  if (kernels.size >= kernelLimit) kernels.clear();
  kernels.set(key, kernel);
  return kernel;
}

function makeKernel(from: number, to: number): Kernel {
  const scale = from / to;
  const support = Math.max(1, scale);
  const taps = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(to);
  const counts = new Int32Array(to);
  const weights = new Int32Array(to * taps);
  const row = new Float64Array(taps);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - start;
    let sum = 0;
    for (let x = 0; x < count; x++) {
      const distance = Math.abs((x + start - centre + 0.5) / support);
      row[x] = distance < 1 ? 1 - distance : 0;
      sum += row[x]!;
    }
    for (let x = 0; x < count; x++)
      weights[i * taps + x] = Math.trunc(0.5 + (row[x]! / sum) * (1 << precisionBits));
    starts[i] = start;
    counts[i] = count;
  }
  return { taps, starts, counts, weights };
}

/**
 * Resizes an 8-bit RGB picture.
 * @param data interleaved RGB, `width * height * 3` bytes.
 * @returns interleaved RGB of the wanted size; the input itself where the size already fits.
 */
export function resize(
  data: Uint8Array,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
): Uint8Array {
  const narrow = width === toWidth ? data : resizeRows(data, width, height, toWidth);
  return height === toHeight ? narrow : resizeColumns(narrow, toWidth, height, toHeight);
}

function resizeRows(data: Uint8Array, width: number, height: number, toWidth: number): Uint8Array {
  const { taps, starts, counts, weights } = kernelOf(width, toWidth);
  const out = new Uint8Array(toWidth * height * channels);
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
  return out;
}

function resizeColumns(data: Uint8Array, width: number, height: number, toHeight: number): Uint8Array {
  const { taps, starts, counts, weights } = kernelOf(height, toHeight);
  const stride = width * channels;
  const out = new Uint8Array(stride * toHeight);
  const sums = new Int32Array(stride);
  for (let y = 0; y < toHeight; y++) {
    sums.fill(rounding);
    let source = starts[y]! * stride;
    const first = y * taps;
    for (let tap = first; tap < first + counts[y]!; tap++) {
      const weight = weights[tap]!;
      for (let i = 0; i < stride; i++) sums[i] = (sums[i]! + Math.imul(data[source + i]!, weight)) | 0;
      source += stride;
    }
    const target = y * stride;
    for (let i = 0; i < stride; i++) out[target + i] = sums[i]! >> precisionBits;
  }
  return out;
}
