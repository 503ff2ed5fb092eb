import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DescryError, errorCode, toDescryError } from '../errors.ts';
import { hashFile } from '../hash-file.ts';
import { PayloadManifest } from './payload-manifest.ts';
import type { ExportedFile } from './schema.ts';
import type { SignatureFile } from './signing/signing-key.ts';
import { temporaryPlace, type TemporaryPlace } from './unfinished-exports.ts';

/** Name of the list of hashes, in the form that `sha256sum -c` reads. */
export const manifestName = 'manifest-sha256.txt';

/** A name in `parent` that nothing has yet, under any of the endings: `wanted`, else `wanted-2`, `wanted-3` … */
export function freeName(parent: string, wanted: string, endings: readonly string[] = ['']): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (!endings.some((ending) => existsSync(join(parent, `${name}${ending}`)))) return name;
  }
}

export interface ExportFolderOptions {
  parent: string;
  name: string;
  /** Folder inside it that the manifest is about; empty for the folder itself. */
  payload?: 'data' | '';
  /** Each file is written through to the drive; not needed for what is archived afterwards. */
  durable?: boolean;
}

/** An original to be copied. */
export interface OriginalFile {
  /** Where it lies. */
  path: string;
  /** Its bytes, where the file itself is encrypted. @throws DescryError. */
  read?: (() => Promise<Uint8Array>) | undefined;
  sha256: string;
  /** What it was called, for messages. */
  fileName: string;
  /** Its name in the payload. */
  name: string;
}

/**
 * A folder that is written under a temporary name and gets its own name only when it is whole. Until
 * then `discard` leaves nothing behind.
 */
export class ExportFolder {
  /** Where it will lie. */
  readonly path: string;
  readonly place: TemporaryPlace;
  readonly #payload: string;
  readonly #durable: boolean;
  readonly #folders = new Set<string>();
  #manifest: PayloadManifest | undefined;

  /** Nothing is made yet: `create` does that. */
  constructor({ parent, name, payload = '', durable = true }: ExportFolderOptions) {
    this.path = join(parent, name);
    this.place = temporaryPlace(parent, name);
    this.#payload = payload === '' ? '' : `${payload}/`;
    this.#durable = durable;
  }

  /** @throws DescryError `read-only`, `disk-full`, `invalid-input` when the place for it is a file. */
  async create(): Promise<void> {
    const parent = dirname(this.path);
    try {
      await mkdir(this.place.folder, { recursive: true });
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOTDIR' || code === 'EEXIST') {
        throw new DescryError(
          'invalid-input',
          `${parent} is not a folder. Choose a folder for the report.`,
          { folder: parent },
          error,
        );
      }
      throw toDescryError(error);
    }
  }

  /** Files of the payload so far, and their bytes. */
  get payload(): { files: number; octets: number } {
    return { files: this.#manifest?.files ?? 0, octets: this.#manifest?.octets ?? 0 };
  }

  /** Whether the payload has a file of this name already. */
  has(name: string): boolean {
    return existsSync(join(this.place.folder, this.#payload, name));
  }

  /** Writes one file of the payload and hashes it. @param format what it is, for whoever lists the files. */
  async write(
    format: string,
    name: string,
    produce: (output: Writable, path: string) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<ExportedFile> {
    const path = await this.#place(`${this.#payload}${name}`);
    const output = createWriteStream(path, { flags: 'wx', flush: this.#durable });
    try {
      await produce(output, path);
      signal?.throwIfAborted();
    } catch (error) {
      output.destroy();
      throw error;
    }
    return this.#list({
      format,
      path: `${this.#payload}${name}`,
      bytes: (await stat(path)).size,
      sha256: await hashFile(path, signal),
    });
  }

  async writeText(
    format: string,
    name: string,
    chunks: Iterable<string> | AsyncIterable<string>,
    signal?: AbortSignal,
  ): Promise<ExportedFile> {
    const text = inLargePieces(chunks);
    return this.write(format, name, (output) => pipeline(text, output, signal ? { signal } : {}), signal);
  }

  async writeBytes(
    format: string,
    { fileName, bytes }: SignatureFile,
    signal?: AbortSignal,
  ): Promise<ExportedFile> {
    const file = { format, ...(await this.#put(`${this.#payload}${fileName}`, () => [bytes], signal)) };
    return this.#list(file);
  }

  /** Several small files at once, which the manifest lists in their order. */
  async writeAll(format: string, files: readonly SignatureFile[], signal?: AbortSignal): Promise<void> {
    const written = await allOf(
      files.map(({ fileName, bytes }) => this.#put(`${this.#payload}${fileName}`, () => [bytes], signal)),
    );
    for (const file of written) await this.#list({ format, ...file });
  }

  /**
   * Copies originals byte for byte, several at once, hashing what is copied.
   * @throws DescryError `not-found` when one is gone; `case-damaged` when its bytes are not those that were imported.
   */
  async copyOriginals(originals: readonly OriginalFile[], signal?: AbortSignal): Promise<void> {
    const copied = await allOf(originals.map((original) => this.#copy(original, signal)));
    for (const file of copied) await this.#list({ format: 'original', ...file });
  }

  /** Ends the list of the payload's hashes. @returns the manifest. */
  async closeManifest(): Promise<ExportedFile> {
    const manifest = this.#manifest ?? new PayloadManifest(await this.#place(manifestName));
    await manifest.close();
    const path = join(this.place.folder, manifestName);
    return {
      format: 'manifest',
      path: manifestName,
      bytes: (await stat(path)).size,
      sha256: await hashFile(path),
    };
  }

  /** Writes a file beside the manifest, which does not list it. */
  async writeBeside(format: string, { fileName, bytes }: SignatureFile): Promise<ExportedFile> {
    return { format, ...(await this.#put(fileName, () => [bytes])) };
  }

  /**
   * Ends the manifest over all files and gives the folder its name.
   * @param sign makes the files that no manifest can list: the signatures over it.
   * @returns the manifest, then what `sign` made.
   */
  async finish(
    sign?: (manifest: Buffer) => Promise<SignatureFile[]>,
    signal?: AbortSignal,
  ): Promise<[ExportedFile, ...ExportedFile[]]> {
    const manifest = await this.closeManifest();
    const signatures: ExportedFile[] = [];
    if (sign) {
      for (const file of await sign(await readFile(join(this.place.folder, manifestName))))
        signatures.push(await this.writeBeside('signature', file));
    }
    signal?.throwIfAborted();
    await this.publish();
    return [manifest, ...signatures];
  }

  /** Gives the folder its name. @throws DescryError `invalid-input` when something has it. */
  async publish(): Promise<void> {
    for (const folder of this.#folders) await syncFolder(folder);
    await publish(this.place.folder, this.path);
  }

  /** Removes everything that was written, unless it has its name. */
  async discard(): Promise<void> {
    await this.#manifest?.abandon();
    for (const path of [this.place.folder, this.place.zip]) {
      try {
        await rm(path, { recursive: true, force: true });
      } catch (error) {
        // The place for the export is a file: nothing was ever written.
        if (errorCode(error) !== 'ENOTDIR') throw error;
      }
    }
  }

  async #copy(original: OriginalFile, signal?: AbortSignal): Promise<Omit<ExportedFile, 'format'>> {
    const { path, read, sha256, fileName, name } = original;
    try {
      const bytes = read && [await read()];
      const copy = await this.#put(`${this.#payload}${name}`, () => bytes ?? createReadStream(path), signal);
      if (copy.sha256 === sha256) return copy;
      throw new DescryError(
        'case-damaged',
        `The file ${path} is not what was imported as ${fileName}: its SHA-256 differs. No report was written. Check the case with "descry verify".`,
        { path, expected: sha256, actual: copy.sha256 },
      );
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      throw new DescryError(
        'not-found',
        `The original of ${fileName} is not at ${path} any more. Bring it back, or export the report without pictures.`,
        { path, sha256 },
        error,
      );
    }
  }

  /** Writes a file and hashes what goes into it. @param path from the export's folder. */
  async #put(
    path: string,
    content: () => Readable | readonly Uint8Array[],
    signal?: AbortSignal,
  ): Promise<Omit<ExportedFile, 'format'>> {
    const target = await this.#place(path);
    const digest = createHash('sha256');
    let bytes = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        digest.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    const output = createWriteStream(target, { flags: 'wx', flush: this.#durable });
    await pipeline(content(), counted, output, signal ? { signal } : {});
    return { path, bytes, sha256: digest.digest('hex') };
  }

  async #place(path: string): Promise<string> {
    const target = join(this.place.folder, path);
    const folder = dirname(target);
    if (!this.#folders.has(folder)) {
      await mkdir(folder, { recursive: true });
      for (let made = folder; made.length >= this.place.folder.length; made = dirname(made))
        this.#folders.add(made);
    }
    return target;
  }

  async #list(file: ExportedFile): Promise<ExportedFile> {
    this.#manifest ??= new PayloadManifest(await this.#place(manifestName));
    await this.#manifest.add(file.path, file.sha256, file.bytes);
    return file;
  }
}

/** Gives what was written its name, so that it lasts through a power cut. @throws DescryError `invalid-input` when something has it. */
export async function publish(temporary: string, path: string): Promise<void> {
  if (existsSync(path)) {
    throw new DescryError(
      'invalid-input',
      `There is already something at ${path}. Nothing was overwritten.`,
      { path },
    );
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** Makes the names in a folder last through a power cut; Windows does so by itself. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Waits for all of them, also when one fails: nothing may still be written when what they wrote is removed. */
async function allOf<T>(running: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(running);
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** The same text in pieces of some size: a stream's step costs more than a short text. */
async function* inLargePieces(chunks: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  const large = 64 * 1024;
  let piece = '';
  for await (const chunk of chunks) {
    piece += chunk;
    if (piece.length < large) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
