import type { DescryClient, KeyStoreState, StoredKey } from '../../../src-main/api/types.ts';

/** The signing keys of this user; nothing but their public parts is ever known here. */
export class SigningManager {
  /** Null until they were asked for. */
  keys = $state.raw<readonly StoredKey[] | null>(null);
  keyStore = $state.raw<KeyStoreState | null>(null);
  error = $state.raw<unknown>(null);
  readonly #client: DescryClient;

  constructor(client: DescryClient) {
    this.#client = client;
  }

  async reload(): Promise<void> {
    try {
      const { keys, keyStore } = await this.#client.signing.keys();
      this.keys = keys;
      this.keyStore = keyStore;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  /** @param passphrase protects the key where there is no key store; empty for none. */
  async create(name: string, passphrase: string): Promise<StoredKey> {
    const key = await this.#client.signing.create({ name, ...given(passphrase) });
    await this.reload();
    return key;
  }

  /** Keeps the private key of a PEM file. @param passphrase of that file; empty for none. */
  async import(path: string, name: string, passphrase: string): Promise<StoredKey> {
    const key = await this.#client.signing.import({ path, name, ...given(passphrase) });
    await this.reload();
    return key;
  }

  async remove(id: string): Promise<void> {
    await this.#client.signing.remove({ id });
    await this.reload();
  }
}

function given(passphrase: string): { passphrase?: string } {
  return passphrase === '' ? {} : { passphrase };
}
