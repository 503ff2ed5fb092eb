import type { DescryClient, ImportPreview, ImportRequest } from '../../../src-main/api/types.ts';

/**
 * The dry run that follows the form: it waits for a pause in typing, and an answer that comes after a
 * newer question is dropped.
 */
export class PreviewLoader {
  result = $state.raw<ImportPreview | null>(null);
  error = $state.raw<unknown>(null);
  loading = $state(false);
  readonly #client: DescryClient;
  readonly #delay: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | undefined;

  constructor(client: DescryClient, delay = 350) {
    this.#client = client;
    this.#delay = delay;
  }

  /** Asks for a new dry run; null takes the old one away. */
  ask(request: ImportRequest | null): void {
    this.stop();
    this.error = null;
    if (!request) {
      this.result = null;
      this.loading = false;
      return;
    }
    this.loading = true;
    this.#timer = setTimeout(() => void this.#load(request), this.#delay);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
  }

  async #load(request: ImportRequest): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    try {
      const result = await this.#client.imports.preview(request, { signal: running.signal });
      if (!running.signal.aborted) this.result = result;
    } catch (error) {
      if (running.signal.aborted) return;
      this.error = error;
      this.result = null;
    } finally {
      if (!running.signal.aborted) this.loading = false;
    }
  }
}
