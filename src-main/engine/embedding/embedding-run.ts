import { availableParallelism } from 'node:os';
import PQueue from 'p-queue';
import type { OpenCase } from '../case/open-case.ts';
import type {
  EmbeddingJobRepository,
  EmbeddingJobRow,
} from '../case/repositories/embedding-job-repository.ts';
import { DescryError } from '../errors.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import type { WithModel } from '../inference/loaded-models.ts';
import { orderedAhead } from '../ingest/ordered-ahead.ts';
import type { CropEmbedder } from '../ingest/prepare.ts';
import { requireCase } from '../ingest/require-case.ts';
import { OriginalReader, type ReadContent } from './original-reader.ts';

export interface RunParts {
  openCase: OpenCase;
  jobs: EmbeddingJobRepository;
  embeddings: EmbeddingStore;
  /** Lends the model of the job's pack. */
  withModel: WithModel<CropEmbedder>;
}

export interface RunListener {
  /** What is in the way of the job, if anything: settles when that has ended. */
  obstacle(): Promise<unknown> | null;
  /** These crops had damaged vectors, which are taken away; the rest moved together. */
  repaired(modelId: number, cropIds: readonly number[]): void;
  /** The model is loaded. */
  ready(): void;
  /** These crops have a vector from now on; others of the group may have failed. */
  stored(cropIds: readonly number[]): void;
}

/** A content whose vector was asked for: there it is, or why not. */
type Settled = { mediaId: number } & ({ vector: Float32Array } | { reason: string });

/** Vectors that are stored in one transaction, unless they come slowly. */
const storeGroup = 256;
const storeAfterMs = 1000;

/**
 * One run of a job, until no crop of the case lacks a vector or until it is stopped. Reading and decoding
 * run ahead in threads while the model works; what is done is stored in groups.
 */
export class EmbeddingRun {
  readonly #parts: RunParts;
  readonly #job: EmbeddingJobRow;
  readonly #listener: RunListener;
  readonly #abort = new AbortController();
  readonly #aborted: Promise<void>;

  constructor(parts: RunParts, job: EmbeddingJobRow, listener: RunListener) {
    this.#parts = parts;
    this.#job = job;
    this.#listener = listener;
    this.#aborted = new Promise((resolve) =>
      this.#abort.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
  }

  /** Asks the run to end soon: what the model has seen is stored. */
  stop(): void {
    this.#abort.abort();
  }

  /**
   * @returns whether nothing is left to do.
   * @throws DescryError when the case or the model fails; `pack-refused` when the pack is not the job's any more.
   */
  async run(): Promise<boolean> {
    await this.#giveWay(this.#listener.obstacle());
    const { embeddings } = this.#parts;
    const known = embeddings.modelRow(this.#job.digest);
    if (known !== undefined) {
      const cropIds = await embeddings.dropDamaged(known, this.#abort.signal);
      if (cropIds.length > 0) this.#listener.repaired(known, cropIds);
    }
    if (this.#abort.signal.aborted) return false;
    // Nothing to do is found out without the model, which may take long to load.
    if (!this.#isLeft(known ?? 0)) return true;
    return this.#unlessStopped((lent) =>
      this.#parts.withModel((model) => {
        lent();
        return this.#read(model);
      }),
    );
  }

  /** Loading a model may take long; who stops the job meanwhile does not wait for it. */
  async #unlessStopped(work: (lent: () => void) => Promise<boolean>): Promise<boolean> {
    let isLent = false;
    const complete = work(() => (isLent = true));
    await Promise.race([complete, this.#aborted]);
    if (isLent) return complete;
    complete.catch(() => undefined);
    return false;
  }

  async #read(model: CropEmbedder): Promise<boolean> {
    if (this.#abort.signal.aborted) return false;
    const { packId, version, digest } = this.#job;
    if (model.summary.digest !== digest)
      throw new DescryError(
        'pack-refused',
        `The model pack ${packId} is not the ${packId} ${version} any more with which this was begun. Start it anew.`,
        { packId, begun: digest, installed: model.summary.digest },
      );
    const modelId = this.#parts.embeddings.ensureModel(model.summary, model.manifest);
    this.#listener.ready();
    // Crops that were imported meanwhile come at the end.
    while (this.#isLeft(modelId)) if (!(await this.#pass(model, modelId))) return false;
    return true;
  }

  async #pass(model: CropEmbedder, modelId: number): Promise<boolean> {
    const { openCase, jobs, embeddings } = this.#parts;
    const reader = new OriginalReader(openCase, embeddings, model, modelId);
    const queue = new PQueue({ concurrency: Math.max(6, availableParallelism() + 2) });
    const contents = orderedAhead(
      jobs.lacking(modelId, this.#job.id),
      (content) => reader.read(content),
      queue,
      Math.max(3 * model.batch, 48),
    );
    let group: ReadContent[] = [];
    let working: Promise<Settled[]> = Promise.resolve([]);
    let finished: Settled[] = [];
    let storedAt = performance.now();
    const store = (): void => {
      this.#store(modelId, finished);
      finished = [];
      storedAt = performance.now();
    };
    // While the model works on one group, the group before it is stored and the next is read.
    const dispatch = async (): Promise<void> => {
      finished.push(...(await working));
      working = embed(model, group);
      working.catch(() => undefined);
      group = [];
      if (finished.length >= storeGroup || performance.now() - storedAt >= storeAfterMs) store();
    };
    for await (const content of contents) {
      if (this.#abort.signal.aborted) break;
      group.push(content);
      const pictures = group.reduce((count, { kind }) => count + (kind === 'pixels' ? 1 : 0), 0);
      if (pictures < model.batch && group.length < storeGroup) continue;
      await dispatch();
      const obstacle = this.#listener.obstacle();
      if (!obstacle) continue;
      finished.push(...(await working));
      working = Promise.resolve([]);
      store();
      await this.#giveWay(obstacle);
    }
    const complete = !this.#abort.signal.aborted;
    if (complete) await dispatch();
    finished.push(...(await working));
    store();
    return complete;
  }

  /** Waits while something is in the way, but not when it is asked to stop. */
  async #giveWay(obstacle: Promise<unknown> | null): Promise<void> {
    for (let next = obstacle; next && !this.#abort.signal.aborted; next = this.#listener.obstacle())
      await Promise.race([next, this.#aborted]);
  }

  #isLeft(modelId: number): boolean {
    return this.#parts.jobs.lacking(modelId, this.#job.id).next().done !== true;
  }

  /** Stores vectors and failures, all of a group in one transaction. */
  #store(modelId: number, settled: readonly Settled[]): void {
    if (settled.length === 0) return;
    const { openCase, jobs, embeddings } = this.#parts;
    requireCase(openCase);
    const cropIds: number[] = [];
    const vectors: Float32Array[] = [];
    openCase.db.transaction(() => {
      for (const content of settled) {
        for (const cropId of jobs.lackingCopies(modelId, this.#job.id, content.mediaId)) {
          if ('reason' in content) jobs.addFailure(this.#job.id, cropId, content.reason);
          else {
            cropIds.push(cropId);
            vectors.push(content.vector);
          }
        }
      }
      if (cropIds.length > 0) embeddings.append(modelId, cropIds, joined(vectors));
      jobs.forgetCrashes(this.#job.id);
    })();
    this.#listener.stored(cropIds);
  }
}

/** Vectors of a group, in its order; what the model makes nothing of is a failure of that picture alone. */
async function embed(model: CropEmbedder, group: readonly ReadContent[]): Promise<Settled[]> {
  const pixels = group.flatMap((content) => (content.kind === 'pixels' ? [content.pixels] : []));
  const vectors = pixels.length > 0 ? await model.embedImages(pixels) : new Float32Array();
  let next = 0;
  return group.map((content): Settled => {
    if (content.kind !== 'pixels') return content;
    const vector = vectors.slice(next * model.dimensions, ++next * model.dimensions);
    const { mediaId } = content;
    if (vector.every(Number.isFinite)) return { mediaId, vector };
    return { mediaId, reason: 'The model gives no numbers for this picture.' };
  });
}

function joined(vectors: readonly Float32Array[]): Float32Array {
  const length = vectors[0]?.length ?? 0;
  const all = new Float32Array(vectors.length * length);
  vectors.forEach((vector, i) => all.set(vector, i * length));
  return all;
}
