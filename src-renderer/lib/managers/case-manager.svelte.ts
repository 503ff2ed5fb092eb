import type { CaseDetails, CaseInfo, DescryClient } from '../../../src-main/api/types.ts';
import type { EventHub } from '../event-hub.ts';
import { showPicturesOf } from '../host.ts';

/** The open case. */
export class CaseManager {
  #info = $state.raw<CaseInfo | null | undefined>(undefined);
  readonly isOpen = $derived(this.#info !== null && this.#info !== undefined);
  /** Times are shown in this zone. */
  readonly timeZone = $derived(this.#info?.timeZone ?? 'UTC');
  readonly #client: DescryClient;

  constructor(client: DescryClient, events: EventHub) {
    this.#client = client;
    events.on('case', (event) => this.#take(event.case));
  }

  /** Null when no case is open; undefined until the engine has said. */
  get info(): CaseInfo | null | undefined {
    return this.#info;
  }

  async refresh(): Promise<void> {
    this.#take(await this.#client.case.current());
  }

  /** @param passphrase makes an encrypted case. */
  async create(
    folder: string,
    details: Partial<CaseDetails> & { name: string },
    passphrase?: string,
  ): Promise<void> {
    this.#take(await this.#client.case.create({ folder, details, passphrase }));
  }

  async createDemo(): Promise<void> {
    this.#take((await this.#client.case.createDemo({})).case);
  }

  async open(path: string, passphrase?: string): Promise<void> {
    this.#take(await this.#client.case.open({ path, passphrase }));
  }

  async close(): Promise<void> {
    await this.#client.case.close();
    this.#take(null);
  }

  async change(details: Partial<CaseDetails>): Promise<void> {
    this.#take(await this.#client.case.change(details));
  }

  #take(info: CaseInfo | null): void {
    showPicturesOf(info?.id ?? '');
    this.#info = info;
  }
}
