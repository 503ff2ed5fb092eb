import type {
  BlindCrop,
  BlindOutcome,
  BlindReview,
  DescryClient,
  SearchRecord,
  Verdict,
} from '../../../src-main/api/types.ts';

const pageSize = 500;

/**
 * Second reviews: the one that the operator has open, crop by crop, and what came out of finished ones.
 * It never asks for scores, ranks or the marks of the case.
 */
export class BlindReviewManager {
  /** Null until they were loaded; newest first. */
  reviews = $state.raw<readonly BlindReview[] | null>(null);
  searches = $state.raw<readonly SearchRecord[]>([]);
  /** The review that the operator has open. */
  open = $state.raw<BlindReview | null>(null);
  crops = $state.raw<readonly BlindCrop[]>([]);
  index = $state(0);
  outcome = $state.raw<BlindOutcome | null>(null);
  error = $state.raw<unknown>(null);
  readonly current = $derived(this.crops[this.index] ?? null);
  readonly decided = $derived(this.crops.filter(({ verdict }) => verdict !== null).length);
  readonly finished = $derived((this.reviews ?? []).filter(({ state }) => state === 'finished'));
  readonly #client: DescryClient;

  constructor(client: DescryClient) {
    this.#client = client;
  }

  /** Reads the reviews, and the crops of the one that this operator has open. */
  async reload(operator: string): Promise<void> {
    try {
      const reviews = await this.#client.review.blind.list();
      const open = reviews.find((review) => review.state === 'open' && review.operator === operator) ?? null;
      if (open && open.id !== this.open?.id) await this.#readCrops(open.id);
      this.open = open;
      this.reviews = reviews;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  /** Reads what can be reviewed. */
  async readSearches(): Promise<void> {
    const history = await this.#client.search.history({ limit: 200 });
    this.searches = history.filter(({ rows }) => rows > 0);
  }

  async start(searchId: number, rows: number, operator: string): Promise<void> {
    await this.#client.review.blind.start({ searchId, rows });
    this.outcome = null;
    await this.reload(operator);
  }

  /** Takes a verdict down and goes on to the next crop without one at once: keys come faster than answers. */
  async decide(verdict: Verdict | null): Promise<void> {
    const { open, current } = this;
    if (!open || !current) return;
    this.#note(current.cropId, verdict);
    if (verdict !== null) this.#goOn();
    try {
      await this.#client.review.blind.decide({ reviewId: open.id, cropId: current.cropId, verdict });
    } catch (error) {
      this.#note(current.cropId, current.verdict);
      throw error;
    }
  }

  #note(cropId: number, verdict: Verdict | null): void {
    this.crops = this.crops.map((crop) => (crop.cropId === cropId ? { ...crop, verdict } : crop));
  }

  #goOn(): void {
    const next = this.crops.findIndex((crop, place) => place > this.index && crop.verdict === null);
    this.index = next >= 0 ? next : Math.min(this.index + 1, this.crops.length - 1);
  }

  go(step: number): void {
    this.index = Math.min(this.crops.length - 1, Math.max(0, this.index + step));
  }

  async finish(operator: string): Promise<void> {
    if (!this.open) return;
    this.outcome = await this.#client.review.blind.finish({ reviewId: this.open.id });
    await this.reload(operator);
  }

  async abandon(operator: string): Promise<void> {
    if (!this.open) return;
    await this.#client.review.blind.abandon({ reviewId: this.open.id });
    await this.reload(operator);
  }

  /** Both reviews side by side. */
  async show(reviewId: number): Promise<void> {
    this.outcome = await this.#client.review.blind.outcome({ reviewId });
  }

  async #readCrops(reviewId: number): Promise<void> {
    const crops: BlindCrop[] = [];
    for (;;) {
      const page = await this.#client.review.blind.crops({ reviewId, offset: crops.length, limit: pageSize });
      crops.push(...page.rows);
      if (page.rows.length === 0 || crops.length >= page.total) break;
    }
    this.crops = crops;
    this.index = Math.max(
      0,
      crops.findIndex(({ verdict }) => verdict === null),
    );
  }
}
