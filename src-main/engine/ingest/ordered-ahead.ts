import type PQueue from 'p-queue';

/**
 * Works on items ahead of whoever reads, in the queue's concurrency, and yields results in the order of
 * the items. At most `window` results are held: a slow reader slows the work down.
 * When the reader stops early or a result is an error, work that was not begun is dropped.
 */
export async function* orderedAhead<T, R>(
  items: Iterable<T>,
  work: (item: T) => Promise<R>,
  queue: PQueue,
  window: number,
): AsyncGenerator<R> {
  const waiting: Promise<R>[] = [];
  const iterator = items[Symbol.iterator]();
  try {
    for (;;) {
      while (waiting.length < window) {
        const next = iterator.next();
        if (next.done) break;
        const result = queue.add(() => work(next.value));
        // The error is met when its turn comes; until then it must not count as unhandled.
        result.catch(() => undefined);
        waiting.push(result);
      }
      const first = waiting.shift();
      if (!first) return;
      yield await first;
    }
  } finally {
    iterator.return?.();
    queue.clear();
    await queue.onIdle();
  }
}
