import type { OpenCase } from '../case/open-case.ts';
import { SearchRepository, type StoredSearch } from '../case/repositories/search-repository.ts';
import { DescryError } from '../errors.ts';
import type { EmbeddingModel } from '../inference/embedding-model.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import type { PackSummary } from '../inference/schema.ts';
import { ActiveLists, timeOrder, type ActiveList } from './active-lists.ts';
import { runBatch, type BatchQuery, type BatchResult } from './batch.ts';
import { comparePacks } from './compare.ts';
import { decodeCropSet, encodeCropSet } from './crop-set.ts';
import { describeScores } from './distribution.ts';
import { embedQuery } from './embed-query.ts';
import { explainCrop } from './explanation.ts';
import { Galleries } from './galleries.ts';
import { narrowGallery } from './narrow.ts';
import { cleanQuery, type CleanQuery } from './query.ts';
import { decodeQueryVectors, encodeQueryVectors, rankingQuery } from './query-vector.ts';
import { lastCropId, rankQuery } from './rank-query.ts';
import type { RankedList } from './ranked-list.ts';
import { pageOf, toDistribution, toResultRows, toSearchRecord } from './records.ts';
import { collectReportData, type ReportData } from './report-data.ts';
import {
  compareGalleries,
  compareWithHead,
  embeddingDrift,
  rankAgain,
  stateToday,
  storedList,
} from './rerun.ts';
import { countFacetsInTurns } from './text-matches.ts';
import type {
  Explanation,
  Facets,
  PackComparison,
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

type LendModel = <T>(work: (model: EmbeddingModel) => Promise<T>, pack?: string) => Promise<T>;

export interface SearchServiceOptions {
  openCase: OpenCase;
  /** Lends a model for as long as the work takes: that of a pack, or the one in use. */
  withModel: LendModel;
  embeddings: EmbeddingStore;
  appVersion: string;
}

/** Searches in one open case: exact, stored with all that is needed to run them again. */
export class SearchService {
  readonly #case: OpenCase;
  readonly #withModel: LendModel;
  readonly #embeddings: EmbeddingStore;
  readonly #appVersion: string;
  readonly #searches: SearchRepository;
  readonly #active = new ActiveLists(activeLimit);
  readonly #galleries: Galleries;

  constructor(options: SearchServiceOptions) {
    this.#case = options.openCase;
    this.#withModel = options.withModel;
    this.#embeddings = options.embeddings;
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
    return this.#withModel((model) => this.#run(model, query, clean, { top, started }));
  }

  async #run(
    model: EmbeddingModel,
    query: SearchQuery,
    clean: CleanQuery,
    { top, started }: { top: number; started: number },
  ): Promise<SearchOutcome> {
    const { db } = this.#case;
    const embedded = await embedQuery(model, clean);
    const gallery = this.#galleries.ofModel(model);
    const ranked = rankQuery(this.#case, gallery, model.summary, { query, clean, embedded });
    const { vectors, narrowed, list, warnings } = ranked;
    const meaningless = embedded.warnings.some(({ kind }) => kind === 'all-words-unknown');
    const distribution = describeScores(list.descendingScores, list.cropIds.length, meaningless);
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
    return this.#withModel((model) => this.#explain(model, stored, cropId));
  }

  async #explain(model: EmbeddingModel, stored: StoredSearch, cropId: number): Promise<Explanation> {
    if (model.summary.digest !== stored.packDigest) {
      throw new DescryError(
        'unsupported',
        `This search was made with ${stored.packId} ${stored.packVersion}. Take that model into use to see what its list rests on.`,
        { searchId: stored.id },
      );
    }
    const gallery = this.#galleries.ofModel(model);
    const active = this.#active.get(stored.id) ?? this.#activate(stored);
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
    const drift = await embeddingDrift(this.#case, this.#withModel, stored);
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
    return this.#withModel(async (model) => {
      const gallery = this.#galleries.ofModel(model);
      const { db, timeZone } = this.#case;
      const { searched, state } = narrowGallery(db, gallery, filter, timeZone, lastCropId(db));
      return runBatch({ openCase: this.#case, model, gallery, searched, state, queries, filter, top });
    });
  }

  /**
   * The same query ranked with several packs, each over the vectors that the case has of it; nothing but an
   * audit entry is stored.
   * @throws DescryError as `run`; `busy` when no other model can be loaded now.
   */
  compare(packs: readonly PackSummary[], query: SearchQuery, top: number): Promise<PackComparison> {
    const parts = {
      openCase: this.#case,
      embeddings: this.#embeddings,
      galleries: this.#galleries,
      withModel: this.#withModel,
    };
    return comparePacks(parts, packs, query, top);
  }

  /** Counts for the filter side bar. @throws DescryError `invalid-input`. */
  facets(filter: SearchFilter, buckets: number, signal?: AbortSignal): Promise<Facets> {
    return countFacetsInTurns(this.#case.db, filter, this.#case.timeZone, buckets, signal);
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

  /**
   * To be called when vectors of crops were stored. Searches would take them in by themselves; this spares
   * the next one from reading all that came in since the last.
   */
  notifyStored(_cropIds: readonly number[]): void {
    this.#galleries.refresh();
  }

  /** To be called when stored rows of a model were moved: what was read of it before does not hold. */
  vectorsMoved(modelId: number): void {
    this.#galleries.forget(modelId);
  }

  /** To be called when crops were taken out of the case: their vectors are gone. */
  cropsRemoved(): void {
    this.#galleries.forgetAll();
  }

  /** To be called when cameras changed, since corrected times follow them. */
  galleryChanged(): void {
    this.#active.forgetTimes();
  }

  /** Brings a stored search's whole list back, from the crops that took part in it. */
  #activate(stored: StoredSearch): ActiveList {
    return this.#active.set(stored.id, storedList(this.#case, this.#galleries, this.#searches, stored));
  }

  #rankAgain(stored: StoredSearch): RankedList {
    const searched = decodeCropSet(this.#searches.searched(stored.id));
    return rankAgain(this.#case, this.#galleries, stored, searched);
  }

  #record(searchId: number): SearchRecord {
    return toSearchRecord(this.#searches.get(searchId), this.#case.timeZone);
  }

  #page(active: ActiveList, page: { offset: number; limit: number }, order: 'rank' | 'time'): ResultRow[] {
    if (order === 'time') active.byTime ??= timeOrder(this.#case.db, active.list.cropIds);
    return toResultRows(this.#case, pageOf(active.list, page, order === 'time' ? active.byTime : undefined));
  }
}
