import type { OpenCase } from '../case/open-case.ts';
import { DescryError } from '../errors.ts';
import { writeArchive, type ArchiveEvent } from './write-archive.ts';

export interface ArchiveServiceParts {
  openCase: OpenCase;
  application: { name: string; version: string };
  /** The program, shown to others who look for work under way. */
  holder: string;
}

/** Archives the open case; one such work at a time. */
export class ArchiveService {
  readonly #parts: ArchiveServiceParts;
  #running: { stop: AbortController; ended: Promise<undefined> } | undefined;

  constructor(parts: ArchiveServiceParts) {
    this.#parts = parts;
  }

  /**
   * @param path of the archive that is to be made; nothing may be there.
   * @throws DescryError `busy` while another is written, and what `writeArchive` throws.
   */
  write(path: string, signal?: AbortSignal): AsyncGenerator<ArchiveEvent> {
    return this.whileOpen((stop) => writeArchive({ ...this.#parts, path, signal: stop }), signal);
  }

  /**
   * Runs what reads the whole open case, and ends it when the case is to be closed.
   * @throws DescryError `busy` while something else of the kind runs.
   */
  async *whileOpen<T>(
    work: (signal: AbortSignal) => AsyncGenerator<T>,
    signal?: AbortSignal,
  ): AsyncGenerator<T> {
    if (this.#running) throw new DescryError('busy', 'The case is being archived or copied already.');
    const stop = new AbortController();
    const ended = Promise.withResolvers<undefined>();
    this.#running = { stop, ended: ended.promise };
    try {
      yield* work(signal ? AbortSignal.any([signal, stop.signal]) : stop.signal);
    } finally {
      this.#running = undefined;
      ended.resolve(undefined);
    }
  }

  /** Ends what is under way; the case may be closed then. */
  async stop(): Promise<void> {
    this.#running?.stop.abort();
    await this.#running?.ended;
  }
}
