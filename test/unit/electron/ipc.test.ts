import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import pino from 'pino';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { bindIpc, isTrusted, type QuestionHandlers } from '../../../src-main/hosts/electron/ipc.ts';

const electron = vi.hoisted(() => ({
  handlers: new Map<string, (...input: unknown[]) => Promise<unknown>>(),
  listeners: new Map<string, (...input: unknown[]) => void>(),
}));
vi.mock('electron', () => ({
  ipcMain: {
    handle: (channel: string, handler: never) => electron.handlers.set(channel, handler),
    on: (channel: string, listener: never) => electron.listeners.set(channel, listener),
  },
}));

const mainFrame = { url: 'app://descry/index.html#/search' };
const page = Object.assign(new EventEmitter(), { id: 7, mainFrame }) as never;
const fromPage = { sender: { id: 7 }, senderFrame: mainFrame };

const answers: QuestionHandlers = {
  'descry:pick-folder': vi.fn(async () => '/crops'),
  'descry:pick-files': vi.fn(async () => []),
  'descry:show-in-folder': vi.fn(async () => undefined),
  'descry:open-export': vi.fn(async () => undefined),
};
const ready = vi.fn();

beforeEach(() => {
  vi.clearAllMocks();
  bindIpc(() => page, pino({ level: 'silent' }), { questions: answers, notices: { 'descry:ready': ready } });
});

describe('who may ask', () => {
  test('the main frame of our window, on our page', () => {
    expect(isTrusted(fromPage as never, page)).toBe(true);
  });

  test.each([
    ['another window', { ...fromPage, sender: { id: 8 } }],
    ['a frame inside the page', { ...fromPage, senderFrame: { url: mainFrame.url } }],
    ['a frame that is gone', { ...fromPage, senderFrame: null }],
  ])('not %s', (_who, event) => expect(isTrusted(event as never, page)).toBe(false));

  test('not a window that shows something else', () => {
    const elsewhere = { url: 'https://example.com/' };
    const event = { sender: { id: 7 }, senderFrame: elsewhere };
    expect(isTrusted(event as never, { id: 7, mainFrame: elsewhere } as never)).toBe(false);
  });

  test('nobody when the window is gone', () => expect(isTrusted(fromPage as never, undefined)).toBe(false));

  test('a stranger’s question and notice reach no handler', async () => {
    const stranger = { ...fromPage, sender: { id: 8 } };
    await expect(electron.handlers.get('descry:pick-folder')!(stranger, { title: 'x' })).rejects.toThrow(
      'refused',
    );
    electron.listeners.get('descry:ready')!(stranger);
    expect(answers['descry:pick-folder']).not.toHaveBeenCalled();
    expect(ready).not.toHaveBeenCalled();
  });
});

describe('what may be asked', () => {
  const ask = (channel: string, ...input: unknown[]): Promise<unknown> =>
    electron.handlers.get(channel)!(fromPage, ...input);

  test('questions that fit are answered', async () => {
    await expect(ask('descry:pick-folder', { title: 'Choose', defaultPath: '/a' })).resolves.toBe('/crops');
    await ask('descry:pick-files', { title: 'Choose', extensions: ['csv', 'jsonl'], multiple: true });
    await ask('descry:show-in-folder', 12);
    expect(answers['descry:show-in-folder']).toHaveBeenCalledWith(12);
    electron.listeners.get('descry:ready')!(fromPage);
    expect(ready).toHaveBeenCalledOnce();
  });

  test.each([
    ['descry:pick-folder', []],
    ['descry:pick-folder', [{ title: '' }]],
    ['descry:pick-folder', [{ title: 'x', properties: ['openFile'] }]],
    ['descry:pick-folder', [{ title: 'x' }, 'more']],
    ['descry:pick-files', [{ title: 'x', extensions: ['../x'] }]],
    ['descry:show-in-folder', ['12']],
    ['descry:show-in-folder', [0]],
    ['descry:show-in-folder', [1.5]],
    ['descry:open-export', ['']],
    ['descry:open-export', ['x'.repeat(5000)]],
  ])('%s with %j is refused', async (channel, input) => {
    await expect(ask(channel, ...input)).rejects.toThrow('refused: wrong arguments');
    for (const answer of Object.values(answers)) expect(answer).not.toHaveBeenCalled();
  });

  test('nothing that a page can send makes a handler see arguments of another shape', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...electron.handlers.keys()),
        fc.array(fc.anything(), { maxLength: 3 }),
        async (channel, input) => {
          vi.clearAllMocks();
          await ask(channel, ...input).catch(() => undefined);
          for (const [first] of vi.mocked(answers['descry:show-in-folder']).mock.calls)
            expect(first).toBeGreaterThan(0);
          for (const [first] of vi.mocked(answers['descry:open-export']).mock.calls)
            expect(typeof first).toBe('string');
          for (const [first] of vi.mocked(answers['descry:pick-folder']).mock.calls)
            expect(typeof first.title).toBe('string');
        },
      ),
    );
  });
});
