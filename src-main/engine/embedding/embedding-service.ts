import type { OpenCase } from '../case/open-case.ts';
import type { EmbeddingJobRow } from '../case/repositories/embedding-job-repository.ts';
import { DescryError, toDescryError } from '../errors.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import type { PackSummary } from '../inference/schema.ts';
import type { CropEmbedder } from '../ingest/prepare.ts';
import { requireCase } from '../ingest/require-case.ts';
import { RateMeter } from '../ingest/progress-meter.ts';
import { EmbeddingRun } from './embedding-run.ts';
import { canContinue, JobJournal } from './job-journal.ts';
import type { EmbeddingJob, PackCoverage } from './schema.ts';

export interface EmbeddingServiceParts {
  openCase: OpenCase;
  embeddings: EmbeddingStore;
  /** An installed pack. @throws DescryError `not-found`, `pack-refused`. */
  pack: (id: string) => Promise<PackSummary>;
  /** Lends the model of a pack for as long as the work takes. */
  withModel: <T>(pack: string, work: (model: CropEmbedder) => Promise<T>) => Promise<T>;
  /** Settles when the import that runs has ended; null when none does. Imports go first. */
  running: () => Promise<unknown> | null;
  /** Called at most five times a second while a job runs, and once when it ends. */
  emit: (job: EmbeddingJob) => void;
  /** Crops that can be searched from now on. */
  onStored: (cropIds: readonly number[]) => void;
  /** Rows of this model were taken away and others moved: what was read of it before does not hold. */
  onRepaired: (modelId: number) => void;
}

type StopReason = 'paused' | 'cancelled' | 'interrupted';

interface Active {
  row: EmbeddingJobRow;
  run: EmbeddingRun;
  meter: RateMeter;
  message: string;
  stop: StopReason | null;
  ended: Promise<void>;
}

const emitEveryMs = 200;
const shownFailures = 50;
const waiting = 'Waiting for the import that is running.';

/**
 * Makes the vectors that a case lacks of a pack. One job runs at a time; it can be stopped at any moment
 * and goes on later. While an import runs it waits, since new footage is more urgent.
 */
export class EmbeddingService {
  readonly #parts: EmbeddingServiceParts;
  readonly #journal: JobJournal;
  #active: Active | null = null;
  #emittedAt = 0;
  #stopped = false;

  constructor(parts: EmbeddingServiceParts) {
    this.#parts = parts;
    this.#journal = new JobJournal(parts.openCase, parts.embeddings);
  }

  /** How many crops of the case each of these packs has read. */
  coverage(packs: readonly PackSummary[]): PackCoverage[] {
    const total = this.#journal.jobs.cropCount();
    return packs.map(({ id, digest }) => ({ packId: id, crops: this.#journal.covered(digest), total }));
  }

  /** The job that runs, waits or ended last; null before the first. */
  current(): EmbeddingJob | null {
    const row = this.#active?.row ?? this.#journal.last();
    return row ? this.#describe(row) : null;
  }

  /** Whether vectors are being made with a pack, or will be when a job that rests goes on. */
  needs(packId: string): boolean {
    const row = this.#active?.row ?? this.#journal.last();
    const unfinished = row?.state === 'running' || row?.state === 'paused' || row?.state === 'interrupted';
    return unfinished && row.packId === packId;
  }

  /**
   * Begins a job and returns while it runs. Crops that an earlier job could not read are tried again.
   * @throws DescryError `busy`, `not-found`, `pack-refused`.
   */
  async start(packId: string): Promise<EmbeddingJob> {
    this.#requireIdle();
    const pack = await this.#parts.pack(packId);
    this.#requireIdle();
    return this.#begin(this.#journal.create(pack));
  }

  /** Stops after the crops in work; `resume` continues. @throws DescryError `invalid-input` when no job runs. */
  async pause(): Promise<EmbeddingJob> {
    return this.#stopActive('paused', 'pause');
  }

  /** Continues a paused, interrupted or failed job. @throws DescryError `busy`, `invalid-input` when there is none. */
  async resume(): Promise<EmbeddingJob> {
    this.#requireIdle();
    return this.#begin(this.#journal.continue(this.#requireContinuable('continue')));
  }

  /** Ends a job for good; the vectors it has made stay. @throws DescryError `invalid-input` when there is none. */
  async cancel(): Promise<EmbeddingJob> {
    if (this.#active) return this.#stopActive('cancelled', 'cancel');
    const row = this.#requireContinuable('cancel');
    this.#journal.enter(row, 'cancelled');
    const job = this.#describe(this.#journal.last() ?? row);
    this.#parts.emit(job);
    return job;
  }

  /** Continues a job that was running when the case was closed or the process died. */
  resumeInterrupted(): void {
    const row = this.#journal.last();
    if (this.#active || this.#stopped || row?.state !== 'interrupted') return;
    this.#begin(this.#journal.continue(row));
  }

  /** Stops what runs, so that it resumes when the case is opened again; nothing can be started afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#active) await this.#stopActive('interrupted', 'stop');
  }

  /** Settles when no job runs any more; at once when there is none. */
  async idle(): Promise<void> {
    while (this.#active) await this.#active.ended;
  }

  #requireIdle(): void {
    if (this.#stopped) throw new DescryError('no-case', 'The case is being closed.');
    if (!this.#active) return;
    const { packId } = this.#active.row;
    throw new DescryError(
      'busy',
      `${packId} is reading the crops of this case. Wait for it, pause it, or cancel it first.`,
      { pack: packId },
    );
  }

  #requireContinuable(verb: string): EmbeddingJobRow {
    const row = this.#journal.last();
    if (row && canContinue(row)) return row;
    throw new DescryError(
      'invalid-input',
      row
        ? `The last job, with ${row.packId}, is ${row.state}; there is nothing to ${verb}.`
        : `No model was asked to read the crops of this case; there is nothing to ${verb}.`,
    );
  }

  #begin(row: EmbeddingJobRow): EmbeddingJob {
    const { jobs } = this.#journal;
    const withModel = <T>(work: (model: CropEmbedder) => Promise<T>): Promise<T> =>
      this.#parts.withModel(row.packId, work);
    const run = new EmbeddingRun({ ...this.#parts, jobs, withModel }, row, {
      obstacle: () => this.#obstacle(active),
      repaired: (modelId) => this.#parts.onRepaired(modelId),
      ready: () => this.#announceAnew(active),
      stored: (cropIds) => {
        if (cropIds.length > 0) this.#parts.onStored(cropIds);
        this.#announce(active, false);
      },
    });
    const active: Active = {
      row,
      run,
      meter: new RateMeter(),
      message: '',
      stop: null,
      ended: Promise.resolve(),
    };
    this.#active = active;
    active.ended = this.#follow(active);
    return this.#describe(row);
  }

  /** Runs to the end, whatever it is, and writes down which one it was. Never rejects. */
  async #follow(active: Active): Promise<void> {
    // Whoever called `start` or `resume` has the answer before the first event.
    await new Promise((begin) => setImmediate(begin));
    try {
      const complete = await active.run.run();
      const state = complete ? 'finished' : (active.stop ?? 'interrupted');
      const cause = state === 'interrupted' ? 'the case was closed' : undefined;
      this.#journal.enter(active.row, state, '', cause);
    } catch (error) {
      this.#journal.enter(active.row, 'failed', this.#foreseen(error).message);
    }
    active.row = this.#journal.lastOr(active.row);
    this.#active = null;
    try {
      this.#parts.emit(this.#describe(active.row));
    } catch {
      // Only a case that cannot be read any more gets here; it tells that itself when it is used.
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

  async #stopActive(reason: StopReason, verb: string): Promise<EmbeddingJob> {
    const active = this.#active;
    if (!active)
      throw new DescryError(
        'invalid-input',
        `No model is reading the crops of this case; there is nothing to ${verb}.`,
      );
    active.stop ??= reason;
    active.run.stop();
    await active.ended;
    return this.#describe(active.row);
  }

  /** The import that is in the way, if any; what it brings in is counted when it has ended. */
  #obstacle(active: Active): Promise<unknown> | null {
    const running = this.#parts.running();
    if (!running) return null;
    active.message = waiting;
    this.#announce(active, true);
    return running.then(() => {
      active.message = '';
      this.#announceAnew(active);
    });
  }

  /** From here on the rate is another one. */
  #announceAnew(active: Active): void {
    active.meter = new RateMeter();
    this.#announce(active, true);
  }

  #announce(active: Active, always: boolean): void {
    const now = performance.now();
    if (!always && now - this.#emittedAt < emitEveryMs) return;
    this.#emittedAt = now;
    const { done, failed } = this.#journal.counts(active.row);
    active.meter.add(done + failed);
    this.#parts.emit(this.#describe(active.row));
  }

  #describe(row: EmbeddingJobRow): EmbeddingJob {
    const active = this.#active?.row.id === row.id ? this.#active : null;
    const counts = this.#journal.counts(row);
    const rate = active?.meter.rate ?? 0;
    const left = counts.total - counts.done - counts.failed;
    return {
      packId: row.packId,
      packVersion: row.version,
      state: row.state === 'interrupted' ? 'paused' : row.state,
      ...counts,
      rate: rate > 0 ? rate : null,
      remainingSeconds: rate > 0 ? left / rate : null,
      startedAt: row.startedAt,
      finishedAt: row.finishedAt,
      message: active?.message ?? row.message,
      failures: counts.failed > 0 ? this.#journal.jobs.failures(row.id, shownFailures) : [],
    };
  }
}
