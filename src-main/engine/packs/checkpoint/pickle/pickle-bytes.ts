import { DescryError } from '../../../errors.ts';

/** Longest integer that is read, in bytes; torch writes ten at most. */
const longestInteger = 256;

/** Says that a pickle is not what Python would have written. */
export function damagedPickle(reason: string, position?: number): DescryError {
  return new DescryError(
    'invalid-input',
    `The checkpoint's list of contents (data.pkl) is damaged: ${reason}.`,
    position === undefined ? {} : { position },
  );
}

/** The bytes of a pickle, read from front to back. Nothing is read or allocated beyond their end. */
export class PickleBytes {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get position(): number {
    return this.#position;
  }

  /** Moves on by `length` bytes and gives the place where they begin. */
  #take(length: number): number {
    const start = this.#position;
    if (length > this.#bytes.length - start) throw damagedPickle('it ends early', start);
    this.#position = start + length;
    return start;
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }

  uint16(): number {
    return this.#bytes.readUInt16LE(this.#take(2));
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.#take(4));
  }

  int32(): number {
    return this.#bytes.readInt32LE(this.#take(4));
  }

  /** A length of 64 bits; one beyond any file is refused. */
  length64(): number {
    const length = this.#bytes.readBigUInt64LE(this.#take(8));
    if (length > BigInt(this.#bytes.length)) throw damagedPickle('it ends early', this.#position);
    return Number(length);
  }

  float64(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    const start = this.#take(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  /** Text up to the next line break, which is taken too. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#position);
    if (end < 0) throw damagedPickle('a line does not end', this.#position);
    const text = this.text(end - this.#position);
    this.#take(1);
    return text;
  }

  /** A little-endian integer in two's complement; a bigint where a number cannot hold it. */
  integer(length: number): number | bigint {
    if (length > longestInteger) throw damagedPickle('an integer is too long', this.#position);
    if (length === 0) return 0;
    const hex = Buffer.from(this.bytes(length)).reverse().toString('hex');
    return simplest(BigInt.asIntN(length * 8, BigInt(`0x${hex}`)));
  }

  /** An integer in decimal digits, as the oldest protocol writes it ("7L"). */
  decimal(): number | bigint {
    const line = this.line();
    if (line.length > longestInteger || !/^[+-]?\d+L?$/.test(line))
      throw damagedPickle('a number is not one', this.#position);
    return simplest(BigInt(line.replace(/^\+|L$/g, '')));
  }
}

function simplest(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
