import { EventEmitter } from 'node:events';
import { MessageChannelMain, type MessagePortMain } from './message-ports.ts';
import './network-guard.ts';

/** Gives a forked Node process the `process.parentPort` of an Electron utility process. */
export type ToChild =
  { message: unknown; ports: number[] } | { id: number; data: unknown } | { id: number; close: true };
export type ToParent = { message: unknown } | { id: number; data: unknown } | { id: number; close: true };

class ParentPort extends EventEmitter<{ message: [{ data: unknown; ports: MessagePortMain[] }] }> {
  #waiting: { data: unknown; ports: MessagePortMain[] }[] | undefined = [];

  override on(
    event: 'message',
    listener: (event: { data: unknown; ports: MessagePortMain[] }) => void,
  ): this {
    super.on(event, listener);
    queueMicrotask(() => this.#open());
    return this;
  }

  postMessage(message: unknown): void {
    process.send?.({ message } satisfies ToParent);
  }

  arrive(data: unknown, ports: MessagePortMain[]): void {
    if (this.#waiting) this.#waiting.push({ data, ports });
    else this.emit('message', { data, ports });
  }

  #open(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const event of waiting) this.emit('message', event);
  }
}

const parentPort = new ParentPort();
const bridged = new Map<number, MessagePortMain>();
process.on('message', (frame: ToChild) => {
  if ('message' in frame) {
    const ports = frame.ports.map((id) => {
      const { port1, port2 } = new MessageChannelMain();
      bridged.set(id, port2);
      port2.on('message', ({ data }) => process.send?.({ id, data } satisfies ToParent));
      port2.on('close', () => process.send?.({ id, close: true } satisfies ToParent));
      port2.start();
      return port1;
    });
    parentPort.arrive(frame.message, ports);
  } else if ('data' in frame) bridged.get(frame.id)?.postMessage(frame.data);
  else {
    bridged.get(frame.id)?.close();
    bridged.delete(frame.id);
  }
});
Object.defineProperty(process, 'parentPort', { value: parentPort });
