import { availableParallelism } from 'node:os';
import type { CropBox, CropPlan } from '../plan.ts';
import type { StageClock } from '../progress-meter.ts';
import { PictureThread } from './picture-thread.ts';
import type { OpenedPicture, Pictures, PictureSettings, ReadPicture } from './pictures.ts';

/** Frames whose thread is remembered: boxes of one frame follow each other. */
const framesRemembered = 64;

/**
 * Reads pictures in threads. One core is left to the model; more threads than a few are never needed,
 * since the files' rows are written by one.
 */
export class PictureThreads implements Pictures {
  readonly #threads: PictureThread[];
  /** The thread that has a frame decoded. */
  readonly #frames = new Map<string, PictureThread>();
  #nextPicture = 1;

  constructor(count = Math.max(1, Math.min(4, availableParallelism() - 1))) {
    this.#threads = Array.from({ length: count }, () => new PictureThread());
  }

  get count(): number {
    return this.#threads.length;
  }

  /** To be called before an import; threads that have died are replaced. @param clock gets the threads' times. */
  async begin(settings: PictureSettings, clock: StageClock): Promise<void> {
    this.#frames.clear();
    this.#threads.forEach((thread, i) => {
      if (thread.hasEnded) this.#threads[i] = new PictureThread();
    });
    await Promise.all(
      this.#threads.map((thread) => {
        thread.countFor(clock);
        return thread.ask('begin', { settings });
      }),
    );
  }

  async open(path: string, plan: CropPlan): Promise<OpenedPicture> {
    const thread = plan.box ? this.#threadOfFrame(plan.rawPath ?? path) : this.#idlest();
    const picture = this.#nextPicture++;
    const { sourceKey, sha256 } = await thread.ask('open', { picture, path, plan });
    return new RemotePicture(thread, picture, sourceKey, sha256);
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  #idlest(): PictureThread {
    return this.#threads.reduce((best, thread) => (thread.load < best.load ? thread : best));
  }

  #threadOfFrame(frame: string): PictureThread {
    const thread = this.#frames.get(frame) ?? this.#idlest();
    this.#frames.set(frame, thread);
    if (this.#frames.size > framesRemembered) this.#frames.delete(this.#frames.keys().next().value!);
    return thread;
  }
}

class RemotePicture implements OpenedPicture {
  readonly sourceKey: string;
  readonly sha256: string;
  readonly #thread: PictureThread;
  readonly #picture: number;

  constructor(thread: PictureThread, picture: number, sourceKey: string, sha256: string) {
    this.#thread = thread;
    this.#picture = picture;
    this.sourceKey = sourceKey;
    this.sha256 = sha256;
  }

  cut(): Promise<{ box: CropBox; sha256: string }> {
    return this.#thread.ask('cut', { picture: this.#picture });
  }

  read(pixels: Float32Array): Promise<ReadPicture> {
    return this.#thread.ask('read', { picture: this.#picture, pixels });
  }

  keep(extension: string | null): Promise<string | null> {
    return this.#thread.ask('keep', { picture: this.#picture, extension });
  }

  drop(): void {
    // A thread that has died holds nothing.
    this.#thread.ask('drop', { picture: this.#picture }).catch(() => undefined);
  }
}
