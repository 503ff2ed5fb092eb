import type { OpenCase } from '../case/open-case.ts';
import type { LackingMedia } from '../case/repositories/embedding-job-repository.ts';
import { DescryError } from '../errors.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import { decodeImage, readImageFile } from '../ingest/decode.ts';
import { ImageRejection } from '../ingest/image-rejection.ts';
import type { CropEmbedder } from '../ingest/prepare.ts';
import { requireCase } from '../ingest/require-case.ts';
import { hashBytes } from '../ingest/source-files.ts';

/** A content that is ready for the model, has its vector already, or cannot get one. */
export type ReadContent = { mediaId: number } & (
  | { kind: 'pixels'; pixels: Float32Array }
  | { kind: 'vector'; vector: Float32Array }
  | { kind: 'failed'; reason: string }
);

/** Takes contents from the media of the case to what the model reads. */
export class OriginalReader {
  readonly #openCase: OpenCase;
  readonly #embeddings: EmbeddingStore;
  readonly #model: CropEmbedder;
  readonly #modelId: number;

  constructor(openCase: OpenCase, embeddings: EmbeddingStore, model: CropEmbedder, modelId: number) {
    this.#openCase = openCase;
    this.#embeddings = embeddings;
    this.#model = model;
    this.#modelId = modelId;
  }

  /** @throws DescryError `case-gone`; an original that cannot be read is a result, not an error. */
  async read({ media, donor }: LackingMedia): Promise<ReadContent> {
    const known = donor === null ? undefined : this.#embeddings.vectorOf(this.#modelId, donor);
    if (known) return { mediaId: media.id, kind: 'vector', vector: known };
    const path = this.#openCase.media.originalPath(media);
    try {
      const { media: files } = this.#openCase;
      const bytes = files.isSealed(media) ? await files.readOriginal(media) : await readImageFile(path);
      if (bytes.length !== media.bytes || (await hashBytes(bytes)) !== media.sha256) {
        const reason = `The original at ${path} was changed since its import: its SHA-256 is another one.`;
        return { mediaId: media.id, kind: 'failed', reason };
      }
      const picture = await decodeImage(bytes);
      return { mediaId: media.id, kind: 'pixels', pixels: this.#model.preprocess(picture) };
    } catch (error) {
      const problem = problemOf(error);
      if (!problem) throw error;
      // A case that went away with its drive is not a case whose originals are missing.
      requireCase(this.#openCase);
      const reason = problem.isMissing ? `The original is not at ${path} any more.` : problem.message;
      return { mediaId: media.id, kind: 'failed', reason };
    }
  }
}

/** Why one original cannot be read, when that is what an error says. */
function problemOf(error: unknown): { isMissing: boolean; message: string } | undefined {
  if (error instanceof ImageRejection)
    return { isMissing: error.reason === 'file-missing', message: error.message };
  if (error instanceof DescryError && (error.kind === 'not-found' || error.kind === 'case-damaged'))
    return { isMissing: error.kind === 'not-found', message: error.message };
  return undefined;
}
