import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';

const temporaryName = /^\.(report|discovery)-.+\.[0-9a-f]{12}(\.zip)?\.part$/;
const noteName = /^\.export-[0-9a-f]{12}\.unfinished$/;
const note = z.object({ paths: z.array(z.string()).max(10) });

/** Where an export is written until it is whole: beside its place, so that the last step is a rename. */
export interface TemporaryPlace {
  folder: string;
  /** For the archive that is made of the folder. */
  zip: string;
}

export function temporaryPlace(parent: string, name: string): TemporaryPlace {
  const hex = randomBytes(6).toString('hex');
  return { folder: join(parent, `.${name}.${hex}.part`), zip: join(parent, `.${name}.${hex}.zip.part`) };
}

/**
 * Exports under way of one case. Those that go elsewhere than into the case's own exports are noted
 * there, so that what a killed process left is found again.
 */
export class UnfinishedExports {
  readonly #exportsFolder: string;

  constructor(exportsFolder: string) {
    this.#exportsFolder = resolve(exportsFolder);
  }

  /** To be called before the first file is written. @returns what ends the note. */
  async begin({ folder, zip }: TemporaryPlace): Promise<() => Promise<void>> {
    if (resolve(dirname(folder)) === this.#exportsFolder) return () => Promise.resolve();
    const file = join(this.#exportsFolder, `.export-${randomBytes(6).toString('hex')}.unfinished`);
    await mkdir(this.#exportsFolder, { recursive: true });
    await writeFile(file, JSON.stringify({ paths: [resolve(folder), resolve(zip)] }), {
      flag: 'wx',
      flush: true,
    });
    return () => rm(file, { force: true });
  }

  /**
   * Removes what exports left under their temporary names when the process was killed. Only for whoever
   * holds the case, and exports nothing of it now. A place that cannot be reached at present is tried
   * again the next time.
   */
  async removeLeftovers(): Promise<void> {
    if (!existsSync(this.#exportsFolder)) return;
    for (const name of await readdir(this.#exportsFolder)) {
      const path = join(this.#exportsFolder, name);
      if (temporaryName.test(name)) await rm(path, { recursive: true, force: true });
      else if (noteName.test(name) && (await this.#removeNoted(path))) await rm(path, { force: true });
    }
  }

  /** @returns false when the place is not there now: a drive may come back. */
  async #removeNoted(file: string): Promise<boolean> {
    let paths: string[];
    try {
      ({ paths } = note.parse(JSON.parse(await readFile(file, 'utf8'))));
    } catch {
      return true;
    }
    // Whatever a note says, nothing but an unfinished export is ever removed.
    const ours = paths.filter((path) => isAbsolute(path) && temporaryName.test(basename(path)));
    if (ours.some((path) => !existsSync(dirname(path)))) return false;
    for (const path of ours) await rm(path, { recursive: true, force: true });
    return true;
  }
}
