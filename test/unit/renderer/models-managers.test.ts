import { describe, expect, it, vi } from 'vitest';
import type { DescryClient, EmbeddingJob, PackCoverage, PackSummary } from '../../../src-main/api/types.ts';
import { EventHub } from '../../../src-renderer/lib/event-hub.ts';
import { EmbeddingManager } from '../../../src-renderer/lib/managers/embedding-manager.svelte.ts';
import { ModelManager } from '../../../src-renderer/lib/managers/model-manager.svelte.ts';

const job = (state: EmbeddingJob['state'], done: number, packId = 'rde'): EmbeddingJob => ({
  packId,
  packVersion: '1',
  state,
  done,
  failed: 0,
  total: 10,
  rate: 5,
  remainingSeconds: 1,
  startedAt: 1,
  finishedAt: null,
  message: '',
  failures: [],
});

const covered = (packId: string, crops: number): PackCoverage => ({ packId, crops, total: 10 });
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const caseEvent = (id: string | null, crops = 10) =>
  ({ type: 'case', case: id === null ? null : { id, counts: { crops } } }) as never;

function embedding(overrides: object = {}, current: unknown = { id: 'a' }) {
  const events = new EventHub();
  const calls = {
    current: vi.fn(async () => null),
    coverage: vi.fn(async () => [covered('rde', 0), covered('descry-s', 10)]),
    start: vi.fn(async () => job('running', 0)),
    pause: vi.fn(async () => job('paused', 3)),
    resume: vi.fn(async () => job('running', 3)),
    cancel: vi.fn(async () => job('cancelled', 3)),
    ...overrides,
  };
  const client = {
    case: { current: async () => current },
    embedding: calls,
  } as unknown as DescryClient;
  const manager = new EmbeddingManager(client, events, 0);
  const tell = (of: EmbeddingJob): void => events.dispatch({ type: 'embedding', job: of });
  return { manager, events, calls, tell };
}

describe('reading a case with a model', () => {
  it('follows the job from start to end and counts what has been read', async () => {
    const { manager, tell, calls } = embedding();
    const ended = vi.fn();
    manager.onEnd = ended;
    await manager.refresh();
    await manager.readCoverage();
    expect(manager.lacks('rde')).toBe(true);
    expect(manager.lacks('descry-s')).toBe(false);
    expect(manager.lacks('unknown')).toBe(false);
    await manager.start('rde');
    expect(calls.start).toHaveBeenCalledWith({ pack: 'rde' });
    expect(manager.isActive).toBe(true);
    tell(job('running', 4));
    expect(manager.coverage?.get('rde')?.crops).toBe(4);
    calls.coverage.mockResolvedValue([covered('rde', 10)]);
    tell(job('finished', 10));
    tell(job('finished', 10));
    expect(manager.isActive).toBe(false);
    expect(ended).toHaveBeenCalledOnce();
    await settle();
    expect(manager.lacks('rde')).toBe(false);
  });

  it('shows a pause as its own state, in which the job is still the one', async () => {
    const { manager, tell } = embedding();
    tell(job('running', 3));
    await manager.pause();
    expect(manager.job?.state).toBe('paused');
    expect(manager.isActive).toBe(true);
    await manager.resume();
    expect(manager.job?.state).toBe('running');
    await manager.cancel();
    expect(manager.isActive).toBe(false);
  });

  it('stays ended when the answer to its start comes late', async () => {
    let answer: (of: EmbeddingJob) => void = () => undefined;
    const { manager, tell } = embedding({ start: () => new Promise((resolve) => (answer = resolve)) });
    const started = manager.start('rde');
    tell(job('finished', 10));
    answer(job('running', 0));
    await started;
    expect(manager.job?.state).toBe('finished');
  });

  it('asks for the coverage only after somebody wanted it, and then after each change', async () => {
    const { manager, events, calls } = embedding();
    await manager.refresh();
    events.dispatch(caseEvent('a', 11));
    events.dispatch({ type: 'models' });
    await settle();
    expect(calls.coverage).not.toHaveBeenCalled();
    await manager.readCoverage();
    events.dispatch(caseEvent('a', 12));
    events.dispatch(caseEvent('a', 13));
    await settle();
    expect(calls.coverage).toHaveBeenCalledTimes(2);
  });

  it('forgets a case that was left, also when its answer comes afterwards', async () => {
    let answer: (list: PackCoverage[]) => void = () => undefined;
    const { manager, events, tell } = embedding({
      coverage: () => new Promise((resolve) => (answer = resolve)),
    });
    await manager.refresh();
    tell(job('running', 4));
    const reading = manager.readCoverage();
    events.dispatch(caseEvent(null));
    answer([covered('rde', 4)]);
    await reading;
    expect(manager.job).toBeNull();
    expect(manager.coverage).toBeNull();
    expect(manager.isActive).toBe(false);
  });

  it('asks nothing about the coverage while no case is open', async () => {
    const { manager, calls } = embedding({}, null);
    await manager.refresh();
    await manager.readCoverage();
    expect(calls.coverage).not.toHaveBeenCalled();
    expect(calls.current).not.toHaveBeenCalled();
  });

  it('keeps the reason why the coverage is not known, until it is', async () => {
    const { manager, calls } = embedding();
    await manager.refresh();
    calls.coverage.mockRejectedValueOnce(new Error('no'));
    await manager.readCoverage();
    expect(manager.failure).toBeInstanceOf(Error);
    await manager.readCoverage();
    expect(manager.failure).toBeNull();
  });
});

describe('installed models', () => {
  const pack = (id: string, inUse = false) => ({ id, inUse }) as PackSummary;

  it('are read again after every change, once they were asked for', async () => {
    const events = new EventHub();
    const list = vi.fn(async () => [pack('a', true)]);
    const models = { list, use: vi.fn(async () => pack('b', true)), remove: vi.fn(async () => undefined) };
    const app = { info: async () => ({ pack: pack('a', true), operator: '' }), setOperator: vi.fn() };
    vi.stubGlobal('sessionStorage', { getItem: () => null, setItem: () => undefined });
    const manager = new ModelManager({ models, app } as unknown as DescryClient, events);
    events.dispatch({ type: 'models' });
    expect(list).not.toHaveBeenCalled();
    await manager.readPacks();
    events.dispatch({ type: 'models' });
    await manager.use('b');
    await manager.remove('a');
    expect(models.use).toHaveBeenCalledWith({ id: 'b' });
    expect(models.remove).toHaveBeenCalledWith({ id: 'a' });
    expect(list).toHaveBeenCalledTimes(4);
    vi.unstubAllGlobals();
  });

  it('are those of the newest answer', async () => {
    const answers: ((packs: PackSummary[]) => void)[] = [];
    const list = () => new Promise<PackSummary[]>((resolve) => answers.push(resolve));
    const manager = new ModelManager({ models: { list } } as unknown as DescryClient, new EventHub());
    const first = manager.readPacks();
    const second = manager.readPacks();
    answers[1]!([pack('new')]);
    answers[0]!([pack('old')]);
    await Promise.all([first, second]);
    expect(manager.packs?.map(({ id }) => id)).toEqual(['new']);
  });
});
