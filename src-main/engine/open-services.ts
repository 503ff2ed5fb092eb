import { ArchiveService } from './archive/archive-service.ts';
import type { OpenCase } from './case/open-case.ts';
import { EmbeddingService } from './embedding/embedding-service.ts';
import { DescryError } from './errors.ts';
import type { EngineEvent } from './events.ts';
import { EmbeddingStore } from './inference/embedding-store.ts';
import type { LoadedModels } from './inference/loaded-models.ts';
import type { ModelLibrary } from './inference/model-library.ts';
import { ImportService } from './ingest/import-service.ts';
import { RemovalService } from './removal/removal-service.ts';
import { ReportService } from './report/report-service.ts';
import type { SigningService } from './report/signing/signing-service.ts';
import type { ReportTemplate } from './report/template.ts';
import { BlindReviewService } from './review/blind-review-service.ts';
import { ReviewService } from './review/review-service.ts';
import { SearchService } from './search/search-service.ts';

/** A case and the services that work on it. */
export interface OpenServices {
  openCase: OpenCase;
  embeddings: EmbeddingStore;
  imports: ImportService;
  embedding: EmbeddingService;
  removals: RemovalService;
  search: SearchService;
  review: ReviewService;
  blindReviews: BlindReviewService;
  report: ReportService;
  archive: ArchiveService;
}

export interface ServiceParts {
  /** The program, shown to others who find work of it. */
  holder: string;
  version: string;
  library: ModelLibrary;
  models: LoadedModels;
  signing: SigningService;
  /** The form of reports as it is set at present. */
  template: () => ReportTemplate;
  emit: (event: EngineEvent) => void;
  /** What the case holds has changed: to be called when an import or a job has ended. */
  caseChanged: () => void;
}

/** A pack that is gone, or whose files do not fit, has no card to show. */
function notInstalled(error: unknown): null {
  if (error instanceof DescryError && (error.kind === 'not-found' || error.kind === 'pack-refused'))
    return null;
  throw error;
}

/** Builds the services of a case. They are stopped before the case is closed. */
export function openServices(openCase: OpenCase, parts: ServiceParts): OpenServices {
  const { models, library, emit } = parts;
  const embeddings = new EmbeddingStore(openCase.db);
  const search = new SearchService({
    openCase,
    withModel: (work, pack) => models.with(work, { pack }),
    embeddings,
    appVersion: parts.version,
  });
  const onStored = (cropIds: readonly number[]): void => search.notifyStored(cropIds);
  const imports = new ImportService({
    openCase,
    withModel: (work) => models.with(work, { task: 'the import' }),
    embeddings,
    emit: (progress) => {
      emit({ type: 'import', progress });
      if (progress.batch.finishedAt !== null) parts.caseChanged();
    },
    onStored,
  });
  const embedding = new EmbeddingService({
    openCase,
    embeddings,
    pack: (id) => library.summary(id),
    withModel: (pack, work) => models.with(work, { pack, task: `the reading of this case with ${pack}` }),
    running: () => (imports.current() ? imports.idle() : null),
    emit: (job) => {
      emit({ type: 'embedding', job });
      if (job.state !== 'running') parts.caseChanged();
    },
    onStored,
    onRepaired: (modelId) => search.vectorsMoved(modelId),
  });
  const removals = new RemovalService({
    openCase,
    removeVectors: (cropIds) => embeddings.remove(cropIds),
    importRunning: () => (imports.current() ? imports.idle() : null),
    requireEnded: (batchId) => imports.requireEnded(batchId),
    emit: (progress) => {
      emit({ type: 'removal', progress, batch: imports.get(progress.batchId) });
      if (progress.state !== 'running') parts.caseChanged();
    },
    onRemoved: (cropIds) => search.cropsRemoved(cropIds),
  });
  const review = new ReviewService(openCase);
  const blindReviews = new BlindReviewService(openCase);
  const report = new ReportService({
    openCase,
    search,
    signing: parts.signing,
    template: parts.template,
    application: { name: 'Descry', version: parts.version },
    models: (id) => library.summary(id).catch(notInstalled),
  });
  const archive = new ArchiveService({
    openCase,
    application: { name: 'Descry', version: parts.version },
    holder: parts.holder,
  });
  return {
    openCase,
    embeddings,
    imports,
    embedding,
    removals,
    search,
    review,
    blindReviews,
    report,
    archive,
  };
}
