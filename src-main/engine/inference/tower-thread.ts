import { Worker } from 'node:worker_threads';
import { DescryError } from '../errors.ts';
import { entryFile } from '../entry-file.ts';
import type { Besides, TowerVectors } from './graph-outputs.ts';
import type { GraphOptions } from './onnx-graph.ts';
import {
  flag,
  type GraphDescription,
  type TowerAnswer,
  type TowerCall,
  type TowerQuestion,
  type TowerResult,
} from './tower-messages.ts';
import type { TowerSizes } from './towers.ts';

interface Waiting {
  promise: Promise<TowerResult>;
  resolve: (result: TowerResult) => void;
  reject: (error: Error) => void;
}

/** How long an ending process waits for a run, in milliseconds. */
const longestRun = 5000;

/** A model's networks in a thread of their own; sentences overtake pictures that wait. */
export class TowerThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  /** Shared with the thread; see `flag`. */
  readonly #flags = new Int32Array(new SharedArrayBuffer(8));
  #ended: Error | undefined;

  private constructor() {
    this.#worker = new Worker(entryFile('tower-worker', import.meta.url), {
      execArgv: [],
      workerData: this.#flags.buffer,
    });
    // An idle model does not keep a process alive.
    this.#worker.unref();
    this.#worker.on('message', (answer: TowerAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    const finishRun = (): void => this.#finishRun();
    process.on('exit', finishRun);
    this.#worker.on('exit', () => {
      process.off('exit', finishRun);
      this.#end(new DescryError('cancelled', 'The model was closed.'));
    });
  }

  /** @throws DescryError `pack-refused`; what an execution provider throws comes as `internal`. */
  static async load(options: GraphOptions): Promise<TowerThread> {
    const thread = new TowerThread();
    try {
      await thread.#ask('load', { options });
      return thread;
    } catch (error) {
      void thread.#worker.terminate();
      throw error;
    }
  }

  /**
   * What graphs take and give, without a pack.
   * @param files names in the folder. @throws DescryError `pack-refused` when one cannot be loaded.
   */
  static async describe(folder: string, files: readonly string[]): Promise<GraphDescription[]> {
    const thread = new TowerThread();
    try {
      return await Promise.all(files.map((file) => thread.#ask('describe', { folder, file })));
    } finally {
      await thread.dispose();
    }
  }

  /** @param pixels [count, 3, height, width]; handed over, and empty afterwards. */
  images(
    pixels: Float32Array<ArrayBuffer>,
    count: number,
    besides: Besides | null = null,
  ): Promise<TowerVectors> {
    return this.#ask('images', { pixels, count, besides }, [pixels.buffer]);
  }

  /** @param texts token numbers, all of the same length. */
  texts(texts: readonly (readonly number[])[], besides: 'outputs' | null = null): Promise<TowerVectors> {
    return this.#ask('texts', { texts, besides });
  }

  /** A trial run of a grey picture and of these texts. @throws DescryError `pack-refused`. */
  sizes(texts: readonly (readonly number[])[]): Promise<TowerSizes> {
    return this.#ask('sizes', { texts });
  }

  /** Frees the networks once what was asked before is answered. */
  async dispose(): Promise<void> {
    if (this.#ended) return;
    await Promise.allSettled([...this.#waiting.values()].map(({ promise }) => promise));
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    await this.#ask('dispose', {});
    this.#worker.ref();
    await exited;
  }

  async #ask<Call extends TowerCall>(
    type: Call,
    question: TowerQuestion<Call>,
    transfer: ArrayBuffer[] = [],
  ): Promise<TowerResult<Call>> {
    if (this.#ended) throw this.#ended;
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<TowerResult>();
    this.#waiting.set(id, { promise, resolve, reject });
    this.#worker.ref();
    this.#worker.postMessage({ ...question, type, id }, transfer);
    return (await promise) as TowerResult<Call>;
  }

  #settle(answer: TowerAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (answer.ok) waiting?.resolve(answer.result);
    else waiting?.reject(new DescryError(answer.kind, answer.message, answer.detail));
  }

  /** Lets a run that has begun come to its end before the process goes. */
  #finishRun(): void {
    Atomics.store(this.#flags, flag.stopping, 1);
    if (Atomics.load(this.#flags, flag.running) === 1) Atomics.wait(this.#flags, flag.running, 1, longestRun);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
