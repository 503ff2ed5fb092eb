import type { TransformerSize } from '../layouts/layout.ts';
import type { Value } from '../onnx/graph-builder.ts';
import { layerNorm, linear, type TowerContext } from './layers.ts';

/** What a block makes of its tokens. */
export interface BlockResult {
  /** [batch, tokens, width]. */
  tokens: Value;
  /** Of each token to each; [batch, heads, tokens, tokens]. */
  attention: Value;
}

/**
 * One block of a transformer as CLIP has it: `y = x + attention(norm(x))`, then `y + perceptron(norm(y))`.
 * @param x [batch, tokens, width].
 * @param name of the block ("visual.transformer.resblocks.0").
 * @param mask [tokens, tokens], added to what a token (row) makes of each other (column).
 */
export function transformerBlock(
  context: TowerContext,
  x: Value,
  name: string,
  size: TransformerSize,
  mask?: Value,
): BlockResult {
  const { graph } = context;
  const { tokens, attention } = attended(context, x, name, size, mask);
  const changed = perceptron(context, layerNorm(context, tokens, `${name}.ln_2`), `${name}.mlp`);
  return { tokens: graph.node('Add', [tokens, changed]), attention };
}

/**
 * The block that gives a Gaussian head its logarithms of standard deviations: `y = x + attention(norm(x))`,
 * then `perceptron(x + norm(y))` without a sum after it, then a linear layer. This order is the one of the
 * published code (OMRE, TIFS 2026, `model/clip_model.py`), and differs from a block of CLIP.
 * @returns [batch, tokens, dimensions].
 */
export function logSigmaBlock(
  context: TowerContext,
  x: Value,
  name: string,
  size: TransformerSize,
  mask?: Value,
): Value {
  const { graph } = context;
  const { tokens } = attended(context, x, name, size, mask);
  const entered = graph.node('Add', [x, layerNorm(context, tokens, `${name}.ln_2`)]);
  const changed = perceptron(context, entered, `${name}.mlp`);
  return linear(context, changed, `${name}.linear.weight`, `${name}.linear.bias`);
}

/** `x + attention(norm(x))`. */
function attended(
  context: TowerContext,
  x: Value,
  name: string,
  size: TransformerSize,
  mask: Value | undefined,
): BlockResult {
  const normed = layerNorm(context, x, `${name}.ln_1`);
  const { tokens, attention } = selfAttention(context, normed, `${name}.attn`, size, mask);
  return { tokens: context.graph.node('Add', [x, tokens]), attention };
}

function perceptron(context: TowerContext, x: Value, name: string): Value {
  const hidden = activate(context, linear(context, x, `${name}.c_fc.weight`, `${name}.c_fc.bias`));
  return linear(context, hidden, `${name}.c_proj.weight`, `${name}.c_proj.bias`);
}

/** Attention with several heads; the rows of `in_proj` are those of queries, keys and values. */
function selfAttention(
  context: TowerContext,
  x: Value,
  name: string,
  { width, heads }: TransformerSize,
  mask: Value | undefined,
): BlockResult {
  const { graph } = context;
  const all = linear(context, x, `${name}.in_proj_weight`, `${name}.in_proj_bias`);
  const [queries, keys, values] = graph.nodes('Split', [all], 3, { axis: -1 });
  const headWidth = width / heads;
  const byHead = (part: Value | undefined, order: readonly number[]): Value =>
    graph.node('Transpose', [graph.node('Reshape', [part!, graph.integers([0, 0, heads, headWidth])])], {
      perm: order,
    });
  const scaled = graph.node('Mul', [byHead(queries, [0, 2, 1, 3]), graph.floats(1 / Math.sqrt(headWidth))]);
  const scores = graph.node('MatMul', [scaled, byHead(keys, [0, 2, 3, 1])]);
  const attention = graph.node('Softmax', [mask ? graph.node('Add', [scores, mask]) : scores], { axis: -1 });
  const mixed = graph.node('MatMul', [attention, byHead(values, [0, 2, 1, 3])]);
  const joined = graph.node('Reshape', [
    graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }),
    graph.integers([0, 0, width]),
  ]);
  return {
    tokens: linear(context, joined, `${name}.out_proj.weight`, `${name}.out_proj.bias`),
    attention,
  };
}

/** QuickGELU is `x sigmoid(1.702 x)`; GELU is `x (1 + erf(x / sqrt 2)) / 2`, without approximation. */
function activate({ graph, activation }: TowerContext, x: Value): Value {
  if (activation === 'quickgelu')
    return graph.node('Mul', [x, graph.node('Sigmoid', [graph.node('Mul', [x, graph.floats(1.702)])])]);
  const error = graph.node('Erf', [graph.node('Div', [x, graph.floats(Math.SQRT2)])]);
  const doubled = graph.node('Mul', [x, graph.node('Add', [error, graph.floats(1)])]);
  return graph.node('Mul', [doubled, graph.floats(0.5)]);
}
