import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { Preprocessor } from '../../src-main/engine/inference/preprocess.ts';
import { openCheckpoint } from '../../src-main/engine/packs/checkpoint/open-checkpoint.ts';
import { detectLayout } from '../../src-main/engine/packs/layouts/detect-layout.ts';
import { writeTowers, type ConvertedTowers } from '../../src-main/engine/packs/towers/write-towers.ts';
import { publishedVectors, vectorsAreHere, vectorsMissing } from '../support/published-vectors.ts';
import { temporaryFolder } from '../support/temporary.ts';

const [startId, endId, maxTokens] = [49_406, 49_407, 77];
/** As close as every number of a converted model has to be to the published code's. */
const tolerance = 1e-4;

type Table = number[][];
interface Expected {
  image: Record<string, Table>;
  text: Record<string, Table>;
  similarity?: Table;
  similarityMu?: Table;
}
/** By output, one row a picture or text. */
type Outputs = Record<string, Table>;

function json<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(publishedVectors, ...path), 'utf8')) as T;
}

async function session(folder: string, file: string): Promise<InferenceSession> {
  const opened = await InferenceSession.create(join(folder, file));
  onTestFinished(() => opened.release());
  return opened;
}

function rows(outputs: InferenceSession.OnnxValueMapType): Outputs {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { dims, data }]) => {
      const [count = 1] = dims;
      const numbers = [...(data as Float32Array)];
      const size = numbers.length / count;
      return [name, Array.from({ length: count }, (_, i) => numbers.slice(i * size, (i + 1) * size))];
    }),
  );
}

async function pictures(folder: string, { image }: ConvertedTowers): Promise<Outputs> {
  const preprocessor = new Preprocessor(image);
  const size = 3 * image.height * image.width;
  const pixels = new Float32Array(3 * size);
  for (const [index, name] of ['a', 'b', 'c'].entries()) {
    const picture = sharp(join(publishedVectors, 'images', `${name}.png`)).removeAlpha();
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    pixels.set(preprocessor.run({ data, width: info.width, height: info.height }), index * size);
  }
  const feed = new Tensor('float32', pixels, [3, 3, image.height, image.width]);
  return rows(await (await session(folder, image.file)).run({ [image.input]: feed }));
}

/** Ids of the sentences that have words, as the published code cuts them. */
function sentences(): Table {
  return json<{ ids: number[] }[]>('clip-tokens.json')
    .filter(({ ids }) => ids.length > 0)
    .map(({ ids }) => [...[startId, ...ids].slice(0, maxTokens - 1), endId]);
}

/** Each sentence on its own, without filling. */
async function texts(folder: string, { text }: ConvertedTowers): Promise<Outputs> {
  const opened = await session(folder, text.file);
  const all: Outputs = {};
  for (const ids of sentences()) {
    const feed = new Tensor('int32', Int32Array.from(ids), [1, ids.length]);
    for (const [name, [row]] of Object.entries(rows(await opened.run({ [text.input]: feed }))))
      (all[name] ??= []).push(row!);
  }
  return all;
}

function compare(name: string, own: Table | undefined, expected: Table): void {
  expect(
    own?.map((row) => row.length),
    name,
  ).toEqual(expected.map((row) => row.length));
  const differences = expected.flatMap((row, i) => row.map((value, j) => Math.abs(value - own![i]![j]!)));
  expect(Math.max(...differences), name).toBeLessThan(tolerance);
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, i) => sum + value * other[i]!, 0);
}

/** The score of every text (row) with every picture (column), from the embeddings that a pack names. */
function scores({ embeddings }: ConvertedTowers, image: Outputs, text: Outputs): Table {
  const [{ textOutput }] = embeddings as [ConvertedTowers['embeddings'][number]];
  return text[textOutput]!.map((_, row) =>
    image['global']!.map((__, column) =>
      embeddings.reduce(
        (sum, part) =>
          sum + part.weight * dot(image[part.imageOutput]![column]!, text[part.textOutput]![row]!),
        0,
      ),
    ),
  );
}

async function convert(
  kind: string,
  skip: TestContext['skip'],
): Promise<{ towers: ConvertedTowers; expected: Expected; image: Outputs; text: Outputs }> {
  const file = join(publishedVectors, 'checkpoints', `${kind}-tiny.pth`);
  if (!vectorsAreHere) skip(vectorsMissing);
  const checkpoint = await openCheckpoint(file);
  onTestFinished(() => checkpoint.close());
  const layout = detectLayout(checkpoint);
  expect(layout).toMatchObject({ kind, activation: 'quickgelu', usesMaskToken: true });
  const folder = temporaryFolder();
  const towers = await writeTowers(checkpoint, layout, folder, {
    weights: 'stored',
    activation: 'quickgelu',
  });
  return {
    towers,
    expected: json<Expected>('checkpoints', `${kind}-tiny.expected.json`),
    image: await pictures(folder, towers),
    text: await texts(folder, towers),
  };
}

describe('towers of checkpoints that the published code saved', () => {
  it.for(['rde', 'irra', 'sen', 'gaussian'])('%s: give its embeddings', async (kind, { skip }) => {
    const { expected, image, text } = await convert(kind, skip);
    for (const [name, table] of Object.entries(expected.image)) compare(`image ${name}`, image[name], table);
    for (const [name, table] of Object.entries(expected.text)) compare(`text ${name}`, text[name], table);
  });

  it.for(['rde', 'irra', 'sen'])('%s: give its similarities', async (kind, { skip }) => {
    const { towers, expected, image, text } = await convert(kind, skip);
    compare('similarity', scores(towers, image, text), expected.similarity!);
  });

  it('gaussian: give the cosine of the means, less for uncertainty on either side', async ({ skip }) => {
    const { towers, expected, image, text } = await convert('gaussian', skip);
    const certain = (outputs: Outputs): number[] =>
      outputs['mu']!.map((mean, i) => {
        const variance = outputs['logSigma']![i]!.reduce((sum, value) => sum + Math.exp(2 * value), 0);
        return 1 / Math.sqrt(1 + variance / dot(mean, mean));
      });
    const [pictures, words] = [certain(image), certain(text)];
    const closed = expected.similarityMu!.map((row, i) =>
      row.map((cosine, j) => cosine * (0.6 + 0.2 * pictures[j]! + 0.2 * words[i]!)),
    );
    compare('score', scores(towers, image, text), closed);
  });
});
