import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import PQueue from 'p-queue';
import { DescryError } from '../../errors.ts';
import { entryFile } from '../../entry-file.ts';
import {
  controlField,
  type IndexHandle,
  type LoadJob,
  type LoadResult,
  type ScanJob,
  type ScanResult,
  type ScoreJob,
  type SealJob,
  type SearchJob,
  type ThreadAnswer,
  type ThreadMessage,
  type ThreadSetup,
} from './jobs.ts';
import { compileKernel } from './compile-kernel.ts';

/** More threads than this do not read memory faster. */
const mostThreads = 4;

/** A job as it is asked for; the rest is filled in when it begins. */
export type Asked<Job extends SearchJob> = Omit<Job, 'index' | 'control'>;

export interface JobOptions {
  signal?: AbortSignal | undefined;
  /** Jobs with a higher number go first. */
  priority?: number;
  /** What is to be done before another job begins. */
  then?: () => void;
}

interface Thread {
  worker: Worker;
  waiting: PromiseWithResolvers<ThreadAnswer>[];
}

let shared: Promise<SearchThreads> | undefined;

/** The search threads of this process, started when they are first needed. They do not keep it alive. */
export function sharedSearchThreads(): Promise<SearchThreads> {
  shared ??= SearchThreads.start();
  shared.catch(() => (shared = undefined));
  return shared;
}

/**
 * The threads that searches run in, shared by all indexes of a process. Jobs run one after the other, each
 * on all threads: a search is bound by memory, and two at once would only take turns.
 */
export class SearchThreads {
  readonly count: number;
  readonly #threads: Thread[];
  readonly #queue = new PQueue({ concurrency: 1 });
  #nextIndex = 1;
  #ended: Error | undefined;

  private constructor(module: WebAssembly.Module | null, count: number) {
    this.count = count;
    this.#threads = Array.from({ length: count }, (_, thread) => this.#start({ module, thread }));
  }

  static async start(count = Math.min(mostThreads, availableParallelism())): Promise<SearchThreads> {
    return new SearchThreads(await compileKernel(), count);
  }

  /** Makes an index known to all threads. @returns its id. */
  async attach(index: Omit<IndexHandle, 'id'>): Promise<number> {
    const handle = { ...index, id: this.#nextIndex++ };
    await this.#queue.add(() => this.#tell({ type: 'attach', handle }));
    return handle.id;
  }

  async detach(index: number): Promise<void> {
    await this.#queue.add(() => this.#tell({ type: 'detach', index }));
  }

  run(index: number, make: () => Asked<ScanJob>, options?: JobOptions): Promise<ScanResult[]>;
  run(index: number, make: () => Asked<LoadJob>, options?: JobOptions): Promise<LoadResult[]>;
  run(index: number, make: () => Asked<ScoreJob> | Asked<SealJob>, options?: JobOptions): Promise<null[]>;
  /**
   * Runs a job on all threads.
   * @param make describes it, when its turn has come: what it says holds until it is done, since nothing else
   *   runs meanwhile.
   * @returns the result of each thread. @throws DescryError `cancelled`.
   */
  async run(
    index: number,
    make: () => Asked<SearchJob>,
    { signal, priority = 0, then }: JobOptions = {},
  ): Promise<unknown[]> {
    return this.#queue.add(
      async () => {
        const stopped = (): DescryError => new DescryError('cancelled', 'The search was cancelled.');
        if (signal?.aborted) throw stopped();
        const control = new Int32Array(new SharedArrayBuffer(controlField.length * 4));
        const cancel = (): void => void Atomics.store(control, controlField.cancelled, 1);
        signal?.addEventListener('abort', cancel);
        try {
          const job = { ...make(), index, control } as SearchJob;
          const results = await this.#tell({ type: 'job', job });
          if (Atomics.load(control, controlField.cancelled) === 1) throw stopped();
          then?.();
          return results;
        } finally {
          signal?.removeEventListener('abort', cancel);
        }
      },
      { priority },
    );
  }

  /** Does something while no job runs. */
  async between(task: () => void): Promise<void> {
    await this.#queue.add(() => Promise.resolve(task()));
  }

  /** Ends the threads; what runs fails. */
  async close(): Promise<void> {
    this.#end(new DescryError('cancelled', 'The search was closed.'));
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  async #tell(message: ThreadMessage): Promise<unknown[]> {
    if (this.#ended) throw this.#ended;
    const answers = this.#threads.map(({ worker, waiting }) => {
      const answer = Promise.withResolvers<ThreadAnswer>();
      waiting.push(answer);
      worker.ref();
      worker.postMessage(message);
      return answer.promise;
    });
    return (await Promise.all(answers)).map((answer) => {
      if (!answer.ok) throw new Error(`a search thread failed: ${answer.message}`);
      return answer.result;
    });
  }

  #start(setup: ThreadSetup): Thread {
    const worker = new Worker(entryFile('search-worker', import.meta.url), {
      execArgv: [],
      workerData: setup,
    });
    const thread: Thread = { worker, waiting: [] };
    // An idle index does not keep a process alive.
    worker.unref();
    worker.on('message', (answer: ThreadAnswer) => {
      thread.waiting.shift()?.resolve(answer);
      if (thread.waiting.length === 0) worker.unref();
    });
    worker.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => this.#end(new DescryError('cancelled', 'The search was closed.')));
    return thread;
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { waiting } of this.#threads) {
      for (const { reject } of waiting.splice(0)) reject(this.#ended);
    }
  }
}
