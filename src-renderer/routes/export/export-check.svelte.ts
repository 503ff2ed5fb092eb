import type { DescryClient, ExportVerification } from '../../../src-main/api/types.ts';

/** The check of one export against itself, as `descry verify` makes it. */
export class ExportCheck {
  /** Of the export that is or was checked; null before the first. */
  path = $state<string | null>(null);
  running = $state(false);
  result = $state.raw<ExportVerification | null>(null);
  error = $state.raw<unknown>(null);
  readonly #client: DescryClient;
  #call: AbortController | null = null;

  constructor(client: DescryClient) {
    this.#client = client;
  }

  /** Checks a folder or zip file; a check that still runs is given up. */
  async verify(path: string): Promise<void> {
    this.cancel();
    const mine = new AbortController();
    this.#call = mine;
    this.path = path;
    this.result = null;
    this.error = null;
    this.running = true;
    try {
      const result = await this.#client.app.verifyExport({ path }, { signal: mine.signal });
      if (this.#call === mine) this.result = result;
    } catch (error) {
      if (this.#call === mine) this.error = error;
    } finally {
      if (this.#call === mine) {
        this.#call = null;
        this.running = false;
      }
    }
  }

  /** Gives the running check up; nothing was changed by it. */
  cancel(): void {
    this.#call?.abort();
    this.#call = null;
    this.running = false;
  }
}
