import { basename } from 'node:path';
import type { OpenCase } from '../case/open-case.ts';
import type { PendingItem } from '../case/repositories/batch-repository.ts';
import type { NewMedia } from '../case/repositories/crop-repository.ts';
import type { EmbeddingModel } from '../inference/embedding-model.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import { ImageRejection, type Problem } from './image-rejection.ts';
import type { OpenedPicture, Pictures } from './pictures/pictures.ts';
import type { PixelSlots } from './pictures/pixel-slots.ts';
import { decodePlan, type CropPlan } from './plan.ts';
import { shownPath } from './source-files.ts';

export { requireCase } from './require-case.ts';

/** What the importer needs of a model. */
export type CropEmbedder = Pick<
  EmbeddingModel,
  'manifest' | 'summary' | 'dimensions' | 'batch' | 'preprocess' | 'embedImages'
>;

/** One content, shared by all crops that have it. */
export interface Content {
  media: NewMedia;
  /** What the model takes; null when the model has seen it, or a vector of this content is stored already. */
  pixels: Float32Array | null;
  /** Set when the model has seen it. */
  vector: Float32Array | null;
  /** For EXIF. */
  exifTime: string | null;
}

/** A crop whose files are written and which only needs its rows. */
export interface ReadyCrop {
  kind: 'ready';
  sequence: number;
  plan: CropPlan;
  sourcePath: string;
  fileName: string;
  sourceKey: string;
  box: CropPlan['box'];
  frameSha256: string | null;
  content: Content;
}

export type Prepared =
  | ReadyCrop
  | { kind: 'rejected'; sequence: number; problem: Problem }
  | { kind: 'present'; sequence: number; cropId: number };

export interface PreparerParts {
  openCase: OpenCase;
  embeddings: EmbeddingStore;
  modelId: number;
  pictures: Pictures;
  slots: PixelSlots;
}

/** Takes items from path to prepared crop: what the case knows already is found out before a picture is decoded. */
export class Preparer {
  readonly #parts: PreparerParts;
  readonly #root: string;
  /** Contents that are prepared but not yet stored, by hash: a second file with the same bytes waits for the first. */
  readonly #contents = new Map<string, Promise<Content>>();

  /** @param root real path of the source's folder. */
  constructor(parts: PreparerParts, root: string) {
    this.#parts = parts;
    this.#root = root;
  }

  /** @throws DescryError when the case itself fails (disk full, gone); a bad file is a result, not an error. */
  async prepare(item: PendingItem): Promise<Prepared> {
    try {
      return await this.#prepare(item, decodePlan(item.plan));
    } catch (error) {
      if (error instanceof ImageRejection)
        return { kind: 'rejected', sequence: item.sequence, problem: error.problem };
      throw error;
    }
  }

  /** To be called when these crops are stored: from now on the case itself knows their content. */
  release(crops: readonly ReadyCrop[]): void {
    for (const { content } of crops) this.#contents.delete(content.media.sha256);
  }

  async #prepare({ sequence, path }: PendingItem, plan: CropPlan): Promise<Prepared> {
    const picture = await this.#parts.pictures.open(path, plan);
    const { sourceKey } = picture;
    const known = this.#known(sourceKey);
    if (known !== undefined) {
      picture.drop();
      return { kind: 'present', sequence, cropId: known };
    }
    const frameSha256 = plan.box ? picture.sha256 : null;
    const cut = plan.box ? await picture.cut() : null;
    const content = await this.#content(picture, cut?.sha256 ?? picture.sha256);
    return {
      kind: 'ready',
      sequence,
      plan,
      sourcePath: shownPath(this.#root, path),
      fileName: basename(path),
      sourceKey,
      box: cut?.box ?? null,
      frameSha256,
      content,
    };
  }

  /** The crop that came from the same place before, if it can be searched with the model in use. */
  #known(sourceKey: string): number | undefined {
    const { openCase, embeddings, modelId } = this.#parts;
    const cropId = openCase.crops.idBySourceKey(sourceKey);
    return cropId !== undefined && embeddings.has(modelId, cropId) ? cropId : undefined;
  }

  #content(picture: OpenedPicture, sha256: string): Promise<Content> {
    const waiting = this.#contents.get(sha256);
    if (waiting) {
      picture.drop();
      return waiting;
    }
    const content = this.#makeContent(picture, sha256);
    this.#contents.set(sha256, content);
    content.catch(() => this.#contents.delete(sha256));
    return content;
  }

  async #makeContent(picture: OpenedPicture, sha256: string): Promise<Content> {
    const { openCase, embeddings, modelId, slots } = this.#parts;
    const known = openCase.crops.mediaByHash(sha256);
    const crop = known && openCase.crops.firstCropOfMedia(known.id);
    const vector = crop === undefined ? undefined : embeddings.vectorOf(modelId, crop);
    if (known && vector) {
      const { storage, storedPath } = known;
      const extension = storage === 'copy' ? storedPath.slice(storedPath.lastIndexOf('.')) : null;
      return { media: known, pixels: null, vector, exifTime: await picture.keep(extension) };
    }
    const pixels = slots.take();
    try {
      return { ...(await picture.read(pixels)), pixels, vector: null };
    } catch (error) {
      slots.give(pixels);
      throw error;
    }
  }
}
