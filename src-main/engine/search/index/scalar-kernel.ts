import { exactScore } from '../exact-score.ts';
import type { Kernel } from './kernel.ts';

/** What `kernel.wat` computes, number by number: for processors without SIMD, and to test it against. */
export class ScalarKernel implements Kernel {
  readonly #memory: WebAssembly.Memory;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  dot(codes: number, rows: number, count: number, query: number, pitch: number, out: number): void {
    const { buffer } = this.#memory;
    const places = new Int32Array(buffer, rows, count);
    const numbers = new Int16Array(buffer, query, pitch);
    const results = new Int32Array(buffer, out, count);
    for (let i = 0; i < count; i++) {
      const row = new Int8Array(buffer, codes + places[i]! * pitch, pitch);
      let sum = 0;
      for (let d = 0; d < pitch; d++) sum += numbers[d]! * row[d]!;
      results[i] = sum;
    }
  }

  dot4(
    codes: number,
    rows: number,
    count: number,
    query: number,
    pitch: number,
    out: number,
    stride: number,
  ): void {
    for (let i = 0; i < 4; i++) this.dot(codes, rows, count, query + i * pitch * 2, pitch, out + i * stride);
  }

  score(vectors: number, rows: number, count: number, query: number, dimensions: number, out: number): void {
    const { buffer } = this.#memory;
    const places = new Int32Array(buffer, rows, count);
    const numbers = new Float64Array(buffer, query, dimensions);
    const results = new Float64Array(buffer, out, count);
    for (let i = 0; i < count; i++)
      results[i] = exactScore(numbers, new Float32Array(buffer, vectors + places[i]! * dimensions * 4), 0);
  }

  bound(
    dots: number,
    rows: number,
    count: number,
    steps: number,
    errors: number,
    base: number,
    factor: number,
    perStep: number,
    perError: number,
    always: number,
    out: number,
    stride: number,
  ): number {
    const { buffer } = this.#memory;
    const places = new Int32Array(buffer, rows, count);
    const products = new Int32Array(buffer, dots, count);
    const [lower, approximate, upper] = [0, 1, 2].map(
      (i) => new Float64Array(buffer, out + i * stride, count),
    );
    let largest = 0;
    for (let i = 0; i < count; i++) {
      const step = new DataView(buffer).getFloat32(steps + places[i]! * 4, true);
      const rest = new DataView(buffer).getFloat32(errors + places[i]! * 4, true);
      const score = base + step * factor * products[i]!;
      const error = step * perStep + rest * perError + always;
      lower![i] = score - error;
      approximate![i] = score;
      upper![i] = score + error;
      largest = Math.max(largest, error);
    }
    return largest;
  }

  reaching(numbers: number, count: number, threshold: number, out: number): number {
    const { buffer } = this.#memory;
    const given = new Float64Array(buffer, numbers, count);
    const places = new Int32Array(buffer, out, count);
    let found = 0;
    for (let i = 0; i < count; i++) if (!(given[i]! < threshold)) places[found++] = i;
    return found;
  }
}
