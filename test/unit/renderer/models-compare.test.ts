import { describe, expect, it, vi } from 'vitest';
import type {
  DescryClient,
  PackComparison,
  PackSummary,
  ResultRow,
  SearchQuery,
} from '../../../src-main/api/types.ts';
import { CompareModelsManager } from '../../../src-renderer/routes/models/compare-models-manager.svelte.ts';
import {
  describeCoverage,
  describeOrigin,
  describeSpeed,
  shortHash,
  whyItStays,
} from '../../../src-renderer/routes/models/pack-words.ts';
import { describeRest } from '../../../src-renderer/routes/models/query-words.ts';
import { withRankChanges } from '../../../src-renderer/routes/models/rank-change.ts';

const row = (id: number, rank: number, track: string | null = null): ResultRow => ({
  id,
  rank,
  track,
  score: 1 / rank,
  folded: 1,
  fileName: `${id}.jpg`,
  width: 64,
  height: 128,
  camera: 'C1',
  recordedTime: null,
  correctedTime: null,
  verdict: null,
  tags: [],
  noteCount: 0,
});

const list = (packId: string, rows: ResultRow[]): PackComparison['lists'][number] => ({
  packId,
  packName: packId,
  searched: rows.length,
  rows,
  warnings: [],
});

const query = (more: Partial<SearchQuery> = {}): SearchQuery => ({
  statements: [{ text: 'red coat', weight: 1 }],
  avoid: [],
  like: [],
  filter: {},
  foldTracks: true,
  ...more,
});

describe('places in two lists', () => {
  it('are told for every row, and missing ones too', () => {
    const [left, right] = withRankChanges(
      list('a', [row(1, 1), row(2, 2), row(3, 3)]),
      list('b', [row(3, 1), row(4, 2), row(1, 3)]),
      true,
    );
    expect(left.map(({ otherRank }) => otherRank)).toEqual([3, null, 1]);
    expect(right.map(({ otherRank }) => otherRank)).toEqual([3, null, 1]);
  });

  it('are those of the track where tracks are folded, whichever crop stands for it', () => {
    const lists = [list('a', [row(1, 1, '7'), row(2, 2)]), list('b', [row(2, 1), row(5, 2, '7')])] as const;
    expect(withRankChanges(...lists, true)[0].map(({ otherRank }) => otherRank)).toEqual([2, 1]);
    expect(withRankChanges(...lists, false)[0].map(({ otherRank }) => otherRank)).toEqual([null, 1]);
  });

  it('of tracks with one number at two cameras are not mixed up', () => {
    const other = { ...row(5, 2, '7'), camera: 'C2' };
    const [left] = withRankChanges(list('a', [row(1, 1, '7')]), list('b', [row(2, 1), other]), true);
    expect(left[0]?.otherRank).toBeNull();
  });
});

describe('comparing two models', () => {
  const pack = (id: string, inUse = false) => ({ id, inUse }) as PackSummary;
  const answer: PackComparison = {
    lists: [list('a', [row(1, 1), row(2, 2)]), list('b', [row(2, 1)])],
    shared: 1,
  };

  function setUp(compare = vi.fn(async () => answer)) {
    return {
      compare,
      manager: new CompareModelsManager({ models: { compare } } as unknown as DescryClient),
    };
  }

  it('begins with the one in use and another one, and keeps what was chosen', () => {
    const { manager } = setUp();
    manager.choose([pack('x'), pack('a', true), pack('b')]);
    expect(manager.packs).toEqual(['a', 'x']);
    manager.packs = ['b', 'x'];
    manager.choose([pack('x'), pack('a', true), pack('b')]);
    expect(manager.packs).toEqual(['b', 'x']);
    // The right one was removed meanwhile.
    manager.choose([pack('a', true), pack('b')]);
    expect(manager.packs).toEqual(['b', 'a']);
    manager.choose([pack('b', true)]);
    expect(manager.packs).toEqual(['b', '']);
    expect(manager.canRun).toBe(false);
  });

  it('asks with the whole query of the search that was taken over', async () => {
    const { manager, compare } = setUp();
    manager.packs = ['a', 'b'];
    expect(manager.canRun).toBe(false);
    const taken = query({
      statements: [
        { text: 'red coat', weight: 2 },
        { text: 'tall', weight: 1 },
      ],
      avoid: ['hat'],
      filter: { cameras: ['C1'] },
    });
    manager.takeOver(taken);
    expect(manager.query).toEqual(taken);
    manager.text = 'green coat';
    await manager.run();
    expect(compare).toHaveBeenCalledWith(
      {
        packs: ['a', 'b'],
        query: { ...taken, statements: [{ text: 'green coat', weight: 2 }, taken.statements[1]] },
        top: 50,
      },
      expect.anything(),
    );
    expect(manager.shared).toBe(1);
    expect(manager.changed).toBe(false);
    manager.forgetRest();
    expect(manager.query).toEqual(query({ statements: [{ text: 'green coat', weight: 1 }] }));
    expect(manager.changed).toBe(true);
  });

  it('does not compare a model with itself, nor nothing', async () => {
    const { manager, compare } = setUp();
    manager.packs = ['a', 'a'];
    manager.text = 'red coat';
    await manager.run();
    manager.packs = ['a', 'b'];
    manager.text = '  ';
    await manager.run();
    expect(compare).not.toHaveBeenCalled();
  });

  it('changes sides with what is shown', async () => {
    const { manager } = setUp();
    manager.packs = ['a', 'b'];
    manager.text = 'red coat';
    await manager.run();
    manager.swap();
    expect(manager.lists?.map(({ packId }) => packId)).toEqual(['b', 'a']);
    expect(manager.changed).toBe(false);
  });

  it('shows the newest answer, and none that was given up', async () => {
    const answers: ((result: PackComparison) => void)[] = [];
    const { manager } = setUp(vi.fn(() => new Promise<PackComparison>((resolve) => answers.push(resolve))));
    manager.packs = ['a', 'b'];
    manager.text = 'red coat';
    const first = manager.run();
    const second = manager.run();
    answers[1]!(answer);
    await second;
    answers[0]!({ ...answer, lists: [] });
    await first;
    expect(manager.result?.lists).toHaveLength(2);
    const third = manager.run();
    manager.cancel();
    answers[2]!({ ...answer, lists: [] });
    await third;
    expect(manager.running).toBe(false);
    expect(manager.result?.lists).toHaveLength(2);
  });

  it('keeps the error of a comparison that failed', async () => {
    const { manager, compare } = setUp();
    manager.packs = ['a', 'b'];
    manager.text = 'red coat';
    compare.mockRejectedValueOnce(new Error('no'));
    await manager.run();
    expect(manager.error).toBeInstanceOf(Error);
    await manager.run();
    expect(manager.error).toBeNull();
  });
});

describe('words about models', () => {
  it('say how fast one is here, or that nobody knows', () => {
    expect(describeSpeed(null)).toBe('Not measured yet');
    expect(describeSpeed({ provider: 'webgpu', batch: 8, imagesPerSecond: null })).toContain('WebGPU');
    expect(describeSpeed({ provider: 'cpu', batch: 16, imagesPerSecond: 1376.4 })).toBe(
      '1,376 crops/s on CPU, 16 at a time',
    );
    expect(describeSpeed({ provider: 'cpu', batch: 1, imagesPerSecond: 3.14 })).toContain('3.1 crops/s');
  });

  it('say how much of a case one has read', () => {
    expect(describeCoverage({ packId: 'a', crops: 0, total: 0 })).toContain('no crops');
    expect(describeCoverage({ packId: 'a', crops: 0, total: 12 })).toBe('Has read none of 12 crops');
    expect(describeCoverage({ packId: 'a', crops: 1400, total: 2000 })).toBe('Has read 1,400 of 2,000 crops');
    expect(describeCoverage({ packId: 'a', crops: 12, total: 12 })).toBe('Has read all 12 crops');
  });

  it('say why one cannot be removed', () => {
    const pack = (more: object) => ({ id: 'a', builtIn: false, inUse: false, ...more }) as PackSummary;
    const job = (packId: string, state: string) => ({ packId, state }) as never;
    expect(whyItStays(pack({ builtIn: true, inUse: true }), null)).toContain('ships with Descry');
    expect(whyItStays(pack({ inUse: true }), null)).toContain('in use');
    expect(whyItStays(pack({}), job('a', 'paused'))).toContain('reading this case');
    expect(whyItStays(pack({}), job('a', 'finished'))).toBeNull();
    expect(whyItStays(pack({}), job('b', 'running'))).toBeNull();
  });

  it('write any provenance, a line each', () => {
    const hash = 'e0e04c51edba77c3fd7f04e1d6a3ccfd5d0d68baeb11861b851f61bad30ee100';
    expect(
      describeOrigin({
        sourceSha256: hash,
        sourceBytes: 14_032_361,
        maskToken: true,
        date: '2026-11-21T10:00:00.000Z',
        convertedFrom: { kind: 'rde', parts: ['a', 'b'] },
        nothing: null,
      }),
    ).toEqual([
      { label: 'SHA-256 of the source', value: hash, isHash: true },
      { label: 'Size of the source', value: '14 MB', isHash: false },
      { label: 'Mask token', value: 'true', isHash: false },
      { label: 'Date', value: '2026-11-21 10:00 UTC', isHash: false },
      { label: 'Converted from: kind', value: 'rde', isHash: false },
      { label: 'Converted from: parts', value: 'a, b', isHash: false },
    ]);
    expect(shortHash(hash)).toBe('e0e04c51…0ee100');
  });

  it('name what a query says beside its sentence', () => {
    expect(describeRest(query(), String)).toEqual([]);
    expect(
      describeRest(
        query({
          statements: [
            { text: 'red coat', weight: 1 },
            { text: 'tall', weight: 1 },
          ],
          avoid: ['hat'],
          like: [{ cropId: 3, weight: 1 }],
          filter: { cameras: ['roof'] },
          foldTracks: false,
        }),
        String,
      ),
    ).toEqual(['“tall”', 'Avoid hat', 'Like 1 example', 'Camera roof', 'Every crop of a track']);
  });
});
