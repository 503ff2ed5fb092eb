import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { DescryError } from '../errors.ts';
import type { PackManifest, ProviderName } from './schema.ts';

export interface GraphOptions {
  /** The pack's folder. */
  folder: string;
  manifest: PackManifest;
  provider: ProviderName;
  /** Threads of the CPU provider, which also runs what the chosen one cannot. */
  threads: number;
}

/** Length of a vector that a pack calls L2-normalised may be off by this much. */
const normTolerance = 0.01;

/**
 * Opens one of a pack's graphs.
 * @throws DescryError `pack-refused` when the CPU cannot load it; what another provider throws is passed on.
 */
export async function openGraph(options: GraphOptions, file: string): Promise<InferenceSession> {
  const { folder, provider, threads } = options;
  try {
    return await InferenceSession.create(join(folder, file), {
      // Alone: of several, those that are missing are dropped without a word. What a provider cannot run
      // goes to the CPU in any case.
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // Waiting threads that spin take the processor from decoding, and double what a run costs.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 4,
    });
  } catch (error) {
    if (provider !== 'cpu') throw error;
    throw new DescryError(
      'pack-refused',
      `${file} is not a model that ONNX Runtime can load.`,
      { file },
      error,
    );
  }
}

/** @param shape sizes that are fixed; null for one that may be anything. @throws DescryError `pack-refused`. */
export function checkInput(
  session: InferenceSession,
  file: string,
  name: string,
  type: string,
  shape: readonly (number | null)[],
): void {
  const input = session.inputMetadata.find((metadata) => metadata.name === name);
  const fits =
    session.inputNames.length === 1 &&
    input?.isTensor === true &&
    input.type === type &&
    input.shape.length === shape.length &&
    input.shape.every((size, i) => typeof size === 'string' || shape[i] === null || shape[i] === size);
  if (!fits)
    throw new DescryError(
      'pack-refused',
      `${file} does not fit its pack.json: it needs one input "${name}" of ${type} [${shape.map((size) => size ?? 'any').join(', ')}].`,
      { inputs: session.inputMetadata },
    );
}

/** @throws DescryError `pack-refused`. */
export function checkOutputs(session: InferenceSession, file: string, names: readonly string[]): void {
  const missing = names.find((name) => !session.outputNames.includes(name));
  if (missing !== undefined)
    throw new DescryError(
      'pack-refused',
      `${file} does not fit its pack.json: it has no output "${missing}".`,
      {
        outputs: session.outputNames,
      },
    );
}

/** The numbers of an output. @throws DescryError `pack-refused` when its type or size does not fit. */
export function takeOutput(
  outputs: InferenceSession.OnnxValueMapType,
  name: string,
  length: number,
  file: string,
): Float32Array {
  const tensor = outputs[name];
  if (tensor?.type !== 'float32' || tensor.data.length !== length)
    throw new DescryError(
      'pack-refused',
      `${file} does not fit its pack.json: its output ${name} has the shape [${tensor?.dims.join(', ')}].`,
    );
  return tensor.data as Float32Array;
}

/**
 * Puts the embeddings of each row side by side, each scaled by the square root of its weight, so that
 * the weighted sum of their cosines is one dot product.
 * @param names the outputs, in the order of the manifest's embeddings; each [count, its dimensions].
 * @returns [count, sum of dimensions].
 * @throws DescryError `pack-refused` when an embedding is not L2-normalised, `internal` when it is not finite.
 */
export function joinEmbeddings(
  outputs: InferenceSession.OnnxValueMapType,
  names: readonly string[],
  embeddings: PackManifest['embeddings'],
  count: number,
  file: string,
): Float32Array {
  const total = embeddings.reduce((sum, { dimensions }) => sum + dimensions, 0);
  const joined = new Float32Array(count * total);
  let offset = 0;
  embeddings.forEach(({ dimensions, weight }, part) => {
    const scale = Math.sqrt(weight);
    const values = takeOutput(outputs, names[part]!, count * dimensions, file);
    for (let row = 0; row < count; row++) {
      let square = 0;
      for (let i = 0; i < dimensions; i++) {
        const value = values[row * dimensions + i]!;
        square += value * value;
        joined[row * total + offset + i] = value * scale;
      }
      checkLength(square, `${file}, output ${names[part]}`);
    }
    offset += dimensions;
  });
  return joined;
}

function checkLength(squaredLength: number, where: string): void {
  if (!Number.isFinite(squaredLength))
    throw new DescryError('internal', `The model gave numbers that are not finite (${where}).`);
  if (Math.abs(Math.sqrt(squaredLength) - 1) > normTolerance)
    throw new DescryError('pack-refused', `The model's embeddings are not L2-normalised (${where}).`, {
      squaredLength,
    });
}
