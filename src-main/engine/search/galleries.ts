import type { CaseDatabase } from '../case/database.ts';
import { DescryError } from '../errors.ts';
import type { EmbeddingModel } from '../inference/embedding-model.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import { Gallery } from './gallery.ts';
import { sharedSearchThreads } from './index/search-threads.ts';

/** Galleries that stay in memory while nobody works with them: the one in use, and one for a re-run or a comparison. */
const idleLimit = 2;

/** The model whose vectors a gallery holds. */
export interface GalleryModel {
  modelId: number;
  dimensions: number;
}

/** Lends the gallery of one model for as long as the work takes. */
export type UseGallery = <T>(work: (gallery: Gallery) => Promise<T>) => Promise<T>;

interface Held {
  gallery: Promise<Gallery>;
  /** Set when it is loaded: what changes in the case reaches it at once. */
  loaded: Gallery | undefined;
  users: number;
  /** Whether what it holds need not be true any more. */
  forgotten: boolean;
}

/** The galleries of one case, a gallery a model, loaded when they are first asked for. */
export class Galleries {
  readonly #db: CaseDatabase;
  readonly #embeddings: EmbeddingStore;
  /** The one used longest ago first. */
  readonly #held = new Map<number, Held>();
  readonly #working = new Set<Promise<unknown>>();
  readonly #closing = new Set<Promise<void>>();
  #closed = false;

  constructor(db: CaseDatabase, embeddings: EmbeddingStore) {
    this.#db = db;
    this.#embeddings = embeddings;
  }

  /** The model of a gallery; it is noted in the case when it is new there. */
  modelOf({ summary, manifest, dimensions }: EmbeddingModel): GalleryModel {
    return { modelId: this.#embeddings.ensureModel(summary, manifest), dimensions };
  }

  /**
   * Works with a gallery that is up to date with the database; it stays open until the work is done.
   * @throws DescryError `cancelled` when the case was closed, and what the work throws.
   */
  async with<T>(model: GalleryModel, work: (gallery: Gallery) => Promise<T>): Promise<T> {
    const done = this.#with(model, work);
    this.#working.add(done);
    return done.finally(() => this.#working.delete(done));
  }

  async #with<T>(model: GalleryModel, work: (gallery: Gallery) => Promise<T>): Promise<T> {
    for (;;) {
      if (this.#closed) throw new DescryError('cancelled', 'The case was closed.');
      const { modelId } = model;
      const held = this.#held.get(modelId) ?? this.#open(model);
      this.#held.delete(modelId);
      this.#held.set(modelId, held);
      held.users++;
      try {
        const gallery = await held.gallery;
        if (held.forgotten) continue;
        if (!gallery.sync()) {
          this.forget(modelId);
          continue;
        }
        return await work(gallery);
      } finally {
        held.users--;
        if (held.forgotten) this.#close(held);
        else this.#trim();
      }
    }
  }

  /** Takes new vectors into the galleries that are loaded. */
  refresh(): void {
    for (const [modelId, { loaded }] of this.#held) if (loaded && !loaded.sync()) this.forget(modelId);
  }

  /** To be called when crops were taken out of the case, and before anything else is done with it. */
  remove(cropIds: readonly number[]): void {
    for (const { loaded } of this.#held.values()) loaded?.remove(cropIds);
  }

  /** To be called when stored rows of a model were taken away: its gallery is read anew. */
  forget(modelId: number): void {
    const held = this.#held.get(modelId);
    if (!held) return;
    this.#held.delete(modelId);
    held.forgotten = true;
    this.#close(held);
  }

  /** Lets go of the case, once nobody works with it any more. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const modelId of this.#held.keys()) this.forget(modelId);
    while (this.#working.size > 0 || this.#closing.size > 0)
      await Promise.allSettled([...this.#working, ...this.#closing]);
  }

  #open({ modelId, dimensions }: GalleryModel): Held {
    const gallery = (async () => {
      const threads = await sharedSearchThreads();
      const stored = this.#embeddings.of(modelId);
      return Gallery.open({ db: this.#db, threads, stored, modelId, dimensions });
    })();
    const held: Held = { gallery, loaded: undefined, users: 0, forgotten: false };
    gallery.then(
      (loaded) => (held.loaded = loaded),
      () => {
        // The next one who asks tries again.
        if (this.#held.get(modelId) === held) this.#held.delete(modelId);
      },
    );
    return held;
  }

  #trim(): void {
    const idle = [...this.#held].filter(([, { users }]) => users === 0);
    for (const [modelId] of idle.slice(0, Math.max(0, this.#held.size - idleLimit))) this.forget(modelId);
  }

  #close({ gallery, users }: Held): void {
    if (users > 0) return;
    const closing = gallery.then(({ index }) => index.close()).catch(() => undefined);
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }
}
