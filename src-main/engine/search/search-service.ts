import type { OpenCase } from '../case/open-case.ts';
import {
  SearchRepository,
  type StoredResult,
  type StoredSearch,
} from '../case/repositories/search-repository.ts';
import { DescryError } from '../errors.ts';
import type { EmbeddingModel } from '../inference/embedding-model.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import { ActiveLists, timeOrder, type ActiveList } from './active-lists.ts';
import { runBatch, type BatchQuery, type BatchResult } from './batch.ts';
import { describeScores } from './distribution.ts';
import { embedQuery } from './embed-query.ts';
import { explainCrop } from './explanation.ts';
import { countFacets } from './facets.ts';
import { Gallery } from './gallery.ts';
import { narrowGallery, type NarrowedGallery } from './narrow.ts';
import { cleanQuery } from './query.ts';
import {
  decodeQueryVectors,
  encodeQueryVectors,
  largestDifference,
  rankingQuery,
  type QueryVectors,
} from './query-vector.ts';
import { rankCrops, type RankedList } from './ranked-list.ts';
import { toDistribution, toSearchRecord } from './records.ts';
import { collectReportData, type ReportData } from './report-data.ts';
import { compareGalleries, compareWithHead } from './rerun.ts';
import type {
  Explanation,
  Facets,
  GalleryState,
  RerunOutcome,
  ResultRow,
  SearchFilter,
  SearchOutcome,
  SearchQuery,
  SearchRecord,
  SearchWarning,
} from './schema.ts';

/** Rows of each list that the case keeps. */
const headLength = 1000;
/** Ranked lists, and galleries of different models, that are held in memory. */
const activeLimit = 8;
const galleryLimit = 2;
/** A change of a score that rounding in another runtime explains. */
const embeddingTolerance = 1e-4;

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
  readonly #embeddings: EmbeddingStore;
  readonly #appVersion: string;
  readonly #searches: SearchRepository;
  readonly #active = new ActiveLists(activeLimit);
  readonly #galleries = new Map<number, Gallery>();
  #modelRow: number | undefined;

  constructor(options: SearchServiceOptions) {
    this.#case = options.openCase;
    this.#model = options.model;
    this.#embeddings = options.embeddings;
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
    const gallery = this.#galleryInUse(model);
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
      rows: list.cropIds.length,
      elapsedMs: performance.now() - started,
    };
    const searchId = db.transaction(() => {
      const id = this.#searches.insert(stored, headOf(list));
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
   * @throws DescryError `not-found`; `unsupported` for rows beyond the stored head when other crops would take part today.
   */
  rows(searchId: number, page: { offset: number; limit: number }, order: 'rank' | 'time'): ResultRow[] {
    const active = this.#active.get(searchId);
    if (active) return this.#page(active, page, order);
    const stored = this.#searches.get(searchId);
    const wholePage = page.offset + page.limit <= headLength || stored.rows <= headLength;
    if (order === 'rank' && wholePage) {
      return this.#toRows(this.#searches.head(searchId).slice(page.offset, page.offset + page.limit));
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
    const gallery = this.#galleryInUse(model);
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
    const drift = await this.#embeddingDrift(stored);
    const { list, narrowed } = this.#rankAgain(stored);
    const before = this.#record(searchId).gallery;
    const inList = compareWithHead(this.#searches.head(searchId), stored.rows, list);
    const identical = inList.length === 0;
    const differences = [
      ...compareGalleries(this.#case.db, before, narrowed.state, stored.at),
      ...inList,
      ...drift,
    ];
    this.#case.audit.append('search-rerun', { searchId, identical, differences });
    const active =
      narrowed.state.digest === before.digest ? this.#active.set(searchId, list) : freshList(list);
    const meaningless = this.#record(searchId).warnings.some(({ kind }) => kind === 'all-words-unknown');
    return {
      search: this.#record(searchId),
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
    const gallery = this.#galleryInUse(model);
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
    return collectReportData(
      this.#case,
      this.#record(searchId),
      toDistribution(stored),
      active.list,
      rows,
      this.#scoresOf(stored),
    );
  }

  /** The row in `models` of the model in use, as far as it is known: before it is loaded, the one added last. */
  modelRow(): number | undefined {
    return (
      this.#modelRow ??
      this.#case.db.prepare<[], number>('SELECT id FROM models ORDER BY id DESC LIMIT 1').pluck().get()
    );
  }

  /** To be called when vectors of these crops were stored; searches take them in either way. */
  notifyStored(_cropIds: readonly number[]): void {
    // Keeps the index warm while an import runs, so that a search does not wait for what came in since the last.
    if (this.#modelRow !== undefined) this.#galleries.get(this.#modelRow)?.sync();
  }

  /** To be called when cameras changed, since corrected times follow them. */
  galleryChanged(): void {
    this.#active.forgetTimes();
  }

  #galleryInUse(model: EmbeddingModel): Gallery {
    this.#modelRow = this.#embeddings.ensureModel(model.summary, model.manifest);
    return this.#gallery(this.#modelRow, model.dimensions);
  }

  #gallery(modelId: number, dimensions: number): Gallery {
    const gallery =
      this.#galleries.get(modelId) ?? new Gallery(this.#case.db, this.#embeddings, modelId, dimensions);
    gallery.sync();
    this.#galleries.delete(modelId);
    this.#galleries.set(modelId, gallery);
    if (this.#galleries.size > galleryLimit) this.#galleries.delete(this.#galleries.keys().next().value!);
    return gallery;
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

  #rankAgain(stored: StoredSearch): { list: RankedList; narrowed: NarrowedGallery; gallery: Gallery } {
    const record = toSearchRecord(stored, this.#case.timeZone);
    const gallery = this.#gallery(stored.modelId, stored.dimensions);
    if (gallery.index.size === 0 && record.gallery.searched > 0) {
      throw new DescryError(
        'unsupported',
        `This search was made with ${stored.packId} ${stored.packVersion}, and the case has no vectors of that model any more.`,
        { searchId: stored.id },
      );
    }
    const narrowed = narrowGallery(
      this.#case.db,
      gallery,
      record.query.filter,
      this.#case.timeZone,
      record.gallery.lastCropId,
    );
    const query = rankingQuery(decodeQueryVectors(stored.queryVectors));
    return { list: rankCrops(gallery, query, narrowed.searched, record.query.foldTracks), narrowed, gallery };
  }

  /** Brings a stored search's whole list back. @throws DescryError `unsupported` when other crops take part today. */
  #activate(stored: StoredSearch): ActiveList {
    const { list, narrowed } = this.#rankAgain(stored);
    const before = toSearchRecord(stored, this.#case.timeZone).gallery;
    if (narrowed.state.digest !== before.digest) {
      const message = `Only the first ${Math.min(stored.rows, headLength)} rows of this search are kept by rank. Clocks, decisions, tags or notes that its filter looks at have changed since; run it again as a new search for a whole list.`;
      throw new DescryError('unsupported', message, { searchId: stored.id });
    }
    return this.#active.set(stored.id, list);
  }

  #scoresOf(stored: StoredSearch): (cropIds: Int32Array) => Float64Array {
    const query = rankingQuery(decodeQueryVectors(stored.queryVectors));
    const gallery = this.#gallery(stored.modelId, stored.dimensions);
    return (cropIds) => gallery.index.scores(query, cropIds);
  }

  /** In words, how the model in use embeds the search's texts differently; nothing when it agrees. */
  async #embeddingDrift(stored: StoredSearch): Promise<string[]> {
    const model = await this.#model();
    if (model.summary.digest !== stored.packDigest) {
      return [
        `The words were not embedded again: the search was made with ${stored.packId} ${stored.packVersion}, and another model is in use.`,
      ];
    }
    const vectors = decodeQueryVectors(stored.queryVectors);
    const embedded = await embedQuery(model, cleanQuery(toSearchRecord(stored, this.#case.timeZone).query));
    const before = [...vectors.statements, ...vectors.avoid].map(({ vector }) => vector);
    const fresh = [...embedded.statements, ...embedded.avoid(() => 0)].map(({ vector }) => vector);
    if (before.length !== fresh.length)
      return [
        'This version of Descry reads the words of the search differently. The list was ranked with the stored vectors.',
      ];
    const largest = largestDifference(before, fresh);
    if (largest <= embeddingTolerance) return [];
    return [
      `The words give slightly different vectors here (a score can differ by up to ${largest.toExponential(1)}). The list was ranked with the stored vectors.`,
    ];
  }

  #record(searchId: number): SearchRecord {
    return toSearchRecord(this.#searches.get(searchId), this.#case.timeZone);
  }

  #lastCropId(): number {
    return this.#case.db.prepare<[], number | null>('SELECT max(id) FROM crops').pluck().get() ?? 0;
  }

  #page(active: ActiveList, page: { offset: number; limit: number }, order: 'rank' | 'time'): ResultRow[] {
    const { list } = active;
    const end = Math.min(page.offset + page.limit, list.cropIds.length);
    if (order === 'time') active.byTime ??= timeOrder(this.#case.db, list.cropIds);
    const rows: StoredResult[] = [];
    for (let place = page.offset; place < end; place++) {
      const row = order === 'time' ? active.byTime![place]! : place;
      rows.push({
        rank: row + 1,
        cropId: list.cropIds[row]!,
        score: list.scores[row]!,
        folded: list.folded[row]!,
      });
    }
    return this.#toRows(rows);
  }

  #toRows(rows: readonly StoredResult[]): ResultRow[] {
    const summaries = this.#case.crops.summaries(
      rows.map(({ cropId }) => cropId),
      this.#case.timeZone,
    );
    const byId = new Map(summaries.map((summary) => [summary.id, summary]));
    return rows.flatMap(({ rank, cropId, score, folded }) => {
      const summary = byId.get(cropId);
      return summary ? { ...summary, rank, score, folded } : [];
    });
  }
}

function freshList(list: RankedList): ActiveList {
  return { list, byTime: undefined, phraseScores: new Map() };
}

function headOf(list: RankedList): StoredResult[] {
  return Array.from(list.cropIds.subarray(0, headLength), (cropId, row) => ({
    rank: row + 1,
    cropId,
    score: list.scores[row]!,
    folded: list.folded[row]!,
  }));
}

function galleryWarnings(state: GalleryState): SearchWarning[] {
  const warnings: SearchWarning[] = [];
  const withoutVector = state.excluded.find((part) => part.reason === 'no-vector')?.count ?? 0;
  if (withoutVector > 0) {
    const message = `${withoutVector.toLocaleString('en')} ${withoutVector === 1 ? 'crop has' : 'crops have'} no vector of the model in use yet and took no part.`;
    warnings.push({ kind: 'not-embedded', message, words: [] });
  }
  if (state.crops > 0 && state.searched === 0 && withoutVector === 0) {
    warnings.push({
      kind: 'empty-filter',
      message: 'The filters let no crop through. Widen them.',
      words: [],
    });
  }
  return warnings;
}
