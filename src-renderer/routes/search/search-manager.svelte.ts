import type {
  DescryClient,
  RerunOutcome,
  ResultRow,
  ScoreDistribution,
  SearchFilter,
  SearchOutcome,
  SearchRecord,
} from '../../../src-main/api/types.ts';
import { asksSomething, draftOf, emptyDraft, queryOf, sameQuery, type Draft } from './draft.ts';
import { RowCache } from './row-cache.svelte.ts';
import { Selection } from './selection.svelte.ts';

export type Order = 'rank' | 'time';

/** A finished search, without its rows. */
export interface FoundList {
  search: SearchRecord;
  distribution: ScoreDistribution;
}

/** What a search that was run again came to. */
export interface Comparison {
  identical: boolean;
  differences: string[];
}

/** What is kept over a change of page and a reload. */
export interface StoredSearch {
  draft: Draft;
  filter: SearchFilter;
  order: Order;
  found: FoundList | null;
}

const firstRows = 100;

/**
 * One search at a time: the draft, the answer that is shown, and its rows. A newer search makes the
 * answer of an older one count for nothing, however late it comes.
 */
export class SearchManager {
  draft = $state<Draft>(emptyDraft());
  filter = $state.raw<SearchFilter>({});
  found = $state.raw<FoundList | null>(null);
  comparison = $state.raw<Comparison | null>(null);
  error = $state.raw<unknown>(null);
  running = $state(false);
  rows = $state.raw<RowCache<ResultRow> | null>(null);
  /** A failure to load rows of the list; loading goes on with the next scroll. */
  rowsError = $state.raw<unknown>(null);
  #order = $state<Order>('rank');
  #call: AbortController | null = null;
  readonly selection: Selection;
  readonly #client: DescryClient;

  readonly canRun = $derived(asksSomething(this.draft));
  readonly count = $derived(this.found?.search.rows ?? 0);
  /** Whether the fields ask something else than the list shown. */
  readonly changed = $derived(
    this.found !== null && !sameQuery(queryOf(this.draft, this.filter), this.found.search.query),
  );
  /** Row of the active tile, once it has been loaded. */
  readonly activeRow = $derived.by(() => this.rows?.row(this.selection.active));

  constructor(client: DescryClient, stored: StoredSearch | null = null) {
    this.#client = client;
    this.selection = new Selection(() => ({
      count: this.count,
      ids: async (first, last) => ((await this.rows?.slice(first, last)) ?? []).map((row) => row.id),
    }));
    if (stored) this.#restore(stored);
  }

  get order(): Order {
    return this.#order;
  }

  /** What to keep; reads everything that is kept. */
  get stored(): StoredSearch {
    return { draft: $state.snapshot(this.draft), filter: this.filter, order: this.#order, found: this.found };
  }

  /** Runs what the fields ask. */
  async run(): Promise<void> {
    if (!this.canRun) return;
    const query = queryOf($state.snapshot(this.draft), this.filter);
    await this.#ask((signal) => this.#client.search.run({ query, top: firstRows }, { signal }));
  }

  /** Runs a stored search again, against the state it was run on, and puts its query into the fields. */
  async open(record: SearchRecord, names: ReadonlyMap<number, string> = new Map()): Promise<void> {
    this.draft = draftOf(record.query, names);
    this.filter = record.query.filter;
    await this.#ask((signal) =>
      this.#client.search.rerun({ searchId: record.id, top: firstRows }, { signal }),
    );
  }

  /** Gives the running search up; the list that was there stays. */
  cancel(): void {
    this.#call?.abort();
    this.#call = null;
    this.running = false;
  }

  clear(): void {
    this.cancel();
    this.draft = emptyDraft();
    this.filter = {};
    this.#show(null);
  }

  setOrder(order: Order): void {
    if (order === this.#order) return;
    this.#order = order;
    if (this.found) this.#openRows(this.found);
    this.selection.moveTo(0);
  }

  addExample(cropId: number, fileName: string): void {
    if (this.draft.like.some((example) => example.cropId === cropId)) return;
    this.draft.like.push({ cropId, fileName, weight: 1 });
  }

  /** The engine changed marks, notes or tags of these crops. */
  async refreshRows(cropIds: readonly number[]): Promise<void> {
    await this.rows?.refresh(cropIds);
  }

  /** Fetches the rows anew as they come into view: marks or the case's time zone changed while nobody looked. */
  refetch(): void {
    this.#openRows(this.found);
  }

  /** A search was given a name, or lost it. */
  renamed(record: SearchRecord): void {
    if (this.found?.search.id === record.id) this.found = { ...this.found, search: record };
  }

  async #ask(call: (signal: AbortSignal) => Promise<SearchOutcome | RerunOutcome>): Promise<void> {
    this.cancel();
    const mine = new AbortController();
    this.#call = mine;
    this.running = true;
    this.error = null;
    try {
      const outcome = await call(mine.signal);
      if (this.#call !== mine) return;
      this.#show(outcome, outcome.top);
      this.comparison =
        'identical' in outcome ? { identical: outcome.identical, differences: outcome.differences } : null;
    } catch (error) {
      if (this.#call === mine) this.error = error;
    } finally {
      if (this.#call === mine) {
        this.#call = null;
        this.running = false;
      }
    }
  }

  #show(found: FoundList | null, top: readonly ResultRow[] = []): void {
    this.comparison = null;
    this.found = found === null ? null : { search: found.search, distribution: found.distribution };
    this.selection.clear();
    this.#openRows(this.found, top);
  }

  #openRows(found: FoundList | null, top: readonly ResultRow[] = []): void {
    this.rows?.close();
    this.rowsError = null;
    if (found === null) {
      this.rows = null;
      return;
    }
    const searchId = found.search.id;
    const order = this.#order;
    const rows = new RowCache<ResultRow>({
      load: async (offset, limit) => {
        const loaded = await this.#client.search.rows({ searchId, offset, limit, order });
        this.rowsError = null;
        return loaded;
      },
      onError: (error) => (this.rowsError = error),
      pageSize: firstRows,
    });
    if (order === 'rank') rows.seed(top, top.length === found.search.rows);
    this.rows = rows;
  }

  #restore(stored: StoredSearch): void {
    this.draft = stored.draft;
    this.filter = stored.filter;
    this.#order = stored.order;
    this.#show(stored.found);
  }
}
