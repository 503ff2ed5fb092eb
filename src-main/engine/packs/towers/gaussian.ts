import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { lengthEpsilon } from './layers.ts';

/** Parts of the score: of the means alone, and of each side's uncertainty. They add up to 1. */
const meanPart = 0.6;
export const certaintyPart = 0.2;

/**
 * How much a distribution's spread takes from the cosine of its samples: `a = 1 / sqrt(1 + sum sigma^2 /
 * |mean|^2)`, 1 for a point and near 0 for a distribution that is wide beside its mean.
 *
 * Why: the published search (OMRE, TIFS 2026, `utils/metrics.py`, which stands for the uncertainty-aware
 * lineage) adds 0.9 of the cosine c of the two means to 0.1 of six cosines between a mean and a random
 * sample of the other side. In Descry a search gives the same ranks every time, so the expectation of a
 * sample's cosine takes its place: for a sample z of a Gaussian with this mean and sigma,
 * `E cos(m, z) ~ c a`, because a sample's length is about `sqrt(|mean|^2 + sum sigma^2)`. Three samples on
 * each side give `0.9 c + 0.3 c a_image + 0.3 c a_text`; divided by 1.5, so that it stays within -1..1,
 * the score is `c (0.6 + 0.2 a_image + 0.2 a_text)`.
 *
 * `x = ln(sum sigma^2 / |mean|^2)` is summed up in logarithms, and `a = exp(-ln(1 + e^x) / 2)`, so that
 * no logarithm of sigma overflows.
 * @param mean [batch, joint], not normalised.
 * @param logSigma [batch, any number].
 * @returns [batch, 1].
 */
export function certainty(graph: GraphBuilder, mean: Value, logSigma: Value): Value {
  const doubled = graph.node('Mul', [logSigma, graph.floats(2)]);
  const largest = graph.node('ReduceMax', [doubled], { axes: [-1], keepdims: 1 });
  const parts = graph.node('Exp', [graph.node('Sub', [doubled, largest])]);
  const sum = graph.node('ReduceSum', [parts, graph.integers([-1])], { keepdims: 1 });
  const logVariance = graph.node('Add', [graph.node('Log', [sum]), largest]);
  const length = graph.node('ReduceL2', [mean], { axes: [-1], keepdims: 1 });
  const logLength = graph.node('Log', [graph.node('Add', [length, graph.floats(lengthEpsilon)])]);
  const x = graph.node('Sub', [logVariance, graph.node('Mul', [logLength, graph.floats(2)])]);
  const decay = graph.node('Exp', [graph.node('Neg', [graph.node('Abs', [x])])]);
  const softplus = graph.node('Add', [
    graph.node('Relu', [x]),
    graph.node('Log', [graph.node('Add', [decay, graph.floats(1)])]),
  ]);
  return graph.node('Exp', [graph.node('Mul', [softplus, graph.floats(-0.5)])]);
}

/** A text's unit mean, shortened by what the score takes off for its uncertainty. @returns [batch, joint]. */
export function shortenedMean(graph: GraphBuilder, unitMean: Value, certain: Value): Value {
  const own = graph.node('Mul', [certain, graph.floats(certaintyPart)]);
  return graph.node('Mul', [unitMean, graph.node('Add', [own, graph.floats(meanPart)])]);
}
