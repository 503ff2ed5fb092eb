import type { OpenCase } from '../case/open-case.ts';
import {
  EmbeddingJobRepository,
  type EmbeddingJobRow,
  type StoredJobState,
} from '../case/repositories/embedding-job-repository.ts';
import { toDescryError } from '../errors.ts';
import type { EmbeddingStore } from '../inference/embedding-store.ts';
import type { PackSummary } from '../inference/schema.ts';

/** Crops of the case: with a vector of the job's pack, without one for a reason, and all. */
export interface JobCounts {
  done: number;
  failed: number;
  total: number;
}

/** States of a job that is at rest. */
export type RestState = Exclude<StoredJobState, 'running'>;

export function canContinue({ state }: EmbeddingJobRow): boolean {
  return state === 'paused' || state === 'interrupted' || state === 'failed';
}

/** A job in which the process died this often, without anything stored in between, does not go on by itself. */
const mostCrashes = 2;

const auditActions = {
  paused: 'embedding-paused',
  interrupted: 'embedding-paused',
  finished: 'embedding-finished',
  cancelled: 'embedding-cancelled',
  failed: 'embedding-failed',
} as const;

/** Keeps the state of jobs, in the case and in the audit log. */
export class JobJournal {
  readonly jobs: EmbeddingJobRepository;
  readonly #openCase: OpenCase;
  readonly #embeddings: EmbeddingStore;
  /** What became of the last job when its state could not be written, since the disk is full or the case is gone. */
  #unwritten: Pick<EmbeddingJobRow, 'id' | 'state' | 'message' | 'finishedAt'> | undefined;

  constructor(openCase: OpenCase, embeddings: EmbeddingStore) {
    this.#openCase = openCase;
    this.#embeddings = embeddings;
    this.jobs = new EmbeddingJobRepository(openCase.db);
    const last = this.jobs.last();
    if (last?.state === 'running') this.#crashed(last);
  }

  /** The job that was begun last. */
  last(): EmbeddingJobRow | undefined {
    const row = this.jobs.last();
    return row && { ...row, ...(this.#unwritten?.id === row.id ? this.#unwritten : {}) };
  }

  /** As `last`; when the case cannot be read any more, what is known of the job. */
  lastOr(row: EmbeddingJobRow): EmbeddingJobRow {
    try {
      return this.last() ?? row;
    } catch {
      return { ...row, ...this.#unwritten };
    }
  }

  /** Begins a job. One that rests unfinished is cancelled: what it has left to do, this one knows by itself. */
  create(pack: PackSummary): EmbeddingJobRow {
    return this.#openCase.db.transaction(() => {
      const before = this.last();
      if (before?.state === 'paused' || before?.state === 'interrupted')
        this.enter(before, 'cancelled', '', 'another job was started');
      this.jobs.create({
        packId: pack.id,
        version: pack.version,
        digest: pack.digest,
        operator: this.#openCase.operator(),
      });
      const row = this.jobs.last()!;
      this.#openCase.audit.append('embedding-started', this.#facts(row));
      return row;
    })();
  }

  /** Sets a job at rest running again. */
  continue(row: EmbeddingJobRow): EmbeddingJobRow {
    return this.#openCase.db.transaction(() => {
      this.jobs.setState(row.id, 'running');
      this.#openCase.audit.append('embedding-resumed', this.#facts(row));
      this.#unwritten = undefined;
      return this.jobs.last()!;
    })();
  }

  /** Enters a state of rest, with an entry in the log; where the case cannot be written, it is kept in memory. */
  enter(row: EmbeddingJobRow, state: RestState, message = '', cause?: string): void {
    try {
      this.#openCase.db.transaction(() => {
        this.jobs.setState(row.id, state, message);
        this.#openCase.audit.append(auditActions[state], {
          ...this.#facts(row),
          ...(cause === undefined ? {} : { cause }),
          ...(message === '' ? {} : { error: message }),
        });
      })();
    } catch (failure) {
      const reason = message === '' ? toDescryError(failure).message : message;
      this.#unwritten = { id: row.id, state: 'failed', message: reason, finishedAt: Date.now() };
    }
  }

  counts({ id, digest }: EmbeddingJobRow): JobCounts {
    return {
      done: this.covered(digest),
      failed: this.jobs.failureCount(id),
      total: this.jobs.cropCount(),
    };
  }

  /** How many crops have a vector of the model with this digest. */
  covered(digest: string): number {
    const modelId = this.#embeddings.modelRow(digest);
    return modelId === undefined ? 0 : this.#embeddings.count(modelId);
  }

  /** A job that ends the process each time must not do so whenever the case is opened. */
  #crashed(row: EmbeddingJobRow): void {
    const cause = 'the process ended';
    if (this.jobs.noteCrash(row.id) < mostCrashes) this.enter(row, 'interrupted', '', cause);
    else {
      const message = `Descry ended unexpectedly each time that ${row.packId} was at work. "descry doctor" tells what runs it.`;
      this.enter(row, 'failed', message, cause);
    }
  }

  #facts(row: EmbeddingJobRow): Record<string, unknown> {
    const { id, packId, version, digest } = row;
    return { jobId: id, pack: packId, version, digest, ...this.counts(row) };
  }
}
