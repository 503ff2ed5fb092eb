import { describe, expect, it } from 'vitest';
import type { Batch, DescryClient, ImportProgress, RemovalProgress } from '../../../src-main/api/types.ts';
import { EventHub } from '../../../src-renderer/lib/event-hub.ts';
import { ImportManager } from '../../../src-renderer/lib/managers/import-manager.svelte.ts';

const batch = (id: number, state: Batch['state'], imported = 0): Batch => ({
  id,
  state,
  createdAt: '2026-03-14T08:00:00Z',
  finishedAt: state === 'done' ? '2026-03-14T08:01:00Z' : null,
  source: { kind: 'folder', path: '/crops' },
  options: { pattern: 'auto', reference: false, acceptUnparsed: false, minimumConfidence: 0 },
  operator: 'K',
  total: 10,
  imported,
  alreadyPresent: 0,
  duplicates: 0,
  rejected: 0,
  error: null,
});

const progress = (of: Batch): ImportProgress => ({
  batch: of,
  done: of.imported,
  rate: 5,
  remainingMs: 1000,
  elapsedMs: 1000,
  stages: { scan: 0, hash: 0, decode: 0, thumbnail: 0, preprocess: 0, embed: 0, store: 0 },
});

const removal = (batchId: number, state: RemovalProgress['state'], removed: number): RemovalProgress => ({
  batchId,
  state,
  waiting: false,
  total: 10,
  removed,
  kept: 0,
  filesLeft: 0,
  rate: 0,
  remainingMs: null,
  error: null,
});

function setUp(): { manager: ImportManager; events: EventHub; answer: (batch: Batch) => void } {
  const events = new EventHub();
  let answer: (batch: Batch) => void = () => undefined;
  const client = {
    case: { current: () => Promise.resolve({ id: 'a' }) },
    batches: {
      removal: () => Promise.resolve(null),
      remove: ({ batchId }: { batchId: number }) => Promise.resolve(removal(batchId, 'running', 0)),
      cancelRemoval: ({ batchId }: { batchId: number }) => Promise.resolve(removal(batchId, 'cancelled', 4)),
    },
    imports: {
      current: () => Promise.resolve(null),
      list: () => Promise.resolve([batch(1, 'done', 10), batch(2, 'paused', 4)]),
      start: () => new Promise<Batch>((resolve) => (answer = resolve)),
      pause: ({ batchId }: { batchId: number }) => Promise.resolve(batch(batchId, 'paused', 4)),
      cancel: ({ batchId }: { batchId: number }) => Promise.resolve(batch(batchId, 'cancelled', 4)),
    },
  } as unknown as DescryClient;
  return { manager: new ImportManager(client, events), events, answer: (of) => answer(of) };
}

const tell = (events: EventHub, of: Batch): void =>
  events.dispatch({ type: 'import', progress: progress(of) });

describe('imports', () => {
  it('follow the engine from start to end', () => {
    const { manager, events } = setUp();
    tell(events, batch(1, 'running', 3));
    expect(manager.current?.done).toBe(3);
    expect(manager.isRunning).toBe(true);
    tell(events, batch(1, 'done', 10));
    expect(manager.current).toBeNull();
    expect(manager.lastEnded?.imported).toBe(10);
    expect(manager.batches?.map(({ state }) => state)).toEqual(['done']);
  });

  it('show a pause at once, and stay', async () => {
    const { manager, events } = setUp();
    tell(events, batch(1, 'running', 4));
    await manager.pause(1);
    expect(manager.current?.batch.state).toBe('paused');
    expect(manager.isRunning).toBe(false);
  });

  it('that wait in a pause are shown after a reload, and let another one start', async () => {
    const { manager, events } = setUp();
    await manager.refresh();
    expect(manager.current).toMatchObject({ done: 4, batch: { id: 2, state: 'paused' } });
    expect(manager.isRunning).toBe(false);
    tell(events, batch(3, 'running', 1));
    expect(manager.current?.batch.id).toBe(3);
    expect(manager.isRunning).toBe(true);
  });

  it('that were cancelled are over', async () => {
    const { manager, events } = setUp();
    tell(events, batch(1, 'running', 4));
    await manager.cancel(1);
    expect(manager.current).toBeNull();
    expect(manager.batches?.[0]?.state).toBe('cancelled');
  });

  it('that ended before the answer to their start stay ended', async () => {
    const { manager, events, answer } = setUp();
    const started = manager.start({
      source: { kind: 'folder', path: '/crops' },
      options: batch(1, 'done').options,
    });
    tell(events, batch(1, 'done', 10));
    answer(batch(1, 'scanning'));
    await started;
    expect(manager.batches?.map(({ state }) => state)).toEqual(['done']);
    expect(manager.current).toBeNull();
    expect(manager.lastEnded?.id).toBe(1);
  });

  it('list the newest first, each once', () => {
    const { manager, events } = setUp();
    for (const of of [batch(1, 'running'), batch(1, 'done'), batch(2, 'running', 1), batch(2, 'running', 2)])
      tell(events, of);
    expect(manager.batches?.map(({ id }) => id)).toEqual([2, 1]);
    expect(manager.current?.batch.id).toBe(2);
  });

  it('of a case that was left are forgotten', () => {
    const { manager, events } = setUp();
    const info = { id: 'a' } as never;
    events.dispatch({ type: 'case', case: info });
    tell(events, batch(1, 'running', 4));
    events.dispatch({ type: 'case', case: info });
    expect(manager.current).not.toBeNull();
    events.dispatch({ type: 'case', case: null });
    expect(manager.current).toBeNull();
    expect(manager.batches).toBeNull();
  });
});

describe('the removal of a batch', () => {
  const agreed = {
    ...{ batchId: 1, crops: 10, kept: 0, files: 10, bytes: 100, marked: 0, decided: 0, noted: 0, tagged: 0 },
    ...{ searches: 0, reports: 0 },
  };

  it('is followed from start to end, and the batch says what became of it', async () => {
    const { manager, events } = setUp();
    await manager.refresh();
    await manager.remove(agreed);
    expect(manager.isRemoving).toBe(true);
    events.dispatch({ type: 'removal', progress: removal(1, 'running', 5), batch: batch(1, 'removing', 10) });
    expect(manager.removal?.removed).toBe(5);
    events.dispatch({ type: 'removal', progress: removal(1, 'done', 10), batch: batch(1, 'removed', 10) });
    expect(manager.isRemoving).toBe(false);
    expect(manager.batches?.find(({ id }) => id === 1)?.state).toBe('removed');
  });

  it('that has ended before the answer came is not shown as running', async () => {
    const { manager, events } = setUp();
    await manager.refresh();
    const asked = manager.remove(agreed);
    events.dispatch({ type: 'removal', progress: removal(1, 'done', 10), batch: batch(1, 'removed', 10) });
    await asked;
    expect(manager.isRemoving).toBe(false);
  });

  it('can be cancelled', async () => {
    const { manager } = setUp();
    await manager.refresh();
    await manager.remove(agreed);
    await manager.cancelRemoval(1);
    expect(manager.removal).toMatchObject({ state: 'cancelled', removed: 4 });
  });
});
