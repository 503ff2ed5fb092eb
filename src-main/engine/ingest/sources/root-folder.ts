import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import { DescryError, errorCode, toDescryError } from '../../errors.ts';
import type { Problem } from '../image-rejection.ts';

interface Folder {
  /** Its real place is in the root. */
  inside: boolean;
  entries: Map<string, Dirent>;
}

/** The folder that holds an import's pictures. Nothing outside it is ever read, whatever a name or a link says. */
export class RootFolder {
  /** Real path: links resolved. */
  readonly path: string;
  readonly #folders = new Map<string, Promise<Folder | null>>();

  private constructor(path: string) {
    this.path = path;
  }

  /** @throws DescryError `not-found`, `invalid-input` (not a folder), `read-only` (no permission). */
  static async open(path: string): Promise<RootFolder> {
    try {
      const real = await realpath(path);
      if (!(await stat(real)).isDirectory())
        throw new DescryError('invalid-input', `${path} is not a folder.`, { path });
      return new RootFolder(real);
    } catch (error) {
      throw unreachable(error, path);
    }
  }

  /**
   * Finds a picture that a manifest names: relative to the root, or absolute. `..` is allowed as long
   * as it stays inside. A backslash separates folders where no file has one in its name.
   */
  async locate(given: string): Promise<{ path: string } | { problem: Problem }> {
    const direct = await this.#locate(given);
    if ('path' in direct || !given.includes('\\') || sep === '\\') return direct;
    const converted = await this.#locate(given.replaceAll('\\', '/'));
    return 'path' in converted || converted.problem.reason === 'outside-folder' ? converted : direct;
  }

  /** Names of the files directly in the root, in byte order. */
  async fileNames(): Promise<string[]> {
    const folder = await this.#folder('.');
    return [...(folder?.entries.values() ?? [])]
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map(({ name }) => name)
      .sort();
  }

  async #locate(given: string): Promise<{ path: string } | { problem: Problem }> {
    if (given.includes('\0'))
      return { problem: { reason: 'invalid-row', detail: 'The path has a NUL character in it.' } };
    if (/^([A-Za-z]:[\\/]|\\\\)/.test(given) && sep !== '\\') return outside(`It points to ${given}.`);
    const absolute = resolve(this.path, given);
    const inner = relative(this.path, absolute);
    if (inner === '..' || inner.startsWith(`..${sep}`) || isAbsolute(inner))
      return outside(`It points to ${absolute}.`);
    const path = sep === '/' ? inner : inner.replaceAll(sep, '/');
    const folder = await this.#folder(posix.dirname(path));
    if (folder && !folder.inside) return outside('A folder on its way is a link that leads outside.');
    const entry =
      folder?.entries.get(posix.basename(path)) ?? (folder && (await lstat(absolute).catch(() => undefined)));
    if (!entry) return { problem: { reason: 'file-missing', detail: `There is no file ${absolute}.` } };
    if (entry.isSymbolicLink()) {
      const problem = await this.linkProblem(absolute);
      return problem ? { problem } : { path };
    }
    if (!entry.isFile()) return { problem: { reason: 'not-an-image', detail: 'This is not a file.' } };
    return { path };
  }

  /** Why a link to a file cannot be followed, or null. */
  async linkProblem(link: string | Buffer): Promise<Problem | null> {
    try {
      if (!(await isInside(this.path, link)))
        return outside('It is a link that leads outside the folder.').problem;
      return (await stat(link)).isFile()
        ? null
        : { reason: 'not-an-image', detail: 'It is a link, but not to a file.' };
    } catch (error) {
      const loop = errorCode(error) === 'ELOOP';
      return {
        reason: 'file-missing',
        detail: loop ? 'It is a link that leads to itself.' : 'It is a link that leads nowhere.',
      };
    }
  }

  #folder(path: string): Promise<Folder | null> {
    let folder = this.#folders.get(path);
    if (!folder) {
      folder = this.#list(join(this.path, path)).catch(() => null);
      this.#folders.set(path, folder);
    }
    return folder;
  }

  async #list(path: string): Promise<Folder> {
    const inside = await isInside(this.path, path);
    if (!inside) return { inside, entries: new Map() };
    const entries = await readdir(path, { withFileTypes: true });
    return { inside, entries: new Map(entries.map((entry) => [entry.name, entry])) };
  }
}

/** Whether a path, all links resolved, lies in `root` (itself a real path). */
export async function isInside(root: string, path: string | Buffer): Promise<boolean> {
  const real = await realpath(path, 'buffer');
  const prefix = Buffer.from(root.endsWith(sep) ? root : root + sep);
  return real.equals(Buffer.from(root)) || real.subarray(0, prefix.length).equals(prefix);
}

/** @throws DescryError `not-found`, `invalid-input`: the file is checked before an import is begun. */
export async function requireFile(path: string, what: string): Promise<string> {
  try {
    const real = await realpath(path);
    if (!(await stat(real)).isFile())
      throw new DescryError('invalid-input', `${path} is not a file; ${what} is one.`, { path });
    return real;
  } catch (error) {
    throw unreachable(error, path);
  }
}

/** The folder that a path's own folder is, links resolved. */
export async function folderOf(path: string): Promise<RootFolder> {
  return RootFolder.open(dirname(path));
}

function outside(detail: string): { problem: Problem } {
  return {
    problem: {
      reason: 'outside-folder',
      detail: `${detail} Only files in the folder being imported are read.`,
    },
  };
}

function unreachable(error: unknown, path: string): DescryError {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new DescryError('not-found', `There is nothing at ${path}.`, { path }, error);
  if (code === 'EACCES' || code === 'EPERM')
    return new DescryError('invalid-input', `${path} cannot be read: permission denied.`, { path }, error);
  return toDescryError(error);
}
