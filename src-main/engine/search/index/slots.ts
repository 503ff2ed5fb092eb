import { DescryError } from '../../errors.ts';
import { slotsBegin, type BlockShape } from './block-shape.ts';

const pageBytes = 65_536;
/** What a 32-bit address reaches. */
const mostPages = 65_536;

/** The memory that search threads share, in slots of one size. */
export class Slots {
  readonly memory: WebAssembly.Memory;
  readonly #begin: number;
  readonly #bytes: number;
  readonly #free: number[] = [];
  #count = 0;

  constructor(shape: BlockShape, threads: number) {
    this.#begin = slotsBegin(threads, shape);
    this.#bytes = shape.slotBytes;
    this.memory = new WebAssembly.Memory({
      initial: Math.ceil(this.#begin / pageBytes),
      maximum: mostPages,
      shared: true,
    });
  }

  /** Makes sure that so many slots can be taken. @throws DescryError `unsupported`. */
  reserve(slots: number): void {
    const end = this.addressOf(this.#count + slots - this.#free.length);
    const missing = Math.ceil(end / pageBytes) - this.memory.buffer.byteLength / pageBytes;
    if (missing <= 0) return;
    try {
      this.memory.grow(missing);
    } catch (error) {
      const detail = { slots: this.#count, slotBytes: this.#bytes };
      throw new DescryError('unsupported', 'The vectors of this case do not fit into memory.', detail, error);
    }
  }

  /** A slot that nobody uses. What it holds is left from its last use. @throws DescryError `unsupported`. */
  take(): number {
    this.reserve(1);
    return this.#free.pop() ?? this.#count++;
  }

  give(slot: number): void {
    this.#free.push(slot);
  }

  addressOf(slot: number): number {
    return this.#begin + slot * this.#bytes;
  }
}
