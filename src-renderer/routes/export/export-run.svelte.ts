export interface ExportProgress {
  done: number;
  total: number;
  step: string;
}

type ExportEvents<Outcome> = AsyncIterable<{ progress: ExportProgress; outcome: Outcome | null }>;

/** One export while it is written; it can be given up, and then leaves nothing behind. */
export class ExportRun<Outcome> {
  /** Null while nothing is written. */
  progress = $state.raw<ExportProgress | null>(null);
  outcome = $state.raw<Outcome | null>(null);
  error = $state.raw<unknown>(null);
  #call: AbortController | null = null;

  /** Ends with `outcome` or `error`, or with neither when it was given up. */
  async start(write: (signal: AbortSignal) => Promise<ExportEvents<Outcome>>): Promise<void> {
    if (this.progress !== null) return;
    const mine = new AbortController();
    this.#call = mine;
    this.outcome = null;
    this.error = null;
    this.progress = { done: 0, total: 0, step: 'Starting' };
    try {
      for await (const { progress, outcome } of await write(mine.signal)) {
        if (mine.signal.aborted) break;
        this.progress = progress;
        if (outcome) this.outcome = outcome;
      }
    } catch (error) {
      if (!mine.signal.aborted) this.error = error;
    } finally {
      if (this.#call === mine) this.#call = null;
      this.progress = null;
    }
  }

  /** What was written so far is thrown away by the engine. */
  cancel(): void {
    this.#call?.abort();
  }
}
