import { createWriteStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import {
  bytesPerElement,
  type TensorInfo,
  type TensorType,
} from '../../src-main/engine/packs/checkpoint/checkpoint.ts';
import { toFloat16 } from '../../src-main/engine/packs/checkpoint/numbers.ts';
import { PickleWriter } from './pickle-writer.ts';

/** Random numbers of N(0, 0.02), or one value everywhere. */
export type Fill = 'normal' | 'ones' | 'zeros';

export interface WrittenTensor extends TensorInfo {
  fill: Fill;
}

export const storageNames: Readonly<Record<TensorType, string>> = {
  float64: 'DoubleStorage',
  float32: 'FloatStorage',
  float16: 'HalfStorage',
  bfloat16: 'BFloat16Storage',
  int64: 'LongStorage',
  int32: 'IntStorage',
  int16: 'ShortStorage',
  int8: 'CharStorage',
  uint8: 'ByteStorage',
  bool: 'BoolStorage',
};

/** An entry of an archive: its content, or how many bytes of a repeated block it has. */
export interface ArchiveEntry {
  name: string;
  content: Uint8Array | { bytes: number; chunks: () => Iterable<Buffer> };
  compress?: boolean;
  /** Sizes and places in 64 bits, as archives beyond 4 GB have them. */
  zip64?: boolean;
}

/** Writes entries into a zip file, stored unless they say otherwise, as a stream; zip64 where it is needed. */
export async function writeArchive(path: string, entries: readonly ArchiveEntry[]): Promise<void> {
  const zip = new ZipFile();
  for (const { name, content, compress = false, zip64 = false } of entries) {
    const { bytes, chunks } =
      content instanceof Uint8Array
        ? { bytes: content.length, chunks: () => [Buffer.from(content)] }
        : content;
    zip.addReadStreamLazy(name, { compress, size: bytes, forceZip64Format: zip64 }, (callback) => {
      callback(null, Readable.from(chunks(), { objectMode: false }));
    });
  }
  zip.end({ forceZip64Format: entries.some(({ zip64 }) => zip64), comment: '' });
  await pipeline(zip.outputStream, createWriteStream(path));
}

/** Entries that torch puts beside the tensors. */
export function torchEntries(root: string, pickle: Uint8Array): ArchiveEntry[] {
  return [
    { name: `${root}/data.pkl`, content: pickle },
    { name: `${root}/byteorder`, content: Buffer.from('little') },
    { name: `${root}/version`, content: Buffer.from('3\n') },
  ];
}

/**
 * Writes a checkpoint as the published training code saves it: {"model", "optimizer", "epoch"}, the
 * numbers drawn from a seed. Full-size ones take seconds and little memory: normal numbers come out of
 * one block of a million that every tensor enters at a place of its own.
 */
export async function writeCheckpoint(
  path: string,
  tensors: readonly WrittenTensor[],
  {
    optimizer = false,
    seed = 1,
    root = 'archive',
  }: { optimizer?: boolean; seed?: number; root?: string } = {},
): Promise<void> {
  const block = new RandomBlock(seed);
  const storages: ArchiveEntry[] = [];
  const pickle = new PickleWriter().protocol().emptyDict();
  const tensor = (info: WrittenTensor): PickleWriter => {
    const key = String(storages.length);
    const elements = info.shape.reduce((product, size) => product * size, 1);
    const place = seed * 7919 + storages.length * 104_729;
    storages.push({
      name: `${root}/data/${key}`,
      content: {
        bytes: elements * bytesPerElement[info.type],
        chunks: () => block.chunks(info.type, info.fill, elements, place),
      },
    });
    return pickle.tensor(storageNames[info.type], key, elements, info.shape);
  };

  pickle.text('model').global('collections', 'OrderedDict').emptyTuple().reduce();
  for (const info of tensors) {
    pickle.text(info.name);
    tensor(info).setItem();
  }
  pickle.setItem();
  if (optimizer) {
    pickle.text('optimizer').emptyDict().text('state').emptyDict();
    const trained = tensors.filter(({ type }) => type !== 'int64');
    for (const [index, info] of trained.entries()) {
      pickle.integer(index).emptyDict();
      pickle.text('step').float(1000).setItem();
      for (const name of ['exp_avg', 'exp_avg_sq']) {
        pickle.text(name);
        tensor({ ...info, fill: 'normal' }).setItem();
      }
      pickle.setItem();
    }
    pickle.setItem().text('param_groups').emptyList().emptyDict();
    pickle.text('lr').float(1e-5).setItem().append().setItem().setItem();
  }
  pickle.text('epoch').integer(60).setItem();
  await writeArchive(path, [...torchEntries(root, pickle.end()), ...storages]);
}

/**
 * Tensors of a list "name <tab> (shape) <tab> torch.type" a line, filled as a model at the start of its
 * training: layer and batch norms with weight 1, running variance 1, the rest normal.
 */
export function readKeys(path: string): WrittenTensor[] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', shape = '', type = ''] = line.split('\t');
      const isNorm = /(^|\.)(ln_\w+|norm_?\d*|bns\.\d+)\.weight$/.test(name) || /running_var$/.test(name);
      return {
        name,
        type: type.replace('torch.', '') as TensorType,
        shape: (shape.match(/\d+/g) ?? []).map(Number),
        fill: isNorm ? 'ones' : type === 'torch.int64' ? 'zeros' : 'normal',
      };
    });
}

const blockElements = 1 << 20;

/** Random numbers in every type, made once. */
class RandomBlock {
  readonly #seed: number;
  readonly #blocks = new Map<string, Buffer>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The bytes of a tensor, in pieces. */
  *chunks(type: TensorType, fill: Fill, elements: number, place: number): Iterable<Buffer> {
    const block = this.#block(type, fill);
    const width = bytesPerElement[type];
    let from = fill === 'normal' ? place % blockElements : 0;
    for (let left = elements; left > 0; from = 0) {
      const count = Math.min(left, blockElements - from);
      yield block.subarray(from * width, (from + count) * width);
      left -= count;
    }
  }

  #block(type: TensorType, fill: Fill): Buffer {
    const key = `${type} ${fill}`;
    const found = this.#blocks.get(key) ?? encode(this.#numbers(fill), type);
    this.#blocks.set(key, found);
    return found;
  }

  #numbers(fill: Fill): Float32Array<ArrayBuffer> {
    const numbers = new Float32Array(blockElements);
    if (fill !== 'normal') return numbers.fill(fill === 'ones' ? 1 : 0);
    const random = generator(this.#seed);
    // Box and Muller's transformation gives two normal numbers of two uniform ones.
    for (let index = 0; index < numbers.length; index += 2) {
      const radius = 0.02 * Math.sqrt(-2 * Math.log(1 - random()));
      const angle = 2 * Math.PI * random();
      numbers[index] = radius * Math.cos(angle);
      numbers[index + 1] = radius * Math.sin(angle);
    }
    return numbers;
  }
}

function encode(numbers: Float32Array<ArrayBuffer>, type: TensorType): Buffer {
  switch (type) {
    case 'float32':
      return Buffer.from(numbers.buffer);
    case 'float16':
      return Buffer.from(toFloat16(numbers).bits.buffer);
    case 'float64':
      return Buffer.from(new Float64Array(numbers).buffer);
    case 'bfloat16':
      return Buffer.from(Uint16Array.from(new Uint32Array(numbers.buffer), (word) => word >>> 16).buffer);
    case 'int64':
      return Buffer.from(BigInt64Array.from(numbers, (value) => BigInt(Math.round(value))).buffer);
    default:
      throw new Error(`no random numbers of the type ${type}`);
  }
}

/** Mulberry32: the same numbers on every machine. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
