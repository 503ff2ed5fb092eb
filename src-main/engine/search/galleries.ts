import type { CaseDatabase } from '../case/database.ts';
import type { EmbeddingModel } from '../inference/embedding-model.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import { Gallery } from './gallery.ts';

/** Galleries of different models that are held in memory at once: the one in use, and one for a re-run. */
const limit = 2;

/** The galleries of one case, a gallery a model, loaded when they are first asked for. */
export class Galleries {
  readonly #db: CaseDatabase;
  readonly #embeddings: EmbeddingStore;
  readonly #byModel = new Map<number, Gallery>();
  #modelInUse: number | undefined;

  constructor(db: CaseDatabase, embeddings: EmbeddingStore) {
    this.#db = db;
    this.#embeddings = embeddings;
  }

  /** The gallery of the model in use, up to date with the database. */
  inUse(model: EmbeddingModel): Gallery {
    this.#modelInUse = this.#embeddings.ensureModel(model.summary, model.manifest);
    return this.of(this.#modelInUse, model.dimensions);
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

  /** Takes new vectors into the gallery in use, where it is loaded. */
  refresh(): void {
    if (this.#modelInUse !== undefined) this.#byModel.get(this.#modelInUse)?.sync();
  }

  /** The row in `models` of the model in use; before the model is loaded, of the one added last. */
  modelRow(): number | undefined {
    return (
      this.#modelInUse ??
      this.#db.prepare<[], number>('SELECT id FROM models ORDER BY id DESC LIMIT 1').pluck().get()
    );
  }
}
