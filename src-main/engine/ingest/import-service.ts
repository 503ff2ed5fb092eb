import type { OpenCase } from '../case/open-case.ts';
import type { BatchRow } from '../case/repositories/batch-repository.ts';
import { DescryError, toDescryError } from '../errors.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import type { WithModel } from '../inference/loaded-models.ts';
import { BatchJournal, done, requestOf, total, type Counts } from './batch-journal.ts';
import { CameraZones } from './camera-zones.ts';
import { ImportRun } from './import-run.ts';
import { namePattern, presets } from './name-pattern.ts';
import { PictureThreads } from './pictures/picture-threads.ts';
import type { Pictures, PictureSettings } from './pictures/pictures.ts';
import { requireCase, type CropEmbedder } from './prepare.ts';
import { summariseScan } from './preview.ts';
import { RateMeter, type StageClock } from './progress-meter.ts';
import { rejectedToCsv } from './rejected-csv.ts';
import { choosePattern, scan } from './scan.ts';
import {
  rejectReason,
  type Batch,
  type ImportPreview,
  type ImportProgress,
  type ImportRequest,
  type RejectedFile,
} from './schema.ts';
import { openSource, withFullPaths } from './sources/open-source.ts';
import type { CropSource } from './sources/source.ts';

export interface ImportServiceParts {
  openCase: OpenCase;
  /** Lends the model in use for as long as an import takes. */
  withModel: WithModel<CropEmbedder>;
  embeddings: EmbeddingStore;
  /** Called at most five times a second while an import runs, and once when it ends. */
  emit: (progress: ImportProgress) => void;
  /** Crops that can be searched from now on. */
  onStored: (cropIds: readonly number[]) => void;
  /** Threads of their own when absent. */
  pictures?: (settings: PictureSettings, clock: StageClock) => Promise<Pictures>;
}

type StopReason = 'paused' | 'cancelled' | 'interrupted';

interface Active {
  batch: BatchRow;
  run: ImportRun;
  counts: Counts;
  meter: RateMeter;
  pattern: string | null;
  stop: StopReason | null;
  ended: Promise<void>;
}

const emitEveryMs = 200;

/** Imports of one case: one runs at a time, and all can be stopped at any moment and continued later. */
export class ImportService {
  readonly #parts: ImportServiceParts;
  readonly #journal: BatchJournal;
  /** Started by the first import. */
  #threads: PictureThreads | undefined;
  #active: Active | null = null;
  #emittedAt = 0;
  #stopped = false;

  constructor(parts: ImportServiceParts) {
    this.#parts = parts;
    this.#journal = new BatchJournal(parts.openCase);
  }

  /** Patterns that can be named in place of a template. */
  patterns(): { id: string; label: string; example: string; template: string }[] {
    return presets.map(({ id, label, example, template }) => ({ id, label, example, template }));
  }

  /**
   * How names and rows would be read; writes nothing and opens no picture.
   * @throws DescryError `not-found`, `invalid-input` (a mistake in the pattern, a manifest without its columns).
   */
  async preview(request: ImportRequest): Promise<ImportPreview> {
    const { options } = request;
    const { signal } = new AbortController();
    const { source, zones } = await this.#open(withFullPaths(request));
    const pattern = await choosePattern(source, options.pattern, signal);
    return summariseScan(scan(source, pattern, options, zones.of, signal), pattern, zones.names());
  }

  /**
   * Begins an import and returns while it runs.
   * @throws DescryError `busy`, and whatever `preview` would throw.
   */
  async start(request: ImportRequest): Promise<Batch> {
    this.#requireIdle();
    const full = withFullPaths(request);
    const { source } = await this.#open(full);
    this.#requireIdle();
    const batch = this.#journal.create(full);
    this.#begin(batch, source, false);
    return this.#describe(batch.id);
  }

  /** Stops after the crops in work; `resume` continues. @throws DescryError `not-found`, `invalid-input` when it does not run. */
  async pause(batchId: number): Promise<Batch> {
    await this.#stopActive(batchId, 'paused');
    return this.#describe(batchId);
  }

  /** Continues a paused, interrupted or failed import where it stopped. @throws DescryError `busy`, `not-found`, `invalid-input`. */
  async resume(batchId: number): Promise<Batch> {
    this.#requireIdle();
    this.#journal.requireContinuable(batchId, 'continue');
    this.#continue(batchId);
    return this.#describe(batchId);
  }

  /** Ends an import for good; what it has imported stays. @throws DescryError `not-found`, `invalid-input` when it has ended. */
  async cancel(batchId: number): Promise<Batch> {
    if (this.#active?.batch.id === batchId) await this.#stopActive(batchId, 'cancelled');
    else {
      this.#journal.requireContinuable(batchId, 'cancel');
      this.#journal.enter(batchId, 'cancelled', null);
    }
    return this.#describe(batchId);
  }

  /**
   * To be called before a batch is taken out of the case: what is left of its import will not come in.
   * @throws DescryError `busy` while it runs, `not-found`.
   */
  requireEnded(batchId: number): void {
    const { state } = this.#journal.get(batchId);
    if (this.#active?.batch.id === batchId)
      throw new DescryError('busy', `Import ${batchId} is running. Pause or cancel it first.`, { batchId });
    if (state === 'paused' || state === 'interrupted') this.#journal.enter(batchId, 'cancelled', null);
  }

  /** One import. @throws DescryError `not-found`. */
  get(batchId: number): Batch {
    return this.#describe(batchId);
  }

  /** All imports, newest first. */
  list(): Batch[] {
    return this.#journal.batches.list().map((row) => this.#journal.describe(row, this.#liveCounts(row.id)));
  }

  /** The running import, or null. */
  current(): ImportProgress | null {
    return this.#active && this.#progress(this.#active);
  }

  /** @throws DescryError `not-found`. */
  rejected(
    batchId: number,
    page: { offset: number; limit: number },
  ): { total: number; rows: RejectedFile[] } {
    this.#journal.get(batchId);
    const { total: all, rows } = this.#journal.batches.rejected(batchId, page.offset, page.limit);
    return { total: all, rows: rows.map((row) => ({ ...row, reason: rejectReason.parse(row.reason) })) };
  }

  /** @throws DescryError `not-found`. */
  rejectedCsv(batchId: number): string {
    return rejectedToCsv(this.rejected(batchId, { offset: 0, limit: Number.MAX_SAFE_INTEGER }).rows);
  }

  /** Continues the oldest import that was running when the case was closed or the process died. */
  resumeInterrupted(): void {
    if (this.#active || this.#stopped) return;
    const [batch] = this.#journal.interrupted();
    if (batch) this.#continue(batch.id);
  }

  /** Stops what runs, so that it resumes when the case is opened again; nothing can be started afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#active) await this.#stopActive(this.#active.batch.id, 'interrupted');
    await this.#threads?.dispose();
    this.#threads = undefined;
  }

  /** Settles when no import runs any more; at once when there is none. */
  async idle(): Promise<void> {
    while (this.#active) await this.#active.ended;
  }

  async #open(request: ImportRequest): Promise<{ source: CropSource; zones: CameraZones }> {
    const { pattern, timeZone, camera } = request.options;
    // A pattern with a mistake is refused before anything is read.
    if (pattern !== 'auto') namePattern(pattern);
    const zones = new CameraZones(this.#parts.openCase, timeZone);
    return { source: await openSource(request, zones.of(camera ?? null)), zones };
  }

  #requireIdle(): void {
    if (this.#stopped) throw new DescryError('no-case', 'The case is being closed.');
    if (this.#active) {
      throw new DescryError('busy', 'An import is running. Wait for it, pause it, or cancel it first.', {
        batchId: this.#active.batch.id,
      });
    }
  }

  #continue(batchId: number): void {
    const { batch, crashed } = this.#journal.continue(batchId);
    this.#begin(batch, undefined, crashed);
  }

  #begin(batch: BatchRow, source: CropSource | undefined, careful: boolean): void {
    const pictures = this.#parts.pictures ?? this.#startThreads();
    const parts = { ...this.#parts, batches: this.#journal.batches, pictures };
    const run = new ImportRun(parts, batch.id, requestOf(batch), {
      scanned: (items, rejected) => {
        active.counts.pending = items - rejected;
        active.counts.rejected = rejected;
        this.#announce(active, false);
      },
      ready: (pattern) => {
        active.pattern = pattern;
        active.batch.state = 'running';
        active.meter.add(done(active.counts));
        this.#announce(active, true);
      },
      stored: (cropIds, stored) => {
        for (const state of ['imported', 'duplicate', 'present', 'rejected'] as const) {
          active.counts[state] += stored[state];
          active.counts.pending -= stored[state];
        }
        active.meter.add(done(active.counts));
        if (cropIds.length > 0) this.#parts.onStored(cropIds);
        this.#announce(active, false);
      },
    });
    const counts = this.#journal.counts(batch.id);
    const active: Active = {
      batch,
      run,
      counts,
      meter: new RateMeter(),
      pattern: null,
      stop: null,
      ended: Promise.resolve(),
    };
    active.meter.add(done(counts));
    this.#active = active;
    active.ended = this.#follow(active, source, careful);
  }

  /** Threads start while the files are looked for; those of an earlier import are used again. */
  #startThreads(): NonNullable<ImportServiceParts['pictures']> {
    const threads = (this.#threads ??= new PictureThreads());
    return async (settings, clock) => {
      await threads.begin(settings, clock);
      return threads;
    };
  }

  /** Runs to the end, whatever it is, and writes down which one it was. Never rejects. */
  async #follow(active: Active, source: CropSource | undefined, careful: boolean): Promise<void> {
    const { id } = active.batch;
    // Whoever called `start` or `resume` has the answer before the first event.
    await new Promise((begin) => setImmediate(begin));
    const enter = (state: Parameters<BatchJournal['enter']>[1], error: string | null): void =>
      this.#journal.enter(id, state, error, { pattern: active.pattern, stages: active.run.clock.times });
    try {
      const complete = await active.run.run(source, careful);
      enter(complete ? 'done' : (active.stop ?? 'interrupted'), null);
    } catch (error) {
      const { kind, message } = this.#foreseen(error);
      const canContinue = ['disk-full', 'case-gone', 'read-only', 'not-found'].includes(kind);
      enter(canContinue ? 'interrupted' : 'failed', message);
    }
    active.batch = this.#journal.getOr(active.batch);
    this.#active = null;
    try {
      this.#announce(active, true);
      if (active.batch.finishedAt !== null) this.resumeInterrupted();
    } catch {
      // Only a case that cannot be read any more gets here; what is open continues when it is opened again.
    }
  }

  /** Whatever fails when the case is gone fails for that reason. */
  #foreseen(error: unknown): DescryError {
    try {
      requireCase(this.#parts.openCase);
      return toDescryError(error);
    } catch (gone) {
      return toDescryError(gone);
    }
  }

  async #stopActive(batchId: number, reason: StopReason): Promise<void> {
    const active = this.#active;
    if (active?.batch.id !== batchId) {
      const { state } = this.#journal.get(batchId);
      throw new DescryError('invalid-input', `Import ${batchId} is not running (it is ${state}).`, {
        batchId,
        state,
      });
    }
    active.stop ??= reason;
    active.run.stop();
    await active.ended;
  }

  #announce(active: Active, always: boolean): void {
    const now = performance.now();
    if (!always && now - this.#emittedAt < emitEveryMs) return;
    this.#emittedAt = now;
    this.#parts.emit(this.#progress(active));
  }

  #progress({ batch, counts, meter, run }: Active): ImportProgress {
    const finished = done(counts);
    return {
      batch: this.#journal.describe(batch, counts),
      done: finished,
      rate: meter.rate,
      remainingMs: batch.state === 'running' ? meter.remainingMs(finished, total(counts)) : null,
      elapsedMs: Math.round(meter.elapsedMs),
      stages: { ...run.clock.times },
    };
  }

  #describe(batchId: number): Batch {
    return this.#journal.describe(this.#journal.get(batchId), this.#liveCounts(batchId));
  }

  #liveCounts(batchId: number): Counts | undefined {
    return this.#active?.batch.id === batchId ? this.#active.counts : undefined;
  }
}
