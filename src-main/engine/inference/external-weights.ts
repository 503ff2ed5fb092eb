import { open, type FileHandle } from 'node:fs/promises';

/** Messages of an ONNX file that can hold tensors, with the fields in which they hold one another (onnx.proto3). */
const messages = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'entry' },
} as const satisfies Record<string, Record<number, string>>;
type Message = keyof typeof messages;

/** Graphs within graphs; ONNX Runtime itself gives up long before. */
const deepest = 100;
const mostFields = 10_000_000;
const longestText = 4096;
const windowBytes = 64 * 1024;

/**
 * The files that an ONNX graph takes weights from besides its own ("external data"), as the graph
 * names them. Only field headers are read, so that a graph of gigabytes costs as little as a small one.
 * @throws Error when the file is not an ONNX graph.
 */
export async function externalWeights(path: string): Promise<string[]> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const walk = new Walk(handle, size);
    await walk.message('model', 0, size, 0);
    return [...walk.locations];
  } finally {
    await handle.close();
  }
}

class Walk {
  readonly locations = new Set<string>();
  readonly #handle: FileHandle;
  readonly #size: number;
  #window = Buffer.alloc(0);
  #windowStart = 0;
  #fields = 0;

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.#size = size;
  }

  async message(kind: Message, start: number, end: number, depth: number): Promise<void> {
    if (depth > deepest) throw new Error('its graphs are nested too deeply');
    const inner: Partial<Record<number, string>> = messages[kind];
    await this.#eachField(start, end, async (field, from, to) => {
      const held = inner[field];
      if (held === 'entry') await this.#entry(from, to);
      else if (held !== undefined) await this.message(held as Message, from, to, depth + 1);
    });
  }

  /** A pair of key (field 1) and value (field 2). */
  async #entry(start: number, end: number): Promise<void> {
    const pair: Record<number, string> = {};
    await this.#eachField(start, end, async (field, from, to) => {
      if (to - from > longestText) throw new Error('the name of a file with weights is too long');
      pair[field] = (await this.#bytes(from, to - from)).toString('utf8');
    });
    if (pair[1] === 'location') this.locations.add(pair[2] ?? '');
  }

  /** Calls back for every field that holds bytes; numbers are passed over. */
  async #eachField(
    start: number,
    end: number,
    visit: (field: number, from: number, to: number) => Promise<void>,
  ): Promise<void> {
    let at = start;
    while (at < end) {
      if (++this.#fields > mostFields) throw new Error('it has too many fields');
      const [tag, afterTag] = await this.#varint(at, end);
      const wireType = tag % 8;
      const [value, afterValue] =
        wireType === 0 || wireType === 2 ? await this.#varint(afterTag, end) : [0, afterTag];
      at = afterValue + { 0: 0, 1: 8, 2: value, 5: 4 }[wireType as 0 | 1 | 2 | 5];
      // Also where the kind of field is unknown: NaN is not at most the end.
      if (!(at <= end) || tag < 8 || tag >= 2 ** 32) throw new Error('it is not an ONNX graph');
      if (wireType === 2) await visit(Math.floor(tag / 8), afterValue, at);
    }
  }

  /** @returns the number and where the next byte is. Exact up to 2^53; larger numbers are only passed over. */
  async #varint(at: number, end: number): Promise<[number, number]> {
    const bytes = await this.#bytes(at, Math.min(10, end - at));
    let value = 0;
    for (let i = 0; i < bytes.length; i++) {
      value += (bytes[i]! & 0x7f) * 2 ** (7 * i);
      if (bytes[i]! < 0x80) return [value, at + i + 1];
    }
    throw new Error('it ends in the middle of a number');
  }

  async #bytes(at: number, count: number): Promise<Buffer> {
    const offset = at - this.#windowStart;
    if (offset >= 0 && offset + count <= this.#window.length)
      return this.#window.subarray(offset, offset + count);
    const window = Buffer.alloc(Math.min(windowBytes, this.#size - at));
    const { bytesRead } = await this.#handle.read(window, 0, window.length, at);
    this.#window = window.subarray(0, bytesRead);
    this.#windowStart = at;
    if (bytesRead < count) throw new Error('it ends early');
    return this.#window.subarray(0, count);
  }
}
