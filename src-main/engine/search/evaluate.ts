import { isAbsolute, join, relative, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { DescryError } from '../errors.ts';
import type { EmbeddingModel } from '../inference/embedding-model.ts';
import { decodeImage } from '../ingest/decode.ts';
import { readAnnotations, type AnnotatedImage } from './annotations.ts';
import { embedReadable } from './embed-query.ts';
import { averageMetrics, queryMetrics, type QueryMetrics } from './metrics.ts';
import { cleanText } from './query.ts';
import type { Evaluation } from './schema.ts';
import { exactScore } from './exact-score.ts';

export interface EvaluationRequest {
  /** Annotation file in the layout of CUHK-PEDES. */
  annotations: string;
  /** Folder that the file paths are relative to. */
  images: string;
  split: string;
  signal?: AbortSignal | undefined;
}

export interface EvaluationProgress {
  progress: { done: number; total: number; step: string };
  evaluation: Evaluation | null;
}

interface GalleryItem {
  person: string;
  vector: Float32Array;
}

const textChunk = 32;

/**
 * Text-to-image retrieval with the field's protocol: every caption of the split is a query, every image
 * of the split is in the gallery, an image is relevant when it shows the caption's person. A caption whose
 * person has no readable image is left out and listed.
 * @throws DescryError `not-found`, `invalid-input`, `cancelled`.
 */
export async function* evaluate(
  model: EmbeddingModel,
  request: EvaluationRequest,
): AsyncGenerator<EvaluationProgress> {
  const images = await readAnnotations(request.annotations, request.split);
  const captions = images.flatMap(({ person, captions: texts }) =>
    texts.map((text) => ({ person, text: cleanText(text) })),
  );
  const total = images.length + captions.length;
  const at = (done: number, step: string): EvaluationProgress => ({
    progress: { done, total, step },
    evaluation: null,
  });
  const rejected: Evaluation['rejected'] = [];

  yield at(0, 'Embedding images');
  const imagesStarted = performance.now();
  const gallery: GalleryItem[] = [];
  for (let first = 0; first < images.length; first += model.batch) {
    stopIfAborted(request.signal);
    gallery.push(
      ...(await embedImages(model, request.images, images.slice(first, first + model.batch), rejected)),
    );
    yield at(Math.min(first + model.batch, images.length), 'Embedding images');
  }
  const imageSeconds = (performance.now() - imagesStarted) / 1000;
  if (gallery.length === 0)
    throw new DescryError(
      'invalid-input',
      `None of the ${images.length} images could be read from ${request.images}.`,
      { rejected: rejected.slice(0, 10) },
    );

  const places = new Map<string, number[]>();
  gallery.forEach(({ person }, place) => places.set(person, [...(places.get(person) ?? []), place]));
  const queries: QueryMetrics[] = [];
  const queriesStarted = performance.now();
  for (let first = 0; first < captions.length; first += textChunk) {
    stopIfAborted(request.signal);
    const chunk = captions.slice(first, first + textChunk);
    const embedded = await embedReadable(
      model,
      chunk.map(({ text }) => text),
    );
    for (const [i, { person, text }] of chunk.entries()) {
      const relevant = places.get(person);
      if (!relevant) {
        rejected.push({
          path: `caption "${text.slice(0, 60)}"`,
          reason: `no image of person ${person} could be read`,
        });
        continue;
      }
      const vector = embedded[i]?.vector;
      if (!vector) {
        rejected.push({ path: `caption "${text.slice(0, 60)}"`, reason: 'there is nothing to read in it' });
        continue;
      }
      const query = Float64Array.from(vector);
      queries.push(
        queryMetrics(
          Float64Array.from(gallery, (item) => exactScore(query, item.vector, 0)),
          relevant,
        ),
      );
    }
    yield at(images.length + Math.min(first + textChunk, captions.length), 'Ranking captions');
    await setImmediate();
  }
  const querySeconds = (performance.now() - queriesStarted) / 1000;

  yield {
    progress: { done: total, total, step: 'Done' },
    evaluation: {
      pack: `${model.manifest.id} ${model.manifest.version}`,
      split: request.split,
      queries: queries.length,
      gallery: gallery.length,
      people: places.size,
      ...averageMetrics(queries),
      imagesPerSecond: imageSeconds > 0 ? gallery.length / imageSeconds : 0,
      queriesPerSecond: querySeconds > 0 ? queries.length / querySeconds : 0,
      rejected,
    },
  };
}

async function embedImages(
  model: EmbeddingModel,
  folder: string,
  images: readonly AnnotatedImage[],
  rejected: Evaluation['rejected'],
): Promise<GalleryItem[]> {
  const readable: { person: string; pixels: Float32Array }[] = [];
  for (const { person, path } of images) {
    try {
      readable.push({ person, pixels: model.preprocess(await decodeImage(placeInside(folder, path))) });
    } catch (error) {
      rejected.push({ path, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  if (readable.length === 0) return [];
  const vectors = await model.embedImages(readable.map(({ pixels }) => pixels));
  return readable.map(({ person }, i) => ({
    person,
    vector: vectors.slice(i * model.dimensions, (i + 1) * model.dimensions),
  }));
}

/** A path of the annotations within the images folder. @throws DescryError `invalid-input` when it leads out of it. */
function placeInside(folder: string, path: string): string {
  const root = resolve(folder);
  const place = join(root, path);
  const inside = relative(root, place);
  if (isAbsolute(path) || inside.startsWith('..') || isAbsolute(inside)) {
    throw new DescryError('invalid-input', 'The path leads out of the images folder.', { path });
  }
  return place;
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DescryError('cancelled', 'The evaluation was cancelled.');
}
