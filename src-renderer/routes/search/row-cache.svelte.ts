import { SvelteMap } from 'svelte/reactivity';

export interface CachedRow {
  id: number;
}

export interface RowCacheOptions<Row extends CachedRow> {
  /** Loads rows offset .. offset + limit - 1; the last page may be short. */
  load(offset: number, limit: number): Promise<Row[]>;
  pageSize?: number;
  /** Pages kept; the ones least recently asked for go first. */
  maximumPages?: number;
  /** Calls under way at a time. */
  parallel?: number;
  onError?(error: unknown): void;
}

/**
 * Rows of a long list, fetched by the page as they come into view. What scrolled by before its turn
 * came is never fetched: only the newest wish counts.
 */
export class RowCache<Row extends CachedRow> {
  readonly pageSize: number;
  readonly #options: RowCacheOptions<Row>;
  readonly #maximumPages: number;
  readonly #parallel: number;
  readonly #pages = new SvelteMap<number, readonly Row[]>();
  readonly #recency = new Map<number, number>();
  readonly #pageOfId = new Map<number, number>();
  readonly #loading = new Map<number, Promise<readonly Row[]>>();
  #wanted: number[] = [];
  #tick = 0;
  #closed = false;

  constructor(options: RowCacheOptions<Row>) {
    this.#options = options;
    this.pageSize = options.pageSize ?? 100;
    this.#maximumPages = options.maximumPages ?? 300;
    this.#parallel = options.parallel ?? 2;
  }

  /** The row at an index, or undefined while it is not there; reading it is reactive. */
  row(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / this.pageSize))?.[index % this.pageSize];
  }

  /** Index of a crop that is in the cache, or -1. */
  indexOf(id: number): number {
    const page = this.#pageOfId.get(id);
    if (page === undefined) return -1;
    const within = this.#pages.get(page)?.findIndex((row) => row.id === id) ?? -1;
    return within < 0 ? -1 : page * this.pageSize + within;
  }

  /** Puts rows in that came by another way, from index 0; a short last page is left out unless `complete`. */
  seed(rows: readonly Row[], complete: boolean): void {
    for (let start = 0; start < rows.length; start += this.pageSize) {
      const page = rows.slice(start, start + this.pageSize);
      if (page.length === this.pageSize || complete) this.#store(start / this.pageSize, page);
    }
  }

  /** Asks for the rows first .. last - 1; earlier wishes that have not started are forgotten. */
  want(first: number, last: number): void {
    this.#wanted = [];
    for (let page = Math.floor(first / this.pageSize); page * this.pageSize < last; page++) {
      this.#recency.set(page, ++this.#tick);
      if (!this.#pages.has(page) && !this.#loading.has(page)) this.#wanted.push(page);
    }
    this.#pump();
  }

  /** The rows first .. last - 1, waiting for those that are not there. */
  async slice(first: number, last: number): Promise<Row[]> {
    const rows: Row[] = [];
    for (let page = Math.floor(first / this.pageSize); page * this.pageSize < last; page++) {
      const start = page * this.pageSize;
      const content = this.#pages.get(page) ?? (await this.#fetch(page));
      rows.push(...content.slice(Math.max(0, first - start), Math.max(0, last - start)));
    }
    return rows;
  }

  /** Fetches anew the pages that hold these crops, or every page in the cache. */
  async refresh(ids?: readonly number[]): Promise<void> {
    const pages = ids === undefined ? [...this.#pages.keys()] : ids.map((id) => this.#pageOfId.get(id));
    for (const page of new Set(pages)) {
      if (page === undefined || this.#closed) continue;
      await this.#loading.get(page)?.catch(() => undefined);
      await this.#fetch(page).catch((error: unknown) => this.#options.onError?.(error));
    }
  }

  /** Ends it: answers that are still under way are thrown away. */
  close(): void {
    this.#closed = true;
    this.#wanted = [];
  }

  #pump(): void {
    while (this.#loading.size < this.#parallel && !this.#closed) {
      const page = this.#wanted.shift();
      if (page === undefined) return;
      if (this.#loading.has(page)) continue;
      this.#fetch(page).catch((error: unknown) => this.#options.onError?.(error));
    }
  }

  #fetch(page: number): Promise<readonly Row[]> {
    const known = this.#loading.get(page);
    if (known) return known;
    const loading = this.#options
      .load(page * this.pageSize, this.pageSize)
      .then((rows) => {
        if (!this.#closed) this.#store(page, rows);
        return rows;
      })
      .finally(() => {
        this.#loading.delete(page);
        this.#pump();
      });
    this.#loading.set(page, loading);
    return loading;
  }

  #store(page: number, rows: readonly Row[]): void {
    this.#pages.set(page, rows);
    this.#recency.set(page, ++this.#tick);
    for (const row of rows) this.#pageOfId.set(row.id, page);
    if (this.#pages.size <= this.#maximumPages) return;
    let oldest = page;
    for (const kept of this.#pages.keys()) {
      if ((this.#recency.get(kept) ?? 0) < (this.#recency.get(oldest) ?? 0)) oldest = kept;
    }
    for (const row of this.#pages.get(oldest) ?? []) this.#pageOfId.delete(row.id);
    this.#pages.delete(oldest);
    this.#recency.delete(oldest);
  }
}
