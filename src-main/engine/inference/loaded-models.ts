import { DescryError } from '../errors.ts';
import type { EmbeddingModel } from './embedding-model.ts';

/** Runs work with a model that stays loaded until the work has ended. */
export type WithModel<Model = EmbeddingModel> = <T>(work: (model: Model) => Promise<T>) => Promise<T>;

/** A model that stays loaded until it is given back. */
export interface ModelLoan<Model = EmbeddingModel> {
  model: Model;
  /** To be called once, when the work with the model has ended. */
  release(): void;
}

export interface LoanOptions {
  /** The pack's id; the pack in use when absent. */
  pack?: string | undefined;
  /** What the model is borrowed for, where that may take long: others are told instead of waiting for its end. */
  task?: string | undefined;
}

interface Loaded<Model> {
  model: Promise<Model>;
  /** Everyone who works with it; the task of long work, null for what ends soon. */
  loans: Set<{ task: string | null }>;
}

/**
 * The models in memory, at most a few. The pack in use always has a place of its own; the others share
 * the rest, and whoever was used longest ago goes when another is needed. A model that somebody works
 * with is never closed.
 */
export class LoadedModels<Model extends { dispose(): Promise<void> } = EmbeddingModel> {
  readonly #load: (pack: string) => Promise<Model>;
  readonly #chosen: () => Promise<string>;
  readonly #limit: number;
  /** By pack id, the one used longest ago first. */
  readonly #loaded = new Map<string, Loaded<Model>>();
  readonly #waiting = new Set<() => void>();
  #inUse: string | undefined;

  /**
   * @param load opens a pack.
   * @param chosen the pack that is in use until `take` is called.
   * @param limit models in memory at once, at least two.
   */
  constructor(load: (pack: string) => Promise<Model>, chosen: () => Promise<string>, limit = 2) {
    this.#load = load;
    this.#chosen = chosen;
    this.#limit = limit;
  }

  /** The id of the pack in use. */
  async inUse(): Promise<string> {
    const chosen = this.#inUse ?? (await this.#chosen());
    return (this.#inUse ??= chosen);
  }

  /**
   * Lends a model, which is loaded where it is not.
   * @throws DescryError `busy` when long work keeps every place; whatever loading throws.
   */
  async borrow({ pack, task }: LoanOptions = {}): Promise<ModelLoan<Model>> {
    const inUse = await this.inUse();
    return this.#borrow(pack ?? inUse, task ?? null, () => this.#inUse ?? inUse);
  }

  /** Runs work with a model that stays loaded until the work has ended. @throws as `borrow`. */
  async with<T>(work: (model: Model) => Promise<T>, options: LoanOptions = {}): Promise<T> {
    const loan = await this.borrow(options);
    try {
      return await work(loan.model);
    } finally {
      loan.release();
    }
  }

  /**
   * Takes another pack into use, once it is loaded and `commit` has written that down. The one before
   * stays in memory until its place is needed.
   * @throws as `borrow`, and whatever `commit` throws; the pack in use is the same as before then.
   */
  async take<T>(pack: string, commit: (model: Model) => Promise<T>): Promise<T> {
    await this.inUse();
    const loan = await this.#borrow(pack, null, () => pack);
    try {
      const result = await commit(loan.model);
      this.#inUse = pack;
      return result;
    } finally {
      loan.release();
    }
  }

  /** Closes a pack's model, if it is loaded. @throws DescryError `busy` when long work is done with it. */
  async forget(pack: string): Promise<void> {
    for (let loaded; (loaded = this.#loaded.get(pack));) {
      if (loaded.loans.size === 0) return this.#close(pack, loaded);
      if (tasksOf(loaded).length > 0) throw allAtWork(tasksOf(loaded));
      await this.#nextRelease();
    }
  }

  /** Closes all models. Work that is still done with one fails as `cancelled`. */
  async dispose(): Promise<void> {
    await Promise.all([...this.#loaded].map((entry) => this.#close(...entry)));
  }

  async #borrow(pack: string, task: string | null, inUse: () => string): Promise<ModelLoan<Model>> {
    while (!this.#loaded.has(pack)) {
      const leaving = this.#makePlace(pack, inUse());
      if (leaving === 'wait') await this.#nextRelease();
      // The new one is loaded when the old one has left: they may not fit into memory together.
      else this.#loaded.set(pack, { model: leaving.then(() => this.#load(pack)), loans: new Set() });
    }
    const loaded = this.#loaded.get(pack)!;
    this.#loaded.delete(pack);
    this.#loaded.set(pack, loaded);
    const loan = { task };
    loaded.loans.add(loan);
    const release = (): void => {
      loaded.loans.delete(loan);
      for (const wake of this.#waiting) wake();
    };
    try {
      return { model: await loaded.model, release };
    } catch (error) {
      if (this.#loaded.get(pack) === loaded) this.#loaded.delete(pack);
      release();
      throw error;
    }
  }

  /**
   * Closes idle models until there is a place for `pack`.
   * @returns when they have left; `wait` when somebody is about to be done with one.
   */
  #makePlace(pack: string, inUse: string): Promise<unknown> | 'wait' {
    const others = [...this.#loaded].filter(([id]) => id !== inUse);
    const room = this.#limit - (pack === inUse ? 1 : 2);
    const excess = Math.max(0, others.length - room);
    const idle = others.filter(([, { loans }]) => loans.size === 0).slice(0, excess);
    if (idle.length === excess) return Promise.all(idle.map((entry) => this.#close(...entry)));
    const atWork = others.filter(([, { loans }]) => loans.size > 0);
    if (atWork.some(([, loaded]) => tasksOf(loaded).length === 0)) return 'wait';
    throw allAtWork(atWork.flatMap(([, loaded]) => tasksOf(loaded)));
  }

  #close(pack: string, loaded: Loaded<Model>): Promise<void> {
    this.#loaded.delete(pack);
    // One that could not be opened, or whose thread has died, is gone already.
    return loaded.model.then((model) => model.dispose()).catch(() => undefined);
  }

  #nextRelease(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }
}

function tasksOf({ loans }: Loaded<unknown>): string[] {
  return [...loans].flatMap(({ task }) => task ?? []);
}

function allAtWork(tasks: readonly string[]): DescryError {
  const named = [...new Set(tasks)].join(' and ');
  return new DescryError(
    'busy',
    `No other model can be loaded during ${named}. Try again when that has ended.`,
    { tasks },
  );
}
