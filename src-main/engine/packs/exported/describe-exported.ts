import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackManifest } from '../../inference/schema.ts';
import { TextReader } from '../../inference/text-reader.ts';
import { inferenceThreads } from '../../inference/threads.ts';
import { TowerThread } from '../../inference/tower-thread.ts';
import { readConfiguration, type Configuration } from './configuration.ts';
import { exportedFolders, findGraphs, type ExportedGraphs } from './exported-files.ts';
import { doesNotFit } from './exported-problem.ts';
import { pictureSide, textSide } from './graph-sides.ts';
import { modelFamily, type ModelFamily } from './model-family.ts';
import { pictureInput } from './picture-input.ts';
import { textInput } from './text-input.ts';

/** An exported CLIP or SigLIP model: everything that a pack.json says about how it is used. */
export interface ExportedModel {
  family: ModelFamily;
  image: PackManifest['image'];
  text: PackManifest['text'];
  embeddings: PackManifest['embeddings'];
  /** The pack's files: copied from a path, or of this content. */
  files: ExportedFile[];
  /** Sum of the sizes of the files. */
  bytes: number;
  /** Graphs of the folder that are not taken. */
  others: { name: string; bytes: number }[];
  facts: { label: string; value: string }[];
  /** Name of the model that it was exported from, as config.json gives it; null where it does not. */
  exportedFrom: string | null;
}

export interface ExportedFile {
  /** Name in the pack. */
  name: string;
  bytes: number;
  from: { path: string } | { content: string };
}

const mostDimensions = 8192;
const tokenizerName = 'tokenizer.json';
/** A text of a few words, and one that is longer than any model reads. */
const trialTexts = ['a person', 'a person in a red jacket and blue jeans '.repeat(500)];
const resizeWords = { 'antialias-bilinear': 'bilinear', 'antialias-bicubic': 'bicubic' } as const;

/**
 * Reads an exported model (optimum, transformers.js): graphs, tokenizer and settings. A grey picture and two
 * texts are run through it.
 * @returns null when the folder holds no graph of such a model.
 * @throws DescryError `unsupported` with what is missing or not known to Descry, `pack-refused` when files are
 * damaged or do not fit each other.
 */
export async function describeExported(folder: string): Promise<ExportedModel | null> {
  const graphs = await findGraphs(folder);
  if (!graphs) return null;
  const configuration = await readConfiguration(exportedFolders(folder));
  const family = modelFamily(configuration);
  const picture = pictureInput(configuration.preprocessor);
  const isCombined = graphs.image === graphs.text;
  const names = isCombined ? [graphs.image] : [graphs.image, graphs.text];
  const described = await TowerThread.describe(graphs.folder, names);
  const [imageGraph, textGraph = imageGraph] = described.map((graph, i) => ({ ...graph, file: names[i]! }));
  const { input: pixels, output: imageOutput } = pictureSide(imageGraph!, family, picture, isCombined);
  const side = textSide(textGraph!, family, isCombined);
  const { maxTokens, padId, padded, tokenizer } = textInput(configuration, family, side.length);
  const image: PackManifest['image'] = { file: graphs.image, input: pixels, ...picture };
  const text: PackManifest['text'] = {
    file: graphs.text,
    input: side.input,
    idType: side.idType,
    tokenizer: { kind: 'huggingface', file: tokenizerName },
    maxTokens,
    padId,
    ...(padded && { padded }),
    ...(side.attentionMask !== undefined && { attentionMask: side.attentionMask }),
  };
  const content = tokenizer ?? (await readFile(configuration.tokenizerPath, 'utf8'));
  const reader = new TextReader(content, text, undefined);
  const dimensions = await tryTowers(
    graphs.folder,
    { image, text, output: { image: imageOutput, text: side.output } },
    trialTexts.map((words) => reader.read(words).ids),
  );
  const files = await filesOf(graphs, configuration, tokenizer);
  return {
    family,
    image,
    text,
    embeddings: [
      {
        name: 'global',
        imageOutput,
        textOutput: side.output,
        dimensions,
        weight: 1,
        length: 'normalise',
      },
    ],
    files,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    others: graphs.others,
    facts: [
      { label: 'Model', value: isCombined ? `${family} in one graph` : `${family} in two graphs` },
      { label: 'Graphs', value: names.join(', ') },
      {
        label: 'Pictures',
        value: `${image.width} x ${image.height} pixels, ${resizeWords[image.resize]}${image.crop ? ', the middle of each' : ', stretched'}`,
      },
      { label: 'Texts', value: `up to ${maxTokens} tokens${padded ? ', filled up' : ''}` },
      { label: 'Dimensions', value: String(dimensions) },
      ...(tokenizer === undefined
        ? []
        : [{ label: 'Tokenizer', value: 'completed: texts are read in lower case (do_lower_case)' }]),
    ],
    exportedFrom: configuration.model._name_or_path || null,
  };
}

/** @returns the dimensions of the space that pictures and texts share. @throws DescryError `pack-refused`. */
async function tryTowers(
  folder: string,
  { image, text, output }: Pick<PackManifest, 'image' | 'text'> & { output: { image: string; text: string } },
  texts: readonly (readonly number[])[],
): Promise<number> {
  const manifest: PackManifest = {
    schema: 1,
    id: 'exported',
    version: '1',
    name: 'exported',
    licence: 'not stated',
    provenance: {},
    intendedUse: '',
    limits: [],
    accuracy: [],
    files: {},
    image,
    text,
    embeddings: [
      // How many dimensions there are is what the trial finds.
      { name: 'global', imageOutput: output.image, textOutput: output.text, dimensions: 1, weight: 1 },
    ],
  };
  const towers = await TowerThread.load({ folder, manifest, provider: 'cpu', threads: inferenceThreads() });
  try {
    const sizes = await towers.sizes(texts);
    const pictures = sizes.images[output.image] ?? 0;
    const sentences = sizes.texts[output.text] ?? 0;
    if (pictures !== sentences || pictures === 0)
      throw doesNotFit(
        `pictures become ${pictures} numbers (${image.file}, ${output.image}) and sentences ${sentences} (${text.file}, ${output.text}), so they cannot be compared.`,
      );
    if (pictures > mostDimensions)
      throw doesNotFit(`pictures become ${pictures} numbers; at most ${mostDimensions} are possible.`);
    return pictures;
  } finally {
    await towers.dispose();
  }
}

async function filesOf(
  graphs: ExportedGraphs,
  { tokenizerPath }: Configuration,
  completed: string | undefined,
): Promise<ExportedFile[]> {
  const tokenizer: ExportedFile =
    completed === undefined
      ? { name: tokenizerName, bytes: (await stat(tokenizerPath)).size, from: { path: tokenizerPath } }
      : { name: tokenizerName, bytes: Buffer.byteLength(completed), from: { content: completed } };
  return [
    ...graphs.files.map(({ name, bytes }) => ({ name, bytes, from: { path: join(graphs.folder, name) } })),
    tokenizer,
  ];
}
