/** Memory for prepared pictures that all threads see, used again and again: fresh memory for each would have to be cleared and collected. */
export class PixelSlots {
  /** Of one slot. */
  readonly bytes: number;
  readonly #length: number;
  readonly #free: Float32Array[] = [];

  /** @param image size of the model's pictures, pixels. */
  constructor({ width, height }: { width: number; height: number }) {
    this.#length = 3 * width * height;
    this.bytes = this.#length * Float32Array.BYTES_PER_ELEMENT;
  }

  /** @returns [3, height, width], with whatever lay there. */
  take(): Float32Array {
    return this.#free.pop() ?? new Float32Array(new SharedArrayBuffer(this.bytes));
  }

  /** @param pixels results of `take` that nobody reads or writes any more. */
  give(pixels: Float32Array): void {
    this.#free.push(pixels);
  }
}
