import type { DescryClient, SearchRecord } from '../../../src-main/api/types.ts';

/** Searches that were run in this case, newest first. */
export class HistoryManager {
  /** Null until they were loaded. */
  list = $state.raw<readonly SearchRecord[] | null>(null);
  namedOnly = $state(false);
  error = $state.raw<unknown>(null);
  readonly #client: DescryClient;
  #turn = 0;

  constructor(client: DescryClient) {
    this.#client = client;
  }

  async reload(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const list = await this.#client.search.history({ limit: 200, namedOnly: this.namedOnly });
      if (turn !== this.#turn) return;
      this.list = list;
      this.error = null;
    } catch (error) {
      if (turn === this.#turn) this.error = error;
    }
  }

  async showNamedOnly(namedOnly: boolean): Promise<void> {
    this.namedOnly = namedOnly;
    await this.reload();
  }

  /** Keeps a search under a name; an empty name forgets it. */
  async rename(searchId: number, name: string): Promise<SearchRecord> {
    const record = await this.#client.search.rename({
      searchId,
      name: name.trim() === '' ? null : name.trim(),
    });
    this.list = this.list?.map((known) => (known.id === record.id ? record : known)) ?? null;
    return record;
  }
}
