import { resolve } from 'node:path';
import type { OpenCase } from '../case/open-case.ts';
import { BatchRepository, type BatchRow, type ItemState } from '../case/repositories/batch-repository.ts';
import { toInstant } from '../case/times.ts';
import { DescryError, toDescryError } from '../errors.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import { CameraZones } from './camera-zones.ts';
import { ImportRun } from './import-run.ts';
import { namePattern, presets } from './name-pattern.ts';
import type { CropEmbedder } from './prepare.ts';
import { summariseScan } from './preview.ts';
import { RateMeter } from './progress-meter.ts';
import { rejectedToCsv } from './rejected-csv.ts';
import { choosePattern, scan } from './scan.ts';
import {
  importOptions,
  importSource,
  rejectReason,
  type Batch,
  type ImportPreview,
  type ImportProgress,
  type ImportRequest,
  type RejectedFile,
} from './schema.ts';
import { openSource } from './sources/open-source.ts';
import type { CropSource } from './sources/source.ts';

export interface ImportServiceParts {
  openCase: OpenCase;
  model: () => Promise<CropEmbedder>;
  embeddings: EmbeddingStore;
  /** Called at most five times a second while an import runs, and once when it ends. */
  emit: (progress: ImportProgress) => void;
  /** Crops that can be searched from now on. */
  onStored: (cropIds: readonly number[]) => void;
}

type Counts = Record<ItemState, number>;
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
  readonly #batches: BatchRepository;
  /** Counts of batches at rest, which do not change any more. */
  readonly #counts = new Map<number, Counts>();
  /** Batches that were running when the process that ran them died. */
  readonly #crashed = new Set<number>();
  /** What became of a batch whose state could not be written, since the disk is full or the case is gone. */
  readonly #unwritten = new Map<number, { state: Batch['state']; error: string }>();
  #active: Active | null = null;
  #emittedAt = 0;
  #stopped = false;

  constructor(parts: ImportServiceParts) {
    this.#parts = parts;
    this.#batches = new BatchRepository(parts.openCase.db);
    this.#markInterrupted();
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
    const zones = new CameraZones(this.#parts.openCase, options.timeZone);
    const source = await openSource(withFullPaths(request), zones.of(options.camera ?? null));
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
    const { openCase } = this.#parts;
    const zones = new CameraZones(openCase, full.options.timeZone);
    const source = await openSource(full, zones.of(full.options.camera ?? null));
    // A pattern with a mistake is refused now; for `auto` there is nothing to check.
    if (full.options.pattern !== 'auto') namePattern(full.options.pattern);
    this.#requireIdle();
    const batchId = openCase.db.transaction(() => {
      const id = this.#batches.create(openCase.operator(), full.source, full.options);
      openCase.audit.append('import-started', { batchId: id, source: full.source, options: full.options });
      return id;
    })();
    this.#begin(batchId, full, source, false);
    return this.#show(this.#batches.get(batchId));
  }

  /** Stops after the crops in work; `resume` continues. @throws DescryError `not-found`, `invalid-input` when it does not run. */
  async pause(batchId: number): Promise<Batch> {
    await this.#stopActive(batchId, 'paused');
    return this.#show(this.#batches.get(batchId));
  }

  /** Continues a paused, interrupted or failed import where it stopped. @throws DescryError `busy`, `not-found`, `invalid-input`. */
  async resume(batchId: number): Promise<Batch> {
    this.#requireIdle();
    const batch = this.#batches.get(batchId);
    if (!['paused', 'interrupted', 'failed'].includes(this.#unwritten.get(batchId)?.state ?? batch.state)) {
      throw new DescryError(
        'invalid-input',
        `Import ${batchId} is ${batch.state}; there is nothing to continue.`,
        { batchId, state: batch.state },
      );
    }
    this.#continue(batch);
    return this.#show(this.#batches.get(batchId));
  }

  /** Ends an import for good; what it has imported stays. @throws DescryError `not-found`, `invalid-input` when it has ended. */
  async cancel(batchId: number): Promise<Batch> {
    if (this.#active?.batch.id === batchId) await this.#stopActive(batchId, 'cancelled');
    else {
      const { state } = this.#batches.get(batchId);
      if (!['paused', 'interrupted', 'failed'].includes(state)) {
        throw new DescryError('invalid-input', `Import ${batchId} is ${state}; there is nothing to cancel.`, {
          batchId,
          state,
        });
      }
      this.#enter(batchId, 'cancelled', null);
    }
    return this.#show(this.#batches.get(batchId));
  }

  /** All imports, newest first. */
  list(): Batch[] {
    return this.#batches.list().map((row) => this.#show(row));
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
    this.#batches.get(batchId);
    const { total, rows } = this.#batches.rejected(batchId, page.offset, page.limit);
    return { total, rows: rows.map((row) => ({ ...row, reason: rejectReason.parse(row.reason) })) };
  }

  /** @throws DescryError `not-found`. */
  rejectedCsv(batchId: number): string {
    return rejectedToCsv(this.rejected(batchId, { offset: 0, limit: Number.MAX_SAFE_INTEGER }).rows);
  }

  /** Continues the oldest import that was running when the case was closed or the process died. */
  resumeInterrupted(): void {
    if (this.#active || this.#stopped) return;
    const [batch] = this.#batches
      .inStates('interrupted')
      .filter(({ error, id }) => error === null && !this.#unwritten.has(id));
    if (batch) this.#continue(batch);
  }

  /** Stops what runs, so that it resumes when the case is opened again; nothing can be started afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#active) await this.#stopActive(this.#active.batch.id, 'interrupted');
  }

  /** Settles when the running import has ended or stopped; at once when there is none. */
  async idle(): Promise<void> {
    while (this.#active) await this.#active.ended;
  }

  #requireIdle(): void {
    if (this.#stopped) throw new DescryError('no-case', 'The case is being closed.');
    if (this.#active)
      throw new DescryError('busy', 'An import is running. Wait for it, pause it, or cancel it first.', {
        batchId: this.#active.batch.id,
      });
  }

  /** Batches of a process that died: their state says so from now on, and half-written work lists go. */
  #markInterrupted(): void {
    const { openCase } = this.#parts;
    openCase.db.transaction(() => {
      for (const { id, state } of this.#batches.inStates('running', 'scanning')) {
        if (state === 'scanning') this.#batches.clearItems(id);
        this.#batches.setState(id, 'interrupted');
        openCase.audit.append('import-interrupted', { batchId: id, cause: 'the process ended' });
        this.#crashed.add(id);
      }
    })();
  }

  #continue(batch: BatchRow): void {
    const { openCase } = this.#parts;
    const request: ImportRequest = {
      source: importSource.parse(JSON.parse(batch.source)),
      options: importOptions.parse(JSON.parse(batch.options)),
    };
    const counts = this.#batches.counts(batch.id);
    openCase.db.transaction(() => {
      // An empty work list means that the scan never came to its end.
      this.#batches.setState(batch.id, total(counts) === 0 ? 'scanning' : 'running');
      openCase.audit.append('import-resumed', { batchId: batch.id, pending: counts.pending });
    })();
    this.#unwritten.delete(batch.id);
    this.#begin(batch.id, request, undefined, this.#crashed.delete(batch.id));
  }

  #begin(batchId: number, request: ImportRequest, source: CropSource | undefined, careful: boolean): void {
    const counts = this.#batches.counts(batchId);
    this.#counts.delete(batchId);
    const run = new ImportRun({ ...this.#parts, batches: this.#batches }, batchId, request, {
      scanned: (items, rejected) => {
        active.counts.pending = items - rejected;
        active.counts.rejected = rejected;
        this.#announce(active, false);
      },
      ready: (pattern) => {
        active.pattern = pattern;
        active.batch.state = 'running';
        active.meter.add(done(active.counts));
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
    const active: Active = {
      batch: this.#batches.get(batchId),
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

  /** Runs to the end, whatever it is, and writes down which one it was. Never rejects. */
  async #follow(active: Active, source: CropSource | undefined, careful: boolean): Promise<void> {
    const { id } = active.batch;
    // Let the caller of `start` or `resume` have its answer before the first event.
    await new Promise((begin) => setImmediate(begin));
    try {
      const complete = await active.run.run(source, careful);
      this.#enter(id, complete ? 'done' : (active.stop ?? 'interrupted'), null, active);
    } catch (error) {
      const { kind, message } = toDescryError(error);
      const canContinue = kind === 'disk-full' || kind === 'case-gone' || kind === 'read-only';
      this.#enter(id, canContinue ? 'interrupted' : 'failed', message, active);
    }
    active.batch = this.#batchRow(id, active.batch);
    this.#active = null;
    this.#announce(active, true);
    if (active.batch.state === 'done') this.resumeInterrupted();
  }

  /** Writes a batch's new state and the log entry for it; where that fails, keeps it in memory. */
  #enter(
    batchId: number,
    state: Exclude<Batch['state'], 'scanning' | 'running'>,
    error: string | null,
    active?: Active,
  ): void {
    const { openCase } = this.#parts;
    try {
      const counts = this.#batches.counts(batchId);
      openCase.db.transaction(() => {
        this.#batches.setState(batchId, state, error);
        const action = state === 'done' ? 'import-finished' : (`import-${state}` as const);
        openCase.audit.append(action, {
          batchId,
          counts,
          ...(error === null ? {} : { error }),
          ...(active?.pattern ? { pattern: active.pattern } : {}),
          ...(state === 'done' ? { rejectReasons: this.#batches.rejectReasons(batchId) } : {}),
          ...(active ? { stageMs: rounded(active.run.clock.times) } : {}),
        });
      })();
    } catch (failure) {
      this.#unwritten.set(batchId, {
        state: state === 'done' ? 'interrupted' : state,
        error: error ?? toDescryError(failure).message,
      });
    }
  }

  async #stopActive(batchId: number, reason: StopReason): Promise<void> {
    const active = this.#active;
    if (active?.batch.id !== batchId) {
      const { state } = this.#batches.get(batchId);
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
      batch: this.#toBatch(batch, counts),
      done: finished,
      rate: meter.rate,
      remainingMs: batch.state === 'running' ? meter.remainingMs(finished, total(counts)) : null,
      elapsedMs: Math.round(meter.elapsedMs),
      stages: { ...run.clock.times },
    };
  }

  #batchRow(batchId: number, fallback: BatchRow): BatchRow {
    try {
      return this.#withUnwritten(this.#batches.get(batchId));
    } catch {
      return this.#withUnwritten(fallback);
    }
  }

  #withUnwritten(row: BatchRow): BatchRow {
    return { ...row, ...this.#unwritten.get(row.id) };
  }

  #show(row: BatchRow): Batch {
    if (this.#active?.batch.id === row.id) return this.#toBatch(row, this.#active.counts);
    let counts = this.#counts.get(row.id);
    if (!counts) {
      counts = this.#batches.counts(row.id);
      this.#counts.set(row.id, counts);
    }
    return this.#toBatch(this.#withUnwritten(row), counts);
  }

  #toBatch(row: BatchRow, counts: Counts): Batch {
    const { timeZone } = this.#parts.openCase;
    return {
      id: row.id,
      state: row.state,
      createdAt: toInstant(row.createdAt, timeZone),
      finishedAt: row.finishedAt === null ? null : toInstant(row.finishedAt, timeZone),
      source: importSource.parse(JSON.parse(row.source)),
      options: importOptions.parse(JSON.parse(row.options)),
      operator: row.operator,
      total: total(counts),
      imported: counts.imported,
      alreadyPresent: counts.present,
      duplicates: counts.duplicate,
      rejected: counts.rejected,
      error: row.error,
    };
  }
}

function total(counts: Counts): number {
  return done(counts) + counts.pending;
}

function done({ imported, duplicate, present, rejected }: Counts): number {
  return imported + duplicate + present + rejected;
}

function rounded<T extends Record<string, number>>(times: T): Record<string, number> {
  return Object.fromEntries(Object.entries(times).map(([stage, ms]) => [stage, Math.round(ms)]));
}

/** Paths as they mean the same in any process: a resumed import may run in another working folder. */
function withFullPaths({ source, options }: ImportRequest): ImportRequest {
  const path = resolve(source.path);
  switch (source.kind) {
    case 'folder':
      return { source: { ...source, path }, options };
    case 'manifest':
      return {
        source:
          source.root === undefined ? { ...source, path } : { ...source, path, root: resolve(source.root) },
        options,
      };
    case 'detections':
      return { source: { ...source, path, frames: resolve(source.frames) }, options };
  }
}
