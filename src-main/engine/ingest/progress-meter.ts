import type { StageTimes } from './schema.ts';

const noTimes: StageTimes = {
  scan: 0,
  hash: 0,
  decode: 0,
  thumbnail: 0,
  preprocess: 0,
  embed: 0,
  store: 0,
};
const stages = Object.keys(noTimes) as (keyof StageTimes)[];

/** Adds up how long the stages of an import work; stages overlap, so the sum can exceed the time on the wall. */
export class StageClock {
  readonly times: StageTimes = { ...noTimes };

  async measure<T>(stage: keyof StageTimes, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.times[stage] += performance.now() - started;
    }
  }

  measureSync<T>(stage: keyof StageTimes, work: () => T): T {
    const started = performance.now();
    try {
      return work();
    } finally {
      this.times[stage] += performance.now() - started;
    }
  }

  /** Adds what another clock has measured. */
  add(times: StageTimes): void {
    for (const stage of stages) this.times[stage] += times[stage];
  }

  /** What was measured since the last call; begins anew. */
  take(): StageTimes {
    const taken = { ...this.times };
    Object.assign(this.times, noTimes);
    return taken;
  }
}

const windowMs = 6000;

/** The rate over the last seconds. */
export class RateMeter {
  readonly #samples: { at: number; done: number }[] = [];
  readonly #started = performance.now();

  get elapsedMs(): number {
    return performance.now() - this.#started;
  }

  add(done: number, at = performance.now()): void {
    this.#samples.push({ at, done });
    while (this.#samples.length > 2 && at - this.#samples[0]!.at > windowMs) this.#samples.shift();
  }

  /** Items a second; 0 until there are two samples. */
  get rate(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    return first && last && last.at > first.at ? ((last.done - first.done) * 1000) / (last.at - first.at) : 0;
  }

  /** Milliseconds until `total`, or null when nothing moves. */
  remainingMs(done: number, total: number): number | null {
    return this.rate > 0 ? Math.round(((total - done) / this.rate) * 1000) : null;
  }
}
