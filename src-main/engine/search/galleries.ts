import type { CaseDatabase } from '../case/database.ts';
import type { EmbeddingModel } from '../inference/embedding-model.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import { Gallery } from './gallery.ts';

/** Galleries of different models that are held in memory at once: the one in use, and one for a re-run or a comparison. */
const limit = 2;

/** The galleries of one case, a gallery a model, loaded when they are first asked for. */
export class Galleries {
  readonly #db: CaseDatabase;
  readonly #embeddings: EmbeddingStore;
  /** The one used longest ago first. */
  readonly #byModel = new Map<number, Gallery>();

  constructor(db: CaseDatabase, embeddings: EmbeddingStore) {
    this.#db = db;
    this.#embeddings = embeddings;
  }

  /** The gallery of a loaded model, up to date with the database. */
  ofModel(model: EmbeddingModel): Gallery {
    return this.of(this.#embeddings.ensureModel(model.summary, model.manifest), model.dimensions);
  }

  /** The gallery of any model of the case, up to date with the database. */
  of(modelId: number, dimensions: number): Gallery {
    const gallery =
      this.#byModel.get(modelId) ?? new Gallery(this.#db, this.#embeddings, modelId, dimensions);
    gallery.sync();
    this.#byModel.delete(modelId);
    this.#byModel.set(modelId, gallery);
    for (const oldest of this.#byModel.keys()) {
      if (this.#byModel.size <= limit) break;
      this.#byModel.delete(oldest);
    }
    return gallery;
  }

  /** Takes new vectors into the galleries that are loaded. */
  refresh(): void {
    for (const gallery of this.#byModel.values()) gallery.sync();
  }

  /** To be called when vectors were erased: every gallery is read anew. */
  forgetAll(): void {
    this.#byModel.clear();
  }

  /** To be called when stored rows of a model were moved: its gallery is read anew. */
  forget(modelId: number): void {
    this.#byModel.delete(modelId);
  }
}
