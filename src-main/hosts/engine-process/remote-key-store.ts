import type { KeyStoreState } from '../../engine/report/signing/schema.ts';
import { signingError } from '../../engine/report/signing/signing-error.ts';
import type { KeyDescription, SystemKeyStore } from '../../engine/report/signing/system-key-store.ts';
import {
  keyStoreReply,
  type KeyStoreAnswer,
  type KeyStoreQuestion,
  type KeyStoreRefusal,
} from '../shared/key-store-messages.ts';

/** The operating system's key store, which another process owns: each call is a message and its reply. */
export class RemoteKeyStore implements SystemKeyStore {
  readonly #send: (question: KeyStoreQuestion) => void;
  readonly #waiting = new Map<number, (answer: KeyStoreAnswer) => void>();
  #next = 0;

  constructor(send: (question: KeyStoreQuestion) => void) {
    this.#send = send;
  }

  /** A message arrived; others than replies are left alone. */
  receive(message: unknown): void {
    const reply = keyStoreReply.safeParse(message);
    if (!reply.success) return;
    this.#waiting.get(reply.data.request)?.(reply.data.answer);
    this.#waiting.delete(reply.data.request);
  }

  async state(): Promise<KeyStoreState> {
    const answer = await this.#ask({ ask: 'state' });
    return 'state' in answer
      ? answer.state
      : { available: false, description: 'The system’s key store does not answer.' };
  }

  async seal({ name, fingerprint }: KeyDescription, secret: Uint8Array): Promise<Uint8Array> {
    return bytesOf(await this.#ask({ ask: 'seal', name, fingerprint, secret }));
  }

  async open(sealed: Uint8Array): Promise<Uint8Array> {
    return bytesOf(await this.#ask({ ask: 'open', sealed }));
  }

  #ask(question: KeyStoreQuestion['question']): Promise<KeyStoreAnswer> {
    const request = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(request, resolve);
      this.#send({ type: 'key-store', request, question });
    });
  }
}

function bytesOf(answer: KeyStoreAnswer): Uint8Array {
  if ('bytes' in answer) return answer.bytes;
  throw refusal('refusal' in answer ? answer.refusal : 'unavailable');
}

function refusal(reason: KeyStoreRefusal): Error {
  switch (reason) {
    case 'refused':
      return signingError('key-store-refused', 'The key was not used: nobody agreed to it.');
    case 'unavailable':
      return signingError('key-store-unavailable', 'The system’s key store cannot be used at present.');
    case 'damaged':
      return signingError(
        'damaged',
        'The system’s key store cannot open this key: its file was changed, or it was made on another machine or by another user.',
      );
  }
}
