import { CaseKey } from '../../case/encryption/case-key.ts';
import { MediaStore } from '../../case/media-store.ts';
import { Preprocessor } from '../../inference/preprocess.ts';
import { decodeImage, type DecodedPicture } from '../decode.ts';
import { readExifTime } from '../exif-time.ts';
import { clampBox, cutBox, encodePng } from '../frame-crop.ts';
import { extensionOf } from '../image-signature.ts';
import type { CropBox, CropPlan } from '../plan.ts';
import type { StageClock } from '../progress-meter.ts';
import { requireCase } from '../require-case.ts';
import { hashBytes, sourceKeyOf, SourceFiles, type Frame } from '../source-files.ts';
import { isOwnThumbnail, makeThumbnail } from '../thumbnail.ts';
import type { OpenedPicture, Pictures, PictureSettings, ReadPicture } from './pictures.ts';
import { PlainJpegDecoder } from './plain-jpeg.ts';

type Store = Pick<MediaStore, 'storeOriginal' | 'storeThumbnail'>;

interface LocalParts {
  settings: PictureSettings;
  clock: StageClock;
  media: Store;
  preprocessor: Preprocessor;
  jpeg: PlainJpegDecoder;
}

/** A file's bytes, or those of the crop that was cut out of it. */
interface Content {
  path: string | Buffer;
  bytes: Buffer;
  sha256: string;
  /** Known already for a crop that was cut out. */
  picture: DecodedPicture | null;
}

/** Does the work in the thread that it is called in. */
export class LocalPictures implements Pictures {
  readonly #parts: LocalParts;
  readonly #files: SourceFiles;

  private constructor(parts: LocalParts) {
    this.#parts = parts;
    this.#files = new SourceFiles(parts.settings.root, parts.clock);
  }

  static async create(
    settings: PictureSettings,
    clock: StageClock,
    media: Store = mediaOf(settings),
  ): Promise<LocalPictures> {
    const preprocessor = new Preprocessor(settings.image);
    return new LocalPictures({ settings, clock, media, preprocessor, jpeg: await PlainJpegDecoder.load() });
  }

  async open(path: string, plan: CropPlan): Promise<OpenedPicture> {
    const real = this.#files.realPath(path, plan);
    // A path that is not UTF-8 cannot be kept as a reference; such a file is copied, as are crops out of frames.
    const copy = !this.#parts.settings.reference || plan.rawPath !== null || plan.box !== null;
    if (plan.box) {
      const frame = await this.#files.frame(path, plan);
      const sourceKey = sourceKeyOf(real, frame.sha256, plan);
      return new FramePicture(this.#parts, frame, real, plan.box, sourceKey);
    }
    const file = await this.#files.open(real);
    const content = { ...file, picture: null };
    return new LocalPicture(this.#parts, content, sourceKeyOf(real, file.sha256, plan), copy);
  }
}

/** The files of the case that is imported into. */
export function mediaOf({ casePath, caseKey }: Pick<PictureSettings, 'casePath' | 'caseKey'>): MediaStore {
  return new MediaStore(casePath, caseKey ? new CaseKey(caseKey) : undefined);
}

class LocalPicture implements OpenedPicture {
  readonly sourceKey: string;
  readonly #parts: LocalParts;
  readonly #content: Content;
  readonly #copy: boolean;

  constructor(parts: LocalParts, content: Content, sourceKey: string, copy: boolean) {
    this.#parts = parts;
    this.#content = content;
    this.sourceKey = sourceKey;
    this.#copy = copy;
  }

  get sha256(): string {
    return this.#content.sha256;
  }

  cut(): never {
    throw new Error('only a frame can be cut');
  }

  async read(pixels: Float32Array): Promise<ReadPicture> {
    const { clock, preprocessor, settings, jpeg } = this.#parts;
    const { bytes } = this.#content;
    const picture =
      this.#content.picture ??
      (await clock.measure('decode', async () => (await jpeg.decode(bytes)) ?? decodeImage(bytes)));
    clock.measureSync('preprocess', () => preprocessor.run(picture, pixels));
    const thumbnail = await this.#thumbnail(picture);
    const { format, fileWidth: width, fileHeight: height } = picture;
    const storedPath = await this.#store(extensionOf(format), thumbnail);
    return {
      media: {
        sha256: this.#content.sha256,
        bytes: bytes.length,
        format,
        width,
        height,
        storage: this.#copy ? 'copy' : 'reference',
        storedPath,
      },
      exifTime: settings.exif && picture.hasExif ? await readExifTime(bytes) : null,
    };
  }

  async keep(extension: string | null): Promise<string | null> {
    const { settings, media } = this.#parts;
    const { sha256, bytes } = this.#content;
    if (extension !== null) {
      requireCase({ path: settings.casePath });
      await media.storeOriginal(sha256, extension, bytes);
    }
    return settings.exif ? readExifTime(bytes) : null;
  }

  drop(): void {
    // Nothing is held but by whoever holds this.
  }

  /** Null where the copy in the case serves as the thumbnail; a reference gets one, since its file may be away. */
  async #thumbnail(picture: DecodedPicture): Promise<Buffer | null> {
    const { bytes } = this.#content;
    if (isOwnThumbnail(picture, bytes.length)) return this.#copy ? null : bytes;
    return this.#parts.clock.measure('thumbnail', () => makeThumbnail(picture));
  }

  async #store(extension: string, thumbnail: Buffer | null): Promise<string> {
    const { clock, settings, media } = this.#parts;
    const { sha256, bytes, path } = this.#content;
    return clock.measure('store', async () => {
      requireCase({ path: settings.casePath });
      const [storedPath] = await Promise.all([
        this.#copy ? media.storeOriginal(sha256, extension, bytes) : path.toString(),
        thumbnail && media.storeThumbnail(sha256, thumbnail),
      ]);
      return storedPath;
    });
  }
}

/** A box of a frame; the crop once it is cut out. */
class FramePicture implements OpenedPicture {
  readonly sourceKey: string;
  readonly sha256: string;
  readonly #parts: LocalParts;
  readonly #path: string | Buffer;
  readonly #box: CropBox;
  /** Large; let go as soon as it is cut. */
  #frame: Frame | undefined;
  #crop: LocalPicture | undefined;

  constructor(parts: LocalParts, frame: Frame, path: string | Buffer, box: CropBox, sourceKey: string) {
    this.#parts = parts;
    this.#frame = frame;
    this.#path = path;
    this.#box = box;
    this.sha256 = frame.sha256;
    this.sourceKey = sourceKey;
  }

  async cut(): Promise<{ box: CropBox; sha256: string }> {
    if (!this.#frame) throw new Error('a frame is cut once');
    const whole = await this.#frame.picture();
    this.#frame = undefined;
    const box = clampBox(this.#box, whole);
    const crop = cutBox(whole, box);
    const bytes = await this.#parts.clock.measure('decode', () => encodePng(crop));
    const sha256 = await hashBytes(bytes);
    const { width: fileWidth, height: fileHeight } = crop;
    const picture = {
      ...crop,
      format: 'png',
      fileWidth,
      fileHeight,
      hasExif: false,
      isPlainJpeg: false,
    } as const;
    const content = { path: this.#path, bytes, sha256, picture };
    this.#crop = new LocalPicture(this.#parts, content, this.sourceKey, true);
    return { box, sha256 };
  }

  read(pixels: Float32Array): Promise<ReadPicture> {
    return this.#cut.read(pixels);
  }

  keep(extension: string | null): Promise<string | null> {
    return this.#cut.keep(extension);
  }

  drop(): void {
    this.#frame = undefined;
    this.#crop = undefined;
  }

  get #cut(): LocalPicture {
    if (!this.#crop) throw new Error('a box is cut out before it is read');
    return this.#crop;
  }
}
