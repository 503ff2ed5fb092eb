import { EventEmitter } from 'node:events';
import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EngineProcess } from '../../../src-main/hosts/electron/engine.ts';
import type { EngineStart } from '../../../src-main/hosts/shared/engine-start.ts';
import type { KeyStoreReply } from '../../../src-main/hosts/shared/key-store-messages.ts';

const electron = vi.hoisted(() => ({ children: [] as never[] }));
vi.mock('electron', async () => {
  const { EventEmitter } = await import('node:events');
  class Port extends EventEmitter {
    start(): void {
      return undefined;
    }
    postMessage(): void {
      return undefined;
    }
  }
  return {
    MessageChannelMain: class {
      port1 = new Port();
      port2 = new Port();
    },
    utilityProcess: {
      fork: (entry: string, input: string[]) => {
        const child = Object.assign(new EventEmitter(), {
          entry,
          input,
          postMessage: vi.fn(),
          kill: vi.fn(),
          stderr: null,
        });
        electron.children.push(child as never);
        return child;
      },
    },
  };
});

interface Child extends EventEmitter {
  input: string[];
  postMessage: ReturnType<typeof vi.fn>;
}
const children = (): Child[] => electron.children as Child[];
const started = (child: Child | undefined): EngineStart => JSON.parse(child?.input[0] ?? '{}') as EngineStart;
const page = () => Object.assign(new EventEmitter(), { isDestroyed: () => false, postMessage: vi.fn() });
const settle = () => vi.advanceTimersByTimeAsync(0);

const keyStore = { receive: vi.fn<() => Promise<KeyStoreReply | undefined>>() };
let engine: EngineProcess;
beforeEach(() => {
  vi.useFakeTimers();
  electron.children.length = 0;
  engine = new EngineProcess(
    '/engine.js',
    { restoreCase: null } as EngineStart,
    pino({ level: 'silent' }),
    keyStore,
  );
  engine.start();
});
afterEach(() => vi.useRealTimers());

test('the page gets its port when the engine is ready, not before', async () => {
  const window = page();
  void engine.connectPage(window as never);
  await settle();
  expect(window.postMessage).not.toHaveBeenCalled();
  children()[0]!.emit('message', { type: 'ready' });
  await settle();
  expect(window.postMessage).toHaveBeenCalledWith('descry:engine-port', null, [expect.anything()]);
  expect(children()[0]!.postMessage).toHaveBeenCalledWith({ type: 'connect', role: 'renderer' }, [
    expect.anything(),
  ]);
});

test('a dead engine is started again with the case that was open, and the page gets a new port', async () => {
  const window = page();
  void engine.connectPage(window as never);
  children()[0]!.emit('message', { type: 'ready' });
  children()[0]!.emit('message', { type: 'case', path: '/cases/a.descry' });
  await settle();
  const { gone } = engine;
  children()[0]!.emit('exit', 139);
  expect(gone.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(250);
  expect(started(children()[1]).restoreCase).toBe('/cases/a.descry');
  expect(window.postMessage).toHaveBeenCalledTimes(1);
  children()[1]!.emit('message', { type: 'ready' });
  await settle();
  expect(window.postMessage).toHaveBeenCalledTimes(2);
});

test('a page that comes between death and restart is served by the new engine', async () => {
  children()[0]!.emit('message', { type: 'ready' });
  children()[0]!.emit('exit', 1);
  const window = page();
  void engine.connectPage(window as never);
  await settle();
  expect(window.postMessage).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(250);
  children()[1]!.emit('message', { type: 'ready' });
  await settle();
  expect(window.postMessage).toHaveBeenCalledTimes(1);
});

test('an engine that keeps dying is given up until somebody asks again', async () => {
  const gaveUp = vi.fn();
  engine.on('gaveUp', gaveUp);
  for (const wait of [250, 1000, 4000]) {
    children().at(-1)!.emit('exit', 1);
    await vi.advanceTimersByTimeAsync(wait);
  }
  expect(children()).toHaveLength(4);
  children().at(-1)!.emit('exit', 1);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(gaveUp).toHaveBeenCalledExactlyOnceWith(1);
  expect(children()).toHaveLength(4);
  engine.retry();
  expect(children()).toHaveLength(5);
});

test('an engine that was asked to stop is not started again', async () => {
  const stopped = engine.stop();
  children()[0]!.emit('exit', 0);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(children()).toHaveLength(1);
  void stopped;
});

test('a question to the key store goes to the key store, and its answer to the engine that asked', async () => {
  const key = new Uint8Array([1, 2, 3]);
  const reply: KeyStoreReply = { type: 'key-store', request: 4, answer: { bytes: key } };
  keyStore.receive.mockResolvedValue(reply);
  const [child] = children();
  let sent: unknown;
  child!.postMessage.mockImplementation((message: unknown) => (sent = structuredClone(message)));
  const question = { type: 'key-store', request: 4, question: { ask: 'open', sealed: new Uint8Array(8) } };
  child!.emit('message', question);
  await settle();
  expect(keyStore.receive).toHaveBeenCalledWith(question);
  expect(sent).toEqual({ type: 'key-store', request: 4, answer: { bytes: new Uint8Array([1, 2, 3]) } });
  // What was sent is a copy; this process keeps no key.
  expect([...key]).toEqual([0, 0, 0]);
  expect(engine.casePath).toBeNull();
});
