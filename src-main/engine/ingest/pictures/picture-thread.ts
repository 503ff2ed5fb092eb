import { Worker } from 'node:worker_threads';
import { DescryError } from '../../errors.ts';
import { entryFile } from '../../entry-file.ts';
import { ImageRejection } from '../image-rejection.ts';
import type { StageClock } from '../progress-meter.ts';
import type { PictureAnswer, PictureCall, PictureQuestion, PictureResult } from './picture-messages.ts';

interface Waiting {
  resolve: (result: PictureResult) => void;
  reject: (error: Error) => void;
}

/** One thread of `PictureThreads`. */
export class PictureThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #ended: Error | undefined;
  /** Of the import that runs. */
  #clock: StageClock | undefined;

  constructor() {
    this.#worker = new Worker(entryFile('picture-worker', import.meta.url), { execArgv: [] });
    // An idle thread does not keep a process alive.
    this.#worker.unref();
    this.#worker.on('message', (answer: PictureAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () =>
      this.#end(new DescryError('cancelled', 'The reading of pictures was stopped.')),
    );
  }

  /** Questions without an answer yet. */
  get load(): number {
    return this.#waiting.size;
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** @param clock gets the thread's times from now on. */
  countFor(clock: StageClock): void {
    this.#clock = clock;
  }

  /** @throws ImageRejection; DescryError: what went wrong in the thread. */
  async ask<Call extends PictureCall>(
    type: Call,
    question: PictureQuestion<Call>,
  ): Promise<PictureResult<Call>> {
    if (this.#ended) throw this.#ended;
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<PictureResult>();
    this.#waiting.set(id, { resolve, reject });
    this.#worker.ref();
    this.#worker.postMessage({ ...question, type, id });
    return (await promise) as PictureResult<Call>;
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(answer: PictureAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    this.#clock?.add(answer.times);
    if (answer.kind === 'result') waiting?.resolve(answer.result);
    else if (answer.kind === 'rejected')
      waiting?.reject(new ImageRejection(answer.problem.reason, answer.problem.detail));
    else {
      const { kind, message, detail } = answer.error;
      waiting?.reject(new DescryError(kind, message, detail));
    }
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
