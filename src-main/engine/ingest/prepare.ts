import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { OpenCase } from '../case/open-case.ts';
import type { NewMedia } from '../case/repositories/crop-repository.ts';
import type { PendingItem } from '../case/repositories/batch-repository.ts';
import { DescryError } from '../errors.ts';
import type { EmbeddingModel } from '../inference/embedding-model.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import { decodeImage, type DecodedPicture } from './decode.ts';
import { readExifTime } from './exif-time.ts';
import { clampBox, cutBox, encodePng } from './frame-crop.ts';
import { ImageRejection, type Problem } from './image-rejection.ts';
import { extensionOf } from './image-signature.ts';
import { decodePlan, type CropPlan } from './plan.ts';
import type { StageClock } from './progress-meter.ts';
import { hashBytes, sourceKeyOf, SourceFiles, type OpenedFile } from './source-files.ts';
import { isOwnThumbnail, makeThumbnail } from './thumbnail.ts';

/** What the importer needs of a model. */
export type CropEmbedder = Pick<
  EmbeddingModel,
  'manifest' | 'summary' | 'dimensions' | 'batch' | 'preprocess' | 'embedImages'
>;

/** One content, shared by all crops that have it. */
export interface Content {
  media: NewMedia;
  /** What the model takes; null when a vector of this content is stored already. */
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

/** Takes items from path to prepared crop: read, hash, decode, thumbnail, copy into the case, preprocess. */
export class Preparer {
  readonly #openCase: OpenCase;
  readonly #embeddings: EmbeddingStore;
  readonly #model: CropEmbedder;
  readonly #modelId: number;
  readonly #clock: StageClock;
  readonly #files: SourceFiles;
  readonly #options: { reference: boolean; exif: boolean };
  /** Contents that are prepared but not yet stored, by hash: a second file with the same bytes waits for the first. */
  readonly #contents = new Map<string, Promise<Content>>();

  constructor(
    parts: {
      openCase: OpenCase;
      embeddings: EmbeddingStore;
      model: CropEmbedder;
      modelId: number;
      clock: StageClock;
    },
    root: string,
    options: { reference: boolean; exif: boolean },
  ) {
    this.#openCase = parts.openCase;
    this.#embeddings = parts.embeddings;
    this.#model = parts.model;
    this.#modelId = parts.modelId;
    this.#clock = parts.clock;
    this.#files = new SourceFiles(root, parts.clock);
    this.#options = options;
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

  async #prepare(item: PendingItem, plan: CropPlan): Promise<Prepared> {
    const path = this.#files.realPath(item.path, plan);
    const base = {
      kind: 'ready' as const,
      sequence: item.sequence,
      plan,
      sourcePath: this.#files.shownPath(item.path),
      fileName: basename(item.path),
    };
    if (plan.box) {
      const frame = await this.#files.frame(item.path, plan);
      const sourceKey = sourceKeyOf(path, frame.sha256, plan);
      const known = this.#known(sourceKey);
      if (known !== undefined) return { kind: 'present', sequence: item.sequence, cropId: known };
      const whole = await frame.picture();
      const box = clampBox(plan.box, whole);
      const crop = cutBox(whole, box);
      const bytes = await this.#clock.measure('decode', () => encodePng(crop));
      const picture: DecodedPicture = {
        ...crop,
        format: 'png',
        fileWidth: crop.width,
        fileHeight: crop.height,
        hasExif: false,
        isPlainJpeg: false,
      };
      const content = await this.#content({ path, bytes, sha256: await hashBytes(bytes) }, true, () =>
        Promise.resolve(picture),
      );
      return { ...base, sourceKey, box, frameSha256: frame.sha256, content };
    }
    const file = await this.#files.open(path);
    const sourceKey = sourceKeyOf(path, file.sha256, plan);
    const known = this.#known(sourceKey);
    if (known !== undefined) return { kind: 'present', sequence: item.sequence, cropId: known };
    // A path that is not UTF-8 cannot be kept as a reference; such a file is copied.
    const copy = !this.#options.reference || plan.rawPath !== null;
    const content = await this.#content(file, copy, () =>
      this.#clock.measure('decode', () => decodeImage(file.bytes)),
    );
    return { ...base, sourceKey, box: null, frameSha256: null, content };
  }

  /** The crop that came from the same place before, if it can be searched with the model in use. */
  #known(sourceKey: string): number | undefined {
    const cropId = this.#openCase.crops.idBySourceKey(sourceKey);
    return cropId !== undefined && this.#embeddings.has(this.#modelId, cropId) ? cropId : undefined;
  }

  #content(file: OpenedFile, copy: boolean, decode: () => Promise<DecodedPicture>): Promise<Content> {
    const waiting = this.#contents.get(file.sha256);
    if (waiting) return waiting;
    const content = this.#makeContent(file, copy, decode);
    this.#contents.set(file.sha256, content);
    content.catch(() => this.#contents.delete(file.sha256));
    return content;
  }

  async #makeContent(
    file: OpenedFile,
    copy: boolean,
    decode: () => Promise<DecodedPicture>,
  ): Promise<Content> {
    const known = this.#openCase.crops.mediaByHash(file.sha256);
    const crop = known && this.#openCase.crops.firstCropOfMedia(known.id);
    const vector = crop === undefined ? undefined : this.#embeddings.vectorOf(this.#modelId, crop);
    if (known && vector) {
      if (known.storage === 'copy')
        await this.#storeOriginal(file, known.storedPath.slice(known.storedPath.lastIndexOf('.')));
      return { media: known, pixels: null, vector, exifTime: await this.#exifTime(file.bytes) };
    }
    const picture = await decode();
    const thumbnail = await this.#thumbnail(picture, file.bytes, copy);
    const media = await this.#clock.measure('store', async () => {
      this.#checkCase();
      const extension = extensionOf(picture.format);
      const [storedPath] = await Promise.all([
        copy ? this.#openCase.media.storeOriginal(file.sha256, extension, file.bytes) : file.path.toString(),
        thumbnail && this.#openCase.media.storeThumbnail(file.sha256, thumbnail),
      ]);
      const { format, fileWidth: width, fileHeight: height } = picture;
      return {
        sha256: file.sha256,
        bytes: file.bytes.length,
        format,
        width,
        height,
        storage: copy ? ('copy' as const) : ('reference' as const),
        storedPath,
      };
    });
    return {
      media,
      pixels: this.#clock.measureSync('preprocess', () => this.#model.preprocess(picture)),
      vector: null,
      exifTime: picture.hasExif ? await this.#exifTime(file.bytes) : null,
    };
  }

  /** Null where the copy in the case serves as the thumbnail; a reference gets one, since its file may be away. */
  async #thumbnail(picture: DecodedPicture, bytes: Buffer, copy: boolean): Promise<Buffer | null> {
    if (isOwnThumbnail(picture, bytes.length)) return copy ? null : bytes;
    return this.#clock.measure('thumbnail', () => makeThumbnail(picture));
  }

  /** Writes the copy again should it have been lost; there is nothing to do when it is there. */
  async #storeOriginal(file: OpenedFile, extension: string): Promise<void> {
    this.#checkCase();
    await this.#openCase.media.storeOriginal(file.sha256, extension, file.bytes);
  }

  async #exifTime(bytes: Buffer): Promise<string | null> {
    return this.#options.exif ? readExifTime(bytes) : null;
  }

  /** Writing into a case folder that was removed would build a ghost of it. */
  #checkCase(): void {
    requireCase(this.#openCase);
  }
}

/** @throws DescryError `case-gone` when the case's database is not at its place any more. */
export function requireCase(openCase: OpenCase): void {
  if (!existsSync(join(openCase.path, 'case.sqlite'))) {
    throw new DescryError(
      'case-gone',
      `The case folder ${openCase.path} is not there any more. Bring it back, open the case again, and continue the import.`,
      { path: openCase.path },
    );
  }
}
