import type { CropSummary, DescryClient } from '../../../src-main/api/types.ts';
import type { VerdictChoice } from '../search/filter.ts';
import { Selection } from '../search/selection.svelte.ts';

const pageSize = 500;
/** Marked crops that the page holds at a time. */
export const mostMarked = 10_000;

export interface MarkedFilter {
  verdicts: VerdictChoice[];
  tags: string[];
  /** Camera names; the empty string stands for crops without one. */
  cameras: string[];
  withNotes: boolean;
}

export interface Choice<Value> {
  value: Value;
  label: string;
  count: number;
}

export function emptyFilter(): MarkedFilter {
  return { verdicts: [], tags: [], cameras: [], withNotes: false };
}

/** Whether a crop passes: parts are joined by AND, the values of one part by OR. */
export function passes(crop: CropSummary, filter: MarkedFilter): boolean {
  if (filter.verdicts.length > 0 && !filter.verdicts.includes(crop.verdict ?? 'none')) return false;
  if (filter.tags.length > 0 && !filter.tags.some((tag) => crop.tags.includes(tag))) return false;
  if (filter.cameras.length > 0 && !filter.cameras.includes(crop.camera ?? '')) return false;
  return !filter.withNotes || crop.noteCount > 0;
}

/**
 * Every crop with a decision, note or tag. They are few beside the gallery, so all are held and
 * filtered here: counts are exact and choosing is immediate.
 */
export class MarkedManager {
  /** Null until they were loaded. */
  all = $state.raw<readonly CropSummary[] | null>(null);
  total = $state(0);
  error = $state.raw<unknown>(null);
  filter = $state<MarkedFilter>(emptyFilter());
  readonly rows = $derived((this.all ?? []).filter((crop) => passes(crop, this.filter)));
  readonly filtered = $derived(
    this.filter.verdicts.length + this.filter.tags.length + this.filter.cameras.length > 0 ||
      this.filter.withNotes,
  );
  readonly selection: Selection;
  readonly active = $derived.by(() => this.rows[this.selection.active] ?? null);
  readonly #client: DescryClient;
  #turn = 0;

  constructor(client: DescryClient, filter: MarkedFilter = emptyFilter()) {
    this.#client = client;
    this.filter = filter;
    this.selection = new Selection(() => ({
      count: this.rows.length,
      ids: async (first, last) => this.rows.slice(first, last).map((crop) => crop.id),
    }));
  }

  readonly cameras = $derived(count(this.all ?? [], (crop) => [crop.camera ?? '']));
  readonly tags = $derived(count(this.all ?? [], (crop) => crop.tags));
  readonly verdicts = $derived(count(this.all ?? [], (crop) => [crop.verdict ?? ('none' as const)]));
  readonly withNotes = $derived((this.all ?? []).filter((crop) => crop.noteCount > 0).length);

  /** Reads the marked crops anew; the active crop stays active where it is still there. */
  async reload(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const all: CropSummary[] = [];
      for (;;) {
        const page = await this.#client.review.marked({ offset: all.length, limit: pageSize });
        if (turn !== this.#turn) return;
        this.total = page.total;
        all.push(...page.rows);
        if (page.rows.length < pageSize || all.length >= mostMarked) break;
      }
      const activeId = this.active?.id;
      this.all = all;
      this.error = null;
      const index = this.rows.findIndex((crop) => crop.id === activeId);
      if (index >= 0) this.selection.moveTo(index);
      else if (this.selection.active >= this.rows.length)
        this.selection.moveTo(Math.max(0, this.rows.length - 1));
    } catch (error) {
      if (turn === this.#turn) this.error = error;
    }
  }

  setFilter(filter: MarkedFilter): void {
    this.filter = filter;
    this.selection.clear();
  }

  /** Goes to a crop by its id. @returns its place in the list, or -1. */
  async goTo(cropId: number): Promise<number> {
    const index = this.rows.findIndex((crop) => crop.id === cropId);
    if (index >= 0) await this.selection.choose(index, 'replace');
    return index;
  }
}

/** How many crops have each value, in the order of the values. */
function count<Value extends string>(
  crops: readonly CropSummary[],
  values: (crop: CropSummary) => readonly Value[],
): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const crop of crops) for (const value of values(crop)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}
