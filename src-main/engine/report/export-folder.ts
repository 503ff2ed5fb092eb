import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DescryError, errorCode, toDescryError } from '../errors.ts';
import { hashFile } from '../hash-file.ts';
import type { ExportedFile } from './schema.ts';

/** Name of the list of hashes, in the form that `sha256sum -c` reads. */
export const manifestName = 'manifest-sha256.txt';

/** A name in `parent` that nothing has yet: `wanted`, else `wanted-2`, `wanted-3` … */
export function freeName(parent: string, wanted: string): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (!existsSync(join(parent, name))) return name;
  }
}

/** Removes what exports left under their temporary names when the process was killed. */
export async function removeLeftovers(parent: string): Promise<void> {
  if (!existsSync(parent)) return;
  const names = (await readdir(parent)).filter((name) => /^\.report-.+\.[0-9a-f]{12}\.part$/.test(name));
  for (const name of names) await rm(join(parent, name), { recursive: true, force: true });
}

/**
 * A folder that is written under a temporary name and gets its own name only when it is whole. Until
 * then `discard` leaves nothing behind.
 */
export class ExportFolder {
  readonly path: string;
  readonly #temporary: string;
  readonly #files = new Map<string, ExportedFile>();

  private constructor(parent: string, name: string) {
    this.path = join(parent, name);
    this.#temporary = join(parent, `.${name}.${randomBytes(6).toString('hex')}.part`);
  }

  /** @throws DescryError `read-only`, `disk-full`, `invalid-input` when `parent` is a file. */
  static async begin(parent: string, name: string): Promise<ExportFolder> {
    const folder = new ExportFolder(parent, name);
    try {
      await mkdir(folder.#temporary, { recursive: true });
      return folder;
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

  /** Writes one file and hashes it. @param format what it is, for whoever lists the files. */
  async write(
    format: string,
    name: string,
    produce: (output: Writable) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<ExportedFile> {
    const path = await this.#place(name);
    const output = createWriteStream(path, { flags: 'wx', flush: true });
    try {
      await produce(output);
      signal?.throwIfAborted();
    } catch (error) {
      output.destroy();
      throw error;
    }
    return this.#record(format, name, await hashFile(path), (await stat(path)).size);
  }

  async writeText(
    format: string,
    name: string,
    chunks: Iterable<string> | AsyncIterable<string>,
    signal?: AbortSignal,
  ): Promise<ExportedFile> {
    return this.write(format, name, (output) => pipeline(chunks, output, signal ? { signal } : {}), signal);
  }

  /**
   * Copies an original byte for byte, hashing what is copied.
   * @throws DescryError `not-found` when it is gone; `case-damaged` when its bytes are not those that were imported.
   */
  async copyOriginal(
    original: { path: string; sha256: string; fileName: string },
    name: string,
    signal?: AbortSignal,
  ): Promise<ExportedFile> {
    const target = await this.#place(name);
    const digest = createHash('sha256');
    let bytes = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        digest.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    try {
      const source: Readable = createReadStream(original.path);
      await pipeline(
        source,
        counted,
        createWriteStream(target, { flags: 'wx', flush: true }),
        signal ? { signal } : {},
      );
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      throw new DescryError(
        'not-found',
        `The original of ${original.fileName} is not at ${original.path} any more. Bring it back, or export the report without pictures.`,
        { path: original.path, sha256: original.sha256 },
        error,
      );
    }
    const actual = digest.digest('hex');
    if (actual !== original.sha256) {
      throw new DescryError(
        'case-damaged',
        `The file ${original.path} is not what was imported as ${original.fileName}: its SHA-256 differs. No report was written. Check the case with "descry verify".`,
        { path: original.path, expected: original.sha256, actual },
      );
    }
    return this.#record('original', name, actual, bytes);
  }

  /** Writes the manifest over all files and gives the folder its name. @returns the manifest. */
  async finish(signal?: AbortSignal): Promise<ExportedFile> {
    const lines = [...this.#files.values()]
      .map(({ sha256, path }) => `${sha256}  ${path}\n`)
      .sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1));
    const manifest = await this.writeText('manifest', manifestName, [lines.join('')], signal);
    await syncFolder(this.#temporary);
    if (existsSync(this.path)) {
      throw new DescryError(
        'invalid-input',
        `There is already something at ${this.path}. Nothing was overwritten.`,
        { path: this.path },
      );
    }
    await rename(this.#temporary, this.path);
    return manifest;
  }

  /** Removes everything that was written, finished or not. */
  async discard(): Promise<void> {
    await rm(this.#temporary, { recursive: true, force: true });
  }

  async #place(name: string): Promise<string> {
    const path = join(this.#temporary, name);
    await mkdir(dirname(path), { recursive: true });
    return path;
  }

  #record(format: string, name: string, sha256: string, bytes: number): ExportedFile {
    const file = { format, path: name, bytes, sha256 };
    this.#files.set(name, file);
    return file;
  }
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
