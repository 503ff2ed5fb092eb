import type { DescryClient, PackSummary } from '../../../src-main/api/types.ts';
import type { EventHub } from '../event-hub.ts';

type AppInfo = Awaited<ReturnType<DescryClient['app']['info']>>;

/** The application behind the page: version, model in use, provider, operator. */
export class ModelManager {
  info = $state.raw<AppInfo | null>(null);
  /** True once the operator gave a name in this window's session. */
  operatorConfirmed = $state(false);
  readonly pack = $derived<PackSummary | null>(this.info?.pack ?? null);
  readonly operator = $derived(this.info?.operator ?? '');
  readonly #client: DescryClient;

  constructor(client: DescryClient, events: EventHub) {
    this.#client = client;
    events.on('model', ({ pack }) => {
      if (this.info) this.info = { ...this.info, pack };
      void this.refresh();
    });
  }

  async refresh(): Promise<void> {
    this.info = await this.#client.app.info();
    const confirmed = sessionStorage.getItem('descry:operator');
    if (confirmed === null || confirmed === '') return;
    this.operatorConfirmed = true;
    // A restarted engine has forgotten who is at work.
    if (confirmed !== this.info.operator) await this.setOperator(confirmed);
  }

  async setOperator(operator: string): Promise<void> {
    await this.#client.app.setOperator({ operator });
    sessionStorage.setItem('descry:operator', operator);
    this.operatorConfirmed = true;
    if (this.info) this.info = { ...this.info, operator };
  }
}
