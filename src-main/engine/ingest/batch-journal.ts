import type { OpenCase } from '../case/open-case.ts';
import {
  BatchRepository,
  type BatchRow,
  type ItemState,
  type StoredBatchState,
} from '../case/repositories/batch-repository.ts';
import { CropSeals } from '../case/repositories/crop-seals.ts';
import { toInstant } from '../case/times.ts';
import { DescryError, toDescryError } from '../errors.ts';
import { importOptions, importSource, type Batch, type ImportRequest, type StageTimes } from './schema.ts';

/** How many items of a batch are in which state. */
export type Counts = Record<ItemState, number>;

/** What is written into the log when a run ends. */
export interface RunSummary {
  pattern: string | null;
  stages: StageTimes;
}

/** States of a batch that is at rest, and those in which it can be continued. */
export type RestState = Exclude<StoredBatchState, 'scanning' | 'running'>;
const continuable: readonly StoredBatchState[] = ['paused', 'interrupted', 'failed'];

/** Keeps the state of batches, in the case and in the audit log. */
export class BatchJournal {
  readonly batches: BatchRepository;
  readonly #seals: CropSeals;
  readonly #openCase: OpenCase;
  /** Counts of batches at rest, which do not change any more. */
  readonly #counts = new Map<number, Counts>();
  /** Batches that were running when the process that ran them died. */
  readonly #crashed = new Set<number>();
  /** What became of a batch whose state could not be written, since the disk is full or the case is gone. */
  readonly #unwritten = new Map<number, { state: StoredBatchState; error: string }>();
  #timeZone: string;

  constructor(openCase: OpenCase) {
    this.#openCase = openCase;
    this.batches = new BatchRepository(openCase.db);
    this.#seals = new CropSeals(openCase.db);
    this.#timeZone = openCase.timeZone;
    this.#markInterrupted();
  }

  create({ source, options }: ImportRequest): BatchRow {
    return this.#openCase.db.transaction(() => {
      const at = Date.now();
      const id = this.batches.create(this.#openCase.operator(), source, options, at);
      this.#openCase.audit.append('import-started', { batchId: id, source, options }, at);
      return this.batches.get(id);
    })();
  }

  /** @throws DescryError `not-found`. */
  get(batchId: number): BatchRow {
    return this.#effective(this.batches.get(batchId));
  }

  /** As `get`; when the case cannot be read any more, what is known of it. */
  getOr(fallback: BatchRow): BatchRow {
    try {
      return this.get(fallback.id);
    } catch {
      return this.#effective(fallback);
    }
  }

  /** Batches that were running when the case was closed or the process died, oldest first. */
  interrupted(): BatchRow[] {
    return this.batches
      .inStates('interrupted')
      .filter(({ id, error }) => error === null && !this.#unwritten.has(id));
  }

  /** @throws DescryError `invalid-input` when the batch has come to its end or runs. */
  requireContinuable(batchId: number, verb: string): BatchRow {
    const batch = this.get(batchId);
    const isGoing = batch.removal === 'running' || batch.removal === 'done';
    if (continuable.includes(batch.state) && !isGoing) return batch;
    throw new DescryError(
      'invalid-input',
      `Import ${batchId} is ${isGoing ? 'taken out of the case' : batch.state}; there is nothing to ${verb}.`,
      { batchId, state: batch.state },
    );
  }

  /**
   * Sets a batch at rest running again.
   * @returns whether the process died during its last run.
   */
  continue(batchId: number): { batch: BatchRow; crashed: boolean } {
    this.#openCase.db.transaction(() => {
      if (this.batches.get(batchId).state === 'scanning') this.batches.clearItems(batchId);
      const counts = this.batches.counts(batchId);
      // An empty work list means that the scan never came to its end.
      this.batches.setState(batchId, total(counts) === 0 ? 'scanning' : 'running');
      this.#openCase.audit.append('import-resumed', { batchId, pending: counts.pending });
    })();
    this.#unwritten.delete(batchId);
    this.#counts.delete(batchId);
    return { batch: this.batches.get(batchId), crashed: this.#crashed.delete(batchId) };
  }

  /** Enters a state of rest, with an entry in the log; where the case cannot be written, it is kept in memory. */
  enter(batchId: number, state: RestState, error: string | null, summary?: RunSummary): void {
    this.#counts.delete(batchId);
    try {
      this.#openCase.db.transaction(() => {
        // Half a work list must never pass for a whole one.
        if (this.batches.get(batchId).state === 'scanning') this.batches.clearItems(batchId);
        this.batches.setState(batchId, state, error);
        this.#openCase.audit.append(state === 'done' ? 'import-finished' : `import-${state}`, {
          batchId,
          counts: this.batches.counts(batchId),
          seal: this.#seals.close(batchId),
          ...(state === 'done' ? { rejectReasons: this.batches.rejectReasons(batchId) } : {}),
          ...(error === null ? {} : { error }),
          ...(summary?.pattern ? { pattern: summary.pattern } : {}),
          ...(summary ? { stageMs: rounded(summary.stages) } : {}),
        });
      })();
    } catch (failure) {
      this.#unwritten.set(batchId, {
        state: state === 'done' ? 'interrupted' : state,
        error: error ?? toDescryError(failure).message,
      });
    }
  }

  counts(batchId: number): Counts {
    return this.batches.counts(batchId);
  }

  /** @param live counts of a batch that runs; counted and kept for one at rest. */
  describe(row: BatchRow, live?: Counts): Batch {
    let counts = live ?? this.#counts.get(row.id);
    if (!counts) {
      counts = this.batches.counts(row.id);
      this.#counts.set(row.id, counts);
    }
    const zone = this.#zone();
    const { state, error } = this.#effective(row);
    const { removal } = row;
    return {
      id: row.id,
      state: removal === 'done' ? 'removed' : removal === 'running' ? 'removing' : state,
      createdAt: toInstant(row.createdAt, zone),
      finishedAt: row.finishedAt === null ? null : toInstant(row.finishedAt, zone),
      ...requestOf(row),
      operator: row.operator,
      total: total(counts),
      imported: counts.imported,
      alreadyPresent: counts.present,
      duplicates: counts.duplicate,
      rejected: counts.rejected,
      error,
    };
  }

  /** Batches of a process that died: their state says so from now on, and half-written work lists go. */
  #markInterrupted(): void {
    this.#openCase.db.transaction(() => {
      for (const { id, state } of this.batches.inStates('running', 'scanning')) {
        if (state === 'scanning') this.batches.clearItems(id);
        this.batches.setState(id, 'interrupted');
        this.#openCase.audit.append('import-interrupted', {
          batchId: id,
          cause: 'the process ended',
          seal: this.#seals.close(id),
        });
        this.#crashed.add(id);
      }
    })();
  }

  #effective(row: BatchRow): BatchRow {
    return { ...row, ...this.#unwritten.get(row.id) };
  }

  /** The case's zone; the last known one when the case cannot be read any more. */
  #zone(): string {
    try {
      this.#timeZone = this.#openCase.timeZone;
    } catch {
      // Progress is still told in the zone that was known.
    }
    return this.#timeZone;
  }
}

/** What was asked for when the batch was begun. */
export function requestOf(row: BatchRow): ImportRequest {
  return {
    source: importSource.parse(JSON.parse(row.source)),
    options: importOptions.parse(JSON.parse(row.options)),
  };
}

/** Items of a batch. */
export function total(counts: Counts): number {
  return done(counts) + counts.pending;
}

/** Items that came to their end, whatever it was. */
export function done({ imported, duplicate, present, rejected }: Counts): number {
  return imported + duplicate + present + rejected;
}

function rounded(times: StageTimes): Record<string, number> {
  return Object.fromEntries(Object.entries(times).map(([stage, ms]) => [stage, Math.round(ms)]));
}
