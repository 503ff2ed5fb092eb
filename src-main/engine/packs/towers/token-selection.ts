import type { Layout } from '../layouts/layout.ts';
import type { Value } from '../onnx/graph-builder.ts';
import { lengthEpsilon, linear, unitLength, type TowerContext } from './layers.ts';

/** Part of the tokens that RDE looks at. */
const selectRatio = 0.3;
/** RDE divides by the length plus this. */
const selectionEpsilon = 1e-8;
const normalisationEpsilon = 1e-5;
const lowest = -3.4e38;

/** How many of a tower's tokens RDE selects; `int(tokens * 0.3)` in its code. */
function selectedTokens(tokens: number): number {
  return Math.max(1, Math.floor(tokens * selectRatio));
}

/**
 * RDE's embedding of the patches that the class token attends to most: each goes through a perceptron and
 * a linear layer beside it, and of each number the largest is kept.
 * (Y. Qin et al., "Noisy-Correspondence Learning for Text-to-Image Person Re-identification", CVPR 2024,
 * section 3.1; `VisualEmbeddingLayer` of its code.)
 * @param patches [batch, patches, joint].
 * @param attention of the class token to each patch; [batch, patches].
 * @returns [batch, dimensions], of length 1.
 */
export function patchSelection(
  context: TowerContext,
  { image: { grid } }: Layout,
  patches: Value,
  attention: Value,
): Value {
  const { graph } = context;
  const count = graph.integers([selectedTokens(grid.rows * grid.columns)]);
  const [, places] = graph.nodes('TopK', [attention, count], 2, { axis: -1, largest: 1, sorted: 0 });
  const selected = selectRows(context, patches, places!);
  const embedded = embedTokens(context, selected, 'visul_emb_layer', 'fc');
  return unitLength(graph, graph.node('ReduceMax', [embedded], { axes: [1], keepdims: 0 }), lengthEpsilon);
}

/**
 * RDE's embedding of the words that the end token attends to most (`TexualEmbeddingLayer` of its code).
 * Start, end and filling are no words, and neither is id 0, which doubles as filling. At most 22 words
 * of 77 tokens are taken, whatever a batch is cut to, and no more than the text has. A text without words,
 * for which RDE's code divides by zero, is taken by its start.
 * @param ids [batch, tokens].
 * @param tokens [batch, tokens, joint].
 * @param attention of the end token to each; [batch, tokens].
 * @param end place of the end token; [batch, 1].
 * @param length number of tokens; [1].
 * @returns [batch, dimensions], of length 1.
 */
export function wordSelection(
  context: TowerContext,
  { text: { maxTokens } }: Layout,
  { ids, tokens, attention, end, length }: Record<'ids' | 'tokens' | 'attention' | 'end' | 'length', Value>,
): Value {
  const { graph } = context;
  const places = graph.integers(Array.from({ length: maxTokens }, (_, i) => i));
  const first = (values: Value, count: Value): Value =>
    graph.node('Slice', [values, graph.integers([0]), count]);
  const own = first(places, length);
  const frame = graph.node('Or', [
    graph.node('Equal', [own, end]),
    graph.node('Equal', [own, graph.integers(0)]),
  ]);
  const filling = graph.node('Equal', [ids, graph.integers(0, 'int32')]);
  const words = graph.node('Where', [frame, graph.floats(-1), attention]);
  const weights = graph.node('Where', [filling, graph.floats(-2), words]);
  const most = graph.integers([selectedTokens(maxTokens - 2)]);
  const count = graph.node('Min', [most, length]);
  const [, selected] = graph.nodes('TopK', [weights, count], 2, { axis: -1, largest: 1, sorted: 1 });
  const embedded = embedTokens(context, selectRows(context, tokens, selected!), 'texual_emb_layer', 'linear');
  const kept = graph.node('Less', [first(places, count), wordCount(context, filling)]);
  const chosen = graph.node('Where', [
    graph.node('Unsqueeze', [kept, graph.integers([-1])]),
    embedded,
    graph.floats(lowest),
  ]);
  return unitLength(graph, graph.node('ReduceMax', [chosen], { axes: [1], keepdims: 0 }), lengthEpsilon);
}

/** Tokens that are neither filling nor frame, but at least 1; [batch, 1]. */
function wordCount({ graph }: TowerContext, filling: Value): Value {
  const filled = graph.node('Cast', [graph.node('Not', [filling])], { to: 7 });
  const tokens = graph.node('ReduceSum', [filled, graph.integers([-1])], { keepdims: 1 });
  return graph.node('Max', [graph.node('Sub', [tokens, graph.integers(2)]), graph.integers(1)]);
}

/** @param places [batch, k]. @returns the rows [batch, k, width] of [batch, rows, width]. */
function selectRows({ graph }: TowerContext, rows: Value, places: Value): Value {
  const indices = graph.node('Unsqueeze', [places, graph.integers([-1])]);
  return graph.node('GatherND', [rows, indices], { batch_dims: 1 });
}

/**
 * Perceptron with batch normalisation, and a linear layer beside it. The normalisation, with the running
 * mean and variance, comes to one factor and one summand: `s = gamma / sqrt(variance + 1e-5)` and
 * `(bias - mean) s + beta`.
 */
function embedTokens(context: TowerContext, tokens: Value, module: string, skip: string): Value {
  const { graph, weights } = context;
  const unit = unitLength(graph, tokens, selectionEpsilon);
  const first = `${module}.mlp.layers.0`;
  const scale = async (): Promise<{ factor: Float64Array; mean: Float32Array }> => {
    const norm = `${module}.mlp.bns.0`;
    const gamma = await weights.numbers(`${norm}.weight`);
    const variance = await weights.numbers(`${norm}.running_var`);
    const factor = Float64Array.from(gamma, (own, i) => own / Math.sqrt(variance[i]! + normalisationEpsilon));
    return { factor, mean: await weights.numbers(`${norm}.running_mean`) };
  };
  const shape = [weights.shape(`${first}.bias`)[0]!];
  const factors = weights.computed(graph, `${module}.factor`, shape, async () =>
    Float32Array.from((await scale()).factor),
  );
  const summands = weights.computed(graph, `${module}.summand`, shape, async () => {
    const { factor, mean } = await scale();
    const beta = await weights.numbers(`${module}.mlp.bns.0.bias`);
    const bias = await weights.numbers(`${first}.bias`);
    return Float32Array.from(bias, (own, i) => (own - mean[i]!) * factor[i]! + beta[i]!);
  });
  const product = graph.node('MatMul', [unit, weights.linear(graph, `${first}.weight`)]);
  const normed = graph.node('Add', [graph.node('Mul', [product, factors]), summands]);
  const second = `${module}.mlp.layers.1`;
  const deep = linear(context, graph.node('Relu', [normed]), `${second}.weight`, `${second}.bias`);
  return graph.node('Add', [
    deep,
    linear(context, unit, `${module}.${skip}.weight`, `${module}.${skip}.bias`),
  ]);
}
