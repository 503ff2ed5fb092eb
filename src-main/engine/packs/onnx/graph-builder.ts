import { elementType } from './onnx-model.ts';
import type { Dimension, ElementType, OnnxAttribute, OnnxNode, OnnxTensor, OnnxValue } from './onnx-model.ts';

/** Name of what an operator gives, of an input or of a constant. */
export type Value = string;

/** Numbers that are read only when the graph is written. */
export interface Weight {
  name: Value;
  type: 'float32' | 'float16';
  shape: readonly number[];
  /** The elements in row-major order, little-endian. */
  read: () => Promise<Uint8Array>;
}

/** An operator's attributes: lists are `INTS`, whole numbers `INT`; a number that is a `FLOAT` says so. */
export type Attributes = Readonly<Record<string, number | readonly number[] | { float: number }>>;

/** Puts the operators of one ONNX graph in order, each after those whose results it takes. */
export class GraphBuilder {
  readonly name: string;
  readonly inputs: OnnxValue[] = [];
  readonly outputs: OnnxValue[] = [];
  readonly constants: OnnxTensor[] = [];
  readonly weights: Weight[] = [];
  readonly #nodes: { opType: string; input: Value[]; output: Value[]; attribute: OnnxAttribute[] }[] = [];
  readonly #outputNames = new Map<Value, string>();
  readonly #constantsByContent = new Map<string, Value>();
  #count = 0;

  constructor(name: string) {
    this.name = name;
  }

  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    this.inputs.push({ name, type, shape });
    return name;
  }

  /** Makes a value a float32 output of the graph, under this name. */
  output(name: string, value: Value, shape: readonly Dimension[]): void {
    if (this.#outputNames.has(value)) throw new Error(`${value} is an output already`);
    this.#outputNames.set(value, name);
    this.outputs.push({ name, type: 'float32', shape });
  }

  /** Adds an operator with one result. */
  node(opType: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.nodes(opType, inputs, 1, attributes)[0]!;
  }

  /** Adds an operator with several results. */
  nodes(opType: string, inputs: readonly Value[], results: number, attributes: Attributes = {}): Value[] {
    const number = this.#count++;
    const output = Array.from({ length: results }, (_, i) => `${opType}_${number}${i === 0 ? '' : `_${i}`}`);
    const attribute = Object.entries(attributes).map(([name, value]): OnnxAttribute => {
      if (typeof value === 'number') return { name, type: 'INT', i: value };
      return 'float' in value ? { name, type: 'FLOAT', f: value.float } : { name, type: 'INTS', ints: value };
    });
    this.#nodes.push({ opType, input: [...inputs], output, attribute });
    return output;
  }

  /** A constant of whole numbers; a single number that is not in a list has no dimension. */
  integers(values: number | readonly number[], type: 'int32' | 'int64' = 'int64'): Value {
    const list = typeof values === 'number' ? [values] : values;
    const elements = type === 'int32' ? Int32Array.from(list) : BigInt64Array.from(list, BigInt);
    return this.#constant(type, elements, typeof values === 'number' ? [] : [list.length]);
  }

  /** A constant of float32 numbers, small enough for the graph's own file. */
  floats(values: number | Float32Array, shape?: readonly number[]): Value {
    const elements = typeof values === 'number' ? Float32Array.of(values) : values;
    return this.#constant(
      'float32',
      elements,
      shape ?? (typeof values === 'number' ? [] : [elements.length]),
    );
  }

  /** Adds weights under a name of their own. */
  weight(weight: Weight): Value {
    this.weights.push(weight);
    return weight.name;
  }

  /** The operators, with the outputs under the names given to them. */
  finish(): OnnxNode[] {
    const named = (value: Value): Value => this.#outputNames.get(value) ?? value;
    return this.#nodes.map(({ opType, input, output, attribute }) => ({
      name: output[0]!,
      opType,
      input: input.map(named),
      output: output.map(named),
      attribute,
    }));
  }

  #constant(
    type: ElementType,
    elements: Int32Array | BigInt64Array | Float32Array,
    dims: readonly number[],
  ): Value {
    const rawData = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
    const content = `${type}:${dims.join('x')}:${Buffer.from(rawData).toString('base64')}`;
    const known = this.#constantsByContent.get(content);
    if (known !== undefined) return known;
    const name = `constant_${this.constants.length}`;
    this.constants.push({ name, dataType: elementType[type], dims, rawData });
    this.#constantsByContent.set(content, name);
    return name;
  }
}
