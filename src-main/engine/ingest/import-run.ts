import PQueue from 'p-queue';
import { keyOf } from '../case/database.ts';
import type { OpenCase } from '../case/open-case.ts';
import type { BatchRepository, ItemState, PendingItem } from '../case/repositories/batch-repository.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import type { WithModel } from '../inference/loaded-models.ts';
import { BatchWriter } from './batch-writer.ts';
import { CameraZones } from './camera-zones.ts';
import { EmbeddingQueue } from './embedding-queue.ts';
import { orderedAhead } from './ordered-ahead.ts';
import type { Pictures, PictureSettings } from './pictures/pictures.ts';
import { PixelSlots } from './pictures/pixel-slots.ts';
import { encodePlan, type PlannedItem } from './plan.ts';
import { Preparer, type CropEmbedder, type Prepared } from './prepare.ts';
import { StageClock } from './progress-meter.ts';
import { choosePattern, scan } from './scan.ts';
import type { ImportRequest } from './schema.ts';
import { openSource } from './sources/open-source.ts';
import type { CropSource } from './sources/source.ts';
import { WallClock } from './wall-clock.ts';

export interface RunParts {
  openCase: OpenCase;
  batches: BatchRepository;
  embeddings: EmbeddingStore;
  /** Lends the model in use for as long as the import takes. */
  withModel: WithModel<CropEmbedder>;
  /** What reads the pictures of this run. @param clock gets the times of the stages. */
  pictures: (settings: PictureSettings, clock: StageClock) => Promise<Pictures>;
}

export interface RunListener {
  /** The scan found this many items so far, so many of them rejected by name, place or row. */
  scanned(total: number, rejected: number): void;
  /** The scan is over; the pattern that names are read with. */
  ready(pattern: string): void;
  stored(cropIds: number[], counts: Record<ItemState, number>): void;
}

/** Items that are written onto the work list in one transaction. */
const scanGroup = 5000;
/** Crops that are stored in one transaction, unless they come slowly. */
const storeGroup = 256;
const storeAfterMs = 1000;
/** Files in work at a time: waiting for a drive takes longer than working on what it gives. */
const lanes = 32;
/** A file that was being read this many times when the process died is not tried again. */
const mostTries = 2;

/**
 * One run over a batch, from the work list's first open item to its end or until it is stopped.
 * Reading and decoding run ahead in threads while the model works; what is done is stored in groups.
 */
export class ImportRun {
  readonly clock = new StageClock();
  readonly #parts: RunParts;
  readonly #batchId: number;
  readonly #request: ImportRequest;
  readonly #listener: RunListener;
  readonly #abort = new AbortController();

  constructor(parts: RunParts, batchId: number, request: ImportRequest, listener: RunListener) {
    this.#parts = parts;
    this.#batchId = batchId;
    this.#request = request;
    this.#listener = listener;
  }

  /** Asks the run to end soon: what the model has seen is stored, the rest stays on the work list. */
  stop(): void {
    this.#abort.abort();
  }

  /**
   * @param source as `start` opened it; opened again when a batch is resumed.
   * @param careful the process died during the last run: what may have killed it is read one file at a time.
   * @returns whether it came to the end of the work list.
   * @throws DescryError when the case or the model fails.
   */
  async run(source: CropSource | undefined, careful: boolean): Promise<boolean> {
    const { openCase, batches, embeddings } = this.#parts;
    const { options } = this.#request;
    const zones = new CameraZones(openCase, options.timeZone);
    const opened = source ?? (await openSource(this.#request, zones.of(options.camera ?? null)));
    if (batches.get(this.#batchId).state === 'scanning' && !(await this.#scan(opened, zones))) return false;
    return this.#parts.withModel(async (model) => {
      const modelId = embeddings.ensureModel(model.summary, model.manifest);
      const { image } = model.manifest;
      const settings = {
        root: opened.root,
        casePath: openCase.path,
        caseKey: keyOf(openCase.db)?.reveal() ?? null,
        image,
        reference: options.reference,
        exif: opened.exif,
      };
      const pictures = await this.#parts.pictures(settings, this.clock);
      const slots = new PixelSlots(image);
      const preparer = new Preparer({ openCase, embeddings, modelId, pictures, slots }, opened.root);
      const embedding = new EmbeddingQueue(model, slots, this.clock);
      const writer = new BatchWriter(
        { ...this.#parts, modelId },
        this.#batchId,
        zones.fallback,
        new WallClock(),
      );
      return this.#import(embedding, preparer, writer, careful);
    });
  }

  /** Writes the work list. @returns false when it was stopped; the state stays `scanning`, and the half list is thrown away. */
  async #scan(source: CropSource, zones: CameraZones): Promise<boolean> {
    const { batches, openCase } = this.#parts;
    const { signal } = this.#abort;
    batches.clearItems(this.#batchId);
    const started = performance.now();
    try {
      const pattern = await choosePattern(source, this.#request.options.pattern, signal);
      let group: PlannedItem[] = [];
      let total = 0;
      let rejected = 0;
      const flush = (): void => {
        batches.addItems(
          this.#batchId,
          total,
          group.map(({ path, plan, problem }) => ({ path, plan: encodePlan(plan), problem })),
        );
        total += group.length;
        group = [];
        this.#listener.scanned(total, rejected);
      };
      for await (const item of scan(source, pattern, this.#request.options, zones.of, signal)) {
        group.push(item);
        if (item.problem) rejected++;
        if (group.length >= scanGroup) flush();
      }
      openCase.db.transaction(() => {
        flush();
        batches.setState(this.#batchId, 'running');
      })();
      this.#listener.ready(pattern.id);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    } finally {
      this.clock.times.scan += performance.now() - started;
    }
  }

  async #import(
    embedding: EmbeddingQueue,
    preparer: Preparer,
    writer: BatchWriter,
    careful: boolean,
  ): Promise<boolean> {
    const queue = new PQueue({ concurrency: lanes });
    const window = Math.max(2 * embedding.batch, lanes) + lanes;
    const pending = this.#parts.batches.pending(this.#batchId);
    const prepare = (item: PendingItem): Promise<Prepared> => preparer.prepare(item);
    let finished: Prepared[] = [];
    let storedAt = performance.now();
    const store = (): void => {
      if (finished.length === 0) return;
      const { cropIds, counts } = this.clock.measureSync('store', () => writer.write(finished));
      preparer.release(finished.filter((prepared) => prepared.kind === 'ready'));
      finished = [];
      storedAt = performance.now();
      this.#listener.stored(cropIds, counts);
    };
    const results = careful
      ? this.#carefully(pending, prepare, window, queue)
      : orderedAhead(pending, prepare, queue, window);
    let complete = true;
    for await (const prepared of results) {
      // While the model works on what it has, the next is prepared and what it had before is stored.
      finished.push(...(await embedding.add(prepared)));
      if (finished.length >= storeGroup || performance.now() - storedAt >= storeAfterMs) store();
      if (this.#abort.signal.aborted) {
        complete = false;
        break;
      }
    }
    finished.push(...(await embedding.settle(complete)));
    store();
    return complete;
  }

  /**
   * Reads the first `window` items one by one, each with a note that it is being read; then as usual.
   * A file whose decoding ends the process is told in this way, and rejected instead of ending it for ever.
   */
  async *#carefully(
    pending: Generator<PendingItem>,
    prepare: (item: PendingItem) => Promise<Prepared>,
    window: number,
    queue: PQueue,
  ): AsyncGenerator<Prepared> {
    for (let count = 0; count < window; count++) {
      const { value: item, done } = pending.next();
      if (done) return;
      if (item.tries >= mostTries) {
        const detail = 'Descry ended unexpectedly each time that this file was read; it is left out.';
        yield { kind: 'rejected', sequence: item.sequence, problem: { reason: 'unreadable', detail } };
        continue;
      }
      this.#parts.batches.markTry(this.#batchId, item);
      const prepared = await prepare(item);
      this.#parts.batches.markTry(this.#batchId, { ...item, tries: -1 });
      yield prepared;
    }
    yield* orderedAhead(pending, prepare, queue, window);
  }
}
