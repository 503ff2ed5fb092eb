import { setImmediate, setTimeout } from 'node:timers/promises';
import type { OpenCase } from '../case/open-case.ts';
import type { RemovalRepository } from '../case/repositories/removal-repository.ts';
import { requireCase } from '../ingest/require-case.ts';

export interface RemovalRunParts {
  openCase: OpenCase;
  removals: RemovalRepository;
  /** Erases the vectors of crops; called within the transaction that takes the crops out. */
  removeVectors: (cropIds: readonly number[]) => void;
  /** Settles when the import that runs has ended; null when none does. Imports go first. */
  importRunning: () => Promise<unknown> | null;
  /** Most crops of one transaction; tests set it. */
  mostCrops?: number;
}

export interface RemovalRunListener {
  waiting(isWaiting: boolean): void;
  /** These crops are out of the case. */
  removed(cropIds: readonly number[]): void;
}

export interface RemovedFiles {
  files: number;
  bytes: number;
  sha256: string;
}

/** Crops of one transaction: few enough that whoever waits for the engine does not notice. */
const mostCrops = 1000;
const firstGroup = 250;
const fewestCrops = 50;
const groupMs = 25;
/** Files that are deleted at a stretch, and that are forgotten in one transaction. */
const filesAtOnce = 32;
const filesAtATime = 1024;

/**
 * One run over a batch, group by group until no crop of it is left or until it is stopped. Files go after
 * the transaction that no longer refers to them, so that a run that is killed leaves none behind and takes
 * none away too early: the next run begins with those that are written down.
 */
export class RemovalRun {
  readonly #parts: RemovalRunParts;
  readonly #batchId: number;
  readonly #listener: RemovalRunListener;
  readonly #abort = new AbortController();
  /** Files that could not be deleted in this run. */
  readonly #stuck = new Set<number>();
  readonly #mostCrops: number;
  #group: number;

  constructor(parts: RemovalRunParts, batchId: number, listener: RemovalRunListener) {
    this.#parts = parts;
    this.#batchId = batchId;
    this.#listener = listener;
    this.#mostCrops = parts.mostCrops ?? mostCrops;
    this.#group = Math.min(firstGroup, this.#mostCrops);
  }

  /** Asks the run to end after the group in work. */
  stop(): void {
    this.#abort.abort();
  }

  /**
   * @returns whether no crop of the batch is left.
   * @throws DescryError `case-gone`, `disk-full`: what was done so far stays done.
   */
  async run(): Promise<boolean> {
    await this.deleteFiles();
    let since = 0;
    while (!this.#abort.signal.aborted) {
      await this.#giveWay();
      if (this.#abort.signal.aborted) break;
      const started = performance.now();
      const { cropIds, kept } = this.#takeGroup();
      const took = performance.now() - started;
      if (cropIds.length === 0 && kept === 0) {
        await this.deleteFiles();
        return true;
      }
      if (took > groupMs) this.#group = Math.min(this.#group, Math.max(fewestCrops, this.#group >> 1));
      else if (took < groupMs / 2) this.#group = Math.min(this.#mostCrops, this.#group * 2);
      this.#listener.removed(cropIds);
      since += cropIds.length;
      // Each time that files are forgotten the drive is waited for: not after every small group.
      if (since >= filesAtATime) {
        await this.deleteFiles();
        since = 0;
      }
      // As long again for everybody else.
      await setTimeout(Math.min(took, 4 * groupMs));
    }
    await this.deleteFiles();
    return false;
  }

  /** What went with the batch, read from the case after the last group. */
  async summary(): Promise<RemovedFiles> {
    const digest = this.#parts.removals.digest(this.#batchId);
    for (;;) {
      const { done, value } = digest.next();
      if (done) return value;
      await setImmediate();
    }
  }

  #takeGroup(): { cropIds: number[]; kept: number } {
    const { openCase, removals, removeVectors } = this.#parts;
    requireCase(openCase);
    return openCase.db.transaction(() => {
      const taken = removals.takeCrops(this.#batchId, this.#group);
      if (taken.cropIds.length > 0) removeVectors(taken.cropIds);
      return taken;
    })();
  }

  /**
   * Deletes the files that are written down for it. An import looks for files that are there already before
   * it says so in the case; so none is deleted while one runs, and each stretch of deletions is unbroken.
   */
  async deleteFiles(): Promise<void> {
    const { openCase, removals } = this.#parts;
    for (;;) {
      const page = removals
        .filesToDelete(filesAtATime + this.#stuck.size)
        .filter(({ mediaId }) => !this.#stuck.has(mediaId));
      if (page.length === 0) return;
      const gone: number[] = [];
      for (let from = 0; from < page.length && !this.#parts.importRunning(); from += filesAtOnce) {
        requireCase(openCase);
        for (const file of page.slice(from, from + filesAtOnce)) {
          if (openCase.media.delete(file)) gone.push(file.mediaId);
          else this.#stuck.add(file.mediaId);
        }
        await setImmediate();
      }
      // An import that began meanwhile may have brought a content back: it is not among those that are gone.
      removals.forgetFiles(gone);
      await this.#giveWay();
      if (this.#abort.signal.aborted) return;
    }
  }

  async #giveWay(): Promise<void> {
    for (
      let running = this.#parts.importRunning();
      running && !this.#abort.signal.aborted;
      running = this.#parts.importRunning()
    ) {
      this.#listener.waiting(true);
      const stopped = new Promise<void>((resolve) =>
        this.#abort.signal.addEventListener('abort', () => resolve(), { once: true }),
      );
      await Promise.race([running, stopped]);
      this.#listener.waiting(false);
    }
  }
}
