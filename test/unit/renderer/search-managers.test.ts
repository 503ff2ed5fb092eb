import { flushSync } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import type { DescryClient, ResultRow, SearchOutcome } from '../../../src-main/api/types.ts';
import { CompareManager } from '../../../src-renderer/routes/search/compare-manager.svelte.ts';
import {
  FacetsManager,
  filterRange,
  shownHistogram,
  withRange,
} from '../../../src-renderer/routes/search/facets-manager.svelte.ts';
import { RowCache } from '../../../src-renderer/routes/search/row-cache.svelte.ts';
import { SearchManager } from '../../../src-renderer/routes/search/search-manager.svelte.ts';
import { Selection } from '../../../src-renderer/routes/search/selection.svelte.ts';

interface Waiting {
  offset: number;
  answer(): void;
  fail(): void;
}

/** A list of `count` rows with ids 1000 + index, whose pages are answered by hand. */
function pages(count: number): {
  load: (offset: number, limit: number) => Promise<{ id: number }[]>;
  waiting: Waiting[];
} {
  const waiting: Waiting[] = [];
  const load = (offset: number, limit: number): Promise<{ id: number }[]> =>
    new Promise((resolve, reject) => {
      const rows = Array.from({ length: Math.max(0, Math.min(limit, count - offset)) }, (_, index) => ({
        id: 1000 + offset + index,
      }));
      waiting.push({ offset, answer: () => resolve(rows), fail: () => reject(new Error('no')) });
    });
  return { load, waiting };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('row cache', () => {
  it('loads only what is in view, at most two pages at a time, newest wish first', async () => {
    const { load, waiting } = pages(100_000);
    const cache = new RowCache({ load, pageSize: 10 });
    cache.want(0, 60);
    expect(waiting.map((page) => page.offset)).toEqual([0, 10]);
    cache.want(50_000, 50_020);
    waiting[0]!.answer();
    waiting[1]!.answer();
    await settle();
    expect(waiting.map((page) => page.offset)).toEqual([0, 10, 50_000, 50_010]);
    expect(cache.row(5)).toEqual({ id: 1005 });
    expect(cache.row(25)).toBeUndefined();
  });

  it('gives rows over page edges and finds a crop again', async () => {
    const { load, waiting } = pages(25);
    const cache = new RowCache({ load, pageSize: 10 });
    const slice = cache.slice(8, 25);
    for (let page = 0; page < 3; page++) {
      waiting[page]!.answer();
      await settle();
    }
    expect((await slice).map((row) => row.id)).toEqual(
      Array.from({ length: 17 }, (_, index) => 1008 + index),
    );
    expect(cache.indexOf(1012)).toBe(12);
    expect(cache.indexOf(4)).toBe(-1);
  });

  it('lets the pages go that were out of view longest', async () => {
    const cache = new RowCache({ load: async (offset) => [{ id: offset }], pageSize: 1, maximumPages: 3 });
    for (const index of [0, 1, 2]) await cache.slice(index, index + 1);
    cache.want(0, 1);
    await cache.slice(3, 4);
    expect([0, 1, 2, 3].map((index) => cache.row(index)?.id)).toEqual([0, undefined, 2, 3]);
  });

  it('reports a failed page and asks again at the next wish', async () => {
    const { load, waiting } = pages(10);
    const onError = vi.fn();
    const cache = new RowCache({ load, pageSize: 10, onError });
    cache.want(0, 10);
    waiting[0]!.fail();
    await settle();
    expect(onError).toHaveBeenCalledOnce();
    cache.want(0, 10);
    waiting[1]!.answer();
    await settle();
    expect(cache.row(9)).toEqual({ id: 1009 });
  });

  it('seeds full pages and keeps a short last one only when the list is complete', () => {
    const rows = Array.from({ length: 15 }, (_, index) => ({ id: index }));
    const partly = new RowCache<{ id: number }>({ load: async () => [], pageSize: 10 });
    partly.seed(rows, false);
    expect([partly.row(9)?.id, partly.row(12)?.id]).toEqual([9, undefined]);
    const whole = new RowCache<{ id: number }>({ load: async () => [], pageSize: 10 });
    whole.seed(rows, true);
    expect(whole.row(14)?.id).toBe(14);
  });
});

describe('selection', () => {
  const source = (count: number) => ({
    count,
    ids: async (first: number, last: number) =>
      Array.from({ length: last - first }, (_, index) => 100 + first + index),
  });

  it('chooses alone, adds, takes away, and extends from the last plain choice', async () => {
    const selection = new Selection(() => source(50));
    await selection.choose(5, 'replace');
    await selection.choose(8, 'extend');
    expect([...selection.ids]).toEqual([105, 106, 107, 108]);
    await selection.choose(3, 'extend');
    expect([...selection.ids].sort()).toEqual([103, 104, 105]);
    await selection.choose(20, 'toggle');
    await selection.choose(4, 'toggle');
    expect([...selection.ids].sort()).toEqual([103, 105, 120]);
    expect(selection.active).toBe(4);
    await selection.choose(50, 'replace');
    expect(selection.active).toBe(4);
  });

  it('forgets a range whose rows came too late', async () => {
    let release = (): void => undefined;
    let first = true;
    const slow = {
      count: 50,
      ids: async (from: number, to: number) => {
        if (first) {
          first = false;
          await new Promise<void>((resolve) => (release = resolve));
        }
        return source(50).ids(from, to);
      },
    };
    const selection = new Selection(() => slow);
    const late = selection.choose(30, 'replace');
    await selection.choose(2, 'replace');
    release();
    await late;
    expect([...selection.ids]).toEqual([102]);
  });
});

function outcome(id: number, rows: number): SearchOutcome {
  const row = (rank: number): ResultRow => ({
    id: id * 1000 + rank,
    fileName: `${rank}.jpg`,
    width: 64,
    height: 128,
    camera: 'C1',
    recordedTime: null,
    correctedTime: null,
    track: null,
    verdict: null,
    tags: [],
    noteCount: 0,
    rank,
    score: 1 / rank,
    folded: 1,
  });
  return {
    search: {
      id,
      at: '2026-03-14T08:00:00Z',
      operator: 'me',
      name: null,
      query: {
        statements: [{ text: 'red coat', weight: 1 }],
        avoid: [],
        like: [],
        filter: {},
        foldTracks: true,
      },
      model: { id: 'm', version: '1', digest: '' },
      appVersion: '0',
      provider: 'cpu',
      runtime: '',
      gallery: { crops: rows, searched: rows, excluded: [], lastCropId: rows, digest: '' },
      rows,
      elapsedMs: 1,
      warnings: [],
    },
    distribution: {
      minimum: 0,
      maximum: 1,
      mean: 0.5,
      standardDeviation: 0.1,
      bins: [1],
      standsOut: 'weak',
      explanation: '',
    },
    top: Array.from({ length: Math.min(rows, 100) }, (_, index) => row(index + 1)),
  };
}

describe('search manager', () => {
  it('ignores the answer of a search that a newer one replaced', async () => {
    const answers: ((found: SearchOutcome) => void)[] = [];
    const run = vi.fn((_input: unknown, options: { signal: AbortSignal }) => {
      void options;
      return new Promise<SearchOutcome>((resolve) => answers.push(resolve));
    });
    const manager = new SearchManager({ search: { run } } as unknown as DescryClient);
    manager.draft.statements[0]!.text = 'red coat';
    const old = manager.run();
    const next = manager.run();
    expect(run.mock.calls[0]![1].signal.aborted).toBe(true);
    answers[1]!(outcome(2, 5));
    await next;
    answers[0]!(outcome(1, 5));
    await old;
    expect(manager.found?.search.id).toBe(2);
    expect(manager.rows?.row(4)?.id).toBe(2005);
    expect(manager.running).toBe(false);
  });

  it('keeps the old list when a search is cancelled or fails', async () => {
    const run = vi
      .fn()
      .mockResolvedValueOnce(outcome(1, 5))
      .mockImplementationOnce(() => new Promise(() => undefined))
      .mockRejectedValueOnce(new Error('no'));
    const manager = new SearchManager({ search: { run } } as unknown as DescryClient);
    await manager.run();
    expect(run).not.toHaveBeenCalled();
    manager.draft.statements[0]!.text = 'red coat';
    await manager.run();
    void manager.run();
    expect(manager.running).toBe(true);
    manager.cancel();
    expect(manager.running).toBe(false);
    await manager.run();
    expect(manager.error).toBeInstanceOf(Error);
    expect(manager.found?.search.id).toBe(1);
  });

  it('says when the fields ask something else than the list shows', async () => {
    const manager = new SearchManager({
      search: { run: async () => outcome(1, 5) },
    } as unknown as DescryClient);
    manager.draft.statements[0]!.text = 'red coat';
    await manager.run();
    expect(manager.changed).toBe(false);
    manager.filter = { cameras: ['C2'] };
    flushSync();
    expect(manager.changed).toBe(true);
  });

  it('comes back as it was, and loads the rows then', async () => {
    const first = new SearchManager({
      search: { run: async () => outcome(7, 300) },
    } as unknown as DescryClient);
    first.draft.statements[0]!.text = 'red coat';
    await first.run();
    first.setOrder('time');
    const stored = JSON.parse(JSON.stringify(first.stored)) as typeof first.stored;
    const rows = vi.fn(async () => outcome(7, 300).top);
    const second = new SearchManager({ search: { rows } } as unknown as DescryClient, stored);
    expect(second.count).toBe(300);
    expect(second.draft.statements[0]!.text).toBe('red coat');
    second.rows!.want(0, 10);
    await settle();
    expect(rows).toHaveBeenCalledWith({ searchId: 7, offset: 0, limit: 100, order: 'time' });
    expect(second.rows!.row(0)?.id).toBe(7001);
  });

  it('shows whether a search that was run again came out the same', async () => {
    const rerun = vi.fn(async () => ({ ...outcome(3, 5), identical: false, differences: ['rank 2'] }));
    const manager = new SearchManager({ search: { rerun } } as unknown as DescryClient);
    await manager.open(outcome(3, 5).search);
    expect(manager.comparison).toEqual({ identical: false, differences: ['rank 2'] });
    expect(manager.draft.statements[0]!.text).toBe('red coat');
    expect(manager.changed).toBe(false);
  });
});

describe('facets', () => {
  const start = Date.parse('2026-03-14T00:00:00Z');
  const hour = 3_600_000;
  const histogram = {
    from: '2026-03-14T00:00:00Z',
    bucketMs: hour,
    buckets: 10,
    rows: [{ camera: 'A', counts: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }],
  };

  it('turns a stretch of time into a filter and back', () => {
    const { axis } = shownHistogram(histogram, null);
    const range = { from: start + hour, to: start + 2 * hour };
    const filter = withRange({ text: 'x' }, range);
    expect(filter).toEqual({ text: 'x', from: '2026-03-14T01:00:00.000Z', to: '2026-03-14T02:00:00.000Z' });
    expect(filterRange(filter, axis)).toEqual(range);
    expect(filterRange({ to: filter.to }, axis)).toEqual({ from: start, to: range.to });
    expect(filterRange({}, axis)).toBeNull();
    expect(withRange(filter, null)).toEqual({ text: 'x' });
  });

  it('draws few buckets of the whole and finer ones of a part, and loses no crop', () => {
    const whole = shownHistogram(histogram, null, 4);
    expect(whole.axis).toEqual({ from: start, bucketMs: 3 * hour, buckets: 4 });
    expect(whole.rows[0]!.counts).toEqual([6, 15, 24, 10]);
    const part = shownHistogram(histogram, { from: start + 2.5 * hour, to: start + 4 * hour }, 4);
    expect(part.axis).toEqual({ from: start + 2 * hour, bucketMs: hour, buckets: 2 });
    expect(part.rows[0]!.counts).toEqual([3, 4]);
  });

  it('asks for counts without cameras, so that what could be chosen stays in sight', async () => {
    const asked: unknown[] = [];
    const crops = {
      facets: async ({ filter }: { filter: unknown }) => {
        asked.push(filter);
        return {
          total: 48,
          withoutTime: 0,
          cameras: [{ name: 'A', count: 48 }],
          batches: [],
          verdicts: [],
          tags: [],
          histogram,
        };
      },
    };
    const facets = new FacetsManager({ crops } as unknown as DescryClient);
    const filter = { cameras: ['A'], notCameras: ['B'], text: 'x' };
    facets.follow(filter, 0);
    facets.stop();
    await facets.reload();
    expect(asked).toEqual([{}, { text: 'x' }, filter]);
    expect(facets.cameraCount('A')).toBe(48);
    expect(facets.cameraCount('B')).toBe(0);
  });
});

describe('compare', () => {
  it('holds four crops and no more', () => {
    const compare = new CompareManager();
    for (let id = 1; id <= 4; id++) expect(compare.toggle({ cropId: id, fileName: '' })).toBe(true);
    expect(compare.toggle({ cropId: 5, fileName: '' })).toBe(false);
    compare.put({ cropId: 5, fileName: '' }, 1);
    expect(compare.crops.map((crop) => crop.cropId)).toEqual([1, 5, 3, 4]);
    compare.toggle({ cropId: 5, fileName: '' });
    compare.put({ cropId: 9, fileName: '' }, 3);
    expect(compare.crops.map((crop) => crop.cropId)).toEqual([1, 3, 4, 9]);
    compare.open();
    for (const id of [1, 3, 4, 9]) compare.remove(id);
    expect(compare.shown).toBe(false);
  });
});
