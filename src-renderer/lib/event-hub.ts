import type { DescryClient, EngineEvent } from '../../src-main/api/types.ts';

type Handler<T extends EngineEvent['type']> = (event: Extract<EngineEvent, { type: T }>) => void;

/** The one reader of the engine's events; everything else subscribes here by type. */
export class EventHub {
  readonly #handlers = new Map<string, Set<(event: EngineEvent) => void>>();
  #reading = new AbortController();

  /** @returns a function that ends the subscription. */
  on<T extends EngineEvent['type']>(type: T, handler: Handler<T>): () => void {
    const handlers = this.#handlers.get(type) ?? new Set();
    this.#handlers.set(type, handlers);
    const any = handler as (event: EngineEvent) => void;
    handlers.add(any);
    return () => handlers.delete(any);
  }

  dispatch(event: EngineEvent): void {
    for (const handler of this.#handlers.get(event.type) ?? []) handler(event);
  }

  /** Reads until the connection ends; called again after each opening. */
  async read(client: DescryClient): Promise<void> {
    this.#reading.abort();
    const reading = new AbortController();
    this.#reading = reading;
    try {
      for await (const event of await client.app.events(undefined, { signal: reading.signal })) {
        if (reading.signal.aborted) return;
        this.dispatch(event);
      }
    } catch {
      // The connection ended; opening it again starts a new reader.
    }
  }
}
