import { setImmediate } from 'node:timers/promises';
import type { OpenCase } from '../case/open-case.ts';
import { RemovalRepository, type RemovalRow } from '../case/repositories/removal-repository.ts';
import { DescryError, toDescryError } from '../errors.ts';
import { RateMeter } from '../ingest/progress-meter.ts';
import { previewRemoval } from './removal-preview.ts';
import { RemovalRun, type RemovalRunListener } from './removal-run.ts';
import type { RemovalPreview, RemovalProgress } from './schema.ts';

export interface RemovalServiceParts {
  openCase: OpenCase;
  /** Erases the vectors of crops; called within the transaction that takes the crops out. */
  removeVectors: (cropIds: readonly number[]) => void;
  /** Settles when the import that runs has ended; null when none does. Imports go first. */
  importRunning: () => Promise<unknown> | null;
  /** Ends the import of a batch that rests. @throws DescryError `busy` while it runs, `not-found`. */
  requireEnded: (batchId: number) => void;
  /** Called at most five times a second while a removal runs, and once when it ends. */
  emit: (progress: RemovalProgress) => void;
  /** These crops cannot be found any more from now on. */
  onRemoved: (cropIds: readonly number[]) => void;
  /** Most crops of one transaction; tests set it. */
  mostCrops?: number;
}

type StopReason = 'cancelled' | 'closed';

interface Active {
  batchId: number;
  run: RemovalRun;
  meter: RateMeter;
  waiting: boolean;
  stop: StopReason | null;
  ended: Promise<void>;
}

/** What somebody was shown before they agreed. */
export interface ExpectedRemoval {
  crops: number;
  marked: number;
}

const emitEveryMs = 200;

/**
 * Takes import batches out of the case again. One removal runs at a time; it can be cancelled at any moment,
 * goes on after a crash, and lets imports go first. What was recorded of the crops stays: stored searches,
 * decisions, notes, and that they were there.
 */
export class RemovalService {
  readonly #parts: RemovalServiceParts;
  readonly #removals: RemovalRepository;
  #active: Active | null = null;
  #emittedAt = 0;
  #stopped = false;
  #swept: Promise<void> = Promise.resolve();
  #stopSweep: () => void = () => undefined;

  constructor(parts: RemovalServiceParts) {
    this.#parts = parts;
    this.#removals = new RemovalRepository(parts.openCase.db);
  }

  /** What would go, to be shown before anybody agrees. @throws DescryError `not-found`. */
  async preview(batchId: number): Promise<RemovalPreview> {
    this.#requireBatch(batchId);
    return previewRemoval(this.#removals, batchId);
  }

  /**
   * Begins, or goes on with one that was cancelled, and returns while it runs.
   * @param expected as the preview gave it: what has changed since is shown again before it goes.
   * @throws DescryError `not-found`; `busy` while another removal or the batch's own import runs;
   *   `invalid-input` when the batch is out already, or holds or has marked other numbers of crops by now.
   */
  async start(batchId: number, expected: ExpectedRemoval): Promise<RemovalProgress> {
    this.#requireIdle();
    this.#requireBatch(batchId);
    const before = this.#removals.get(batchId);
    if (before?.state === 'done')
      throw new DescryError('invalid-input', `Import ${batchId} was taken out of the case already.`, {
        batchId,
      });
    const preview = await this.preview(batchId);
    this.#requireIdle();
    if (preview.crops !== expected.crops || preview.marked !== expected.marked)
      throw new DescryError(
        'invalid-input',
        `Import ${batchId} has ${preview.crops} crops that would go, ${preview.marked} of them marked; this is not what was agreed to. Look at it again.`,
        { batchId, crops: preview.crops, marked: preview.marked },
      );
    const { db, audit, operator } = this.#parts.openCase;
    db.transaction(() => {
      this.#parts.requireEnded(batchId);
      if (before?.state !== 'running')
        this.#removals.begin(batchId, operator(), preview.crops + preview.kept);
      audit.append(before ? 'batch-removal-resumed' : 'batch-removal-started', { ...preview });
    })();
    return this.#begin(batchId);
  }

  /** Ends a removal; what is out stays out. @throws DescryError `invalid-input` when there is none. */
  async cancel(batchId: number): Promise<RemovalProgress> {
    const active = this.#active;
    const rests = !active && this.#removals.get(batchId)?.state === 'running';
    if (rests) {
      await this.#run(batchId, { waiting: () => undefined, removed: () => undefined }).deleteFiles();
      this.#end(batchId, 'cancelled', {});
      return this.#describe(this.#row(batchId), null, null);
    }
    if (active?.batchId !== batchId)
      throw new DescryError('invalid-input', `Import ${batchId} is not being taken out of the case.`, {
        batchId,
      });
    active.stop ??= 'cancelled';
    active.run.stop();
    await active.ended;
    return this.#describe(this.#row(batchId), null, null);
  }

  /** The removal that runs, or null. */
  current(): RemovalProgress | null {
    return this.#active && this.#describe(this.#row(this.#active.batchId), this.#active, null);
  }

  /** Continues a removal that was running when the case was closed or the process died. */
  resumeInterrupted(): void {
    if (this.#active || this.#stopped) return;
    const rows = this.#removals.list();
    const row = rows.find(({ state }) => state === 'running');
    const ended = rows.at(-1);
    if (!row) {
      // Files that could not be deleted at the time: perhaps they can be now.
      if (ended && this.#removals.filesLeft() > 0) this.#sweep(ended.batchId);
      return;
    }
    this.#parts.openCase.audit.append('batch-removal-resumed', this.#facts(row));
    this.#begin(row.batchId);
  }

  /** Stops what runs, so that it goes on when the case is opened again; nothing can be started afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopSweep();
    await this.#swept;
    if (!this.#active) return;
    this.#active.stop ??= 'closed';
    this.#active.run.stop();
    await this.#active.ended;
  }

  /** Settles when no removal runs any more; at once when there is none. */
  async idle(): Promise<void> {
    while (this.#active) await this.#active.ended;
  }

  #run(batchId: number, listener: RemovalRunListener): RemovalRun {
    return new RemovalRun({ ...this.#parts, removals: this.#removals }, batchId, listener);
  }

  #sweep(batchId: number): void {
    const run = this.#run(batchId, { waiting: () => undefined, removed: () => undefined });
    // What still cannot be deleted stays on the list.
    this.#swept = run.deleteFiles().catch(() => undefined);
    this.#stopSweep = () => run.stop();
  }

  #begin(batchId: number): RemovalProgress {
    const run = this.#run(batchId, {
      waiting: (isWaiting) => {
        active.waiting = isWaiting;
        active.meter = new RateMeter();
        this.#announce(active, true);
      },
      removed: (cropIds) => {
        if (cropIds.length > 0) this.#parts.onRemoved(cropIds);
        this.#announce(active, false);
      },
    });
    const active: Active = {
      batchId,
      run,
      meter: new RateMeter(),
      waiting: false,
      stop: null,
      ended: Promise.resolve(),
    };
    this.#active = active;
    active.ended = this.#follow(active);
    return this.#describe(this.#row(batchId), active, null);
  }

  /** Runs to the end, whatever it is, and writes down which one it was. Never rejects. */
  async #follow(active: Active): Promise<void> {
    const { batchId, run } = active;
    // Whoever called `start` has the answer before the first event.
    await setImmediate();
    let error: string | null = null;
    try {
      if (await run.run()) await this.#finish(active);
      else if (active.stop === 'cancelled') this.#end(batchId, 'cancelled', {});
    } catch (thrown) {
      error = toDescryError(thrown).message;
      this.#logFailure(batchId, error);
    }
    this.#active = null;
    try {
      this.#parts.emit(this.#describe(this.#row(batchId), null, error));
    } catch {
      // Only a case that cannot be read any more gets here; it tells that itself when it is used.
    }
  }

  async #finish({ batchId, run }: Active): Promise<void> {
    const { files, bytes, sha256 } = await run.summary();
    this.#end(batchId, 'done', { files, bytes, filesSha256: sha256, filesLeft: this.#removals.filesLeft() });
  }

  #end(batchId: number, state: 'cancelled' | 'done', detail: Record<string, unknown>): void {
    const { db, audit } = this.#parts.openCase;
    db.transaction(() => {
      this.#removals.end(batchId, state);
      const action = state === 'done' ? 'batch-removed' : 'batch-removal-cancelled';
      audit.append(action, { ...this.#facts(this.#row(batchId)), ...detail });
    })();
  }

  #logFailure(batchId: number, error: string): void {
    try {
      this.#parts.openCase.audit.append('batch-removal-failed', {
        ...this.#facts(this.#row(batchId)),
        error,
      });
    } catch {
      // What stopped the removal may be what keeps it from being written down; it is told to who watches.
    }
  }

  #facts({ batchId, crops, removed, kept }: RemovalRow): Record<string, unknown> {
    return { batchId, crops, removed, kept };
  }

  #row(batchId: number): RemovalRow {
    return this.#removals.get(batchId)!;
  }

  #requireBatch(batchId: number): void {
    const { db } = this.#parts.openCase;
    if (db.prepare('SELECT 1 FROM batches WHERE id = ?').get(batchId) !== undefined) return;
    throw new DescryError('not-found', `There is no import ${batchId} in this case.`, { batchId });
  }

  #requireIdle(): void {
    if (this.#stopped) throw new DescryError('no-case', 'The case is being closed.');
    if (!this.#active) return;
    const { batchId } = this.#active;
    throw new DescryError(
      'busy',
      `Import ${batchId} is being taken out of the case. Wait for it, or cancel it first.`,
      { batchId },
    );
  }

  #announce(active: Active, always: boolean): void {
    const now = performance.now();
    if (!always && now - this.#emittedAt < emitEveryMs) return;
    this.#emittedAt = now;
    const row = this.#row(active.batchId);
    active.meter.add(row.removed + row.kept);
    this.#parts.emit(this.#describe(row, active, null));
  }

  #describe(row: RemovalRow, active: Active | null, error: string | null): RemovalProgress {
    const done = row.removed + row.kept;
    return {
      batchId: row.batchId,
      state: row.state === 'running' && !active ? 'failed' : row.state,
      waiting: active?.waiting ?? false,
      total: row.crops,
      removed: row.removed,
      kept: row.kept,
      filesLeft: this.#removals.filesLeft(),
      rate: active?.meter.rate ?? 0,
      remainingMs: active?.meter.remainingMs(done, row.crops) ?? null,
      error,
    };
  }
}
