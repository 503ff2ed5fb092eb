import type { KeyStoreState } from './schema.ts';

/** What people are told about a key when the key store asks them whether to use it. */
export interface KeyDescription {
  name: string;
  fingerprint: string;
}

/**
 * The operating system's key store, as a host offers it to the engine: it turns a secret into bytes that
 * are safe to keep in a file, and back after the person at the screen agreed.
 */
export interface SystemKeyStore {
  state(): Promise<KeyStoreState>;
  /** @param secret a private key; the caller wipes it. @throws DescryError `unsupported`. */
  seal(description: KeyDescription, secret: Uint8Array): Promise<Uint8Array>;
  /**
   * @returns the private key, which the caller wipes.
   * @throws DescryError `cancelled` when the person did not agree; `unsupported`; `invalid-input` when the bytes were changed.
   */
  open(sealed: Uint8Array): Promise<Uint8Array>;
}

/** For hosts without one: the command line and the browser host, which ask for passphrases. */
export const noKeyStore: SystemKeyStore = {
  state: () =>
    Promise.resolve({
      available: false,
      description: 'This program does not use the system’s key store: keys are protected with a passphrase.',
    }),
  seal: () => Promise.reject(new Error('there is no key store')),
  open: () => Promise.reject(new Error('there is no key store')),
};
