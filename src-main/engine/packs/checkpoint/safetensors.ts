import { z } from 'zod';
import { DescryError } from '../../errors.ts';
import { bytesPerElement, type Checkpoint, type TensorInfo, type TensorType } from './checkpoint.ts';
import type { RandomAccessFile } from './random-access-file.ts';
import { elementsOf, mostTensorBytes } from './strides.ts';
import { withoutWrapperPrefix } from './wrapper-prefix.ts';

/** The format allows 100 MB; a model of a thousand tensors has 0.1 MB. */
const mostHeaderBytes = 16 * 1024 * 1024;

const types = new Map<string, TensorType>([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
]);

const size = z.int().nonnegative();
const headerEntry = z.object({
  dtype: z.string().max(20),
  shape: z.array(size).max(16),
  data_offsets: z.tuple([size, size]),
});

interface Place {
  info: TensorInfo;
  begin: number;
  end: number;
}

/**
 * Opens a safetensors file: eight bytes with the header's length, a JSON header, then the tensors
 * one after the other without gaps (https://github.com/huggingface/safetensors, "Format").
 * @param file stays the caller's to close when this throws.
 * @throws DescryError `invalid-input` when it is cut off or damaged, `unsupported` for types of
 * elements that cannot be read.
 */
export async function openSafetensors(file: RandomAccessFile): Promise<Checkpoint> {
  const damaged = (reason: string, cause?: unknown): DescryError =>
    new DescryError('invalid-input', `${file.path} is damaged: ${reason}.`, { path: file.path }, cause);
  if (file.bytes < 10) throw damaged('it is too short for a safetensors file');
  const length = Buffer.from(await file.read(0, 8)).readBigUInt64LE();
  if (length > BigInt(mostHeaderBytes))
    throw damaged(`its header is said to have ${length} bytes, more than any model needs`);
  const start = 8 + Number(length);
  if (start > file.bytes) throw cutOff(file);
  const header = parseHeader(await file.read(8, Number(length)), damaged);
  const scalars = new Map<string, string>();
  const places = new Map<string, Place>();
  for (const [name, value] of header) {
    if (name === '__metadata__') {
      for (const [key, text] of entriesOf(value) ?? [])
        if (typeof text === 'string' && text.length <= 1000) scalars.set(key, text);
    } else places.set(name, placeOf(name, value, damaged));
  }
  if (places.size === 0)
    throw new DescryError('unsupported', `${file.path} holds no tensors.`, { path: file.path });
  const end = checkLayout(places, damaged);
  if (start + end > file.bytes) throw cutOff(file);
  if (start + end < file.bytes) throw damaged('it has data that belongs to no tensor');
  const tensors = withoutWrapperPrefix(places);
  return {
    path: file.path,
    format: 'safetensors',
    bytes: file.bytes,
    tensors: new Map([...tensors].map(([name, { info }]) => [name, { ...info, name }])),
    scalars,
    others: [],
    async read(name) {
      const place = tensors.get(name);
      if (place === undefined) throw new Error(`the checkpoint has no tensor ${name}`);
      return file.read(start + place.begin, place.end - place.begin);
    },
    close: () => file.close(),
  };
}

type Damage = (reason: string, cause?: unknown) => DescryError;

function parseHeader(bytes: Uint8Array, damaged: Damage): [string, unknown][] {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged('its header is not JSON', error);
  }
  const entries = entriesOf(header);
  if (entries === undefined) throw damaged('its header is not a list of tensors');
  return entries;
}

function entriesOf(value: unknown): [string, unknown][] | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : undefined;
}

function placeOf(name: string, value: unknown, damaged: Damage): Place {
  if (name.length > 1000) throw damaged('a name is too long');
  const parsed = headerEntry.safeParse(value);
  if (!parsed.success) throw damaged(`the tensor ${name} is not described as the format says`);
  const { dtype, shape, data_offsets: offsets } = parsed.data;
  const type = types.get(dtype);
  if (type === undefined)
    throw new DescryError(
      'unsupported',
      `The tensor ${name} of this model is of the type ${dtype}, which cannot be converted.`,
      { tensor: name },
    );
  const [begin, end] = offsets;
  const bytes = (elementsOf(shape) ?? Infinity) * bytesPerElement[type];
  if (bytes > mostTensorBytes) throw damaged(`the tensor ${name} is too large`);
  if (end - begin !== bytes) throw damaged(`the place of the tensor ${name} does not fit its shape`);
  return { info: { name, type, shape }, begin, end };
}

/** Tensors lie one after the other; anything else could hide data, or be two readings of one file. */
function checkLayout(places: ReadonlyMap<string, Place>, damaged: Damage): number {
  let end = 0;
  for (const place of [...places.values()].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (place.begin !== end) throw damaged(`the tensor ${place.info.name} does not follow the one before it`);
    ({ end } = place);
  }
  return end;
}

function cutOff(file: RandomAccessFile): DescryError {
  return new DescryError(
    'invalid-input',
    `${file.path} ends too early. The download was probably cut off; fetch it again.`,
    { path: file.path },
  );
}
