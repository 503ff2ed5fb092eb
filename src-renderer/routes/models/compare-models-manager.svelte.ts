import type { DescryClient, PackComparison, PackSummary, SearchQuery } from '../../../src-main/api/types.ts';
import { sameQuery } from '../search/draft.ts';
import { withRankChanges } from './rank-change.ts';

export interface StoredComparison {
  packs: [string, string];
  text: string;
}

export const comparedRows = 50;
const noQuery: SearchQuery = { statements: [], avoid: [], like: [], filter: {}, foldTracks: true };

/** Two packs and one query; a newer comparison makes the answer of an older one count for nothing. */
export class CompareModelsManager {
  packs = $state<[string, string]>(['', '']);
  /** The sentence to rank by. */
  text = $state('');
  /** What else the query says, taken over from a search: more statements, avoid, examples, filters. */
  rest = $state.raw<SearchQuery>(noQuery);
  result = $state.raw<PackComparison | null>(null);
  error = $state.raw<unknown>(null);
  running = $state(false);
  readonly #client: DescryClient;
  #call: AbortController | null = null;
  #asked = $state.raw<{ packs: readonly string[]; query: SearchQuery } | null>(null);

  readonly query = $derived.by((): SearchQuery => {
    const [first, ...more] = this.rest.statements;
    const text = this.text.trim();
    const statements = text === '' ? more : [{ text, weight: first?.weight ?? 1 }, ...more];
    return { ...this.rest, statements };
  });
  readonly canRun = $derived(
    this.packs.every((id) => id !== '') &&
      this.packs[0] !== this.packs[1] &&
      (this.query.statements.length > 0 || this.query.like.length > 0),
  );
  /** Whether the fields ask something else than what is shown. */
  readonly changed = $derived(
    this.#asked !== null &&
      (this.#asked.packs.join() !== this.packs.join() || !sameQuery(this.#asked.query, this.query)),
  );
  /** Both lists, each row with its place in the other one; null where there is no answer. */
  readonly lists = $derived.by(() => {
    const [left, right] = this.result?.lists ?? [];
    if (!left || !right || !this.#asked) return null;
    const [leftRows, rightRows] = withRankChanges(left, right, this.#asked.query.foldTracks);
    return [
      { ...left, compared: leftRows },
      { ...right, compared: rightRows },
    ] as const;
  });
  /** Rows of the left list that stand in the right one too. */
  readonly shared = $derived(
    this.lists?.[0].compared.filter(({ otherRank }) => otherRank !== null).length ?? 0,
  );

  constructor(client: DescryClient, stored: StoredComparison | null = null) {
    this.#client = client;
    if (!stored) return;
    this.packs = stored.packs;
    this.text = stored.text;
  }

  get stored(): StoredComparison {
    return { packs: [this.packs[0], this.packs[1]], text: this.text };
  }

  /** Chooses the pack in use and another one where what was chosen is not, or no longer, installed. */
  choose(installed: readonly PackSummary[]): void {
    const known = (id: string): boolean => installed.some((pack) => pack.id === id);
    const [left, right] = this.packs;
    const first = known(left) ? left : (installed.find(({ inUse }) => inUse) ?? installed[0])?.id;
    if (first === undefined) return;
    const second = known(right) && right !== first ? right : installed.find(({ id }) => id !== first)?.id;
    if (first !== left || (second ?? '') !== right) this.packs = [first, second ?? ''];
  }

  /** Takes a search's query over, with everything in it. */
  takeOver(query: SearchQuery): void {
    this.text = query.statements[0]?.text ?? '';
    this.rest = query;
  }

  /** Keeps the sentence only. */
  forgetRest(): void {
    this.rest = noQuery;
  }

  swap(): void {
    this.packs = [this.packs[1], this.packs[0]];
    if (!this.result || !this.#asked) return;
    this.#asked = { ...this.#asked, packs: this.#asked.packs.toReversed() };
    this.result = { ...this.result, lists: this.result.lists.toReversed() };
  }

  async run(): Promise<void> {
    if (!this.canRun) return;
    this.cancel();
    const mine = new AbortController();
    this.#call = mine;
    this.running = true;
    this.error = null;
    const asked = { packs: $state.snapshot(this.packs), query: $state.snapshot(this.query) };
    try {
      const result = await this.#client.models.compare(
        { packs: asked.packs, query: asked.query, top: comparedRows },
        { signal: mine.signal },
      );
      if (this.#call !== mine) return;
      this.#asked = asked;
      this.result = result;
    } catch (error) {
      if (this.#call === mine) this.error = error;
    } finally {
      if (this.#call === mine) {
        this.#call = null;
        this.running = false;
      }
    }
  }

  cancel(): void {
    this.#call?.abort();
    this.#call = null;
    this.running = false;
  }
}
