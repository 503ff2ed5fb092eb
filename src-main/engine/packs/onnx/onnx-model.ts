import protobuf from 'protobufjs/light.js';

/** ONNX's numbers for the element types that are written here. */
export const elementType = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type ElementType = keyof typeof elementType;

/** A size that is fixed, or the name of one that may be anything. */
export type Dimension = number | string;

export interface OnnxTensor {
  name: string;
  dataType: number;
  dims: readonly number[];
  rawData?: Uint8Array;
  externalData?: readonly { key: string; value: string }[];
  dataLocation?: 'EXTERNAL';
}

export type OnnxAttribute = { name: string } & (
  { type: 'FLOAT'; f: number } | { type: 'INT'; i: number } | { type: 'INTS'; ints: readonly number[] }
);

export interface OnnxNode {
  name: string;
  opType: string;
  input: readonly string[];
  output: readonly string[];
  attribute: readonly OnnxAttribute[];
}

export interface OnnxValue {
  name: string;
  type: ElementType;
  shape: readonly Dimension[];
}

export interface OnnxGraph {
  name: string;
  node: readonly OnnxNode[];
  initializer: readonly OnnxTensor[];
  input: readonly OnnxValue[];
  output: readonly OnnxValue[];
}

/** The messages of `onnx.proto` (ONNX 1.14 and later) by their field numbers, as far as a graph needs them. */
const { root } = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        graph: { type: 'Graph', id: 7 },
        opsetImport: { rule: 'repeated', type: 'OperatorSet', id: 8 },
      },
    },
    OperatorSet: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    Graph: {
      fields: {
        node: { rule: 'repeated', type: 'Node', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: 'repeated', type: 'Tensor', id: 5 },
        input: { rule: 'repeated', type: 'ValueInfo', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfo', id: 12 },
      },
    },
    Node: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'Attribute', id: 5 },
      },
    },
    Attribute: {
      fields: {
        name: { type: 'string', id: 1 },
        f: { type: 'float', id: 2 },
        i: { type: 'int64', id: 3 },
        ints: { rule: 'repeated', type: 'int64', id: 8 },
        type: { type: 'AttributeType', id: 20 },
      },
      nested: { AttributeType: { values: { UNDEFINED: 0, FLOAT: 1, INT: 2, INTS: 7 } } },
    },
    Tensor: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1 },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
        externalData: { rule: 'repeated', type: 'Entry', id: 13 },
        dataLocation: { type: 'DataLocation', id: 14 },
      },
      nested: { DataLocation: { values: { DEFAULT: 0, EXTERNAL: 1 } } },
    },
    Entry: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    ValueInfo: { fields: { name: { type: 'string', id: 1 }, type: { type: 'ValueType', id: 2 } } },
    ValueType: { fields: { tensorType: { type: 'TensorType', id: 1 } } },
    TensorType: { fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'Shape', id: 2 } } },
    Shape: { fields: { dim: { rule: 'repeated', type: 'ShapeDimension', id: 1 } } },
    ShapeDimension: { fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } } },
  },
});
const modelMessage = root.lookupType('Model');

/** Of the format (ONNX 1.12) and of the operators; ONNX Runtime's providers all know them. */
const irVersion = 8;
const operatorSet = 17;

/** The bytes of a `.onnx` file. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const model = modelMessage.fromObject({
    irVersion,
    producerName: 'Descry',
    opsetImport: [{ domain: '', version: operatorSet }],
    graph: { ...graph, input: graph.input.map(valueInfo), output: graph.output.map(valueInfo) },
  });
  return modelMessage.encode(model).finish();
}

function valueInfo({ name, type, shape }: OnnxValue): object {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: elementType[type], shape: { dim } } } };
}
