import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenCase } from '../../src-main/engine/case/open-case.ts';
import type { EmbeddingModel } from '../../src-main/engine/inference/embedding-model.ts';
import { EmbeddingStore } from '../../src-main/engine/inference/embedding-store.ts';
import { ModelLibrary } from '../../src-main/engine/inference/model-library.ts';
import { ImportService } from '../../src-main/engine/ingest/import-service.ts';
import { importOptions } from '../../src-main/engine/ingest/schema.ts';
import { ReviewService } from '../../src-main/engine/review/review-service.ts';
import { SearchService } from '../../src-main/engine/search/search-service.ts';
import { createCase, reopenCase } from '../support/cases.ts';

const root = join(import.meta.dirname, '..', '..');
export const modelsFolder = join(root, 'models');
const demo = join(root, 'resources', 'demo');
export const demoCrops = join(demo, 'crops');
export const demoAnnotations = join(demo, 'annotations.json');

export interface Annotation {
  split: string;
  id: number;
  file_path: string;
  captions: string[];
}

export const annotations = JSON.parse(readFileSync(demoAnnotations, 'utf8')) as Annotation[];
export const demoSearches = JSON.parse(readFileSync(join(demo, 'searches.json'), 'utf8')) as {
  text: string;
  person: number;
}[];

/** Person of each demo crop by its file name. */
export const personOf = new Map(annotations.map(({ id, file_path }) => [file_path.split('/').at(-1)!, id]));

/** A case with the demo crops, imported by the real pipeline with the built-in model. */
export class DemoCase {
  readonly folder = mkdtempSync(join(tmpdir(), 'descry-search-'));
  readonly library = new ModelLibrary({ folders: [modelsFolder], userFolder: join(this.folder, 'packs') });
  model!: EmbeddingModel;
  openCase!: OpenCase;
  embeddings!: EmbeddingStore;
  search!: SearchService;
  review!: ReviewService;

  static async create(): Promise<DemoCase> {
    const created = new DemoCase();
    created.model = await created.library.load();
    created.#begin(
      createCase(
        join(created.folder, 'case'),
        { name: 'Demo', timeZone: 'Europe/Berlin' },
        created.#identity,
      ),
    );
    return created;
  }

  readonly #identity = { operator: () => 'A. Tester', holder: 'the tests' };

  #begin(openCase: OpenCase): void {
    this.openCase = openCase;
    this.embeddings = new EmbeddingStore(openCase.db);
    this.search = this.searchWith(this.model);
    this.review = new ReviewService(openCase);
  }

  /** Another service on the same case, with nothing in memory. */
  searchWith(model: EmbeddingModel): SearchService {
    return new SearchService({
      openCase: this.openCase,
      withModel: (work) => work(model),
      embeddings: this.embeddings,
      appVersion: '0.1.0-test',
    });
  }

  /** Imports the demo crops whose file name fulfils a condition. */
  async import(wanted: (fileName: string) => boolean): Promise<void> {
    const source = mkdtempSync(join(this.folder, 'source-'));
    mkdirSync(source, { recursive: true });
    for (const name of readdirSync(demoCrops).filter(wanted))
      copyFileSync(join(demoCrops, name), join(source, name));
    const imports = new ImportService({
      openCase: this.openCase,
      withModel: (work) => work(this.model),
      embeddings: this.embeddings,
      emit: () => undefined,
      onStored: (cropIds) => this.search.notifyStored(cropIds),
    });
    await imports.start({
      source: { kind: 'folder', path: source },
      options: importOptions.parse({ pattern: 'descry', reference: true }),
    });
    await imports.idle();
  }

  /** Closes the case and opens it again, as after a restart. */
  async reopen(): Promise<void> {
    const { path } = this.openCase;
    await this.search.close();
    this.openCase.close();
    this.#begin(reopenCase(path, this.#identity));
  }

  async dispose(): Promise<void> {
    await this.search.close();
    this.openCase.close();
    await this.model.dispose();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
