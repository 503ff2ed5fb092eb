import { channels, type Kernel, type ResizeLoops } from './resize-loops.ts';

/** `resize.wat`, assembled: a test assembles it anew and compares. */
export const resizeProgram =
  'AGFzbQEAAAABGAJgCX9/f39/f39/fwBgCH9/f39/f39/AAMDAgABBQMBAAEHGwMGbWVtb3J5AgAEcm93cwAAB2NvbHVtbnMAAQqX' +
  'BALaAQIEfwF7AkADQCACRQ0BQQAhCQNAIABBAyAEIAlBAnRqKAIAbGohCiAGIAkgB2xBAnRqIQsgCyAFIAlBAnRqKAIAQQJ0aiEM' +
  '/QwAACAAAAAgAAAAIAAAACAAIQ0DQCANIAv9CQIAIAr9XAIA/YkB/akB/bUB/a4BIQ0gCkEDaiEKIAtBBGohCyALIAxJDQALIA1B' +
  'Fv2sASENIA0gDf2FASENIAggDSAN/Wb9WgIAACAIQQNqIQggCUEBaiEJIAkgA0kNAAsgAEEDIAFsaiEAIAJBAWshAgwACwsLuAIC' +
  'B38IewNAIAAgASADIAhBAnRqKAIAbGohCSAFIAggBmxBAnRqIQwgDCAEIAhBAnRqKAIAQQJ0aiENQQAhDgNAIAkgDmohCv0MAAAg' +
  'AAAAIAAAACAAAAAgACETIBMhFCATIRUgEyEWIAwhCwNAIAr9AAQAIQ8gC/0JAgAhEiAP/YkBIRAgD/2KASERIBMgEiAQ/akB/bUB' +
  '/a4BIRMgFCASIBD9qgH9tQH9rgEhFCAVIBIgEf2pAf21Af2uASEVIBYgEiAR/aoB/bUB/a4BIRYgCiABaiEKIAtBBGohCyALIA1J' +
  'DQALIAcgDmogE0EW/awBIBRBFv2sAf2FASAVQRb9rAEgFkEW/awB/YUB/Wb9CwQAIA5BEGohDiAOIAFJDQALIAcgAWohByAIQQFq' +
  'IQggCCACSQ0ACws=';

interface Program {
  memory: WebAssembly.Memory;
  rows(
    source: number,
    width: number,
    height: number,
    to: number,
    starts: number,
    counts: number,
    weights: number,
    taps: number,
    target: number,
  ): void;
  columns(
    source: number,
    stride: number,
    to: number,
    starts: number,
    counts: number,
    weights: number,
    taps: number,
    target: number,
  ): void;
}

const pageBytes = 65536;
/** The program reads and writes so many bytes past the end of a picture. */
const overrun = 16;

/** With vector instructions; null where the processor has none. */
export function vectorLoops(): ResizeLoops | null {
  const bytes = Buffer.from(resizeProgram, 'base64');
  return WebAssembly.validate(bytes) ? new VectorLoops(new WebAssembly.Module(bytes)) : null;
}

class VectorLoops implements ResizeLoops {
  readonly #program: Program;

  constructor(module: WebAssembly.Module) {
    this.#program = new WebAssembly.Instance(module).exports as unknown as Program;
  }

  rows(data: Uint8Array, width: number, height: number, toWidth: number, kernel: Kernel): Uint8Array {
    const places = this.#place(data, kernel, 0, toWidth * height * channels);
    const { source, starts, counts, weights, target } = places;
    this.#program.rows(source, width, height, toWidth, starts, counts, weights, kernel.taps, target);
    return this.#copy(places);
  }

  columns(data: Uint8Array, stride: number, firstRow: number, toHeight: number, kernel: Kernel): Uint8Array {
    const places = this.#place(data, kernel, firstRow, stride * toHeight);
    const { source, starts, counts, weights, target } = places;
    this.#program.columns(source, stride, toHeight, starts, counts, weights, kernel.taps, target);
    return this.#copy(places);
  }

  /** Puts a picture and a kernel into the program's memory. @param first number of the row or column with which the picture begins. */
  #place(data: Uint8Array, { starts, counts, weights }: Kernel, first: number, bytes: number): Places {
    const places = {
      starts: 0,
      counts: starts.byteLength,
      weights: starts.byteLength + counts.byteLength,
      source: starts.byteLength + counts.byteLength + weights.byteLength,
      target: 0,
      bytes,
    };
    places.target = places.source + data.length + overrun;
    const { memory } = this.#program;
    const missing = places.target + bytes + overrun - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
    const numbers = new Int32Array(memory.buffer);
    for (let i = 0; i < starts.length; i++) numbers[i] = starts[i]! - first;
    numbers.set(counts, places.counts / 4);
    numbers.set(weights, places.weights / 4);
    new Uint8Array(memory.buffer).set(data, places.source);
    return places;
  }

  #copy({ target, bytes }: Places): Uint8Array {
    return new Uint8Array(this.#program.memory.buffer).slice(target, target + bytes);
  }
}

/** Addresses in the program's memory. */
interface Places {
  starts: number;
  counts: number;
  weights: number;
  source: number;
  target: number;
  /** Of the result. */
  bytes: number;
}
