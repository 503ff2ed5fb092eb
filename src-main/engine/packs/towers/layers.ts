import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import type { Activation } from '../schema.ts';
import type { TowerWeights } from './tower-weights.ts';

/** What the parts of one tower's graph share. */
export interface TowerContext {
  graph: GraphBuilder;
  weights: TowerWeights;
  activation: Activation;
}

const normEpsilon = 1e-5;

/** Layer normalisation over the last dimension. */
export function layerNorm({ graph, weights }: TowerContext, x: Value, name: string): Value {
  const scale = weights.vector(graph, `${name}.weight`);
  const bias = weights.vector(graph, `${name}.bias`);
  return graph.node('LayerNormalization', [x, scale, bias], { axis: -1, epsilon: { float: normEpsilon } });
}

/** `x W^T + b`. */
export function linear({ graph, weights }: TowerContext, x: Value, weight: string, bias: string): Value {
  const product = graph.node('MatMul', [x, weights.linear(graph, weight)]);
  return graph.node('Add', [product, weights.vector(graph, bias)]);
}

/** Vectors of length 1, along the last dimension. @param epsilon is added to the length. */
export function unitLength(graph: GraphBuilder, x: Value, epsilon: number): Value {
  const length = graph.node('ReduceL2', [x], { axes: [-1], keepdims: 1 });
  return graph.node('Div', [x, graph.node('Add', [length, graph.floats(epsilon)])]);
}

/** Keeps a vector of zeros from becoming what is no number. */
export const lengthEpsilon = 1e-12;
