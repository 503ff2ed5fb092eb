import type {
  Batch,
  DescryClient,
  ImportProgress,
  ImportRequest,
  RemovalPreview,
  RemovalProgress,
} from '../../../src-main/api/types.ts';
import type { EventHub } from '../event-hub.ts';

const ended = new Set<Batch['state']>(['done', 'cancelled', 'failed', 'interrupted']);

/** Imports of the open case: the one that runs, and all batches. */
export class ImportManager {
  /** The import that runs or waits in a pause, or null. The engine lets another one start during a pause. */
  current = $state.raw<ImportProgress | null>(null);
  /** All batches, newest first; null until they were asked for. */
  batches = $state.raw<readonly Batch[] | null>(null);
  /** The import that ended last in this window, for a notice. */
  lastEnded = $state.raw<Batch | null>(null);
  /** The removal of a batch that runs, or ended last in this window with something to tell; else null. */
  removal = $state.raw<RemovalProgress | null>(null);
  readonly isRemoving = $derived(this.removal?.state === 'running');
  readonly isRunning = $derived(this.current !== null && this.current.batch.state !== 'paused');
  readonly #client: DescryClient;
  #caseId: string | null = null;

  constructor(client: DescryClient, events: EventHub) {
    this.#client = client;
    events.on('import', ({ progress }) => this.#take(progress));
    events.on('removal', ({ progress, batch }) => {
      this.removal = progress;
      this.#put(batch);
    });
    events.on('case', (event) => {
      const id = event.case?.id ?? null;
      if (id === this.#caseId) return;
      this.#caseId = id;
      this.current = null;
      this.batches = null;
      this.lastEnded = null;
      this.removal = null;
    });
  }

  async refresh(): Promise<void> {
    const open = await this.#client.case.current();
    this.#caseId = open?.id ?? null;
    if (!open) {
      this.current = null;
      this.batches = null;
      this.removal = null;
      return;
    }
    const [current, batches, removal] = await Promise.all([
      this.#client.imports.current(),
      this.#client.imports.list(),
      this.#client.batches.removal(),
    ]);
    this.removal = removal;
    this.batches = newestFirst(batches);
    this.current = current ?? waiting(this.batches);
  }

  async start(request: ImportRequest): Promise<Batch> {
    const batch = await this.#client.imports.start(request);
    // A small import may have ended before this answer came.
    if (!this.#known(batch.id)) this.#put(batch);
    return batch;
  }

  async pause(batchId: number): Promise<void> {
    this.#put(await this.#client.imports.pause({ batchId }));
  }

  async resume(batchId: number): Promise<void> {
    this.#put(await this.#client.imports.resume({ batchId }));
  }

  async cancel(batchId: number): Promise<void> {
    this.#put(await this.#client.imports.cancel({ batchId }));
  }

  /** Takes a batch out of the case again, as the preview said it. */
  async remove({ batchId, crops, marked }: RemovalPreview): Promise<void> {
    const progress = await this.#client.batches.remove({ batchId, agreed: { crops, marked } });
    // A small batch may have gone before this answer came.
    if (this.#known(batchId)?.state !== 'removed') this.removal = progress;
  }

  async cancelRemoval(batchId: number): Promise<void> {
    this.removal = await this.#client.batches.cancelRemoval({ batchId });
  }

  #take(progress: ImportProgress): void {
    const { batch } = progress;
    const known = this.#known(batch.id);
    if (!ended.has(batch.state)) this.current = progress;
    else if (!known || !ended.has(known.state)) this.lastEnded = batch;
    this.#put(batch);
  }

  #known(id: number): Batch | undefined {
    return this.batches?.find((batch) => batch.id === id);
  }

  #put(batch: Batch): void {
    const others = (this.batches ?? []).filter((known) => known.id !== batch.id);
    this.batches = newestFirst([...others, batch]);
    if (this.current?.batch.id === batch.id)
      this.current = ended.has(batch.state) ? null : { ...this.current, batch };
  }
}

/** A paused import as it stands; the engine itself reports only one that runs. */
function waiting(batches: readonly Batch[]): ImportProgress | null {
  const batch = batches.find(({ state }) => state === 'paused');
  if (!batch) return null;
  return {
    batch,
    done: batch.imported + batch.alreadyPresent + batch.duplicates + batch.rejected,
    rate: 0,
    remainingMs: null,
    elapsedMs: 0,
    stages: { scan: 0, hash: 0, decode: 0, thumbnail: 0, preprocess: 0, embed: 0, store: 0 },
  };
}

function newestFirst(batches: readonly Batch[]): Batch[] {
  return [...batches].sort((a, b) => b.id - a.id);
}
