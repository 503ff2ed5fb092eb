import { constants } from 'node:fs';
import { copyFile, lstat, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DescryError, errorCode, toDescryError } from '../errors.ts';
import type { InstalledPacks } from './installed-packs.ts';
import {
  manifestName,
  packBytes,
  readPack,
  verifyPack,
  type PackProgress,
  type VerifiedPack,
} from './pack-files.ts';
import { packManifest } from './schema.ts';
import { isUnfinished, makeUnfinishedFolder, unfinishedPath } from './unfinished-folders.ts';

type Report = (progress: PackProgress) => void;

/** Puts packs into a user's folder and takes them out, each in one step that a kill cannot split. */
export class PackInstaller {
  readonly #installed: InstalledPacks;
  readonly #userFolder: string;

  constructor(installed: InstalledPacks, userFolder: string) {
    this.#installed = installed;
    this.#userFolder = userFolder;
  }

  /** An empty hidden folder in which a pack can be prepared. @throws DescryError `disk-full`, `read-only`. */
  async temporaryFolder(): Promise<string> {
    try {
      return await makeUnfinishedFolder(this.#userFolder);
    } catch (error) {
      throw toDescryError(error);
    }
  }

  /**
   * Checks a pack and moves it to its place.
   * @param prepared a folder from `temporaryFolder`; it is gone afterwards, also when this fails.
   * @returns the installed pack; the one that is there already where it is the same.
   * @throws DescryError `pack-refused`, `invalid-input` when another pack with this id is installed,
   * `disk-full`, `read-only`.
   */
  async install(prepared: string, report?: Report): Promise<VerifiedPack> {
    await this.#requireOwn(prepared);
    try {
      const pack = await checked(prepared, 'Checking', report);
      const known = await this.#sameInstalled(pack);
      if (known) return known;
      const target = join(this.#userFolder, pack.manifest.id);
      try {
        await rename(prepared, target);
      } catch (error) {
        if (!(await exists(target))) throw error;
        return (await this.#sameInstalled(pack)) ?? inTheWay(pack, target, error);
      }
      const installed = { ...pack, folder: await realpath(target) };
      await this.#installed.remember(installed);
      return installed;
    } catch (error) {
      throw toDescryError(error);
    } finally {
      await rm(prepared, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  /**
   * Installs a copy of a pack folder, after checking it before and after the copy.
   * @throws DescryError as `install`, and `not-found`.
   */
  async add(path: string, report?: Report): Promise<VerifiedPack> {
    const source = await checked(path, 'Checking', report);
    const known = await this.#sameInstalled(source);
    if (known) return known;
    const temporary = await this.temporaryFolder();
    try {
      let done = 0;
      for (const name of [manifestName, ...Object.keys(source.manifest.files)]) {
        await copyFile(join(source.folder, name), join(temporary, name), constants.COPYFILE_EXCL);
        done += source.manifest.files[name]?.bytes ?? 0;
        report?.({ done, total: source.bytes, step: 'Copying' });
      }
      const copy = await readPack(temporary);
      if (JSON.stringify(copy.manifest) !== JSON.stringify(source.manifest))
        throw new DescryError(
          'pack-refused',
          `The model pack in ${source.folder} changed while it was copied.`,
        );
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw toDescryError(error);
    }
    return this.install(temporary, report);
  }

  /**
   * Deletes a pack of this user, also one whose description can no longer be read.
   * @param inUse the id of the pack in use.
   * @throws DescryError `not-found`, `unsupported` for a pack that ships with Descry, `invalid-input` for
   * the pack in use, `busy` when another program has its files open, `read-only`.
   */
  async remove(id: string, inUse: string): Promise<void> {
    const folder = await this.#folderOf(id);
    if (id === inUse)
      throw new DescryError(
        'invalid-input',
        `The model "${id}" is in use. Take another one into use first; then it can be removed.`,
        { id },
      );
    const leaving = unfinishedPath(this.#userFolder);
    try {
      await rename(folder, leaving);
    } catch (error) {
      if (process.platform === 'win32' && ['EPERM', 'EBUSY', 'EACCES'].includes(errorCode(error) ?? ''))
        throw new DescryError(
          'busy',
          `The files of "${id}" are open in another program. Close it and try again.`,
          { id },
          error,
        );
      throw toDescryError(error);
    }
    // What cannot be deleted now goes at the next start.
    await rm(leaving, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }

  async #folderOf(id: string): Promise<string> {
    const found = (await this.#installed.find()).find(({ manifest }) => manifest.id === id);
    if (!found) {
      const folder = join(this.#userFolder, id);
      if (!packManifest.shape.id.safeParse(id).success || !(await exists(folder)))
        throw new DescryError('not-found', `No model pack "${id}" is installed.`, { id });
      return folder;
    }
    if (this.#installed.isBuiltIn(found))
      throw new DescryError(
        'unsupported',
        `"${id}" ships with Descry and is part of the installation; it cannot be removed.`,
        { id },
      );
    if (dirname(found.folder) !== (await realpath(this.#userFolder)))
      throw new DescryError(
        'unsupported',
        `"${id}" lies in ${found.folder}, where only a link of yours leads. Remove the link by hand.`,
        { id, folder: found.folder },
      );
    return found.folder;
  }

  /** @throws DescryError `invalid-input` when another pack has this pack's id. */
  async #sameInstalled(pack: VerifiedPack): Promise<VerifiedPack | undefined> {
    const { id } = pack.manifest;
    const found = (await this.#installed.find()).find(({ manifest }) => manifest.id === id);
    if (!found) return undefined;
    const known = await this.#installed.verify(found);
    if (known.digest === pack.digest) return known;
    const remedy = this.#installed.isBuiltIn(found)
      ? 'It ships with Descry; install yours under another id.'
      : 'Remove that one first, or install this one under another id; searches made with a removed model cannot be run again.';
    throw new DescryError(
      'invalid-input',
      `Another model with the id "${id}" is installed in ${known.folder}. ${remedy}`,
      { id, installed: known.digest, offered: pack.digest },
    );
  }

  /** The folder is moved or deleted: it must never be somebody else's. */
  async #requireOwn(prepared: string): Promise<void> {
    const parent = await realpath(dirname(prepared)).catch(() => undefined);
    if (parent === undefined || parent !== (await realpath(this.#userFolder)) || !isUnfinished(prepared))
      throw new Error(`${prepared} is not a folder in which a pack was prepared`);
  }
}

function inTheWay({ manifest: { id } }: VerifiedPack, target: string, cause: unknown): never {
  throw new DescryError(
    'invalid-input',
    `${target} is in the way, and holds no pack that can be used. Remove the model "${id}" first.`,
    { id, target },
    cause,
  );
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function checked(path: string, step: string, report?: Report): Promise<VerifiedPack> {
  const pack = await readPack(path);
  const total = packBytes(pack.manifest);
  let done = 0;
  return verifyPack(pack, report && ((count) => report({ done: (done += count), total, step })));
}
