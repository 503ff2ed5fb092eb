import type { DescryClient, DiscoveryOutcome } from '../../../src-main/api/types.ts';
import { ExportRun } from './export-run.svelte.ts';

/** The export of everything that anyone wrote in the case. */
export class DiscoveryManager {
  /** Null puts it into the case's own exports folder. */
  folder = $state<string | null>(null);
  readonly run = new ExportRun<DiscoveryOutcome>();
  readonly #client: DescryClient;

  constructor(client: DescryClient) {
    this.#client = client;
  }

  async export(): Promise<void> {
    const { folder } = this;
    await this.run.start((signal) =>
      this.#client.report.discovery(folder === null ? {} : { folder }, { signal }),
    );
  }
}
