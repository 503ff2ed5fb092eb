import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { OpenCase } from './case/open-case.ts';
import type { Camera, CameraChange, CaseDetails, CaseInfo, RecentCase } from './case/schema.ts';
import { DescryError } from './errors.ts';
import type { EngineEvent } from './events.ts';
import { EmbeddingStore } from './inference/embedding-store.ts';
import type { EmbeddingModel } from './inference/embedding-model.ts';
import { ModelLibrary } from './inference/model-library.ts';
import type { PackSummary } from './inference/schema.ts';
import { ImportService } from './ingest/import-service.ts';
import { ReportService } from './report/report-service.ts';
import { ReviewService } from './review/review-service.ts';
import { SearchService } from './search/search-service.ts';
import { UserSettings } from './settings/user-settings.ts';

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
  /** Continue interrupted imports when a case is opened. */
  resumeImports: boolean;
  /** Operator while the settings name none. */
  fallbackOperator?: string;
}

/** A case and the services that work on it. */
export interface OpenServices {
  openCase: OpenCase;
  embeddings: EmbeddingStore;
  imports: ImportService;
  search: SearchService;
  review: ReviewService;
  report: ReportService;
}

/** What the application does, without any host: one open case at a time, and the models. */
export class Engine {
  readonly options: EngineOptions;
  readonly library: ModelLibrary;
  readonly settings: UserSettings;
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  #operator: string;
  #model: Promise<EmbeddingModel> | undefined;
  #services: OpenServices | undefined;

  constructor(options: EngineOptions) {
    this.options = options;
    this.settings = new UserSettings(options.dataFolder);
    this.#operator = this.settings.operator || (options.fallbackOperator ?? '');
    this.library = new ModelLibrary({
      folders: [options.modelsFolder],
      userFolder: join(options.dataFolder, 'packs'),
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
    this.#operator = operator;
    this.settings.operator = operator;
  }

  /** The model in use, loaded once. @throws DescryError `pack-refused`, `not-found`. */
  model(): Promise<EmbeddingModel> {
    this.#model ??= this.library.load().catch((error: unknown) => {
      this.#model = undefined;
      throw error;
    });
    return this.#model;
  }

  /** Takes another pack into use for imports and searches from now on. */
  async useModel(id: string): Promise<PackSummary> {
    if (this.#services?.imports.current())
      throw new DescryError('busy', 'An import is running. Switch the model when it has finished.');
    const pack = await this.library.use(id);
    const previous = this.#model;
    this.#model = undefined;
    await previous?.then((model) => model.dispose());
    const model = await this.model();
    this.#services?.openCase.audit.append('model-changed', {
      id: pack.id,
      version: pack.version,
      digest: pack.digest,
    });
    this.emit({ type: 'model', pack: model.summary });
    return model.summary;
  }

  /** @throws DescryError `no-case`. */
  get services(): OpenServices {
    if (!this.#services) throw new DescryError('no-case', 'Open a case first.');
    return this.#services;
  }

  get hasCase(): boolean {
    return this.#services !== undefined;
  }

  async createCase(folder: string, details: Partial<CaseDetails> & { name: string }): Promise<CaseInfo> {
    await this.closeCase();
    const investigator = details.investigator ?? this.#operator;
    return this.#begin(OpenCase.create(folder, { ...details, investigator }, this.#identity()));
  }

  async openCase(path: string): Promise<CaseInfo> {
    const wanted = OpenCase.locate(path);
    if (this.#services?.openCase.path === wanted) return this.caseInfo();
    await this.closeCase();
    return this.#begin(OpenCase.open(wanted, this.#identity()));
  }

  /** Makes a case from the demo crops and starts their import. @param folder where; a free name in the cases folder when absent. */
  async createDemoCase(folder?: string): Promise<{ case: CaseInfo; batchId: number }> {
    const crops = join(this.options.demoFolder, 'crops');
    if (!existsSync(crops))
      throw new DescryError('not-found', 'The demo crops are not part of this installation.', { crops });
    const info = await this.createCase(folder ?? this.#freeFolder('Demo case'), {
      name: 'Demo case',
      number: 'DEMO-1',
      purpose: 'To try Descry. The people in these crops are generated; nobody in them exists.',
      timeZone: 'Europe/Berlin',
    });
    const batch = await this.services.imports.start({
      source: { kind: 'folder', path: crops },
      options: { pattern: 'descry', reference: false, acceptUnparsed: false, minimumConfidence: 0 },
    });
    return { case: info, batchId: batch.id };
  }

  caseInfo(): CaseInfo {
    return this.services.openCase.info(this.#services?.search.modelRow());
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
      const { before, after } = openCase.cameras.change(change);
      openCase.audit.append('camera-changed', { before, after });
      return after;
    })();
    search.galleryChanged();
    this.emit({ type: 'cameras' });
    this.emit({ type: 'case', case: this.caseInfo() });
    return camera;
  }

  recent(): RecentCase[] {
    return this.settings.recent();
  }

  /** Stops what is running, so that it resumes when the case is opened again, and lets the case go. */
  async closeCase(): Promise<void> {
    const services = this.#services;
    if (!services) return;
    this.#services = undefined;
    await services.imports.stop();
    services.openCase.close();
    this.emit({ type: 'case', case: null });
  }

  async shutdown(): Promise<void> {
    await this.closeCase();
    await (await this.#model)?.dispose();
  }

  #begin(openCase: OpenCase): CaseInfo {
    const embeddings = new EmbeddingStore(openCase.db);
    const model = (): Promise<EmbeddingModel> => this.model();
    const search = new SearchService({ openCase, model, embeddings, appVersion: this.options.version });
    const imports = new ImportService({
      openCase,
      model,
      embeddings,
      emit: (progress) => {
        this.emit({ type: 'import', progress });
        if (progress.batch.finishedAt !== null && this.#services)
          this.emit({ type: 'case', case: this.caseInfo() });
      },
      onStored: (cropIds) => search.notifyStored(cropIds),
    });
    const review = new ReviewService(openCase);
    const report = new ReportService({
      openCase,
      search,
      application: { name: 'Descry', version: this.options.version },
    });
    this.#services = { openCase, embeddings, imports, search, review, report };
    const info = this.caseInfo();
    this.settings.remember(info);
    this.emit({ type: 'case', case: info });
    if (this.options.resumeImports) imports.resumeInterrupted();
    return info;
  }

  #identity(): { operator: () => string; holder: string } {
    return { operator: () => this.#operator, holder: this.options.holder };
  }

  #freeFolder(name: string): string {
    mkdirSync(this.options.casesFolder, { recursive: true });
    for (let n = 1; ; n++) {
      const folder = join(this.options.casesFolder, n === 1 ? name : `${name} ${n}`);
      if (!existsSync(`${folder}.descry`)) return folder;
    }
  }
}
