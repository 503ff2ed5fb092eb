import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { PackManifest } from '../../inference/schema.ts';
import type { Layout } from '../layouts/layout.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { weightBytes, writeGraph } from '../onnx/write-graph.ts';
import type { Activation, WeightType } from '../schema.ts';
import { certaintyPart } from './gaussian.ts';
import { imageGraph, imageNames } from './image-graph.ts';
import { textGraph, textNames } from './text-graph.ts';
import { TowerWeights } from './tower-weights.ts';

/** What pack.json says about the two graphs; the tokenizer is added by who has the vocabulary. */
export type ConvertedTowers = Pick<
  PackManifest,
  'image' | 'embeddings' | 'patches' | 'attention' | 'uncertainty'
> & {
  text: Omit<PackManifest['text'], 'tokenizer' | 'knownWords'>;
  /** Names of the files that were written. */
  files: string[];
};

const files = {
  image: { graph: 'image.onnx', weights: 'image.weights' },
  text: { graph: 'text.onnx', weights: 'text.weights' },
};
/** Of CLIP's training pictures; RGB. */
const mean: [number, number, number] = [0.48145466, 0.4578275, 0.40821073];
const std: [number, number, number] = [0.26862954, 0.26130258, 0.27577711];

/**
 * Writes a checkpoint's two towers as ONNX graphs into a folder. Weights go to files of their own beside
 * the graphs, tensor by tensor. What was written before an error stays there.
 * @param onProgress told after every tensor, in bytes of both towers.
 * @throws DescryError `invalid-input` when a tensor cannot be read or is not finite, `unsupported` when
 * float16 cannot hold it; the file system's errors; AbortError.
 */
export async function writeTowers(
  checkpoint: Pick<Checkpoint, 'tensors' | 'read'>,
  layout: Layout,
  folder: string,
  options: { weights: WeightType; activation: Activation },
  onProgress: (progress: { done: number; total: number; step: string }) => void = () => undefined,
  signal?: AbortSignal,
): Promise<ConvertedTowers> {
  const weights = new TowerWeights(checkpoint, layout, options.weights);
  const towers: { graph: GraphBuilder; name: 'image' | 'text' }[] = [
    { graph: imageGraph(layout, weights, options.activation), name: 'image' },
    { graph: textGraph(layout, weights, options.activation), name: 'text' },
  ];
  const total = towers
    .flatMap(({ graph }) => graph.weights)
    .reduce((sum, weight) => sum + weightBytes(weight), 0);
  let done = 0;
  for (const { graph, name } of towers) {
    const step = `Writing the ${name} tower`;
    onProgress({ done, total, step });
    const onWeight = (_: string, bytes: number): void => onProgress({ done: (done += bytes), total, step });
    await writeGraph(graph, folder, files[name], onWeight, signal);
  }
  return describeTowers(layout);
}

function describeTowers(layout: Layout): ConvertedTowers {
  const { grid } = layout.image;
  return {
    image: {
      file: files.image.graph,
      input: imageNames.input,
      width: grid.width,
      height: grid.height,
      resize: 'antialias-bilinear',
      mean,
      std,
    },
    text: {
      file: files.text.graph,
      input: textNames.input,
      idType: 'int32',
      maxTokens: layout.text.maxTokens,
      padId: 0,
    },
    embeddings: embeddings(layout),
    patches: { output: imageNames.patches, rows: grid.rows, columns: grid.columns },
    attention: { output: imageNames.clsAttention },
    ...(layout.uncertainty !== null && {
      uncertainty: {
        imageOutput: imageNames.logSigma,
        textOutput: textNames.logSigma,
        scale: 'log-sigma' as const,
        dimensions: layout.uncertainty,
        mean: { imageOutput: imageNames.mu, textOutput: textNames.mu },
      },
    }),
    files: Object.values(files).flatMap(({ graph, weights }) => [graph, weights]),
  };
}

/**
 * How the embeddings make the score: the cosine of the global ones; for RDE the mean of the two cosines
 * (its `utils/metrics.py`); for a Gaussian head as `certainty` explains, with the text's part in its mean
 * and the picture's part in an embedding of its own.
 */
function embeddings({ joint, selection, uncertainty }: Layout): PackManifest['embeddings'] {
  const global = { imageOutput: imageNames.global, textOutput: textNames.global, dimensions: joint };
  if (selection !== null) {
    const tse = { imageOutput: imageNames.tse, textOutput: textNames.tse, dimensions: selection };
    return [
      { name: 'global', ...global, weight: 0.5 },
      { name: 'tse', ...tse, weight: 0.5 },
    ];
  }
  if (uncertainty === null) return [{ name: 'global', ...global, weight: 1 }];
  return [
    { name: 'mean', ...global, textOutput: textNames.mean, weight: 1, length: 'at-most-one' },
    {
      name: 'certain',
      ...global,
      imageOutput: imageNames.certain,
      weight: certaintyPart,
      length: 'at-most-one',
    },
  ];
}
