import type { OpenCase } from '../case/open-case.ts';
import { SearchRepository, type StoredSearch } from '../case/repositories/search-repository.ts';
import { DescryError } from '../errors.ts';
import type { EmbeddingModel } from '../inference/embedding-model.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import { ActiveLists, timeOrder, type ActiveList } from './active-lists.ts';
import { runBatch, type BatchQuery, type BatchResult } from './batch.ts';
import { decodeCropSet, encodeCropSet } from './crop-set.ts';
import { describeScores } from './distribution.ts';
import { embedQuery } from './embed-query.ts';
import { explainCrop } from './explanation.ts';
import { countFacets } from './facets.ts';
import { Galleries } from './galleries.ts';
import type { Gallery } from './gallery.ts';
import { galleryWarnings, narrowGallery } from './narrow.ts';
import { cleanQuery } from './query.ts';
import { decodeQueryVectors, encodeQueryVectors, rankingQuery, type QueryVectors } from './query-vector.ts';
import { rankCrops, type RankedList } from './ranked-list.ts';
import { pageOf, toDistribution, toResultRows, toSearchRecord } from './records.ts';
import { collectReportData, type ReportData } from './report-data.ts';
import { compareGalleries, compareWithHead, embeddingDrift, rankAgain, stateToday } from './rerun.ts';
import type {
  Explanation,
  Facets,
  RerunOutcome,
  ResultRow,
  SearchFilter,
  SearchOutcome,
  SearchQuery,
  SearchRecord,
} from './schema.ts';

/** Rows of each list that the case keeps. */
const headLength = 1000;
/** Ranked lists that are held in memory. */
const activeLimit = 8;

export interface SearchServiceOptions {
  openCase: OpenCase;
  /** The model in use. */
  model: () => Promise<EmbeddingModel>;
  embeddings: EmbeddingStore;
  appVersion: string;
}

/** Searches in one open case: exact, stored with all that is needed to run them again. */
export class SearchService {
  readonly #case: OpenCase;
  readonly #model: () => Promise<EmbeddingModel>;
  readonly #appVersion: string;
  readonly #searches: SearchRepository;
  readonly #active = new ActiveLists(activeLimit);
  readonly #galleries: Galleries;

  constructor(options: SearchServiceOptions) {
    this.#case = options.openCase;
    this.#model = options.model;
    this.#galleries = new Galleries(options.openCase.db, options.embeddings);
    this.#appVersion = options.appVersion;
    this.#searches = new SearchRepository(options.openCase.db);
  }

  /**
   * Runs and stores a search.
   * @param top rows that come back at once; more through `rows`.
   * @throws DescryError `invalid-input` (nothing to search for), `not-found` (an example that is not there).
   */
  async run(query: SearchQuery, top: number): Promise<SearchOutcome> {
    const started = performance.now();
    const clean = cleanQuery(query);
    const model = await this.#model();
    const embedded = await embedQuery(model, clean);
    const { db } = this.#case;
    const gallery = this.#galleries.inUse(model);
    const lastCropId = this.#lastCropId();
    const vectors: QueryVectors = {
      dimensions: model.dimensions,
      statements: embedded.statements,
      like: clean.like.map(({ cropId, weight }) => ({
        weight,
        vector: this.#exampleVector(gallery, cropId),
      })),
      avoid: embedded.avoid((vector) => gallery.meanScore(vector, lastCropId)),
    };
    const narrowed = narrowGallery(db, gallery, query.filter, this.#case.timeZone, lastCropId);
    const list = rankCrops(gallery, rankingQuery(vectors), narrowed.searched, query.foldTracks);
    const meaningless = embedded.warnings.some(({ kind }) => kind === 'all-words-unknown');
    const distribution = describeScores(list.descendingScores, list.cropIds.length, meaningless);
    const warnings = [...clean.warnings, ...embedded.warnings, ...galleryWarnings(narrowed.state)];
    const stored = {
      at: Date.now(),
      operator: this.#case.operator(),
      query: JSON.stringify(query),
      modelId: gallery.modelId,
      appVersion: this.#appVersion,
      provider: model.provider,
      runtime: model.runtime,
      gallery: JSON.stringify(narrowed.state),
      distribution: JSON.stringify(distribution),
      warnings: JSON.stringify(warnings),
      queryVectors: encodeQueryVectors(vectors),
      searched: encodeCropSet(narrowed.searched),
      rows: list.cropIds.length,
      elapsedMs: performance.now() - started,
    };
    const searchId = db.transaction(() => {
      const id = this.#searches.insert(stored, pageOf(list, { offset: 0, limit: headLength }));
      const sensitiveWords = warnings.find(({ kind }) => kind === 'sensitive')?.words;
      this.#case.audit.append('search', {
        searchId: id,
        query,
        model: model.summary.digest,
        gallery: narrowed.state,
        rows: stored.rows,
        ...(sensitiveWords ? { sensitiveWords } : {}),
      });
      return id;
    })();
    const active = this.#active.set(searchId, list);
    return {
      search: this.#record(searchId),
      distribution,
      top: this.#page(active, { offset: 0, limit: top }, 'rank'),
    };
  }

  /**
   * A page of a search's rows, by rank or by corrected time.
   * @throws DescryError `not-found`; `unsupported` when the case has no vectors of the search's model any more.
   */
  rows(searchId: number, page: { offset: number; limit: number }, order: 'rank' | 'time'): ResultRow[] {
    const active = this.#active.get(searchId);
    if (active) return this.#page(active, page, order);
    const stored = this.#searches.get(searchId);
    const wholePage = page.offset + page.limit <= headLength || stored.rows <= headLength;
    if (order === 'rank' && wholePage) {
      return toResultRows(
        this.#case,
        this.#searches.head(searchId).slice(page.offset, page.offset + page.limit),
      );
    }
    return this.#page(this.#activate(stored), page, order);
  }

  /**
   * What each phrase of the description contributes to a crop, with heat maps where the model gives patches.
   * @throws DescryError `not-found`, `unsupported` when another model is in use than the search's.
   */
  async explain(searchId: number, cropId: number): Promise<Explanation> {
    const stored = this.#searches.get(searchId);
    const model = await this.#model();
    if (model.summary.digest !== stored.packDigest) {
      throw new DescryError(
        'unsupported',
        `This search was made with ${stored.packId} ${stored.packVersion}. Take that model into use to see what its list rests on.`,
        { searchId },
      );
    }
    const gallery = this.#galleries.inUse(model);
    const active = this.#active.get(searchId) ?? this.#activate(stored);
    const { crops, media } = this.#case;
    const { query } = toSearchRecord(stored, this.#case.timeZone);
    return explainCrop({
      model,
      gallery,
      active,
      query,
      cropId,
      readOriginal: () => media.readOriginal(crops.mediaOf(cropId)),
    });
  }

  /** Searches, newest first. */
  history(options: { limit: number; namedOnly: boolean }): SearchRecord[] {
    return this.#searches.list(options).map((stored) => toSearchRecord(stored, this.#case.timeZone));
  }

  /**
   * Ranks again from the stored query vectors, against the crops that existed then, and compares with the
   * stored list. Nothing is stored but the audit entry.
   * @throws DescryError `not-found`; `unsupported` when the case has no vectors of the search's model.
   */
  async rerun(searchId: number, top: number): Promise<RerunOutcome> {
    const stored = this.#searches.get(searchId);
    const drift = await embeddingDrift(this.#case, this.#model, stored);
    const list = this.#rankAgain(stored);
    const record = this.#record(searchId);
    const today = stateToday(this.#case, this.#galleries, stored);
    const inList = compareWithHead(this.#searches.head(searchId), stored.rows, list);
    const identical = inList.length === 0;
    const differences = [
      ...compareGalleries(this.#case.db, record.gallery, today, stored.at),
      ...inList,
      ...drift,
    ];
    this.#case.audit.append('search-rerun', { searchId, identical, differences });
    const active = this.#active.set(searchId, list);
    const meaningless = record.warnings.some(({ kind }) => kind === 'all-words-unknown');
    return {
      search: record,
      distribution: describeScores(list.descendingScores, list.cropIds.length, meaningless),
      top: this.#page(active, { offset: 0, limit: top }, 'rank'),
      identical,
      differences,
    };
  }

  /** Keeps a search under a name; null forgets the name. @throws DescryError `not-found`. */
  rename(searchId: number, name: string | null): SearchRecord {
    const before = this.#searches.get(searchId).name;
    this.#case.db.transaction(() => {
      this.#searches.rename(searchId, name);
      this.#case.audit.append('search-named', { searchId, before, name });
    })();
    return this.#record(searchId);
  }

  /** Many descriptions at once over one filtered gallery; crops are not folded and nothing but an audit entry is stored. */
  async batch(queries: readonly BatchQuery[], filter: SearchFilter, top: number): Promise<BatchResult[]> {
    const model = await this.#model();
    const gallery = this.#galleries.inUse(model);
    const { searched, state } = narrowGallery(
      this.#case.db,
      gallery,
      filter,
      this.#case.timeZone,
      this.#lastCropId(),
    );
    return runBatch({ openCase: this.#case, model, gallery, searched, state, queries, filter, top });
  }

  /** Counts for the filter side bar. @throws DescryError `invalid-input`. */
  facets(filter: SearchFilter, buckets: number): Facets {
    return countFacets(this.#case.db, filter, this.#case.timeZone, buckets);
  }

  /** What a report says about a search. @param rows rows from rank 1 on. @throws DescryError as `rows`. */
  reportData(searchId: number, rows: number): ReportData {
    const stored = this.#searches.get(searchId);
    const active = this.#active.get(searchId) ?? this.#activate(stored);
    const query = rankingQuery(decodeQueryVectors(stored.queryVectors));
    const gallery = this.#galleries.of(stored.modelId, stored.dimensions);
    return collectReportData(
      this.#case,
      this.#record(searchId),
      toDistribution(stored),
      active.list,
      rows,
      (cropIds) => gallery.index.scores(query, cropIds),
    );
  }

  /** The row in `models` of the model in use; before it is loaded, of the one added last. */
  modelRow(): number | undefined {
    return this.#galleries.modelRow();
  }

  /**
   * To be called when vectors of crops were stored. Searches would take them in by themselves; this spares
   * the next one from reading all that came in since the last.
   */
  notifyStored(_cropIds: readonly number[]): void {
    this.#galleries.refresh();
  }

  /** To be called when cameras changed, since corrected times follow them. */
  galleryChanged(): void {
    this.#active.forgetTimes();
  }

  #exampleVector(gallery: Gallery, cropId: number): Float64Array {
    const vector = gallery.index.vectorOf(cropId);
    if (vector) return Float64Array.from(vector);
    this.#case.crops.mediaOf(cropId);
    throw new DescryError(
      'invalid-input',
      `Crop ${cropId} cannot be an example yet: it has no vector of the model in use.`,
      { cropId },
    );
  }

  /** Brings a stored search's whole list back, from the crops that took part in it. */
  #activate(stored: StoredSearch): ActiveList {
    return this.#active.set(stored.id, this.#rankAgain(stored));
  }

  #rankAgain(stored: StoredSearch): RankedList {
    const searched = decodeCropSet(this.#searches.searched(stored.id));
    return rankAgain(this.#case, this.#galleries, stored, searched);
  }

  #record(searchId: number): SearchRecord {
    return toSearchRecord(this.#searches.get(searchId), this.#case.timeZone);
  }

  #lastCropId(): number {
    return this.#case.db.prepare<[], number | null>('SELECT max(id) FROM crops').pluck().get() ?? 0;
  }

  #page(active: ActiveList, page: { offset: number; limit: number }, order: 'rank' | 'time'): ResultRow[] {
    if (order === 'time') active.byTime ??= timeOrder(this.#case.db, active.list.cropIds);
    return toResultRows(this.#case, pageOf(active.list, page, order === 'time' ? active.byTime : undefined));
  }
}
