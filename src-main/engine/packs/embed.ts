import { DescryError } from '../errors.ts';
import type { EmbeddingModel, RawOutputs } from '../inference/embedding-model.ts';
import { decodeImage } from '../ingest/decode.ts';
import { exactScore } from '../search/exact-score.ts';
import type { EmbedOutcome } from './schema.ts';

export interface EmbedRequest {
  /** Paths of pictures. */
  images: readonly string[];
  texts: readonly string[];
}

/**
 * Every named output of a model for pictures and sentences, and the score of every sentence with every
 * picture: the float64 dot product that a search computes.
 * @throws DescryError `invalid-input`, naming the picture that cannot be read or the text that is empty.
 */
export async function embedFiles(
  model: EmbeddingModel,
  { images, texts }: EmbedRequest,
): Promise<EmbedOutcome> {
  const sentences: RawOutputs[] = [];
  for (const [index, text] of texts.entries()) sentences.push(await embedText(model, text, index));
  const pictures: RawOutputs[] = [];
  for (let first = 0; first < images.length; first += model.batch) {
    const pixels: Float32Array[] = [];
    for (const path of images.slice(first, first + model.batch)) pixels.push(await readPixels(model, path));
    pictures.push(...(await model.rawImages(pixels)));
  }
  return {
    pack: model.summary.id,
    digest: model.summary.digest,
    provider: model.provider,
    images: pictures.map((picture, index) => embedded(images[index]!, picture)),
    texts: sentences.map((sentence, index) => embedded(texts[index]!, sentence)),
    scores: dotProducts(sentences, pictures, ({ vector }) => vector),
    similarities: Object.fromEntries(
      model.manifest.embeddings.map(({ name }) => [
        name,
        dotProducts(sentences, pictures, ({ outputs }) => outputs[name]!),
      ]),
    ),
  };
}

/** [sentences][pictures]. */
function dotProducts(
  sentences: readonly RawOutputs[],
  pictures: readonly RawOutputs[],
  vectorOf: (outputs: RawOutputs) => Float32Array,
): number[][] {
  return sentences.map((sentence) => {
    const query = Float64Array.from(vectorOf(sentence));
    return pictures.map((picture) => exactScore(query, vectorOf(picture), 0));
  });
}

async function embedText(model: EmbeddingModel, text: string, index: number): Promise<RawOutputs> {
  try {
    return (await model.rawTexts([text]))[0]!;
  } catch (error) {
    if (!(error instanceof DescryError) || error.kind !== 'invalid-input') throw error;
    throw new DescryError('invalid-input', `Text ${index + 1}: ${error.message}`, { index, text }, error);
  }
}

async function readPixels(model: EmbeddingModel, path: string): Promise<Float32Array> {
  try {
    return model.preprocess(await decodeImage(path));
  } catch (error) {
    if (!(error instanceof DescryError)) throw error;
    throw new DescryError(error.kind, `${path}: ${error.message}`, { ...error.detail, path }, error);
  }
}

function embedded(source: string, { outputs }: RawOutputs): EmbedOutcome['images'][number] {
  const embeddings = Object.entries(outputs).map(([name, numbers]) => [name, Array.from(numbers)] as const);
  return { source, embeddings: Object.fromEntries(embeddings) };
}
