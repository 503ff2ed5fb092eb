import type { DescryClient, ReportTemplate, ReportTemplateChange } from '../../../src-main/api/types.ts';

/** The form that reports of this user are made with, for every case. */
export class TemplateManager {
  /** Null until it was asked for. */
  current = $state.raw<ReportTemplate | null>(null);
  error = $state.raw<unknown>(null);
  readonly #client: DescryClient;

  constructor(client: DescryClient) {
    this.#client = client;
  }

  async reload(): Promise<void> {
    try {
      this.current = await this.#client.report.template.get();
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  /** Changes the members that are given. */
  async change(change: ReportTemplateChange): Promise<void> {
    this.current = await this.#client.report.template.set(change);
  }
}
