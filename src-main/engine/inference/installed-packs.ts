import { realpathSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DescryError, errorCode } from '../errors.ts';
import { manifestName, readPack, verifyPack, type FoundPack, type VerifiedPack } from './pack-files.ts';
import { removeLeftovers } from './unfinished-folders.ts';

/** The pack folders of this installation and of this user. */
export class InstalledPacks {
  readonly #folders: readonly string[];
  readonly #userFolder: string;
  #swept: Promise<void> | undefined;
  /** Packs verified by this process; the key holds sizes and times of their files. */
  readonly #verified = new Map<string, Promise<VerifiedPack>>();

  /**
   * @param folders folders whose subfolders are packs that ship with Descry; never written.
   * @param userFolder where packs of this user are.
   */
  constructor(folders: readonly string[], userFolder: string) {
    this.#folders = folders;
    this.#userFolder = userFolder;
  }

  /**
   * Packs whose description can be read, built-in ones first; of two with the same id the first counts.
   * @param wanted a pack that must not be skipped silently when its description does not fit.
   */
  async find(wanted?: string): Promise<FoundPack[]> {
    await (this.#swept ??= removeLeftovers(this.#userFolder));
    const packs = new Map<string, FoundPack>();
    for (const folder of [...this.#folders, this.#userFolder]) {
      const names = await readdir(folder).catch((error: unknown) => {
        if (errorCode(error) === 'ENOENT') return [];
        throw error;
      });
      for (const name of names.filter((entry) => !entry.startsWith('.')).sort()) {
        const pack = await readPack(join(folder, name)).catch((error: unknown) => {
          if (error instanceof DescryError && (error.kind === 'not-found' || name !== wanted))
            return undefined;
          throw error;
        });
        if (pack && !packs.has(pack.manifest.id)) packs.set(pack.manifest.id, pack);
      }
    }
    return [...packs.values()];
  }

  /** @throws DescryError `not-found`, naming those that there are; `pack-refused`. */
  async require(id: string): Promise<VerifiedPack> {
    const found = await this.find(id);
    const pack = found.find(({ manifest }) => manifest.id === id);
    if (!pack) {
      const ids = found.map(({ manifest }) => manifest.id).join(', ');
      throw new DescryError(
        'not-found',
        `No model pack "${id}" is installed. ${ids === '' ? 'There are none at all: the installation is incomplete.' : `There are: ${ids}.`}`,
        { id, folders: [...this.#folders, this.#userFolder] },
      );
    }
    return this.verify(pack);
  }

  /** Hashes a pack once per process; a pack whose files changed since is hashed again. */
  async verify(pack: FoundPack): Promise<VerifiedPack> {
    const key = await stateOf(pack);
    const known = this.#verified.get(key);
    if (known) return known;
    const verified = verifyPack(pack);
    this.#verified.set(key, verified);
    verified.catch(() => this.#verified.delete(key));
    return verified;
  }

  /** Takes note of a pack that was verified before it was put in its place. */
  async remember(pack: VerifiedPack): Promise<void> {
    this.#verified.set(await stateOf(pack), Promise.resolve(pack));
  }

  isBuiltIn(pack: FoundPack): boolean {
    return this.#folders.some((folder) => withoutLinks(folder) === dirname(pack.folder));
  }
}

/** Where a pack lies, with the sizes and times of its files. */
async function stateOf({ folder, manifest }: FoundPack): Promise<string> {
  const stats = await Promise.all(
    [manifestName, ...Object.keys(manifest.files)].map((name) =>
      stat(join(folder, name)).then(
        ({ size, mtimeMs }) => `${name}:${size}:${mtimeMs}`,
        () => `${name}:missing`,
      ),
    ),
  );
  return [folder, ...stats].join('\0');
}

function withoutLinks(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
