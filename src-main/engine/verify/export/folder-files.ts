import { createReadStream } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { DescryError, errorCode } from '../../errors.ts';
import type { ExportFiles, FoundFile } from './export-files.ts';

/** An export that lies in a folder. */
export class FolderFiles implements ExportFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async *list(): AsyncGenerator<FoundFile> {
    yield* this.#listFolder('');
  }

  async find(path: string): Promise<FoundFile | undefined> {
    // Each part is looked at by itself: a folder may be a link as well.
    const parts = path.split('/');
    for (let i = 1; i <= parts.length; i++) {
      const found = await this.#look(parts.slice(0, i).join('/'));
      if (!found || found.problem !== undefined || i === parts.length) return found && { ...found, path };
    }
    return undefined;
  }

  async read(path: string): Promise<Readable> {
    const found = await this.find(path);
    if (!found || found.problem !== undefined)
      throw new DescryError('not-found', `There is no file ${path}.`, { path });
    return createReadStream(join(this.#root, path));
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
