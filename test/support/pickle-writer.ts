/**
 * Writes a pickle instruction by instruction, as torch does (protocol 2) or as nobody should. Every
 * method adds what its name says and returns the writer; lists and dicts are open until they are filled.
 */
export class PickleWriter {
  readonly #parts: Buffer[] = [];

  /** Bytes as they are: an instruction that has no method of its own. */
  raw(...bytes: (number | string | Uint8Array)[]): this {
    for (const part of bytes)
      this.#parts.push(typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part as string));
    return this;
  }

  protocol(version = 2): this {
    return this.raw(0x80, version);
  }

  /** GLOBAL: a class or function by its name. */
  global(module: string, name: string): this {
    return this.raw(`c${module}\n${name}\n`);
  }

  /** BINUNICODE. */
  text(text: string): this {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return this.raw('X', length, bytes);
  }

  /** BININT, or LONG1 for what it cannot hold. */
  integer(value: number): this {
    const bytes = Buffer.alloc(8);
    if (Math.abs(value) < 2 ** 31) {
      bytes.writeInt32LE(value);
      return this.raw('J', bytes.subarray(0, 4));
    }
    bytes.writeBigInt64LE(BigInt(value));
    return this.raw(0x8a, 8, bytes);
  }

  float(value: number): this {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return this.raw('G', bytes);
  }

  boolean(value: boolean): this {
    return this.raw(value ? 0x88 : 0x89);
  }

  none(): this {
    return this.raw('N');
  }

  mark(): this {
    return this.raw('(');
  }

  /** Everything since the mark as a tuple. */
  tuple(): this {
    return this.raw('t');
  }

  emptyTuple(): this {
    return this.raw(')');
  }

  integers(values: readonly number[]): this {
    this.mark();
    for (const value of values) this.integer(value);
    return this.tuple();
  }

  emptyDict(): this {
    return this.raw('}');
  }

  emptyList(): this {
    return this.raw(']');
  }

  /** Key and value on top go into the dict below. */
  setItem(): this {
    return this.raw('s');
  }

  append(): this {
    return this.raw('a');
  }

  /** Calls what lies below the tuple on top. */
  reduce(): this {
    return this.raw('R');
  }

  build(): this {
    return this.raw('b');
  }

  /** A storage of an archive, as torch's persistent id. */
  storage(type: string, key: string, length: number): this {
    this.mark().text('storage').global('torch', type).text(key).text('cpu').integer(length).tuple();
    return this.raw('Q');
  }

  /** A tensor as torch rebuilds it. Strides are those of row-major order unless given. */
  tensor(
    storageType: string,
    key: string,
    length: number,
    shape: readonly number[],
    { offset = 0, strides = rowMajor(shape) }: { offset?: number; strides?: readonly number[] } = {},
  ): this {
    return this.global('torch._utils', '_rebuild_tensor_v2')
      .mark()
      .storage(storageType, key, length)
      .integer(offset)
      .integers(shape)
      .integers(strides)
      .boolean(false)
      .global('collections', 'OrderedDict')
      .emptyTuple()
      .reduce()
      .tuple()
      .reduce();
  }

  /** The pickle, with STOP. */
  end(): Buffer {
    return Buffer.concat([...this.#parts, Buffer.from('.')]);
  }
}

/** Steps of a tensor without gaps, last axis fastest. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    strides[axis] = (strides[axis + 1] ?? 1) * Math.max(shape[axis + 1] ?? 1, 1);
  return strides;
}
