import { SvelteSet } from 'svelte/reactivity';

/** Most crops that one decision or tag takes (the contract's limit). */
export const largestSelection = 10_000;

export interface SelectionSource {
  /** Rows of the list now shown. */
  count: number;
  /** Crop ids of the rows first .. last - 1, loading what is missing. */
  ids(first: number, last: number): Promise<number[]>;
}

export type SelectionMode = 'replace' | 'toggle' | 'extend';

/**
 * The active tile and the selected crops of a list. The active tile is an index, so that keys work
 * on rows that have not been loaded; the selection is crop ids, so that it survives another order.
 */
export class Selection {
  readonly ids = new SvelteSet<number>();
  /** First tile in view, so that a list comes back where it was left. */
  top = 0;
  #active = $state(0);
  #anchor = 0;
  readonly #source: () => SelectionSource;
  #latest = 0;

  constructor(source: () => SelectionSource) {
    this.#source = source;
  }

  get active(): number {
    return this.#active;
  }

  /**
   * Goes to a tile: alone (`replace`), added or taken away (`toggle`), or everything from the last
   * plain choice up to it (`extend`).
   */
  async choose(index: number, mode: SelectionMode): Promise<void> {
    const { count } = this.#source();
    if (index < 0 || index >= count) return;
    this.#active = index;
    if (mode !== 'extend') this.#anchor = index;
    const first = Math.min(this.#anchor, index);
    const last = Math.max(this.#anchor, index) + 1;
    const turn = ++this.#latest;
    const ids = await this.#source().ids(first, Math.min(last, first + largestSelection));
    // A newer choice was made while rows were loading: this one no longer counts.
    if (turn !== this.#latest) return;
    if (mode === 'toggle') {
      const id = ids[0];
      if (id !== undefined && !this.ids.delete(id)) this.ids.add(id);
      return;
    }
    this.#replace(ids);
  }

  async chooseAll(): Promise<void> {
    const turn = ++this.#latest;
    const { count } = this.#source();
    const ids = await this.#source().ids(0, Math.min(count, largestSelection));
    if (turn === this.#latest) this.#replace(ids);
  }

  /** Moves without selecting (after another order or another list). */
  moveTo(index: number): void {
    this.#active = Math.max(0, index);
    this.top = this.#active;
    this.#anchor = this.#active;
  }

  clear(): void {
    this.#latest++;
    this.ids.clear();
    this.top = 0;
    this.#active = 0;
    this.#anchor = 0;
  }

  #replace(ids: readonly number[]): void {
    const wanted = new Set(ids);
    for (const id of this.ids) if (!wanted.has(id)) this.ids.delete(id);
    for (const id of ids) this.ids.add(id);
  }
}
