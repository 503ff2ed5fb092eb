import { createHash, hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { DescryError, errorCode } from '../errors.ts';
import { decodeImage, readImageFile, type DecodedPicture } from './decode.ts';
import { ImageRejection } from './image-rejection.ts';
import type { CropPlan } from './plan.ts';
import type { StageClock } from './progress-meter.ts';
import { isInside } from './sources/root-folder.ts';

export interface OpenedFile {
  /** As text, or as bytes where the name is not UTF-8. */
  path: string | Buffer;
  bytes: Buffer;
  sha256: string;
}

/** A full frame; decoded when the first box is cut out of it. */
export interface Frame {
  sha256: string;
  picture: () => Promise<DecodedPicture>;
}

const framesKept = 3;
const asynchronousFrom = 4 * 1024 * 1024;

/** Reads and hashes the files of an import's source. */
export class SourceFiles {
  readonly #root: string;
  readonly #clock: StageClock;
  readonly #frames = new Map<string, Promise<Frame>>();

  /** @param root real path of the folder that every file must lie in. */
  constructor(root: string, clock: StageClock) {
    this.#root = root;
    this.#clock = clock;
  }

  /** Full path of an item, to be opened. */
  realPath(path: string, plan: CropPlan): string | Buffer {
    if (plan.rawPath === null) return join(this.#root, path);
    return Buffer.concat([Buffer.from(this.#root + sep), Buffer.from(plan.rawPath, 'base64')]);
  }

  /** @throws ImageRejection; DescryError `not-found` when the whole source is gone. */
  async open(path: string | Buffer): Promise<OpenedFile> {
    try {
      // Links may have changed since the scan.
      if (!(await isInside(this.#root, path)))
        throw new ImageRejection('outside-folder', 'It is a link that leads outside the folder.');
      const bytes = await this.#clock.measure('hash', () => readImageFile(path));
      return { path, bytes, sha256: await this.#clock.measure('hash', () => hashBytes(bytes)) };
    } catch (error) {
      await this.#requireRoot();
      if (error instanceof ImageRejection) throw error;
      if (errorCode(error) === 'ENOENT')
        throw new ImageRejection('file-missing', 'The file is not there any more.', {}, error);
      const code = errorCode(error) ?? String(error);
      throw new ImageRejection('unreadable', `The file cannot be reached (${code}).`, {}, error);
    }
  }

  /** A frame, read and decoded once for the boxes that follow each other on it. */
  frame(path: string, plan: CropPlan): Promise<Frame> {
    const key = plan.rawPath ?? path;
    const known = this.#frames.get(key);
    if (known) return known;
    const frame = this.open(this.realPath(path, plan)).then(({ bytes, sha256 }): Frame => {
      let picture: Promise<DecodedPicture> | undefined;
      const decode = (): Promise<DecodedPicture> =>
        this.#clock.measure('decode', () => decodeImage(bytes, { longerSide: Infinity }));
      return { sha256, picture: () => (picture ??= decode()) };
    });
    this.#frames.set(key, frame);
    if (this.#frames.size > framesKept) this.#frames.delete(this.#frames.keys().next().value!);
    return frame;
  }

  /** A drive that was pulled out is no reason to reject every file that was on it. */
  async #requireRoot(): Promise<void> {
    await stat(this.#root).catch((error: unknown) => {
      const message = `The folder ${this.#root} is not there any more. Connect its drive and continue the import.`;
      throw new DescryError('not-found', message, { path: this.#root }, error);
    });
  }
}

/** Full path of an item, as text to be shown and kept. */
export function shownPath(root: string, path: string): string {
  return join(root, path);
}

/**
 * Identity of a crop's origin: SHA-256 over where it comes from and what is in it. The same file, and
 * the same box of it, imported again has the same key.
 */
export function sourceKeyOf(path: string | Buffer, sha256: string, { box, track }: CropPlan): string {
  const part = box === null ? '' : JSON.stringify([box.x, box.y, box.width, box.height, track]);
  return createHash('sha256')
    .update(path)
    .update('\0')
    .update(sha256)
    .update('\0')
    .update(part)
    .digest('hex');
}

/** SHA-256 in lower-case hexadecimal; of large files in a thread. */
export async function hashBytes(bytes: Buffer): Promise<string> {
  if (bytes.length < asynchronousFrom) return hash('sha256', bytes, 'hex');
  return Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString('hex');
}
