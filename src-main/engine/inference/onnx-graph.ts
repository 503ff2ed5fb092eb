import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { DescryError } from '../errors.ts';
import { runtimeMessage } from './runtime-message.ts';
import type { PackManifest, ProviderName } from './schema.ts';

export interface GraphOptions {
  /** The pack's folder. */
  folder: string;
  manifest: PackManifest;
  provider: ProviderName;
  /** Threads of the CPU provider, which also runs what the chosen one cannot. */
  threads: number;
}

/** An input that a pack feeds. */
export interface GraphInput {
  name: string;
  /** Element types that can be fed. */
  types: readonly string[];
  /** Sizes that are fixed; null for one that may be anything, `batch` for one that must be free. */
  shape: readonly (number | 'batch' | null)[];
}

/** What a graph says of one of its inputs or outputs. */
export interface GraphValue {
  name: string;
  /** Element type; null for what is no tensor. */
  type: string | null;
  /** Fixed sizes; null for one that may be anything. */
  shape: (number | null)[];
}

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
    throw notLoadable(file, error);
  }
}

/**
 * Inputs and outputs of a graph. Weights are loaded for it and freed again.
 * @throws DescryError `pack-refused` when it cannot be loaded.
 */
export async function describeGraph(
  folder: string,
  file: string,
): Promise<{ inputs: GraphValue[]; outputs: GraphValue[] }> {
  const session = await InferenceSession.create(join(folder, file), {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 4,
  }).catch((error: unknown) => {
    throw notLoadable(file, error);
  });
  const description = {
    inputs: session.inputMetadata.map(graphValue),
    outputs: session.outputMetadata.map(graphValue),
  };
  await session.release();
  return description;
}

/**
 * Checks that a graph takes what a pack feeds, and nothing else: ONNX Runtime wants every input.
 * @throws DescryError `pack-refused`.
 */
export function checkInputs(session: InferenceSession, file: string, wanted: readonly GraphInput[]): void {
  const found = session.inputMetadata.map(graphValue);
  for (const { name, types, shape } of wanted) {
    const input = found.find((value) => value.name === name);
    const fits =
      input?.type != null &&
      types.includes(input.type) &&
      input.shape.length === shape.length &&
      input.shape.every((size, i) => size === null || shape[i] === null || shape[i] === size);
    if (!fits)
      throw refused(
        file,
        `it needs an input "${name}" of ${types.join(' or ')} [${shape.map((size) => size ?? 'any').join(', ')}].`,
        { inputs: found },
      );
  }
  const other = found.find(({ name }) => !wanted.some((input) => input.name === name));
  if (other)
    throw refused(file, `it also wants the input "${other.name}", which Descry cannot give.`, {
      inputs: found,
    });
}

/** @throws DescryError `pack-refused`. */
export function checkOutputs(session: InferenceSession, file: string, names: readonly string[]): void {
  const missing = names.find((name) => !session.outputNames.includes(name));
  if (missing !== undefined)
    throw refused(file, `it has no output "${missing}".`, { outputs: session.outputNames });
}

/** The fixed size of an input's axis; null when any will do. */
export function fixedSize(session: InferenceSession, name: string, axis: number): number | null {
  const input = session.inputMetadata.find((value) => value.name === name);
  return (input && graphValue(input).shape[axis]) ?? null;
}

/** The element type of an input. */
export function inputType(session: InferenceSession, name: string): string | null {
  const input = session.inputMetadata.find((value) => value.name === name);
  return input ? graphValue(input).type : null;
}

function graphValue(value: InferenceSession.ValueMetadata): GraphValue {
  if (!value.isTensor) return { name: value.name, type: null, shape: [] };
  const shape = value.shape.map((size) => (typeof size === 'number' && size >= 0 ? size : null));
  return { name: value.name, type: value.type, shape };
}

function notLoadable(file: string, cause: unknown): DescryError {
  return new DescryError(
    'pack-refused',
    `${file} is not a model that ONNX Runtime can load: ${runtimeMessage(cause)}.`,
    { file, reason: cause instanceof Error ? cause.message : String(cause) },
    cause,
  );
}

function refused(file: string, reason: string, detail: Record<string, unknown>): DescryError {
  return new DescryError('pack-refused', `${file} does not fit its pack.json: ${reason}`, detail);
}
