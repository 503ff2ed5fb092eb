import { toFloat16 } from '../../../../src-main/engine/packs/checkpoint/numbers.ts';
import type { Checkpoint, TensorInfo } from '../../../../src-main/engine/packs/checkpoint/checkpoint.ts';
import type { DescribedCheckpoint } from '../../../../src-main/engine/packs/layouts/detect-layout.ts';

export type WeightKind = 'float16' | 'float32' | 'bfloat16' | 'float64';

/** A checkpoint in memory. */
export type MemoryCheckpoint = DescribedCheckpoint & Pick<Checkpoint, 'read'>;

export interface ModelSizes {
  imageWidth: number;
  textWidth: number;
  layers: number;
  patch: number;
  /** Of patches. */
  positions: number;
  joint: number;
  vocabulary: number;
  maxTokens: number;
  /** Of a token-selection embedding. */
  selection: number;
}

/** Pictures of 8 x 24 in 6 x 2 patches; two heads for pictures and one for texts. */
export const smallSizes: ModelSizes = {
  imageWidth: 128,
  textWidth: 64,
  layers: 2,
  patch: 4,
  positions: 12,
  joint: 16,
  vocabulary: 40,
  maxTokens: 12,
  selection: 24,
};
/** The two highest ids, as in CLIP's vocabulary. */
export const startId = smallSizes.vocabulary - 2;
export const endId = smallSizes.vocabulary - 1;

export const logSigmaSize = 20;

type Shapes = Record<string, number[]>;

/** Names and shapes of CLIP's towers as the person lineages write them, spelled out. */
export function clipShapes(sizes: ModelSizes, head: 'none' | 'rde' | 'gaussian' = 'none'): Shapes {
  const { imageWidth, textWidth, joint } = sizes;
  const shapes: Shapes = {
    'visual.class_embedding': [imageWidth],
    'visual.positional_embedding': [sizes.positions + 1, imageWidth],
    'visual.proj': [imageWidth, joint],
    'visual.conv1.weight': [imageWidth, 3, sizes.patch, sizes.patch],
    'visual.ln_pre.weight': [imageWidth],
    'visual.ln_pre.bias': [imageWidth],
    'visual.ln_post.weight': [imageWidth],
    'visual.ln_post.bias': [imageWidth],
    positional_embedding: [sizes.maxTokens, textWidth],
    text_projection: [textWidth, joint],
    'token_embedding.weight': [sizes.vocabulary, textWidth],
    'ln_final.weight': [textWidth],
    'ln_final.bias': [textWidth],
  };
  for (const [module, width] of [
    ['visual.transformer', imageWidth],
    ['transformer', textWidth],
  ] as const) {
    const shared = Array.from({ length: sizes.layers }, (_, i) => `resblocks.${i}`);
    const blocks =
      head === 'gaussian' ? [...shared.slice(0, -1), 'mu_resblocks', 'logsigma_resblocks'] : shared;
    for (const block of blocks) Object.assign(shapes, blockShapes(`${module}.${block}`, width));
    if (head === 'gaussian') {
      shapes[`${module}.logsigma_resblocks.linear.weight`] = [logSigmaSize, width];
      shapes[`${module}.logsigma_resblocks.linear.bias`] = [logSigmaSize];
    }
  }
  const prefixed = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [`base_model.${name}`, shape]),
  );
  if (head === 'rde') {
    Object.assign(prefixed, selectionShapes('visul_emb_layer', ['linear', 'fc'], sizes));
    Object.assign(prefixed, selectionShapes('texual_emb_layer', ['linear'], sizes));
  }
  return prefixed;
}

function blockShapes(name: string, width: number): Shapes {
  return {
    [`${name}.attn.in_proj_weight`]: [3 * width, width],
    [`${name}.attn.in_proj_bias`]: [3 * width],
    [`${name}.attn.out_proj.weight`]: [width, width],
    [`${name}.attn.out_proj.bias`]: [width],
    [`${name}.ln_1.weight`]: [width],
    [`${name}.ln_1.bias`]: [width],
    [`${name}.mlp.c_fc.weight`]: [4 * width, width],
    [`${name}.mlp.c_fc.bias`]: [4 * width],
    [`${name}.mlp.c_proj.weight`]: [width, 4 * width],
    [`${name}.mlp.c_proj.bias`]: [width],
    [`${name}.ln_2.weight`]: [width],
    [`${name}.ln_2.bias`]: [width],
  };
}

function selectionShapes(name: string, skips: readonly string[], sizes: ModelSizes): Shapes {
  const { joint, selection } = sizes;
  const half = selection / 2;
  const shapes: Shapes = {};
  for (const skip of skips) {
    shapes[`${name}.${skip}.weight`] = [selection, joint];
    shapes[`${name}.${skip}.bias`] = [selection];
  }
  shapes[`${name}.mlp.layers.0.weight`] = [half, joint];
  shapes[`${name}.mlp.layers.0.bias`] = [half];
  shapes[`${name}.mlp.layers.1.weight`] = [selection, half];
  shapes[`${name}.mlp.layers.1.bias`] = [selection];
  for (const [number, size] of [half, selection].entries()) {
    for (const part of ['weight', 'bias', 'running_mean', 'running_var'])
      shapes[`${name}.mlp.bns.${number}.${part}`] = [size];
    shapes[`${name}.mlp.bns.${number}.num_batches_tracked`] = [];
  }
  return shapes;
}

/** Names, shapes and types alone. @param types by the number of dimensions: matrices may differ from vectors. */
export function described(shapes: Shapes, matrices: WeightKind = 'float32'): DescribedCheckpoint {
  const tensors = new Map<string, TensorInfo>();
  for (const [name, shape] of Object.entries(shapes)) {
    const type = name.endsWith('num_batches_tracked') ? 'int64' : shape.length > 1 ? matrices : 'float32';
    tensors.set(name, { name, shape, type });
  }
  return { tensors, scalars: new Map(), others: [], format: 'pytorch' };
}

/** Weights drawn from a seed, large enough that every part of a network shows in its outputs. */
export function randomCheckpoint(
  shapes: Shapes,
  seed: number,
  matrices: WeightKind = 'float32',
): MemoryCheckpoint {
  const checkpoint = described(shapes, matrices);
  const data = new Map<string, Uint8Array<ArrayBuffer>>();
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  for (const { name, shape, type } of checkpoint.tensors.values()) {
    const count = shape.reduce((product, size) => product * size, 1);
    const positive = /(ln_\w+|bns\.\d)\.weight$|running_var$/.test(name);
    const inputs = shape.slice(1).reduce((product, size) => product * size, 1);
    const scale = shape.length < 2 ? 0.2 : /embedding/.test(name) ? 0.8 : 1.5 / Math.sqrt(inputs);
    const numbers = Array.from({ length: count }, () => random() * scale + (positive ? 1 : 0));
    data.set(name, encode(numbers, type));
  }
  return { ...checkpoint, read: async (name) => data.get(name)! };
}

/** The same checkpoint with some numbers changed. */
export function changed(
  checkpoint: MemoryCheckpoint,
  change: (name: string, numbers: number[]) => number[],
): MemoryCheckpoint {
  return {
    ...checkpoint,
    read: async (name) => {
      const { type } = checkpoint.tensors.get(name)!;
      return encode(change(name, decode(await checkpoint.read(name), type)), type);
    },
  };
}

/** The same numbers under other names. @param rename gives the new names, each with its rows of the old tensor. */
export function renamed(
  checkpoint: MemoryCheckpoint,
  rename: (name: string) => { names: string[]; transposed?: boolean },
): MemoryCheckpoint {
  const tensors = new Map<string, TensorInfo>();
  const readers = new Map<string, () => Promise<Uint8Array<ArrayBuffer>>>();
  for (const info of checkpoint.tensors.values()) {
    const { names, transposed = false } = rename(info.name);
    names.forEach((name, part) => {
      const [rows = 1, ...rest] = info.shape;
      const shape = names.length === 1 ? info.shape : [rows / names.length, ...rest];
      tensors.set(name, { name, type: info.type, shape: transposed ? shape.toReversed() : shape });
      readers.set(name, async () => {
        const all = decode(await checkpoint.read(info.name), info.type);
        const size = all.length / names.length;
        const own = all.slice(part * size, (part + 1) * size);
        return encode(transposed ? turned(own, shape[0]!, shape[1]!) : own, info.type);
      });
    });
  }
  return { ...checkpoint, tensors, read: async (name) => readers.get(name)!() };
}

function turned(numbers: readonly number[], rows: number, columns: number): number[] {
  return Array.from(
    { length: rows * columns },
    (_, i) => numbers[(i % rows) * columns + Math.floor(i / rows)]!,
  );
}

function encode(numbers: readonly number[], type: TensorInfo['type']): Uint8Array<ArrayBuffer> {
  const wide = Float32Array.from(numbers);
  if (type === 'float16') return new Uint8Array(toFloat16(wide).bits.buffer);
  if (type === 'float64') return new Uint8Array(Float64Array.from(numbers).buffer);
  if (type === 'int64') return new Uint8Array(BigInt64Array.from(numbers, () => 7n).buffer);
  if (type === 'bfloat16')
    return new Uint8Array(Uint16Array.from(new Uint32Array(wide.buffer), (word) => word >>> 16).buffer);
  return new Uint8Array(wide.buffer);
}

/** The numbers that are stored, after rounding to their type. */
export function decode(data: Uint8Array<ArrayBuffer>, type: TensorInfo['type']): number[] {
  if (type === 'float64') return [...new Float64Array(data.buffer)];
  if (type === 'float32') return [...new Float32Array(data.buffer)];
  const halves = [...new Uint16Array(data.buffer)];
  if (type === 'bfloat16')
    return halves.map((half) => new Float32Array(Uint32Array.of(half << 16).buffer)[0]!);
  return halves.map((half) => {
    const sign = half >> 15 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  });
}
