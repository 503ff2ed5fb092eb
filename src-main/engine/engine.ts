import { join } from 'node:path';
import { copyCase, type CopyEvent } from './archive/copy-case.ts';
import { restoreArchive, type RestoreEvent } from './archive/restore-archive.ts';
import { protectKey, unlock, writeKeyFile } from './case/encryption/key-file.ts';
import { OpenCase } from './case/open-case.ts';
import { CropSeals } from './case/repositories/crop-seals.ts';
import type { Camera, CameraChange, CaseDetails, CaseInfo, RecentCase } from './case/schema.ts';
import { demoDetails, demoImport, freeCaseFolder } from './demo-case.ts';
import type { PackCoverage } from './embedding/schema.ts';
import { DescryError } from './errors.ts';
import type { EngineEvent } from './events.ts';
import type { EmbeddingModel } from './inference/embedding-model.ts';
import { LoadedModels } from './inference/loaded-models.ts';
import { ModelLibrary } from './inference/model-library.ts';
import type { PackSummary } from './inference/schema.ts';
import { openServices, type OpenServices } from './open-services.ts';
import { ModelAdder } from './packs/model-adder.ts';
import type { Secret } from './report/signing/secret.ts';
import { SigningService } from './report/signing/signing-service.ts';
import type { SystemKeyStore } from './report/signing/system-key-store.ts';
import type { PackComparison, SearchQuery } from './search/schema.ts';
import { ReportTemplates } from './settings/report-templates.ts';
import { UserSettings } from './settings/user-settings.ts';

export type { OpenServices } from './open-services.ts';

export interface EngineOptions {
  version: string;
  /** The program, shown to others who find a case locked. */
  holder: string;
  /** Settings, own packs and logs of this user. */
  dataFolder: string;
  /** Packs that ship with Descry. */
  modelsFolder: string;
  /** The demo crops that ship with Descry. */
  demoFolder: string;
  /** Where new cases are put when nobody chooses. */
  casesFolder: string;
  /** Continue interrupted imports and embedding jobs when a case is opened. */
  resumeImports: boolean;
  /** Operator while the settings name none. */
  fallbackOperator?: string;
  /** The operating system's key store, where the host offers it. */
  keyStore?: SystemKeyStore | undefined;
}

/** What the application does, without any host: one open case at a time, and the models. */
export class Engine {
  readonly options: EngineOptions;
  readonly library: ModelLibrary;
  /** The models in memory. */
  readonly models: LoadedModels;
  readonly adder: ModelAdder;
  readonly settings: UserSettings;
  readonly templates: ReportTemplates;
  readonly signing: SigningService;
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  #operator: string;
  /** The id of the pack in use, known from the first case on. */
  #inUse: string | undefined;
  /** Digests of the packs that were loaded, by id: a new version of a pack has read nothing yet. */
  readonly #digests = new Map<string, string>();
  #services: OpenServices | undefined;

  constructor(options: EngineOptions) {
    this.options = options;
    this.settings = new UserSettings(options.dataFolder);
    this.templates = new ReportTemplates(this.settings, options.dataFolder);
    this.#operator = this.settings.operator || (options.fallbackOperator ?? '');
    this.library = new ModelLibrary({
      folders: [options.modelsFolder],
      userFolder: join(options.dataFolder, 'packs'),
    });
    this.models = new LoadedModels(
      (id) => this.#load(id),
      () => this.library.inUse(),
    );
    this.adder = new ModelAdder(this.library);
    this.signing = new SigningService({
      folder: join(options.dataFolder, 'signing-keys'),
      keyStore: options.keyStore,
    });
  }

  /** @returns a function that ends the subscription. */
  listen(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  get operator(): string {
    return this.#operator;
  }

  setOperator(operator: string): void {
    const before = this.#operator;
    this.#operator = operator;
    this.settings.operator = operator;
    if (before !== operator) this.#services?.openCase.audit.append('operator-changed', { before });
  }

  /** Takes another pack into use for imports and searches from now on; at once when it is loaded already. */
  async useModel(id: string): Promise<PackSummary> {
    if (this.#services?.imports.current())
      throw new DescryError('busy', 'An import is running. Switch the model when it has finished.');
    const pack = await this.models.take(id, () => this.library.use(id));
    this.#inUse = id;
    this.#services?.openCase.audit.append('model-changed', {
      id: pack.id,
      version: pack.version,
      digest: pack.digest,
    });
    this.emit({ type: 'model', pack });
    this.#caseChanged();
    return pack;
  }

  /**
   * Deletes a pack of this user.
   * @throws DescryError `busy` while a job needs it or something else works with it, and what
   * `ModelLibrary.remove` throws.
   */
  async removeModel(id: string): Promise<void> {
    if (this.#services?.embedding.needs(id))
      throw new DescryError(
        'busy',
        `${id} is reading the crops of the open case. Remove it when that has finished, or cancel it first.`,
        { id },
      );
    if ((await this.models.inUse()) === id)
      throw new DescryError('busy', `${id} is in use. Take another model into use first.`, { id });
    await this.models.forget(id);
    await this.library.remove(id);
    this.#digests.delete(id);
    this.emit({ type: 'models' });
  }

  /** How much of the open case each installed pack has read. @throws DescryError `no-case`. */
  async coverage(): Promise<PackCoverage[]> {
    const packs = await this.library.list();
    return this.services.embedding.coverage(packs);
  }

  /** The same query ranked by several packs in the open case. @throws DescryError as `SearchService.compare`. */
  async compare(ids: readonly string[], query: SearchQuery, top: number): Promise<PackComparison> {
    const { search } = this.services;
    const packs: PackSummary[] = [];
    for (const id of ids) packs.push(await this.library.summary(id));
    return search.compare(packs, query, top);
  }

  /** @throws DescryError `no-case`. */
  get services(): OpenServices {
    if (!this.#services) throw new DescryError('no-case', 'Open a case first.');
    return this.#services;
  }

  get hasCase(): boolean {
    return this.#services !== undefined;
  }

  /** @param passphrase makes an encrypted case; whoever loses it has lost the case. */
  async createCase(
    folder: string,
    details: Partial<CaseDetails> & { name: string },
    passphrase?: Secret,
  ): Promise<CaseInfo> {
    this.#inUse ??= await this.models.inUse();
    const protection = passphrase && (await protectKey(passphrase.reveal()));
    await this.closeCase();
    const investigator = details.investigator ?? this.#operator;
    return this.#begin(OpenCase.create(folder, { ...details, investigator }, this.#identity(), protection));
  }

  /**
   * Opens a case in place of the open one, which stays open when the passphrase is not the right one.
   * @throws DescryError `passphrase-required`, `wrong-passphrase`, and as `OpenCase.open`.
   */
  async openCase(path: string, passphrase?: Secret): Promise<CaseInfo> {
    const wanted = OpenCase.locate(path);
    if (this.#services?.openCase.path === wanted) return this.caseInfo();
    const key = await unlock(wanted, passphrase?.reveal());
    this.#inUse ??= await this.models.inUse();
    await this.closeCase();
    return this.#begin(OpenCase.open(wanted, this.#identity(), key));
  }

  /**
   * Protects the key of the open case with another passphrase; what is encrypted stays as it is.
   * @throws DescryError `no-case`, `invalid-input` for a case that is not encrypted, `wrong-passphrase`.
   */
  async changePassphrase(current: Secret, next: Secret): Promise<void> {
    const { openCase } = this.services;
    const key = await unlock(openCase.path, current.reveal());
    if (!key) throw new DescryError('invalid-input', 'This case is not encrypted: it has no passphrase.');
    await writeKeyFile(openCase.path, (await protectKey(next.reveal(), key)).file);
    openCase.audit.append('passphrase-changed');
  }

  /** Makes a new case of the open one: encrypted with a passphrase, or without one in plain text. */
  async *copyCase(
    folder: string,
    passphrase: Secret | null,
    signal?: AbortSignal,
  ): AsyncGenerator<CopyEvent> {
    const { openCase, archive } = this.services;
    const protection = passphrase ? await protectKey(passphrase.reveal()) : undefined;
    const { holder } = this.options;
    yield* archive.whileOpen(
      (stop) => copyCase({ openCase, folder, protection, holder, signal: stop }),
      signal,
    );
  }

  /** Makes a case from the demo crops and starts their import. @param folder where; a free name in the cases folder when absent. */
  async createDemoCase(folder?: string): Promise<{ case: CaseInfo; batchId: number }> {
    const request = demoImport(this.options.demoFolder);
    const place = folder ?? freeCaseFolder(this.options.casesFolder, demoDetails.name);
    const info = await this.createCase(place, demoDetails);
    const batch = await this.services.imports.start(request);
    return { case: info, batchId: batch.id };
  }

  /** Makes a case folder of an archive; the open case stays the open one. @throws DescryError as `restoreArchive`. */
  restoreCase(
    archive: string,
    folder: string,
    passphrase?: Secret,
    signal?: AbortSignal,
  ): AsyncGenerator<RestoreEvent> {
    return restoreArchive({ archive, folder, passphrase: passphrase?.reveal(), ...this.#identity(), signal });
  }

  caseInfo(): CaseInfo {
    const { openCase, embeddings } = this.services;
    const pack = this.#inUse ?? '';
    const digest = this.#digests.get(pack);
    const row = digest === undefined ? embeddings.modelRowOfPack(pack) : embeddings.modelRow(digest);
    return openCase.info(row);
  }

  changeCase(change: Partial<CaseDetails>): CaseInfo {
    const { openCase } = this.services;
    const { name, number, investigator, purpose, legalBasis, timeZone } = {
      ...openCase.details.get(),
      ...change,
    };
    openCase.db.transaction(() => {
      openCase.details.update({ name, number, investigator, purpose, legalBasis, timeZone });
      openCase.audit.append('case-changed', change);
    })();
    const info = this.caseInfo();
    this.settings.remember(info);
    this.emit({ type: 'case', case: info });
    return info;
  }

  changeCamera(change: CameraChange): Camera {
    const { openCase, search } = this.services;
    const camera = openCase.db.transaction(() => {
      const seals = new CropSeals(openCase.db);
      const work = (): ReturnType<typeof openCase.cameras.change> => openCase.cameras.change(change);
      const { changed, seals: renewed } =
        change.timeZone === undefined ? { changed: work(), seals: {} } : seals.renewAround(change.name, work);
      const { before, after } = changed;
      openCase.audit.append('camera-changed', { before, after, seals: renewed });
      return after;
    })();
    search.galleryChanged();
    this.emit({ type: 'cameras' });
    this.emit({ type: 'case', case: this.caseInfo() });
    return camera;
  }

  /** Writes into the open case's log that an operation failed; one that was cancelled did not. */
  logFailure(operation: string, error: DescryError): void {
    if (!this.#services || error.kind === 'cancelled') return;
    const { kind, message } = error;
    try {
      this.#services.openCase.audit.append('error', { operation, kind, message });
    } catch {
      // The disk may be full, or the case gone: the operation's own error is what is told.
    }
  }

  recent(): RecentCase[] {
    return this.settings.recent();
  }

  /** Stops what is running, so that it resumes when the case is opened again, and lets the case go. */
  async closeCase(): Promise<void> {
    const services = this.#services;
    if (!services) return;
    this.#services = undefined;
    await Promise.all([
      services.imports.stop(),
      services.embedding.stop(),
      services.removals.stop(),
      services.archive.stop(),
    ]);
    await services.search.close();
    services.openCase.close();
    this.emit({ type: 'case', case: null });
  }

  async shutdown(): Promise<void> {
    await this.closeCase();
    await this.models.dispose();
  }

  #begin(openCase: OpenCase): CaseInfo {
    const services = openServices(openCase, {
      holder: this.options.holder,
      version: this.options.version,
      library: this.library,
      models: this.models,
      signing: this.signing,
      template: () => this.templates.get(),
      emit: (event) => this.emit(event),
      caseChanged: () => this.#caseChanged(),
    });
    this.#services = services;
    const info = this.caseInfo();
    this.settings.remember(info);
    this.emit({ type: 'case', case: info });
    if (this.options.resumeImports) {
      services.imports.resumeInterrupted();
      services.embedding.resumeInterrupted();
      services.removals.resumeInterrupted();
    }
    return info;
  }

  #caseChanged(): void {
    if (this.#services) this.emit({ type: 'case', case: this.caseInfo() });
  }

  async #load(id: string): Promise<EmbeddingModel> {
    const model = await this.library.load(id);
    const { digest } = model.summary;
    const isNews = this.#digests.get(id) !== digest;
    this.#digests.set(id, digest);
    if (isNews && id === this.#inUse) this.#caseChanged();
    return model;
  }

  #identity(): { operator: () => string; holder: string } {
    return { operator: () => this.#operator, holder: this.options.holder };
  }
}
