import { channels, precisionBits, scalarLoops, type Kernel, type ResizeLoops } from './resize-loops.ts';
import { vectorLoops } from './vector-resize.ts';

/**
 * Antialiased resampling, bit for bit as Pillow's `Image.resize` does it for 8-bit pictures with
 * BILINEAR and BICUBIC: a filter whose support grows with the reduction, rows first, then columns,
 * with fixed-point coefficients and rounding to 8 bits after each pass. Models are trained on
 * pictures that Pillow reduced; a different kernel shifts their embeddings.
 */

const fastest: ResizeLoops = vectorLoops() ?? scalarLoops;

export type ResizeFilter = 'bilinear' | 'bicubic';

/** A part of a resized picture, in its pixels. */
export interface ResizeWindow {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Weight by the distance to the centre in pixels of the smaller picture; nothing from `support` on. */
const filters: Record<ResizeFilter, { support: number; weight: (distance: number) => number }> = {
  bilinear: { support: 1, weight: (distance) => (distance < 1 ? 1 - distance : 0) },
  /** Keys' cubic convolution with a = -0.5. */
  bicubic: {
    support: 2,
    weight: (distance) => {
      const a = -0.5;
      if (distance < 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
      if (distance < 2) return (((distance - 5) * distance + 8) * distance - 4) * a;
      return 0;
    },
  },
};

const kernels = new Map<string, Kernel>();
/** A case with frames of very many sizes must not keep all their kernels: 16 MiB of weights. */
const keptWeights = 4 * 1024 * 1024;
let kept = 0;

/** The kernel that resamples `from` pixels to `to` pixels, of which `count` from `first` on are made. */
function kernelOf(filter: ResizeFilter, from: number, to: number, first: number, count: number): Kernel {
  const key = `${filter} ${from} ${to} ${first} ${count}`;
  const known = kernels.get(key);
  if (known) return known;
  const kernel = makeKernel(filter, from, to, first, count);
  kept += kernel.weights.length;
  if (kept > keptWeights) {
    kernels.clear();
    kept = kernel.weights.length;
  }
  kernels.set(key, kernel);
  return kernel;
}

function makeKernel(filter: ResizeFilter, from: number, to: number, first: number, outputs: number): Kernel {
  const { support: reach, weight } = filters[filter];
  const scale = from / to;
  const reduction = Math.max(1, scale);
  const support = reach * reduction;
  // Pillow multiplies by the inverse; a division rounds otherwise now and then.
  const inverse = 1 / reduction;
  const taps = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(outputs);
  const counts = new Int32Array(outputs);
  const weights = new Int32Array(outputs * taps);
  const row = new Float64Array(taps);
  for (let i = 0; i < outputs; i++) {
    const centre = (first + i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - start;
    let sum = 0;
    for (let x = 0; x < count; x++) {
      row[x] = weight(Math.abs((x + start - centre + 0.5) * inverse));
      sum += row[x]!;
    }
    for (let x = 0; x < count; x++) {
      const fixed = (row[x]! / sum) * (1 << precisionBits);
      weights[i * taps + x] = Math.trunc(fixed < 0 ? fixed - 0.5 : fixed + 0.5);
    }
    starts[i] = start;
    counts[i] = count;
  }
  return { taps, starts, counts, weights };
}

/**
 * Resizes an 8-bit RGB picture, or makes a part of the resized picture: what lies outside the
 * window is never computed, so that memory depends on the window and not on the size around it.
 * @param data interleaved RGB, `width * height * 3` bytes.
 * @param options.window inside `toWidth` x `toHeight`; all of it when absent.
 * @param options.loops what does the sums; all give the same bytes.
 * @returns interleaved RGB of the window's size; the input itself where that is all of it already.
 */
export function resize(
  data: Uint8Array,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
  options: { filter?: ResizeFilter; window?: ResizeWindow; loops?: ResizeLoops } = {},
): Uint8Array {
  const { filter = 'bilinear', loops = fastest } = options;
  const { window = { left: 0, top: 0, width: toWidth, height: toHeight } } = options;
  const across = width === toWidth ? null : kernelOf(filter, width, toWidth, window.left, window.width);
  const down = height === toHeight ? null : kernelOf(filter, height, toHeight, window.top, window.height);
  const last = window.height - 1;
  const from = down ? down.starts[0]! : window.top;
  const to = down ? down.starts[last]! + down.counts[last]! : window.top + window.height;
  const rows =
    data.length === (to - from) * width * channels
      ? data
      : data.subarray(from * width * channels, to * width * channels);
  const narrow = across
    ? loops.rows(rows, width, to - from, window.width, across)
    : cutColumns(rows, width, to - from, window);
  return down ? loops.columns(narrow, window.width * channels, from, window.height, down) : narrow;
}

function cutColumns(data: Uint8Array, width: number, height: number, window: ResizeWindow): Uint8Array {
  if (window.width === width) return data;
  const stride = window.width * channels;
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const source = (y * width + window.left) * channels;
    out.set(data.subarray(source, source + stride), y * stride);
  }
  return out;
}
