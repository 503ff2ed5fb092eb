import { Worker } from 'node:worker_threads';
import { DescryError } from '../errors.ts';
import { entryFile } from './entry-file.ts';
import type { ImageVectors } from './image-tower.ts';
import type { GraphOptions } from './onnx-graph.ts';
import { flag, type TowerAnswer, type TowerRequest, type TowerResult } from './tower-messages.ts';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

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
    this.#worker = new Worker(entryFile('tower-worker'), { execArgv: [], workerData: this.#flags.buffer });
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
      await thread.#ask({ type: 'load', options });
      return thread;
    } catch (error) {
      void thread.#worker.terminate();
      throw error;
    }
  }

  /** @param pixels [count, 3, height, width]; handed over, and empty afterwards. */
  async images(pixels: Float32Array<ArrayBuffer>, count: number, withPatches = false): Promise<ImageVectors> {
    return (await this.#ask({ type: 'images', pixels, count, withPatches }, [pixels.buffer])) as ImageVectors;
  }

  /** @param texts token numbers, all of the same length. @returns [texts.length, dimensions]. */
  async texts(texts: readonly (readonly number[])[]): Promise<Float32Array> {
    return (await this.#ask({ type: 'texts', texts })) as Float32Array;
  }

  /** Frees the networks once what was asked before is answered. */
  async dispose(): Promise<void> {
    if (this.#ended) return;
    await Promise.allSettled([...this.#waiting.values()].map(({ promise }) => promise));
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    await this.#ask({ type: 'dispose' });
    this.#worker.ref();
    await exited;
  }

  #ask(request: WithoutId<TowerRequest>, transfer: ArrayBuffer[] = []): Promise<TowerResult> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<TowerResult>();
    this.#waiting.set(id, { promise, resolve, reject });
    this.#worker.ref();
    this.#worker.postMessage({ ...request, id }, transfer);
    return promise;
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
