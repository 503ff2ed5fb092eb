import { createORPCClient, type ClientLink } from '@orpc/client';
import { RPCLink as MessagePortLink } from '@orpc/client/message-port';
import { RPCLink as WebSocketLink } from '@orpc/client/websocket';
import type { DescryClient } from '../../src-main/api/types.ts';
import { DisconnectedError } from './errors.ts';
import type { DescryHost } from './host.ts';

type Link = ClientLink<Record<never, never>>;
export type ConnectionState = 'connecting' | 'open' | 'reconnecting';

/** Waiting time before attempt n (from 0) to reach the engine again, in milliseconds. */
export function backOff(attempt: number): number {
  return Math.min(8000, 250 * 2 ** attempt);
}

/**
 * The line to the engine: a message port in Electron, a WebSocket in a browser window. Calls wait
 * until it is open; one that was under way when the line broke fails as `DisconnectedError`.
 */
export class Connection {
  state = $state<ConnectionState>('connecting');
  readonly client: DescryClient;
  /** Called after each opening; `restarted` when the engine behind it is a new one. */
  onOpen: (restarted: boolean) => void = () => undefined;

  #link: Link | undefined;
  #waiting: ((link: Link) => void)[] = [];
  #lost = new AbortController();
  #attempt = 0;
  #restarted = false;

  constructor() {
    const link: Link = { call: (...call) => this.#call(...call) };
    this.client = createORPCClient(link);
  }

  /** Starts and keeps the connection for as long as the page lives. */
  start(host: DescryHost | undefined): void {
    if (host) this.#listenForPorts(host);
    else this.#openSocket();
  }

  async #call(...[path, input, options]: Parameters<Link['call']>): Promise<unknown> {
    const link = this.#link ?? (await new Promise<Link>((resolve) => this.#waiting.push(resolve)));
    const lost = this.#lost.signal;
    const broken = Promise.withResolvers<never>();
    const breakOff = (): void => broken.reject(new DisconnectedError());
    lost.addEventListener('abort', breakOff, { once: true });
    try {
      return await Promise.race([link.call(path, input, options), broken.promise]);
    } catch (error) {
      throw lost.aborted ? new DisconnectedError(error) : error;
    } finally {
      lost.removeEventListener('abort', breakOff);
    }
  }

  #listenForPorts(host: DescryHost): void {
    window.addEventListener('message', (event) => {
      const port = event.ports[0];
      if (event.source !== window || event.data !== 'descry:engine-port' || !port) return;
      const restarted = this.#link !== undefined || this.state === 'reconnecting';
      this.#close();
      this.#restarted = restarted;
      port.addEventListener('close', () => this.#close());
      const link = new MessagePortLink({ port });
      port.start();
      this.#open(link);
    });
    host.ready();
  }

  #openSocket(): void {
    const address = new URL('/rpc', location.href);
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    const link = new WebSocketLink({ websocket: socket });
    socket.addEventListener('open', () => this.#open(link));
    socket.addEventListener('close', (event) => {
      this.#close();
      // 1012 "service restart": the host says that the engine behind it ended.
      this.#restarted ||= event.code === 1012;
      setTimeout(() => this.#openSocket(), backOff(this.#attempt++));
    });
  }

  #open(link: Link): void {
    this.#link = link;
    this.#attempt = 0;
    this.state = 'open';
    this.#lost = new AbortController();
    for (const resolve of this.#waiting.splice(0)) resolve(link);
    const restarted = this.#restarted;
    this.#restarted = false;
    this.onOpen(restarted);
  }

  #close(): void {
    if (!this.#link) return;
    this.#link = undefined;
    this.state = 'reconnecting';
    this.#lost.abort();
  }
}
