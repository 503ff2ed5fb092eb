import type { MessageBoxOptions, SafeStorage } from 'electron';
import { z } from 'zod';
import {
  keyStoreQuestion,
  type KeyStoreAnswer,
  type KeyStoreQuestion,
  type KeyStoreReply,
} from '../shared/key-store-messages.ts';

/** What is sealed: the key, and whose it is, so that the question before its use cannot be told a wrong name. */
const sealedKey = z.strictObject({
  name: z.string(),
  fingerprint: z.string(),
  /** Base64 of PKCS#8, DER. */
  key: z.string(),
});

export interface KeyStoreParts {
  safeStorage: Pick<
    SafeStorage,
    'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
  >;
  platform: NodeJS.Platform;
  /** Shows a native dialog. @returns the number of the button. */
  ask: (options: MessageBoxOptions) => Promise<number>;
  /** Written without a word of what was asked. */
  warn: (detail: Record<string, unknown>, message: string) => void;
}

/**
 * Answers the engine's questions to the operating system's key store. Sealing is free: it only turns what
 * the engine knows into something that it cannot read. Opening takes the consent of the person at the
 * screen, in a native dialog that neither page nor engine can answer, one at a time.
 */
export class ElectronKeyStore {
  readonly #parts: KeyStoreParts;
  #asking = false;

  constructor(parts: KeyStoreParts) {
    this.#parts = parts;
  }

  /** @returns undefined for a message that is no question. */
  async receive(message: unknown): Promise<KeyStoreReply | undefined> {
    const parsed = keyStoreQuestion.safeParse(message);
    if (!parsed.success) return undefined;
    const { type, request, question } = parsed.data;
    try {
      return { type, request, answer: await this.#answer(question) };
    } catch (error) {
      this.#parts.warn({ ask: question.ask, name: nameOf(error) }, 'the key store failed');
      return { type, request, answer: { refusal: 'unavailable' } };
    }
  }

  async #answer(question: KeyStoreQuestion['question']): Promise<KeyStoreAnswer> {
    const state = await this.#state();
    if (question.ask === 'state') return { state };
    if (!state.available) return { refusal: 'unavailable' };
    return question.ask === 'seal' ? this.#seal(question) : this.#open(question.sealed);
  }

  async #state(): Promise<{ available: boolean; description: string }> {
    const { safeStorage, platform } = this.#parts;
    const available = await safeStorage.isAsyncEncryptionAvailable();
    const backend = platform === 'linux' ? safeStorage.getSelectedStorageBackend() : platform;
    // Chromium's fallback on Linux encrypts with a password that is the same everywhere.
    if (!available || backend === 'basic_text' || backend === 'unknown') {
      return {
        available: false,
        description:
          platform === 'linux'
            ? 'There is no key store on this desktop (GNOME keyring or KWallet): keys are protected with a passphrase.'
            : 'The system’s key store cannot be used: keys are protected with a passphrase.',
      };
    }
    return { available: true, description: `Keys are kept through ${storeNames[backend] ?? backend}.` };
  }

  async #seal({
    name,
    fingerprint,
    secret,
  }: Extract<KeyStoreQuestion['question'], { ask: 'seal' }>): Promise<KeyStoreAnswer> {
    const key = Buffer.from(secret).toString('base64');
    secret.fill(0);
    const sealed = await this.#parts.safeStorage.encryptStringAsync(
      JSON.stringify({ name, fingerprint, key }),
    );
    return { bytes: new Uint8Array(sealed) };
  }

  async #open(sealed: Uint8Array): Promise<KeyStoreAnswer> {
    if (this.#asking) return { refusal: 'refused' };
    this.#asking = true;
    try {
      const content = await this.#decrypt(sealed);
      if (!content) return { refusal: 'damaged' };
      if (!(await this.#agreed(content))) return { refusal: 'refused' };
      return { bytes: new Uint8Array(Buffer.from(content.key, 'base64')) };
    } finally {
      this.#asking = false;
    }
  }

  async #decrypt(sealed: Uint8Array): Promise<z.infer<typeof sealedKey> | undefined> {
    try {
      const { result } = await this.#parts.safeStorage.decryptStringAsync(Buffer.from(sealed));
      return sealedKey.parse(JSON.parse(result));
    } catch {
      return undefined;
    }
  }

  async #agreed({ name, fingerprint }: { name: string; fingerprint: string }): Promise<boolean> {
    const button = await this.#parts.ask({
      type: 'question',
      title: 'Sign an export',
      message: `Sign this export with the key “${name.replaceAll(/\p{C}/gu, ' ')}”?`,
      detail: `SHA-256 fingerprint of the key:\n${fingerprint}`,
      buttons: ['Sign', 'Cancel'],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    });
    return button === 0;
  }
}

const storeNames: Record<string, string> = {
  gnome_libsecret: 'the GNOME keyring',
  kwallet: 'KWallet',
  kwallet5: 'KWallet',
  kwallet6: 'KWallet',
  darwin: 'the macOS keychain',
  win32: 'the data protection of Windows',
};

/** Messages of errors may hold what was given to the function that failed. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
