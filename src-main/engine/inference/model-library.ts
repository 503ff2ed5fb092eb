import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DescryError, toDescryError } from '../errors.ts';
import { writeJson } from '../write-json.ts';
import { EmbeddingModel } from './embedding-model.ts';
import { InstalledPacks } from './installed-packs.ts';
import { readPack, verifyPack, type PackProgress, type VerifiedPack } from './pack-files.ts';
import { PackInstaller } from './pack-installer.ts';
import { summarisePack } from './pack-summary.ts';
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
  readonly #installed: InstalledPacks;
  readonly #installer: PackInstaller;
  readonly #providers: ProviderChoice;
  readonly #choiceFile: string;

  constructor({ folders, userFolder, trials }: ModelLibraryOptions) {
    this.#installed = new InstalledPacks(folders, userFolder);
    this.#installer = new PackInstaller(this.#installed, userFolder);
    this.#providers = new ProviderChoice(join(userFolder, 'providers.json'), trials);
    this.#choiceFile = join(userFolder, 'in-use.json');
  }

  /** Packs that can be used, those that ship with Descry first. Packs whose files do not fit are left out. */
  async list(): Promise<PackSummary[]> {
    const summaries: PackSummary[] = [];
    for (const found of await this.#installed.find()) {
      const pack = await this.#installed.verify(found).catch((error: unknown) => {
        if (error instanceof DescryError && error.kind === 'pack-refused') return undefined;
        throw error;
      });
      if (pack) summaries.push(await this.#summarise(pack));
    }
    return summaries;
  }

  /**
   * Loads a pack on the fastest execution provider that passed its trial run.
   * @param id the pack in use when absent.
   * @throws DescryError `not-found`, `pack-refused`.
   */
  async load(id?: string): Promise<EmbeddingModel> {
    const pack = await this.#require(id);
    const decision = await this.#providers.decide(pack);
    const summary = await this.#summarise(pack);
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

  /** The id of the pack in use; a missing or damaged file counts as no choice. */
  async inUse(): Promise<string> {
    try {
      return choiceFile.parse(JSON.parse(await readFile(this.#choiceFile, 'utf8'))).id;
    } catch {
      return defaultPack;
    }
  }

  /** One installed pack, after checking its files. @throws DescryError `not-found`, `pack-refused`. */
  async summary(id: string): Promise<PackSummary> {
    return this.#summarise(await this.#require(id));
  }

  /**
   * Measures every execution provider anew with a pack, and remembers the outcome.
   * @param id the pack in use when absent. @throws DescryError `not-found`, `pack-refused`.
   */
  async measureProviders(id?: string): Promise<ProviderDecision> {
    return this.#providers.decide(await this.#require(id), { again: true });
  }

  /** Checks a pack folder without installing it. @throws DescryError `not-found`, `pack-refused`. */
  async inspect(path: string): Promise<PackSummary> {
    return this.#summarise(await verifyPack(await readPack(path)));
  }

  /** An empty hidden folder in which a pack can be prepared for `install`; a later start removes it. */
  async temporaryFolder(): Promise<string> {
    return this.#installer.temporaryFolder();
  }

  /**
   * Checks a prepared pack and moves it to its place.
   * @param prepared a folder from `temporaryFolder`; it is gone afterwards, also when this fails.
   * @returns the installed pack; the one that is there already where it is the same.
   * @throws DescryError `pack-refused`, `invalid-input` when another pack with this id is installed,
   * `disk-full`, `read-only`.
   */
  async install(prepared: string, report?: (progress: PackProgress) => void): Promise<PackSummary> {
    return this.#summarise(await this.#installer.install(prepared, report));
  }

  /**
   * Installs a copy of a pack folder for this user, after checking it before and after the copy.
   * @throws DescryError as `install`, and `not-found`.
   */
  async add(path: string, report?: (progress: PackProgress) => void): Promise<PackSummary> {
    return this.#summarise(await this.#installer.add(path, report));
  }

  /**
   * Deletes a pack of this user, also one whose files no longer fit.
   * @throws DescryError `invalid-input` for the pack in use, `unsupported` for one that ships with Descry,
   * `not-found`, `busy`, `read-only`.
   */
  async remove(id: string): Promise<void> {
    await this.#installer.remove(id, await this.inUse());
  }

  /** Takes a pack into use from the next `load` on. @throws DescryError `not-found`, `pack-refused`. */
  async use(id: string): Promise<PackSummary> {
    const pack = await this.#require(id);
    try {
      writeJson(this.#choiceFile, { id } satisfies z.infer<typeof choiceFile>);
    } catch (error) {
      throw toDescryError(error);
    }
    return this.#summarise(pack);
  }

  async #require(id: string | undefined): Promise<VerifiedPack> {
    return this.#installed.require(id ?? (await this.inUse()));
  }

  async #summarise(pack: VerifiedPack): Promise<PackSummary> {
    return summarisePack(pack, {
      builtIn: this.#installed.isBuiltIn(pack),
      inUse: pack.manifest.id === (await this.inUse()),
      decision: this.#providers.remembered(pack),
    });
  }
}
