import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { DescryError, errorCode, toDescryError } from '../errors.ts';
import { hashFile } from '../hash-file.ts';
import type { CaseKey } from './encryption/case-key.ts';
import type { SealedKind } from './encryption/file-cipher.ts';
import type { MediaRow } from './repositories/crop-repository.ts';

const flushed = promisify(fdatasync);

/** How an original that was copied in is named: nothing else is ever deleted. */
const copyName = /^[0-9a-f]{2}\/[0-9a-f]{64}\.[0-9a-z]+$/;

/**
 * Files of a case: originals copied in, named by their SHA-256, and thumbnails. Every file is written
 * under a temporary name, flushed, and renamed, so a crash leaves either the whole file or none.
 * In an encrypted case it is the one place that seals and opens them; originals that stayed at their place
 * are as they were.
 */
export class MediaStore {
  readonly #folder: string;
  readonly #key: CaseKey | undefined;

  /** @param key of an encrypted case: its files are sealed with it. */
  constructor(caseFolder: string, key?: CaseKey) {
    this.#folder = caseFolder;
    this.#key = key;
  }

  /** Makes the folders that a case needs, and clears away what a killed process was writing. */
  prepare(): void {
    for (const name of ['media', 'thumbnails', 'exports'])
      mkdirSync(join(this.#folder, name), { recursive: true });
    rmSync(this.#unfinished, { recursive: true, force: true });
  }

  /** Files under way; on the same drive as their place, so that the last step is a rename. */
  get #unfinished(): string {
    return join(this.#folder, 'unfinished');
  }

  /** Stores a copy of an original; `media.stored_path` of the result. Storing the same content twice is one file. */
  async storeOriginal(sha256: string, extension: string, bytes: Uint8Array): Promise<string> {
    const relative = this.storedPathOf(sha256, extension);
    const path = join(this.#folder, 'media', relative);
    await this.#write(path, () => this.#sealed('original', sha256, bytes), { flush: true });
    return relative;
  }

  /** The `media.stored_path` of a copied original. */
  storedPathOf(sha256: string, extension: string): string {
    const name = this.#key?.files.nameOf('original', sha256) ?? `${sha256}${extension}`;
    return `${name.slice(0, 2)}/${name}`;
  }

  async storeThumbnail(sha256: string, bytes: Uint8Array): Promise<void> {
    const path = this.thumbnailPath(sha256);
    await this.#write(path, () => this.#sealed('thumbnail', sha256, bytes), { flush: false });
  }

  thumbnailPath(sha256: string): string {
    const name = this.#key?.files.nameOf('thumbnail', sha256) ?? `${sha256}.jpg`;
    return join(this.#folder, 'thumbnails', name.slice(0, 2), name);
  }

  /** Where an original lies, in the case or at its place. */
  originalPath(media: Pick<MediaRow, 'storage' | 'storedPath'>): string {
    return media.storage === 'reference' && isAbsolute(media.storedPath)
      ? media.storedPath
      : join(this.#folder, 'media', media.storedPath);
  }

  /** Whether the file at `originalPath` is not the original itself but sealed. */
  isSealed(media: Pick<MediaRow, 'storage'>): boolean {
    return this.#key !== undefined && media.storage === 'copy';
  }

  /** The untouched bytes of an original. @throws DescryError `not-found` when the file is gone, `case-damaged`. */
  async readOriginal(media: Pick<MediaRow, 'storage' | 'storedPath' | 'sha256'>): Promise<Buffer> {
    const file = this.originalPath(media);
    try {
      const bytes = await readFile(file);
      return this.#key && this.isSealed(media)
        ? this.#key.files.open('original', media.sha256, bytes)
        : bytes;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw toDescryError(error);
      throw new DescryError(
        'not-found',
        `The original of this crop is not at ${file} any more.`,
        { file, sha256: media.sha256 },
        error,
      );
    }
  }

  /** The thumbnail, a JPEG, or undefined: a small original has none of its own, and one may have been lost. */
  async readThumbnail(media: Pick<MediaRow, 'sha256'>): Promise<Buffer | undefined> {
    try {
      const bytes = await readFile(this.thumbnailPath(media.sha256));
      return this.#key?.files.open('thumbnail', media.sha256, bytes) ?? bytes;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw toDescryError(error);
    }
  }

  /**
   * SHA-256 of an original as it is now, for comparing with the one at import. A sealed one that does not
   * open has none.
   * @throws DescryError `case-damaged`; the file system's errors as they are.
   */
  async hashOriginal(media: MediaRow, signal?: AbortSignal): Promise<string> {
    if (!this.isSealed(media)) return hashFile(this.originalPath(media), signal);
    const sealed = await readFile(this.originalPath(media), { signal });
    const bytes = this.#key!.files.open('original', media.sha256, sealed);
    return createHash('sha256').update(bytes).digest('hex');
  }

  #sealed(kind: SealedKind, sha256: string, bytes: Uint8Array): Uint8Array {
    return this.#key?.files.seal(kind, sha256, bytes) ?? bytes;
  }

  /**
   * Deletes the copy of an original, and its thumbnail. An original that was left at its place stays there.
   * @returns whether nothing is left of them; false where the drive or another program forbids it.
   */
  delete({ storage, storedPath, sha256 }: Pick<MediaRow, 'storage' | 'storedPath' | 'sha256'>): boolean {
    const copied = storage === 'copy' && copyName.test(storedPath);
    const files = [this.thumbnailPath(sha256), ...(copied ? [join(this.#folder, 'media', storedPath)] : [])];
    return files.map(deleted).every(Boolean);
  }

  /**
   * Only the flush is waited for: the rest goes to the system's memory, and takes less time than asking
   * another thread to do it.
   * @param options.flush an original must survive a power cut; a thumbnail can be made again.
   */
  async #write(file: string, content: () => Uint8Array, options: { flush: boolean }): Promise<void> {
    if (existsSync(file)) return;
    const temporary = join(this.#unfinished, randomBytes(8).toString('hex'));
    try {
      mkdirSync(this.#unfinished, { recursive: true });
      mkdirSync(dirname(file), { recursive: true });
      const descriptor = openSync(temporary, 'wx');
      try {
        writeFileSync(descriptor, content());
        if (options.flush) await flushed(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw toDescryError(error);
    }
  }
}

function deleted(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch (error) {
    return errorCode(error) === 'ENOENT';
  }
}
