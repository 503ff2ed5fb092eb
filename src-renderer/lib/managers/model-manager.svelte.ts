import type { DescryClient, PackSummary } from '../../../src-main/api/types.ts';
import type { EventHub } from '../event-hub.ts';

type AppInfo = Awaited<ReturnType<DescryClient['app']['info']>>;

/** The application behind the page: version, model in use, provider, operator. */
export class ModelManager {
  info = $state.raw<AppInfo | null>(null);
  #operator = $state('');
  /** Why the model could not be loaded, or null. */
  failure = $state.raw<unknown>(null);
  /** True once the operator gave a name in this window's session. */
  operatorConfirmed = $state(false);
  readonly pack = $derived<PackSummary | null>(this.info?.pack ?? null);
  readonly operator = $derived(this.#operator === '' ? (this.info?.operator ?? '') : this.#operator);
  readonly #client: DescryClient;

  constructor(client: DescryClient, events: EventHub) {
    this.#client = client;
    events.on('model', ({ pack }) => {
      if (this.info) this.info = { ...this.info, pack };
      void this.refresh();
    });
  }

  async refresh(): Promise<void> {
    const confirmed = sessionStorage.getItem('descry:operator') ?? '';
    // A restarted engine has forgotten who is at work, and this one need not wait for the model.
    if (confirmed !== '') await this.setOperator(confirmed);
    try {
      this.info = await this.#client.app.info();
      this.failure = null;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  async setOperator(operator: string): Promise<void> {
    await this.#client.app.setOperator({ operator });
    sessionStorage.setItem('descry:operator', operator);
    this.operatorConfirmed = true;
    this.#operator = operator;
  }
}
