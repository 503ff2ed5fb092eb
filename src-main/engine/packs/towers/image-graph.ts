import type { Layout } from '../layouts/layout.ts';
import { GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import type { Activation } from '../schema.ts';
import { certainty } from './gaussian.ts';
import { stretchPositions } from './position-grid.ts';
import { patchSelection } from './token-selection.ts';
import { transformer } from './transformer.ts';
import type { TowerWeights } from './tower-weights.ts';
import { layerNorm, lengthEpsilon, unitLength, type TowerContext } from './layers.ts';

/** Names of the image graph's input and outputs. */
export const imageNames = {
  input: 'pixels',
  global: 'global',
  patches: 'patches',
  clsAttention: 'clsAttention',
  tse: 'tse',
  mu: 'mu',
  logSigma: 'logSigma',
  certain: 'certain',
} as const;

const batch = 'batch';

/**
 * CLIP's image tower: patches with positions, blocks, norm and projection of all tokens.
 *
 * Input `pixels` [batch, 3, height, width], normalised. Outputs: `global` [batch, joint], of length 1, of
 * the class token; `patches` [batch, patches, joint], not normalised; `clsAttention` [batch, patches], of
 * the class token in the last block, the mean over heads, without what it gives itself. With token
 * selection `tse` [batch, dimensions], of length 1. With a Gaussian head `mu` [batch, joint] and
 * `logSigma` [batch, dimensions] as they are, and `certain`, the unit mean shortened by its uncertainty.
 */
export function imageGraph(layout: Layout, weights: TowerWeights, activation: Activation): GraphBuilder {
  const { image, joint, selection, uncertainty } = layout;
  const { grid } = image;
  const graph = new GraphBuilder('image');
  const context: TowerContext = { graph, weights, activation };
  const pixels = graph.input(imageNames.input, 'float32', [batch, 3, grid.height, grid.width]);
  const embedded = layerNorm(context, patchTokens(context, layout, pixels), 'visual.ln_pre');
  const { tokens, attention, logSigma } = transformer(
    context,
    embedded,
    'visual.transformer',
    image,
    uncertainty !== null,
  );
  const normed = layerNorm(context, tokens, 'visual.ln_post');
  const projected = graph.node('MatMul', [normed, weights.matrix(graph, 'visual.proj')]);
  const ofClass = (values: Value): Value => graph.node('Gather', [values, graph.integers(0)], { axis: 1 });
  const withoutClass = (values: Value): Value =>
    graph.node('Slice', [
      values,
      graph.integers([1]),
      graph.integers([grid.rows * grid.columns + 1]),
      graph.integers([1]),
    ]);
  const mean = ofClass(projected);
  const global = unitLength(graph, mean, lengthEpsilon);
  const patches = withoutClass(projected);
  const ownRow = graph.node('Gather', [attention, graph.integers(0)], { axis: 2 });
  const clsAttention = withoutClass(graph.node('ReduceMean', [ownRow], { axes: [1], keepdims: 0 }));
  graph.output(imageNames.global, global, [batch, joint]);
  graph.output(imageNames.patches, patches, [batch, grid.rows * grid.columns, joint]);
  graph.output(imageNames.clsAttention, clsAttention, [batch, grid.rows * grid.columns]);
  if (selection !== null)
    graph.output(imageNames.tse, patchSelection(context, layout, patches, clsAttention), [batch, selection]);
  if (uncertainty !== null && logSigma !== null) {
    const spread = ofClass(logSigma);
    const certain = graph.node('Mul', [global, certainty(graph, mean, spread)]);
    graph.output(imageNames.mu, mean, [batch, joint]);
    graph.output(imageNames.logSigma, spread, [batch, uncertainty]);
    graph.output(imageNames.certain, certain, [batch, joint]);
  }
  return graph;
}

/**
 * Patches and the class token before them, with their positions; [batch, 1 + patches, width].
 * The class token goes into the first row of the position table, so that it needs no copy for each picture.
 */
function patchTokens({ graph, weights }: TowerContext, { image }: Layout, pixels: Value): Value {
  const { width, grid } = image;
  const count = grid.rows * grid.columns;
  const cut = graph.node('Conv', [pixels, weights.matrix(graph, 'visual.conv1.weight')], {
    kernel_shape: [grid.patch, grid.patch],
    strides: [grid.patch, grid.patch],
  });
  const rows = graph.node('Transpose', [graph.node('Reshape', [cut, graph.integers([0, width, count])])], {
    perm: [0, 2, 1],
  });
  const room = graph.node('Pad', [rows, graph.integers([0, 1, 0, 0, 0, 0])]);
  const table = weights.computed(graph, 'visual.positions', [count + 1, width], async () => {
    const stored = { rows: grid.storedRows, columns: grid.storedColumns };
    const positions = stretchPositions(
      await weights.numbers('visual.positional_embedding'),
      width,
      stored,
      grid,
    );
    const classToken = await weights.numbers('visual.class_embedding');
    classToken.forEach((value, i) => {
      positions[i]! += value;
    });
    return positions;
  });
  return graph.node('Add', [room, table]);
}
