import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../../src-main/engine/packs/onnx/graph-builder.ts';
import { writeGraph } from '../../../../src-main/engine/packs/onnx/write-graph.ts';
import { certainty } from '../../../../src-main/engine/packs/towers/gaussian.ts';
import { temporaryFolder } from '../../../support/temporary.ts';
import { clipShapes, endId, randomCheckpoint, smallSizes, startId } from './random-checkpoint.ts';
import { convert, noisePixels } from './run-towers.ts';

async function certaintyOf(mean: readonly number[], logSigma: readonly number[]): Promise<number> {
  const graph = new GraphBuilder('certainty');
  const inputs = [
    graph.input('mean', 'float32', ['batch', mean.length]),
    graph.input('logSigma', 'float32', ['batch', logSigma.length]),
  ] as const;
  graph.output('certainty', certainty(graph, ...inputs), ['batch', 1]);
  const folder = temporaryFolder();
  await writeGraph(graph, folder, { graph: 'graph.onnx', weights: 'graph.weights' });
  const session = await InferenceSession.create(join(folder, 'graph.onnx'));
  const row = (numbers: readonly number[]): Tensor =>
    new Tensor('float32', Float32Array.from(numbers), [1, numbers.length]);
  const outputs = await session.run({ mean: row(mean), logSigma: row(logSigma) });
  return (outputs['certainty']!.data as Float32Array)[0]!;
}

describe('certainty of a distribution', () => {
  it('is 1 / sqrt(1 + sum of variances / squared length of the mean)', async () => {
    const mean = [3, -1, 2];
    for (const logSigma of [[0, 0, 0], [-2, 1, 0.5, -0.3], [2, 2], [-4]]) {
      const variance = logSigma.reduce((sum, value) => sum + Math.exp(2 * value), 0);
      expect(await certaintyOf(mean, logSigma)).toBeCloseTo(1 / Math.sqrt(1 + variance / 14), 6);
    }
  });

  it('is 0 for a width and 1 for a narrowness beyond what float32 can hold', async () => {
    expect(await certaintyOf([1, 2], [300, 1])).toBe(0);
    expect(await certaintyOf([1, 2], [3e4, -3e4])).toBe(0);
    expect(await certaintyOf([1, 2], [-300, -400])).toBe(1);
  });

  it('is small, and not less, where it is small', async () => {
    expect(await certaintyOf([1, 0], [30])).toBeCloseTo(Math.exp(-30), 17);
  });

  it('is finite for a mean of length 0', async () => {
    expect(await certaintyOf([0, 0], [0])).toBeCloseTo(0, 6);
  });
});

describe('the score of a Gaussian head', () => {
  it('is the cosine of the means, less for uncertainty on either side', async () => {
    const { towers, images, texts } = await convert(randomCheckpoint(clipShapes(smallSizes, 'gaussian'), 41));
    const image = await images(noisePixels(1, 24, 8), 1);
    const text = await texts([[startId, 8, 3, 19, endId]]);
    const dot = (one: readonly number[], other: readonly number[]): number =>
      one.reduce((sum, value, i) => sum + value * other[i]!, 0);
    const score = towers.embeddings.reduce(
      (sum, part) => sum + part.weight * dot(image[part.imageOutput]!, text[part.textOutput]!),
      0,
    );
    const certain = ({ mu = [], logSigma = [] }: Record<string, number[]>): number =>
      1 / Math.sqrt(1 + logSigma.reduce((sum, value) => sum + Math.exp(2 * value), 0) / dot(mu, mu));
    const cosine = dot(image['mu']!, text['mu']!) / Math.hypot(...image['mu']!) / Math.hypot(...text['mu']!);
    expect(score).toBeCloseTo(cosine * (0.6 + 0.2 * certain(image) + 0.2 * certain(text)), 6);
    expect(Math.abs(score)).toBeGreaterThan(1e-3);
    expect(towers.embeddings.map(({ length }) => length)).toEqual(['at-most-one', 'at-most-one']);
  });
});
