import type { DescryClient, PackSummary } from '../../../src-main/api/types.ts';
import type { EventHub } from '../event-hub.ts';

type AppInfo = Awaited<ReturnType<DescryClient['app']['info']>>;

/** The application behind the page (version, model in use, provider, operator), and the models that are installed. */
export class ModelManager {
  info = $state.raw<AppInfo | null>(null);
  #operator = $state('');
  /** Why the model could not be loaded, or null. */
  failure = $state.raw<unknown>(null);
  /** Installed packs; null until they were asked for. */
  packs = $state.raw<readonly PackSummary[] | null>(null);
  packsFailure = $state.raw<unknown>(null);
  /** True once the operator gave a name in this window's session. */
  operatorConfirmed = $state(false);
  readonly pack = $derived<PackSummary | null>(this.info?.pack ?? null);
  readonly operator = $derived(this.#operator === '' ? (this.info?.operator ?? '') : this.#operator);
  readonly #client: DescryClient;
  #reading = 0;

  constructor(client: DescryClient, events: EventHub) {
    this.#client = client;
    events.on('model', ({ pack }) => {
      if (this.info) this.info = { ...this.info, pack };
      void this.refresh().catch(() => undefined);
    });
    events.on('models', () => {
      if (this.packs !== null) void this.readPacks();
    });
  }

  async refresh(): Promise<void> {
    const confirmed = sessionStorage.getItem('descry:operator') ?? '';
    // A restarted engine has forgotten who is at work, and this one need not wait for the model.
    if (confirmed !== '') await this.setOperator(confirmed);
    if (this.packs !== null) void this.readPacks();
    try {
      this.info = await this.#client.app.info();
      this.failure = null;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  /** Lists the installed packs; kept up to date from the first call on. */
  async readPacks(): Promise<void> {
    const mine = ++this.#reading;
    try {
      const packs = await this.#client.models.list();
      if (mine !== this.#reading) return;
      this.packs = packs;
      this.packsFailure = null;
    } catch (error) {
      if (mine === this.#reading) this.packsFailure = error;
    }
  }

  /** Takes a pack into use for searches and imports from now on. */
  async use(id: string): Promise<PackSummary> {
    const pack = await this.#client.models.use({ id });
    await this.readPacks();
    return pack;
  }

  /** Deletes a pack from this machine; vectors and searches made with it stay in the case. */
  async remove(id: string): Promise<void> {
    await this.#client.models.remove({ id });
    await this.readPacks();
  }

  async setOperator(operator: string): Promise<void> {
    await this.#client.app.setOperator({ operator });
    sessionStorage.setItem('descry:operator', operator);
    this.operatorConfirmed = true;
    this.#operator = operator;
  }
}
