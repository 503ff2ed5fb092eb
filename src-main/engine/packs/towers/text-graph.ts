import type { Layout } from '../layouts/layout.ts';
import { GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import type { Activation } from '../schema.ts';
import { certainty, shortenedMean } from './gaussian.ts';
import { wordSelection } from './token-selection.ts';
import { transformer } from './transformer.ts';
import type { TowerWeights } from './tower-weights.ts';
import { layerNorm, lengthEpsilon, unitLength, type TowerContext } from './layers.ts';

/** Names of the text graph's input and outputs. */
export const textNames = {
  input: 'ids',
  global: 'global',
  tse: 'tse',
  mu: 'mu',
  logSigma: 'logSigma',
  mean: 'mean',
} as const;

const batch = 'batch';
/** Added to what a token would make of a later one; its share of the attention becomes 0. */
const hidden = -1.7e38;

/**
 * CLIP's text tower. A token sees those before it only, so that texts may be cut at the longest of a batch.
 *
 * Input `ids` [batch, tokens], int32, with start and end, filled up with 0. Outputs: `global`
 * [batch, joint], of length 1, of the end token (the first of the highest id). With token selection `tse`
 * [batch, dimensions], of length 1. With a Gaussian head `mu` [batch, joint] and `logSigma`
 * [batch, dimensions] as they are, and `mean`, the unit mean shortened by its uncertainty.
 */
export function textGraph(layout: Layout, weights: TowerWeights, activation: Activation): GraphBuilder {
  const { text, joint, selection, uncertainty } = layout;
  const graph = new GraphBuilder('text');
  const context: TowerContext = { graph, weights, activation };
  const ids = graph.input(textNames.input, 'int32', [batch, 'tokens']);
  const length = graph.node('Shape', [ids], { start: 1, end: 2 });
  const zero = graph.integers([0]);
  const positions = graph.node('Slice', [weights.vector(graph, 'positional_embedding'), zero, length, zero]);
  const embedded = graph.node('Add', [weights.rows(graph, 'token_embedding.weight', ids), positions]);
  const mask = causalMask(graph, text.maxTokens, length);
  const { tokens, attention, logSigma } = transformer(
    context,
    embedded,
    'transformer',
    text,
    uncertainty !== null,
    mask,
  );
  const end = graph.node('ArgMax', [ids], { axis: 1, keepdims: 1, select_last_index: 0 });
  const atEnd = (values: Value): Value => graph.node('GatherND', [values, end], { batch_dims: 1 });
  const projection = (values: Value): Value =>
    graph.node('MatMul', [layerNorm(context, values, 'ln_final'), weights.matrix(graph, 'text_projection')]);
  const all = selection === null ? null : projection(tokens);
  const mean = all === null ? projection(atEnd(tokens)) : atEnd(all);
  const global = unitLength(graph, mean, lengthEpsilon);
  graph.output(textNames.global, global, [batch, joint]);
  if (all !== null && selection !== null) {
    const overHeads = graph.node('ReduceMean', [attention], { axes: [1], keepdims: 0 });
    const parts = { ids, tokens: all, attention: atEnd(overHeads), end, length };
    graph.output(textNames.tse, wordSelection(context, layout, parts), [batch, selection]);
  }
  if (uncertainty !== null && logSigma !== null) {
    const spread = atEnd(logSigma);
    graph.output(textNames.mu, mean, [batch, joint]);
    graph.output(textNames.logSigma, spread, [batch, uncertainty]);
    const shortened = shortenedMean(graph, global, certainty(graph, mean, spread));
    graph.output(textNames.mean, shortened, [batch, joint]);
  }
  return graph;
}

/** [tokens, tokens]: 0 for a token itself and those before it. */
function causalMask(graph: GraphBuilder, maxTokens: number, length: Value): Value {
  const full = Float32Array.from({ length: maxTokens * maxTokens }, (_, i) =>
    i % maxTokens > Math.floor(i / maxTokens) ? hidden : 0,
  );
  const square = graph.node('Concat', [length, length], { axis: 0 });
  return graph.node('Slice', [
    graph.floats(full, [maxTokens, maxTokens]),
    graph.integers([0, 0]),
    square,
    graph.integers([0, 1]),
  ]);
}
