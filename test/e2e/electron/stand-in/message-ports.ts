import { EventEmitter } from 'node:events';

/** Where a port's messages go once it has been handed to another process or to a page. */
export interface RemoteEnd {
  data(message: unknown): void;
  close(): void;
}

/** `MessagePortMain`: one end of a channel, here or (after a transfer) somewhere else. */
export class MessagePortMain extends EventEmitter<{
  message: [{ data: unknown; ports: MessagePortMain[] }];
  close: [];
}> {
  #peer: MessagePortMain | undefined;
  #remote: RemoteEnd | undefined;
  #waiting: unknown[] | undefined = [];
  #closed = false;

  static join(one: MessagePortMain, other: MessagePortMain): void {
    one.#peer = other;
    other.#peer = one;
  }

  postMessage(message: unknown): void {
    this.#peer?.arrive(structuredClone(message));
  }

  start(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const data of waiting) this.emit('message', { data, ports: [] });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#peer?.end();
  }

  /** This end moves: what arrives for it goes to `remote` from now on. */
  transferTo(remote: RemoteEnd): void {
    this.#remote = remote;
    for (const data of this.#waiting?.splice(0) ?? []) remote.data(data);
  }

  /** The other end posted. */
  arrive(data: unknown): void {
    if (this.#closed) return;
    if (this.#remote) this.#remote.data(data);
    else if (this.#waiting) this.#waiting.push(data);
    else this.emit('message', { data, ports: [] });
  }

  /** The other end closed. */
  end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#remote?.close();
    this.emit('close');
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain();
  readonly port2 = new MessagePortMain();

  constructor() {
    MessagePortMain.join(this.port1, this.port2);
  }
}

/** Ports that were handed to one other process or document, by number. */
export class TransferredPorts {
  readonly #ports = new Map<number, MessagePortMain>();
  readonly #send: (frame: { id: number; data: unknown } | { id: number; close: true }) => void;
  static #next = 1;

  constructor(send: (frame: { id: number; data: unknown } | { id: number; close: true }) => void) {
    this.#send = send;
  }

  /** Hands a port over; returns its number on the other side. */
  add(port: MessagePortMain): number {
    const id = TransferredPorts.#next++;
    this.#ports.set(id, port);
    return id;
  }

  /** Lets messages flow to a port that the other side has been told about. */
  open(id: number): void {
    this.#ports.get(id)?.transferTo({
      data: (data) => this.#send({ id, data }),
      close: () => {
        this.#ports.delete(id);
        this.#send({ id, close: true });
      },
    });
  }

  /** The other side posted to its port. */
  received(id: number, data: unknown): void {
    this.#ports.get(id)?.postMessage(data);
  }

  closed(id: number): void {
    const port = this.#ports.get(id);
    this.#ports.delete(id);
    port?.close();
  }

  /** The other side is gone. */
  closeAll(): void {
    for (const id of [...this.#ports.keys()]) this.closed(id);
  }
}
