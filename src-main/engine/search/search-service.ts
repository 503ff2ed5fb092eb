import type { OpenCase } from '../case/open-case.ts';
import { SearchRepository, type StoredSearch } from '../case/repositories/search-repository.ts';
import { searchDigest } from '../case/repositories/search-digest.ts';
import { DescryError } from '../errors.ts';
import type { EmbeddingModel } from '../inference/embedding-model.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import type { PackSummary } from '../inference/schema.ts';
import { runBatch, type BatchQuery, type BatchResult } from './batch.ts';
import { comparePacks } from './compare.ts';
import { decodeCropSet } from './crop-set.ts';
import { describeScores } from './distribution.ts';
import { embedQuery } from './embed-query.ts';
import { explainCrop } from './explanation.ts';
import { Galleries, type UseGallery } from './galleries.ts';
import { galleryState, narrowCase } from './narrow.ts';
import { cleanQuery, type CleanQuery } from './query.ts';
import { encodeQueryVectors, rankingQuery } from './query-vector.ts';
import { rankQuery } from './rank-query.ts';
import { toDistribution, toResultRows, toSearchRecord } from './records.ts';
import { collectReportData, type ReportData } from './report-data.ts';
import { compareGalleries, compareWithHead, embeddingDrift, stateToday } from './rerun.ts';
import { rowsOf, SearchList, type Page } from './search-list.ts';
import { SearchLists } from './search-lists.ts';
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

/** The fewest rows of each list that the case keeps; where all scores are at hand it keeps the most. */
const headLength = { least: 50, most: 1000 };
/** Crops up to which ranking more rows than are shown costs nothing worth mentioning: their vectors lie in memory. */
const fewCrops = 20_000;

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
  readonly #galleries: Galleries;
  readonly #lists: SearchLists;

  constructor(options: SearchServiceOptions) {
    this.#case = options.openCase;
    this.#withModel = options.withModel;
    this.#embeddings = options.embeddings;
    this.#galleries = new Galleries(options.openCase.db, options.embeddings);
    this.#appVersion = options.appVersion;
    this.#searches = new SearchRepository(options.openCase.db);
    this.#lists = new SearchLists(options.openCase, this.#galleries, this.#searches);
  }

  /**
   * Runs and stores a search.
   * @param top rows that come back at once; more through `rows`.
   * @throws DescryError `invalid-input` (nothing to search for), `not-found` (an example that is not there),
   *   `cancelled` through the signal: nothing is stored then.
   */
  async run(query: SearchQuery, top: number, signal?: AbortSignal): Promise<SearchOutcome> {
    const started = performance.now();
    const clean = cleanQuery(query);
    return this.#withModel((model) => this.#run(model, query, clean, { top, started, signal }));
  }

  async #run(
    model: EmbeddingModel,
    query: SearchQuery,
    clean: CleanQuery,
    { top, started, signal }: { top: number; started: number; signal: AbortSignal | undefined },
  ): Promise<SearchOutcome> {
    const { db } = this.#case;
    const embedded = await embedQuery(model, clean);
    const galleryModel = this.#galleries.modelOf(model);
    const useGallery: UseGallery = (work) => this.#galleries.with(galleryModel, work);
    const ranked = await useGallery((gallery) => {
      const least = gallery.index.size > fewCrops ? headLength.least : headLength.most;
      const options = { top: Math.max(top, least), survey: true, signal };
      return rankQuery(this.#case, gallery, model.summary, { query, clean, embedded }, options);
    });
    const { vectors, state, head, rows, set, warnings } = ranked;
    const meaningless = embedded.warnings.some(({ kind }) => kind === 'all-words-unknown');
    const distribution = describeScores(head.survey, rows, meaningless);
    const stored = {
      at: Date.now(),
      operator: this.#case.operator(),
      query: JSON.stringify(query),
      modelId: galleryModel.modelId,
      appVersion: this.#appVersion,
      provider: model.provider,
      runtime: model.runtime,
      gallery: JSON.stringify(state),
      distribution: JSON.stringify(distribution),
      warnings: JSON.stringify(warnings),
      queryVectors: encodeQueryVectors(vectors),
      searched: set,
      rows,
      elapsedMs: performance.now() - started,
    };
    if (signal?.aborted) throw new DescryError('cancelled', 'The search was cancelled.');
    const searchId = db.transaction(() => {
      const id = this.#searches.insert(stored, rowsOf(head, { offset: 0, limit: headLength.most }));
      const sensitiveWords = warnings.find(({ kind }) => kind === 'sensitive')?.words;
      this.#case.audit.append('search', {
        searchId: id,
        query,
        model: model.summary.digest,
        gallery: state,
        rows: stored.rows,
        digest: searchDigest(db, id),
        ...(sensitiveWords ? { sensitiveWords } : {}),
      });
      return id;
    })();
    const { foldTracks } = query;
    const searched = (): Int32Array => decodeCropSet(this.#searches.searched(searchId));
    const source = { useGallery, query: rankingQuery(vectors), foldTracks, rows, searched };
    this.#lists.keep(searchId, new SearchList(source, head));
    return {
      search: this.#record(searchId),
      distribution,
      top: toResultRows(this.#case, rowsOf(head, { offset: 0, limit: top })),
    };
  }

  /**
   * A page of a search's rows, by rank or by corrected time.
   * @throws DescryError `not-found`; `unsupported` when the case has no vectors of the search's model any more.
   */
  async rows(searchId: number, page: Page, order: 'rank' | 'time'): Promise<ResultRow[]> {
    const held = this.#lists.held(searchId);
    if (!held && order === 'rank') {
      const { rows } = this.#searches.get(searchId);
      const head = this.#searches.head(searchId);
      if (page.offset + page.limit <= head.length || head.length === rows)
        return toResultRows(this.#case, head.slice(page.offset, page.offset + page.limit));
    }
    const list = held ?? (await this.#lists.of(this.#searches.get(searchId)));
    const rows = order === 'time' ? await list.byTime(this.#case.db, page) : await list.byRank(page);
    return toResultRows(this.#case, rows);
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
    const list = await this.#lists.of(stored);
    const { crops, media } = this.#case;
    const { query } = toSearchRecord(stored, this.#case.timeZone);
    return explainCrop({
      model,
      list,
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
    const list = await this.#lists.restore(stored, false);
    const { useGallery, query, rows, searched } = list.source;
    const record = this.#record(searchId);
    const [today, survey] = await useGallery(async (gallery) => [
      stateToday(this.#case, gallery, stored),
      (await gallery.index.search(query, searched(), 1, { survey: true })).survey,
    ]);
    const head = this.#searches.head(searchId);
    const again = await list.byRank({ offset: 0, limit: Math.max(top, head.length) });
    const inList = compareWithHead(head, stored.rows, again, rows);
    const identical = inList.length === 0;
    const differences = [
      ...compareGalleries(this.#case.db, record.gallery, today, stored.at),
      ...inList,
      ...drift,
    ];
    this.#case.audit.append('search-rerun', { searchId, identical, differences });
    const meaningless = record.warnings.some(({ kind }) => kind === 'all-words-unknown');
    return {
      search: record,
      distribution: describeScores(survey, rows, meaningless),
      top: toResultRows(this.#case, again.slice(0, top)),
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
    return this.#withModel((model) => {
      return this.#galleries.with(this.#galleries.modelOf(model), (gallery) => {
        const now = gallery.stateAt(gallery.index.generation);
        const narrowed = narrowCase(this.#case, gallery.index, filter, now);
        const searched = gallery.index.present(narrowed.cropIds);
        const state = galleryState(narrowed, searched);
        return runBatch({ openCase: this.#case, model, gallery, searched, state, queries, filter, top });
      });
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
  async reportData(searchId: number, rows: number): Promise<ReportData> {
    const stored = this.#searches.get(searchId);
    const list = await this.#lists.of(stored);
    return collectReportData(
      this.#case,
      this.#record(searchId),
      toDistribution(stored),
      { source: list.source, list: await list.whole() },
      rows,
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
    this.#lists.forgetAll();
  }

  /** To be called when crops were taken out of the case, right after. */
  cropsRemoved(cropIds: readonly number[]): void {
    this.#galleries.remove(cropIds);
    this.#lists.forgetAll();
  }

  /** To be called when cameras changed, since corrected times follow them. */
  galleryChanged(): void {
    this.#lists.forgetTimes();
  }

  /** Lets go of the case. */
  close(): Promise<void> {
    return this.#galleries.close();
  }

  #record(searchId: number): SearchRecord {
    return toSearchRecord(this.#searches.get(searchId), this.#case.timeZone);
  }
}
