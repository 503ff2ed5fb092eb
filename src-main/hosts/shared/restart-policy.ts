export interface RestartLimits {
  /** Restarts allowed within the window. */
  restarts: number;
  windowMs: number;
  /** Waiting time before the first restart; each further one within the window waits four times longer. */
  firstDelayMs: number;
}

const usual: RestartLimits = { restarts: 3, windowMs: 60_000, firstDelayMs: 250 };

/**
 * Decides whether an engine that died is started again. One crash is bad luck; one that comes back
 * at once, again and again, has a cause that restarting does not remove.
 */
export class RestartPolicy {
  readonly #limits: RestartLimits;
  #granted: number[] = [];

  constructor(limits: RestartLimits = usual) {
    this.#limits = limits;
  }

  /**
   * Asks for a restart after a death at `now`.
   * @param now milliseconds of any clock that does not run backwards.
   * @returns milliseconds to wait before the restart, or null when there were too many of late.
   */
  next(now: number): number | null {
    const { restarts, windowMs, firstDelayMs } = this.#limits;
    this.#granted = this.#granted.filter((time) => now - time < windowMs);
    if (this.#granted.length >= restarts) return null;
    const delay = firstDelayMs * 4 ** this.#granted.length;
    this.#granted.push(now);
    return delay;
  }

  /** Forgets what was: a person asked for another try. */
  reset(): void {
    this.#granted = [];
  }
}
