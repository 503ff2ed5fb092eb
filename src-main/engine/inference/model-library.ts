import { randomUUID } from 'node:crypto';
import { constants, realpathSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { DescryError, errorCode, toDescryError } from '../errors.ts';
import { writeJson } from '../write-json.ts';
import { EmbeddingModel } from './embedding-model.ts';
import { manifestName, readPack, verifyPack, type FoundPack, type VerifiedPack } from './pack-files.ts';
import { ProviderChoice, type ProviderDecision, type TrialOptions } from './providers.ts';
import type { PackSummary } from './schema.ts';

/** The pack that is in use until somebody chooses another. */
const defaultPack = 'descry-s';

const choiceFile = z.object({ id: z.string() });

export interface ModelLibraryOptions {
  /** Folders whose subfolders are packs that ship with Descry; never written. */
  folders: readonly string[];
  /** Where packs of this user are installed, and where the choice of model and provider is kept. */
  userFolder: string;
  /** How trial runs of execution providers are made. */
  trials?: TrialOptions;
}

/** The model packs of this installation and of this user, and which of them is in use. */
export class ModelLibrary {
  readonly #folders: readonly string[];
  readonly #userFolder: string;
  readonly #providers: ProviderChoice;
  /** Packs verified by this process; the key holds sizes and times of their files. */
  readonly #verified = new Map<string, Promise<VerifiedPack>>();

  constructor(options: ModelLibraryOptions) {
    this.#folders = options.folders;
    this.#userFolder = options.userFolder;
    this.#providers = new ProviderChoice(join(options.userFolder, 'providers.json'), options.trials);
  }

  /** Packs that can be used, those that ship with Descry first. Packs whose files do not fit are left out. */
  async list(): Promise<PackSummary[]> {
    const inUse = await this.#chosen();
    const summaries: PackSummary[] = [];
    for (const found of await this.#find()) {
      const pack = await this.#verify(found).catch((error: unknown) => {
        if (error instanceof DescryError && error.kind === 'pack-refused') return undefined;
        throw error;
      });
      if (pack) summaries.push(this.#summarise(pack, inUse));
    }
    return summaries;
  }

  /**
   * Loads a pack on the fastest execution provider that passed its trial run.
   * @param id the pack in use when absent.
   * @throws DescryError `not-found`, `pack-refused`.
   */
  async load(id?: string): Promise<EmbeddingModel> {
    const pack = await this.#require(id ?? (await this.#chosen()));
    const summary = this.#summarise(pack, await this.#chosen());
    const decision = await this.#providers.decide(pack);
    return this.#providers.open(pack, decision, async ({ provider, batch }) => {
      const model = await EmbeddingModel.load({ pack, summary, provider, batch });
      try {
        await model.warmUp();
      } catch (error) {
        await model.dispose();
        throw error;
      }
      return model;
    });
  }

  /** Measures every execution provider anew with the pack in use, and remembers the outcome. */
  async measureProviders(): Promise<ProviderDecision> {
    return this.#providers.decide(await this.#require(await this.#chosen()), { again: true });
  }

  /** Checks a pack folder, or an installed pack by its id, without installing it. */
  async inspect(path: string): Promise<PackSummary> {
    return this.#summarise(await verifyPack(await readPack(path)), await this.#chosen());
  }

  /**
   * Installs a copy of a pack folder for this user, after checking it before and after the copy.
   * @throws DescryError `pack-refused`, `invalid-input` when another pack with this id is installed,
   * `not-found`, `disk-full`, `read-only`.
   */
  async add(path: string): Promise<PackSummary> {
    const source = await verifyPack(await readPack(path));
    const { id } = source.manifest;
    const installed = (await this.#find()).find(({ manifest }) => manifest.id === id);
    if (installed) {
      const known = await this.#verify(installed);
      if (known.digest === source.digest) return this.#summarise(known, await this.#chosen());
      throw new DescryError(
        'invalid-input',
        `Another model with the id "${id}" is installed in ${known.folder}. Remove that folder first; searches made with it can then not be run again.`,
        { id, installed: known.digest, offered: source.digest },
      );
    }
    const target = join(this.#userFolder, id);
    const temporary = join(this.#userFolder, `.${randomUUID()}.part`);
    try {
      await mkdir(temporary, { recursive: true });
      for (const name of [manifestName, ...Object.keys(source.manifest.files)])
        await copyFile(join(source.folder, name), join(temporary, name), constants.COPYFILE_EXCL);
      const copy = await verifyPack(await readPack(temporary));
      if (copy.digest !== source.digest)
        throw new DescryError(
          'pack-refused',
          `The model pack in ${source.folder} changed while it was copied.`,
        );
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw toDescryError(error);
    }
    return this.#summarise(await this.#verify(await readPack(target)), await this.#chosen());
  }

  /** Takes a pack into use from the next `load` on. @throws DescryError `not-found`, `pack-refused`. */
  async use(id: string): Promise<PackSummary> {
    const pack = await this.#require(id);
    try {
      writeJson(this.#choiceFile, { id } satisfies z.infer<typeof choiceFile>);
    } catch (error) {
      throw toDescryError(error);
    }
    return this.#summarise(pack, id);
  }

  get #choiceFile(): string {
    return join(this.#userFolder, 'in-use.json');
  }

  /** The id of the pack in use; a missing or damaged file counts as no choice. */
  async #chosen(): Promise<string> {
    try {
      return choiceFile.parse(JSON.parse(await readFile(this.#choiceFile, 'utf8'))).id;
    } catch {
      return defaultPack;
    }
  }

  async #require(id: string): Promise<VerifiedPack> {
    const found = await this.#find(id);
    const pack = found.find(({ manifest }) => manifest.id === id);
    if (!pack) {
      const ids = found.map(({ manifest }) => manifest.id).join(', ');
      throw new DescryError(
        'not-found',
        `No model pack "${id}" is installed. ${ids === '' ? 'There are none at all: the installation is incomplete.' : `There are: ${ids}.`}`,
        { id, folders: [...this.#folders, this.#userFolder] },
      );
    }
    return this.#verify(pack);
  }

  /**
   * Packs whose description can be read, built-in ones first; of two with the same id the first counts.
   * @param wanted a pack that must not be skipped silently when its description does not fit.
   */
  async #find(wanted?: string): Promise<FoundPack[]> {
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

  /** Hashes a pack once per process; a pack whose files changed since is hashed again. */
  async #verify(pack: FoundPack): Promise<VerifiedPack> {
    const stats = await Promise.all(
      [manifestName, ...Object.keys(pack.manifest.files)].map((name) =>
        stat(join(pack.folder, name)).then(
          ({ size, mtimeMs }) => `${name}:${size}:${mtimeMs}`,
          () => `${name}:missing`,
        ),
      ),
    );
    const key = [pack.folder, ...stats].join('\0');
    const known = this.#verified.get(key);
    if (known) return known;
    const verified = verifyPack(pack);
    this.#verified.set(key, verified);
    verified.catch(() => this.#verified.delete(key));
    return verified;
  }

  #summarise(pack: VerifiedPack, inUse: string): PackSummary {
    const { manifest } = pack;
    const { id, version, name, licence, intendedUse, limits, accuracy, provenance, files } = manifest;
    return {
      id,
      version,
      name,
      licence,
      digest: pack.digest,
      bytes: pack.bytes,
      dimensions: manifest.embeddings.reduce((sum, { dimensions }) => sum + dimensions, 0),
      builtIn: this.#folders.some((folder) => withoutLinks(folder) === dirname(pack.folder)),
      inUse: id === inUse,
      intendedUse,
      limits,
      accuracy,
      provenance,
      files,
      explains: manifest.patches !== undefined,
      path: pack.folder,
    };
  }
}

function withoutLinks(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
