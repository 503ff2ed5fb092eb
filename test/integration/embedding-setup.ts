import { setTimeout } from 'node:timers/promises';
import type { OpenCase } from '../../src-main/engine/case/open-case.ts';
import { EmbeddingService } from '../../src-main/engine/embedding/embedding-service.ts';
import type { EmbeddingJob } from '../../src-main/engine/embedding/schema.ts';
import type { EmbeddingModel } from '../../src-main/engine/inference/embedding-model.ts';
import { EmbeddingStore } from '../../src-main/engine/inference/embedding-store.ts';
import type { CropEmbedder } from '../../src-main/engine/ingest/prepare.ts';

/**
 * The built-in model under the name of another, so that its vectors can be compared with those of an import.
 * @param delayMs that it takes longer for each picture.
 */
export function otherPack(model: EmbeddingModel, delayMs = 0): CropEmbedder {
  return {
    manifest: model.manifest,
    summary: { ...model.summary, id: 'other', digest: 'e'.repeat(64) },
    dimensions: model.dimensions,
    // Small ones where there is to be a middle to stop in.
    batch: delayMs > 0 ? Math.min(model.batch, 16) : model.batch,
    preprocess: (image) => model.preprocess(image),
    embedImages: async (pixels) => {
      if (delayMs > 0) await setTimeout(delayMs * pixels.length);
      return model.embedImages(pixels);
    },
  };
}

/** The service that makes vectors with one pack. */
export function jobsOf(
  openCase: OpenCase,
  pack: CropEmbedder,
  emit: (job: EmbeddingJob) => void = () => undefined,
): { jobs: EmbeddingService; embeddings: EmbeddingStore } {
  const embeddings = new EmbeddingStore(openCase.db);
  const jobs = new EmbeddingService({
    openCase,
    embeddings,
    pack: () => Promise.resolve(pack.summary),
    withModel: (_id, work) => work(pack),
    running: () => null,
    emit,
    onStored: () => undefined,
    onRepaired: () => undefined,
  });
  return { jobs, embeddings };
}
