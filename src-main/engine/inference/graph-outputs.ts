import type { InferenceSession } from 'onnxruntime-node';
import { DescryError } from '../errors.ts';
import { runtimeMessage } from './runtime-message.ts';
import type { PackManifest } from './schema.ts';

type Outputs = InferenceSession.OnnxValueMapType;
type Embedding = PackManifest['embeddings'][number];

/** What a run of a tower gives, for every row of its batch. */
export interface TowerVectors {
  /** [count, dimensions], each embedding scaled by the square root of its weight. */
  vectors: Float32Array;
  /** [count, rows * columns, dimensions of the first embedding]; null when not asked for or not in the pack. */
  patches: Float32Array | null;
  /** Every named output, [count, its own size]; null when not asked for. */
  outputs: Record<string, Float32Array> | null;
}

/** What a tower gives besides its vectors. */
export type Besides = 'patches' | 'outputs';

/** An output of a graph that is not compared. */
export interface FurtherOutput {
  name: string;
  /** Numbers of one row; null when any number will do. */
  size: number | null;
}

/** Length of a vector that a pack calls L2-normalised may be off by this much. */
const normTolerance = 0.01;

/** The outputs of a pack's graph for pictures, or of that for sentences, besides its embeddings. */
export function furtherOutputs(manifest: PackManifest, side: 'image' | 'text'): FurtherOutput[] {
  const { attention, patches, uncertainty, embeddings } = manifest;
  const first = embeddings[0]?.dimensions ?? 0;
  const key = `${side}Output` as const;
  const found: FurtherOutput[] = [];
  if (attention && side === 'image')
    found.push({ name: attention.output, size: patches ? patches.rows * patches.columns : null });
  if (uncertainty) {
    found.push({ name: uncertainty[key], size: uncertainty.dimensions ?? first });
    if (uncertainty.mean) found.push({ name: uncertainty.mean[key], size: first });
  }
  return found;
}

/** The numbers of an output. @throws DescryError `pack-refused` when its type or size does not fit. */
export function takeOutput(outputs: Outputs, name: string, length: number, file: string): Float32Array {
  const tensor = outputs[name];
  if (tensor?.type !== 'float32' || tensor.data.length !== length) throw misshapen(outputs, name, file);
  return tensor.data as Float32Array;
}

/**
 * The vectors of each embedding as they are compared: as the graph gives them, or divided by their
 * lengths where the pack says so. A vector of zeros has no direction and stays as it is: it scores 0
 * with everything.
 * @param names the outputs, in the order of the manifest's embeddings.
 * @returns for each embedding [count, its dimensions].
 * @throws DescryError `pack-refused` when a vector does not have the length that the pack names,
 * `internal` when it is not finite.
 */
export function comparedVectors(
  outputs: Outputs,
  names: readonly string[],
  embeddings: readonly Embedding[],
  count: number,
  file: string,
): Float32Array[] {
  return embeddings.map(({ dimensions, length }, part) => {
    const name = names[part] ?? '';
    const values = takeOutput(outputs, name, count * dimensions, file);
    const compared = length === 'normalise' ? new Float32Array(values.length) : values;
    for (let row = 0; row < count; row++) {
      let square = 0;
      for (let i = row * dimensions; i < (row + 1) * dimensions; i++) square += values[i]! * values[i]!;
      checkLength(square, length, `${file}, output ${name}`);
      if (length !== 'normalise' || square === 0) continue;
      const norm = Math.sqrt(square);
      for (let i = row * dimensions; i < (row + 1) * dimensions; i++) compared[i] = values[i]! / norm;
    }
    return compared;
  });
}

/**
 * Puts the embeddings of each row side by side, each scaled by the square root of its weight, so that
 * the weighted sum of their cosines is one dot product.
 * @param parts results of `comparedVectors`.
 * @returns [count, sum of dimensions].
 */
export function joinEmbeddings(
  parts: readonly Float32Array[],
  embeddings: readonly Embedding[],
  count: number,
): Float32Array {
  const total = embeddings.reduce((sum, { dimensions }) => sum + dimensions, 0);
  const joined = new Float32Array(count * total);
  let offset = 0;
  embeddings.forEach(({ dimensions, weight }, part) => {
    const scale = Math.sqrt(weight);
    const values = parts[part]!;
    for (let row = 0; row < count; row++)
      for (let i = 0; i < dimensions; i++)
        joined[row * total + offset + i] = values[row * dimensions + i]! * scale;
    offset += dimensions;
  });
  return joined;
}

/**
 * Embeddings by their names and further outputs by theirs; of two with the same name the embedding stays.
 * @throws DescryError `pack-refused` when an output does not have the size that the pack names,
 * `internal` when it is not finite.
 */
export function nameOutputs(
  outputs: Outputs,
  parts: readonly Float32Array[],
  embeddings: readonly Embedding[],
  further: readonly FurtherOutput[],
  count: number,
  file: string,
): Record<string, Float32Array> {
  const named: [string, Float32Array][] = embeddings.map(({ name }, part) => [name, parts[part]!]);
  for (const { name, size } of further) {
    if (named.some(([known]) => known === name)) continue;
    const given = outputs[name]?.size ?? 0;
    if (size === null && given % count !== 0) throw misshapen(outputs, name, file);
    const values = takeOutput(outputs, name, size === null ? given : size * count, file);
    if (!values.every(Number.isFinite)) throw notFinite(`${file}, output ${name}`);
    named.push([name, values]);
  }
  return Object.fromEntries(named);
}

/**
 * Runs a graph of which nothing is known yet, with a batch of one.
 * @param what was fed, for the message.
 * @returns how many numbers each output holds.
 * @throws DescryError `pack-refused` when it cannot be run, or an output is not float32 or not finite.
 */
export async function tryGraph(
  session: InferenceSession,
  feeds: Outputs,
  names: readonly string[],
  file: string,
  what: string,
): Promise<Record<string, number>> {
  const outputs = await session.run(feeds, names).catch((error: unknown) => {
    throw new DescryError(
      'pack-refused',
      `${file} cannot be run with ${what}: ${runtimeMessage(error)}.`,
      { file },
      error,
    );
  });
  const sizes = names.map((name): [string, number] => {
    const tensor = outputs[name];
    if (tensor?.type !== 'float32') throw misshapen(outputs, name, file);
    const values = tensor.data as Float32Array;
    if (!values.every(Number.isFinite))
      throw new DescryError(
        'pack-refused',
        `${file} gives numbers that are not finite for ${what} (output ${name}).`,
        { file, output: name },
      );
    return [name, values.length];
  });
  return Object.fromEntries(sizes);
}

function checkLength(squaredLength: number, length: Embedding['length'], where: string): void {
  if (!Number.isFinite(squaredLength)) throw notFinite(where);
  const norm = Math.sqrt(squaredLength);
  if (length === undefined && Math.abs(norm - 1) > normTolerance)
    throw new DescryError('pack-refused', `The model's embeddings are not L2-normalised (${where}).`, {
      squaredLength,
    });
  if (length === 'at-most-one' && norm > 1 + normTolerance)
    throw new DescryError('pack-refused', `The model's embeddings are longer than 1 (${where}).`, {
      squaredLength,
    });
}

function notFinite(where: string): DescryError {
  return new DescryError('internal', `The model gave numbers that are not finite (${where}).`);
}

function misshapen(outputs: Outputs, name: string, file: string): DescryError {
  const tensor = outputs[name];
  const found = tensor ? `${tensor.type} [${tensor.dims.join(', ')}]` : 'nothing';
  return new DescryError(
    'pack-refused',
    `${file} does not fit its pack.json: its output ${name} is ${found}.`,
    { file, output: name },
  );
}
