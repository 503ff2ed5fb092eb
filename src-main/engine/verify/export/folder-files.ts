import { createReadStream } from 'node:fs';
import { lstat, opendir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DescryError, errorCode } from '../../errors.ts';
import type { ExportFiles, FoundFile } from './export-files.ts';

const smallFile = 256 * 1024;

/** An export that lies in a folder. */
export class FolderFiles implements ExportFiles {
  readonly #root: string;
  /** What folders are, so that each is looked at once and not for each of its files. */
  readonly #folders = new Map<string, Promise<FoundFile | undefined>>();

  constructor(root: string) {
    this.#root = root;
  }

  async *list(): AsyncGenerator<FoundFile> {
    yield* this.#listFolder('');
  }

  async find(path: string): Promise<FoundFile | undefined> {
    // Each part is looked at by itself: a folder may be a link as well.
    const end = path.lastIndexOf('/');
    if (end > 0) {
      const folder = await this.#folder(path.slice(0, end));
      if (!folder || folder.problem !== undefined) return folder && { ...folder, path };
    }
    return this.#look(path);
  }

  #folder(path: string): Promise<FoundFile | undefined> {
    let looked = this.#folders.get(path);
    if (!looked) this.#folders.set(path, (looked = this.find(path)));
    return looked;
  }

  async read(path: string): Promise<Readable> {
    const found = await this.find(path);
    if (!found || found.problem !== undefined)
      throw new DescryError('not-found', `There is no file ${path}.`, { path });
    const file = join(this.#root, path);
    // A small file in one go: opening a stream takes longer than reading it.
    if (found.bytes <= smallFile) return Readable.from([await readFile(file)], { objectMode: false });
    return createReadStream(file);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async *#listFolder(folder: string): AsyncGenerator<FoundFile> {
    const folders: string[] = [];
    for await (const entry of await opendir(join(this.#root, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        folders.push(path);
        continue;
      }
      const found = await this.#look(path);
      if (found) yield found;
    }
    for (const inner of folders) yield* this.#listFolder(inner);
  }

  async #look(path: string): Promise<FoundFile | undefined> {
    try {
      const facts = await lstat(join(this.#root, path));
      const problem = facts.isSymbolicLink()
        ? 'a link leads elsewhere'
        : facts.isFile() || facts.isDirectory()
          ? undefined
          : 'it is not a plain file';
      return { path, bytes: facts.size, problem };
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw error;
    }
  }
}
