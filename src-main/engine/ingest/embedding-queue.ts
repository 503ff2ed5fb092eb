import type { PixelSlots } from './pictures/pixel-slots.ts';
import type { Content, CropEmbedder, Prepared } from './prepare.ts';
import type { StageClock } from './progress-meter.ts';

interface Group {
  items: Prepared[];
  embedded: Promise<void>;
}

/** The model gets so much work ahead that it goes on while a group is stored, in milliseconds. */
const aheadMs = 150;
const leastAhead = 2;
/** Of a fast model with large pictures: memory is worth more than the last pause. */
const mostBytesAhead = 64 * 1024 * 1024;
/** Items that wait for a full batch, when few of them are the model's to see. */
const mostItems = 256;

/** Takes prepared crops in, has the model see those that it has not seen, and gives them back in the same order. */
export class EmbeddingQueue {
  readonly batch: number;
  readonly #model: CropEmbedder;
  readonly #slots: PixelSlots;
  readonly #clock: StageClock;
  readonly #groups: Group[] = [];
  #next: Prepared[] = [];
  #contents: Content[] = [];
  /** Contents that the model has been given and has not answered. */
  readonly #given = new Set<Content>();
  #answeredAt = 0;
  #msPerBatch = Infinity;

  constructor(model: CropEmbedder, slots: PixelSlots, clock: StageClock) {
    this.#model = model;
    this.#slots = slots;
    this.#clock = clock;
    this.batch = model.batch;
  }

  /** @returns items that are done, oldest first. @throws whatever the model throws. */
  async add(prepared: Prepared): Promise<Prepared[]> {
    this.#next.push(prepared);
    if (prepared.kind === 'ready') this.#want(prepared.content);
    if (this.#contents.length < this.batch && this.#next.length < mostItems) return [];
    this.#dispatch();
    const done: Prepared[] = [];
    while (this.#groups.length > this.#ahead) done.push(...(await this.#oldest()));
    return done;
  }

  /**
   * Waits for the model.
   * @param whole whether it is to see what has not filled a batch; such items are dropped otherwise.
   * @returns the items that are left.
   */
  async settle(whole: boolean): Promise<Prepared[]> {
    if (whole && this.#next.length > 0) this.#dispatch();
    const done: Prepared[] = [];
    while (this.#groups.length > 0) done.push(...(await this.#oldest()));
    return done;
  }

  /** Batches that the model may have. */
  get #ahead(): number {
    const mostAhead = Math.floor(mostBytesAhead / (this.batch * this.#slots.bytes));
    return Math.max(leastAhead, Math.min(mostAhead, Math.ceil(aheadMs / this.#msPerBatch)));
  }

  #want(content: Content): void {
    if (content.pixels === null || this.#given.has(content)) return;
    this.#given.add(content);
    this.#contents.push(content);
  }

  #dispatch(): void {
    const embedded = this.#embed(this.#contents);
    // The error is met when its turn comes; until then it must not count as unhandled.
    embedded.catch(() => undefined);
    this.#groups.push({ items: this.#next, embedded });
    this.#next = [];
    this.#contents = [];
  }

  async #oldest(): Promise<Prepared[]> {
    const group = this.#groups.shift();
    if (!group) return [];
    await group.embedded;
    return group.items;
  }

  async #embed(contents: readonly Content[]): Promise<void> {
    if (contents.length === 0) return;
    const asked = performance.now();
    const vectors = await this.#model.embedImages(contents.flatMap(({ pixels }) => pixels ?? []));
    const now = performance.now();
    // The model takes one batch after the other: waiting for the one before is not its work.
    const took = now - Math.max(asked, this.#answeredAt);
    this.#answeredAt = now;
    this.#clock.times.embed += took;
    if (contents.length === this.batch) this.#msPerBatch = took;
    const { dimensions } = this.#model;
    contents.forEach((content, i) => {
      content.vector = vectors.slice(i * dimensions, (i + 1) * dimensions);
      if (content.pixels) this.#slots.give(content.pixels);
      content.pixels = null;
      this.#given.delete(content);
    });
  }
}
