import type { CertificateAccount, DescryClient } from '../../../src-main/api/types.ts';

type SignRequest = NonNullable<Parameters<DescryClient['report']['export']>[0]['sign']>;

/**
 * What an export is signed with: a kept key, a certificate's file, or both. Passphrases are in the
 * fields only, and no part of what the page keeps over a reload.
 */
export class SigningChoices {
  withKey = $state(false);
  keyId = $state('');
  keyPassphrase = $state('');
  /** Whether the chosen key is protected with a passphrase; the page knows it from the list of keys. */
  keyNeedsPassphrase = $state(false);
  withCertificate = $state(false);
  #path = $state('');
  #passphrase = $state('');
  /** What the certificate's file holds, once it was opened. */
  account = $state.raw<CertificateAccount | null>(null);
  opening = $state(false);
  openError = $state.raw<unknown>(null);
  /** Sign although the certificate has expired or is not valid yet. */
  allowInvalidTime = $state(false);

  /** Why it cannot be signed as chosen, in words; null when it can, or is not to be signed. */
  readonly missing = $derived.by(() => {
    if (this.withKey && this.keyId === '') return 'Choose a key to sign with.';
    if (this.withKey && this.keyNeedsPassphrase && this.keyPassphrase === '')
      return 'Type the passphrase of the key.';
    if (!this.withCertificate) return null;
    if (this.account === null) return 'Open the certificate with its passphrase.';
    if (!this.account.validNow && !this.allowInvalidTime)
      return 'The certificate is not valid now: use another, or tick that it may sign anyway.';
    return null;
  });

  readonly #client: DescryClient;
  #call = 0;

  constructor(client: DescryClient) {
    this.#client = client;
  }

  get certificatePath(): string {
    return this.#path;
  }

  set certificatePath(path: string) {
    this.#path = path;
    this.#close();
  }

  get certificatePassphrase(): string {
    return this.#passphrase;
  }

  set certificatePassphrase(passphrase: string) {
    this.#passphrase = passphrase;
    this.#close();
  }

  readonly canOpen = $derived(this.#path.trim() !== '' && this.account === null && !this.opening);

  /** Reads who the certificate names and until when; nothing is signed. */
  async openCertificate(): Promise<void> {
    const mine = ++this.#call;
    this.opening = true;
    this.openError = null;
    try {
      const account = await this.#client.signing.certificate({
        path: this.#path.trim(),
        passphrase: this.#passphrase,
      });
      if (mine === this.#call) this.account = account;
    } catch (error) {
      if (mine === this.#call) this.openError = error;
    } finally {
      if (mine === this.#call) this.opening = false;
    }
  }

  /** What the engine is asked for; undefined for an unsigned export. */
  request(): SignRequest | undefined {
    const sign: SignRequest = {};
    if (this.withKey) {
      sign.key = {
        id: this.keyId,
        ...(this.keyNeedsPassphrase ? { passphrase: this.keyPassphrase } : {}),
      };
    }
    if (this.withCertificate) {
      sign.certificate = {
        path: this.#path.trim(),
        passphrase: this.#passphrase,
        allowInvalidTime: this.allowInvalidTime,
      };
    }
    return sign.key || sign.certificate ? sign : undefined;
  }

  /** Empties the passphrases. */
  forget(): void {
    this.keyPassphrase = '';
    this.certificatePassphrase = '';
  }

  /** What was read was of another file or passphrase. */
  #close(): void {
    this.#call++;
    this.opening = false;
    this.account = null;
    this.openError = null;
    this.allowInvalidTime = false;
  }
}
