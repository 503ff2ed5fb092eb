import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Layout, TensorSource } from '../layouts/layout.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { elementType } from '../onnx/onnx-model.ts';
import type { WeightType } from '../schema.ts';
import { finiteFloat16, finiteFloat32, narrowed } from './finite-numbers.ts';
import { transpose } from './transpose.ts';

/** Puts a checkpoint's weights into graphs, each to be read only when its graph is written. */
export class TowerWeights {
  readonly #checkpoint: Pick<Checkpoint, 'tensors' | 'read'>;
  readonly #layout: Layout;
  readonly #type: WeightType;

  constructor(checkpoint: Pick<Checkpoint, 'tensors' | 'read'>, layout: Layout, type: WeightType) {
    this.#checkpoint = checkpoint;
    this.#layout = layout;
    this.#type = type;
  }

  /** Numbers of a tensor, by OpenAI's name for it, in the shape that the towers need. */
  async numbers(name: string): Promise<Float32Array<ArrayBuffer>> {
    const { names, transposed, shape } = this.#source(name);
    const parts: Float32Array<ArrayBuffer>[] = [];
    for (const part of names)
      parts.push(
        finiteFloat32(await this.#checkpoint.read(part), this.#checkpoint.tensors.get(part)!.type, part),
      );
    const joined = concatenate(parts, Float32Array);
    return transposed ? transpose(joined, shape[1]!, shape[0]!) : joined;
  }

  shape(name: string): readonly number[] {
    return this.#source(name).shape;
  }

  /** A tensor that is always kept in float32: biases, norms, positions. */
  vector(graph: GraphBuilder, name: string): Value {
    return this.computed(graph, name, this.shape(name), () => this.numbers(name));
  }

  /** Numbers that are made from the checkpoint's, kept in float32. */
  computed(
    graph: GraphBuilder,
    name: string,
    shape: readonly number[],
    compute: () => Promise<Float32Array>,
  ): Value {
    return graph.weight({ name, type: 'float32', shape, read: async () => bytesOf(await compute()) });
  }

  /** The transposed matrix of a linear layer, [in, out], for a product from the right; float32 in the graph. */
  linear(graph: GraphBuilder, name: string): Value {
    return this.#widened(graph, this.#matrix(graph, name, true));
  }

  /** Any other weights of two or more dimensions, as they are; float32 in the graph. */
  matrix(graph: GraphBuilder, name: string): Value {
    return this.#widened(graph, this.#matrix(graph, name, false));
  }

  /** Rows of a table by their numbers; only the rows that are taken become float32. */
  rows(graph: GraphBuilder, name: string, numbers: Value): Value {
    const table = this.#matrix(graph, name, false);
    return this.#widened(graph, {
      ...table,
      value: graph.node('Gather', [table.value, numbers], { axis: 0 }),
    });
  }

  /** Everything is computed in float32; ONNX Runtime widens constants once, when it loads the graph. */
  #widened(graph: GraphBuilder, { value, type }: { value: Value; type: string }): Value {
    return type === 'float16' ? graph.node('Cast', [value], { to: elementType.float32 }) : value;
  }

  #matrix(graph: GraphBuilder, name: string, turned: boolean): { value: Value; type: 'float16' | 'float32' } {
    const source = this.#source(name);
    const kept = source.names.every((part) => this.#checkpoint.tensors.get(part)?.type === 'float16');
    const half = this.#type === 'float16' || (this.#type === 'stored' && kept);
    const type = half ? 'float16' : 'float32';
    const { shape } = source;
    const read = async (): Promise<Uint8Array> => {
      const numbers = half && kept ? await this.#halves(source) : await this.numbers(name);
      const typed = half && numbers instanceof Float32Array ? narrowed(numbers, name) : numbers;
      return bytesOf(turned ? transpose(typed, shape[0]!, shape[1]!) : typed);
    };
    const value = graph.weight({ name, type, shape: turned ? shape.toReversed() : shape, read });
    return { value, type };
  }

  /** float16 numbers without a detour, bit by bit. */
  async #halves({ names, transposed, shape }: TensorSource): Promise<Uint16Array<ArrayBuffer>> {
    const parts: Uint16Array<ArrayBuffer>[] = [];
    for (const part of names) parts.push(finiteFloat16(await this.#checkpoint.read(part), part));
    const joined = concatenate(parts, Uint16Array);
    return transposed ? transpose(joined, shape[1]!, shape[0]!) : joined;
  }

  #source(name: string): TensorSource {
    const source = this.#layout.tensors.get(name);
    if (!source) throw new Error(`the layout has no ${name}`);
    return source;
  }
}

function concatenate<T extends Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>(
  parts: readonly T[],
  Kind: new (length: number) => T,
): T {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const joined = new Kind(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
