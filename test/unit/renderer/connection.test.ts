import { os } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection } from '../../../src-renderer/lib/connection.svelte.ts';
import { DisconnectedError } from '../../../src-renderer/lib/errors.ts';
import type { DescryHost } from '../../../src-renderer/lib/host.ts';

/** One engine: answers `case.current` with its name, and never answers `case.recent`. */
function startEngine(name: string): { port: MessagePort; close: () => void } {
  const router = {
    case: {
      current: os.handler(() => name),
      recent: os.handler(() => new Promise(() => undefined)),
    },
  };
  const { port1, port2 } = new MessageChannel();
  new RPCHandler(router).upgrade(port1);
  port1.start();
  return { port: port2, close: () => port1.close() };
}

describe('the line to the engine', () => {
  let page: EventTarget;
  let ready = vi.fn();
  const closing: (() => void)[] = [];

  const hand = (name: string): { close: () => void } => {
    const { port, close } = startEngine(name);
    closing.push(close, () => port.close());
    page.dispatchEvent(
      Object.assign(new Event('message'), { source: page, data: 'descry:engine-port', ports: [port] }),
    );
    return { close };
  };

  beforeEach(() => {
    page = new EventTarget();
    ready = vi.fn();
    vi.stubGlobal('window', page);
  });
  afterEach(() => {
    for (const close of closing.splice(0)) close();
    vi.unstubAllGlobals();
  });

  function connect(): { connection: Connection; opened: boolean[] } {
    const connection = new Connection();
    const opened: boolean[] = [];
    connection.onOpen = (restarted) => opened.push(restarted);
    connection.start({ ready } as unknown as DescryHost);
    return { connection, opened };
  }

  it('asks for a port, and calls wait for it', async () => {
    const { connection, opened } = connect();
    expect(ready).toHaveBeenCalledOnce();
    const answer = connection.client.case.current();
    expect(connection.state).toBe('connecting');
    hand('first');
    expect(await answer).toBe('first');
    expect(connection.state).toBe('open');
    expect(opened).toEqual([false]);
  });

  it('goes over to the port of a restarted engine; what was under way fails and says so', async () => {
    const { connection, opened } = connect();
    hand('first');
    const lost = connection.client.case.recent();
    const failed = expect(lost).rejects.toBeInstanceOf(DisconnectedError);
    await connection.client.case.current();
    hand('second');
    await failed;
    expect(await connection.client.case.current()).toBe('second');
    expect(opened).toEqual([false, true]);
  });

  it('notices that the engine is gone, and holds calls back until there is one', async () => {
    const { connection } = connect();
    const { close } = hand('first');
    await connection.client.case.current();
    close();
    await vi.waitFor(() => expect(connection.state).toBe('reconnecting'));
    const held = connection.client.case.current();
    hand('second');
    expect(await held).toBe('second');
  });

  it('ignores messages that are not from this window', async () => {
    const { connection } = connect();
    const { port, close } = startEngine('foreign');
    closing.push(close, () => port.close());
    page.dispatchEvent(
      Object.assign(new Event('message'), { source: null, data: 'descry:engine-port', ports: [port] }),
    );
    expect(connection.state).toBe('connecting');
  });
});
