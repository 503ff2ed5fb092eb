import type { MessageBoxOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { RemoteKeyStore } from '../../../src-main/hosts/engine-process/remote-key-store.ts';
import { ElectronKeyStore, type KeyStoreParts } from '../../../src-main/hosts/electron/key-store.ts';
import type { KeyStoreQuestion } from '../../../src-main/hosts/shared/key-store-messages.ts';

const fingerprint = 'ab'.repeat(32);
const secret = () => Uint8Array.from(Buffer.from('the private key'));

/** Electron's safeStorage, a person at a dialog, and both ends of the conversation. */
function stage(changes: Partial<KeyStoreParts> & { backend?: string; available?: boolean } = {}) {
  const { backend = 'gnome_libsecret', available = true, ...parts } = changes;
  const ask = vi.fn<(options: MessageBoxOptions) => Promise<number>>().mockResolvedValue(0);
  const warn = vi.fn();
  const store = new ElectronKeyStore({
    platform: 'linux',
    ask,
    warn,
    safeStorage: {
      isAsyncEncryptionAvailable: () => Promise.resolve(available),
      getSelectedStorageBackend: () => backend as 'unknown',
      encryptStringAsync: (text) => Promise.resolve(Buffer.from(text).map((byte) => byte ^ 0x55) as Buffer),
      decryptStringAsync: (sealed) =>
        Promise.resolve({
          result: Buffer.from(sealed.map((byte) => byte ^ 0x55)).toString(),
          shouldReEncrypt: false,
        }),
    },
    ...parts,
  });
  const remote: RemoteKeyStore = new RemoteKeyStore((question) => {
    // As between processes: both sides hold copies.
    void store.receive(structuredClone(question)).then((reply) => remote.receive(structuredClone(reply)));
  });
  return { store, remote, ask, warn };
}

describe('the key store of the desktop application', () => {
  it('gives back what it sealed, after the person agreed', async () => {
    const { remote, ask } = stage();
    expect(await remote.state()).toMatchObject({ available: true });
    const sealed = await remote.seal({ name: 'Unit 4', fingerprint }, secret());
    expect(Buffer.from(sealed).includes('the private key')).toBe(false);
    expect(ask).not.toHaveBeenCalled();
    expect(Buffer.from(await remote.open(sealed)).toString()).toBe('the private key');
    expect(ask).toHaveBeenCalledOnce();
    const [options] = ask.mock.calls[0]!;
    expect(`${options.message} ${options.detail}`).toContain('Unit 4');
    expect(options.detail).toContain(fingerprint);
  });

  it('gives nothing when the person says no, or closes the question', async () => {
    const { remote, ask } = stage();
    const sealed = await remote.seal({ name: 'Unit 4', fingerprint }, secret());
    ask.mockResolvedValue(1);
    await expect(remote.open(sealed)).rejects.toMatchObject({ kind: 'cancelled' });
    expect(ask.mock.calls[0]![0].cancelId).toBe(1);
  });

  it('asks one question at a time: nobody is talked into a click by a heap of them', async () => {
    const { remote, ask } = stage();
    const sealed = await remote.seal({ name: 'Unit 4', fingerprint }, secret());
    const { promise, resolve } = Promise.withResolvers<number>();
    ask.mockReturnValue(promise);
    const first = remote.open(sealed);
    await expect(remote.open(sealed)).rejects.toMatchObject({ kind: 'cancelled' });
    resolve(0);
    expect(Buffer.from(await first).toString()).toBe('the private key');
    expect(ask).toHaveBeenCalledOnce();
  });

  it('shows a name without what would draw it elsewhere', async () => {
    const { remote, ask } = stage();
    const sealed = await remote.seal({ name: 'Unit\n\u202e4', fingerprint }, secret());
    await remote.open(sealed);
    expect(ask.mock.calls[0]![0].message).toContain('Unit  4');
  });

  it('tells bytes that it did not seal apart', async () => {
    const { remote, ask } = stage();
    await expect(remote.open(new Uint8Array(20))).rejects.toMatchObject({ detail: { reason: 'damaged' } });
    expect(ask).not.toHaveBeenCalled();
  });

  it.each([{ available: false }, { backend: 'basic_text' }, { backend: 'unknown' }])(
    'is no key store where secrets would lie open (%o)',
    async (situation) => {
      const { remote } = stage(situation);
      expect(await remote.state()).toMatchObject({ available: false });
      await expect(remote.seal({ name: 'Unit 4', fingerprint }, secret())).rejects.toMatchObject({
        kind: 'unsupported',
        detail: { reason: 'key-store-unavailable' },
      });
    },
  );

  it('does not ask for the backend where there is only one', async () => {
    const { remote } = stage({ platform: 'darwin', backend: 'basic_text' });
    expect(await remote.state()).toEqual({
      available: true,
      description: 'Keys are kept through the macOS keychain.',
    });
  });

  it('answers a failure of the system without a word of what it was given', async () => {
    const { remote, warn } = stage({
      safeStorage: {
        isAsyncEncryptionAvailable: () => Promise.resolve(true),
        getSelectedStorageBackend: () => 'kwallet6',
        encryptStringAsync: (text) => Promise.reject(new Error(`cannot encrypt ${text}`)),
        decryptStringAsync: () => Promise.reject(new Error('no')),
      },
    });
    await expect(remote.seal({ name: 'Unit 4', fingerprint }, secret())).rejects.toMatchObject({
      kind: 'unsupported',
    });
    const logged = JSON.stringify(warn.mock.calls);
    expect(logged).toContain('seal');
    expect(logged).not.toContain('Unit 4');
    expect(logged).not.toContain(Buffer.from('the private key').toString('base64'));
  });

  it('does not answer what is no question', async () => {
    const { store, ask } = stage();
    const sealed = new Uint8Array(8);
    const wrong: unknown[] = [
      undefined,
      { type: 'ready' },
      { type: 'key-store', request: 1, question: { ask: 'export' } },
      { type: 'key-store', request: -1, question: { ask: 'state' } },
      { type: 'key-store', request: 1, question: { ask: 'open', sealed: 'text' } },
      { type: 'key-store', request: 1, question: { ask: 'open', sealed: new Uint8Array(70_000) } },
      { type: 'key-store', request: 1, question: { ask: 'open', sealed, silent: true } },
      { type: 'key-store', request: 1, question: { ask: 'seal', name: '', fingerprint, secret: sealed } },
    ];
    for (const message of wrong) expect(await store.receive(message)).toBeUndefined();
    expect(ask).not.toHaveBeenCalled();
  });

  it('answers each question under its own number, in any order', async () => {
    const asked: KeyStoreQuestion[] = [];
    const remote = new RemoteKeyStore((question) => asked.push(question));
    const [first, second] = [remote.open(new Uint8Array(1)), remote.open(new Uint8Array(2))];
    for (const { request } of asked.toReversed())
      remote.receive({ type: 'key-store', request, answer: { bytes: Uint8Array.of(request) } });
    remote.receive({ type: 'connect' });
    expect([...(await first), ...(await second)]).toEqual(asked.map(({ request }) => request));
  });
});
