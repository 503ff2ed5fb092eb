import type { ChannelFrame } from './engine-start.ts';

type Data = string | Uint8Array;

/**
 * One connection over a pipe shared by many, with the shape of a message port,
 * so that the RPC library's message-port transport runs on it.
 */
export class ChannelPort {
  readonly #channel: number;
  readonly #send: (frame: ChannelFrame) => void;
  readonly #messages = new Set<(event: { data: Data }) => void>();
  readonly #closings = new Set<() => void>();
  #closed = false;

  constructor(channel: number, send: (frame: ChannelFrame) => void) {
    this.#channel = channel;
    this.#send = send;
  }

  on(event: 'message', listener: (event: { data: Data }) => void): void;
  on(event: 'close', listener: () => void): void;
  on(event: 'message' | 'close', listener: ((event: { data: Data }) => void) | (() => void)): void {
    if (event === 'message') this.#messages.add(listener);
    else this.#closings.add(listener as () => void);
  }

  postMessage(data: Data | ArrayBufferLike): void {
    if (this.#closed) return;
    const payload = typeof data === 'string' || data instanceof Uint8Array ? data : new Uint8Array(data);
    this.#send({ type: 'data', channel: this.#channel, data: payload });
  }

  /** A frame arrived for this connection. */
  receive(data: Data): void {
    for (const listener of this.#messages) listener({ data });
  }

  /** The other side, or the process behind it, is gone. */
  ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#closings) listener();
  }

  close(): void {
    if (this.#closed) return;
    this.#send({ type: 'disconnect', channel: this.#channel });
    this.ended();
  }
}
