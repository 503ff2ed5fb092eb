import type { DescryClient, EarlierExport } from '../../../src-main/api/types.ts';

const pageSize = 50;

/** The exports that the case's audit log tells of, the newest first. */
export class EarlierExportsManager {
  /** Null until they were asked for. */
  rows = $state.raw<readonly EarlierExport[] | null>(null);
  total = $state(0);
  error = $state.raw<unknown>(null);
  readonly #client: DescryClient;
  #offset = 0;

  constructor(client: DescryClient) {
    this.#client = client;
  }

  get hasMore(): boolean {
    return this.#offset < this.total;
  }

  async reload(): Promise<void> {
    await this.#read(0, []);
  }

  /** The next page, behind what is shown. */
  async more(): Promise<void> {
    await this.#read(this.#offset, this.rows ?? []);
  }

  async #read(offset: number, before: readonly EarlierExport[]): Promise<void> {
    try {
      const { total, rows } = await this.#client.report.exports({ offset, limit: pageSize });
      this.rows = [...before, ...rows];
      this.#offset = offset + pageSize;
      this.total = total;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }
}
