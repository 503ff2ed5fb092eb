import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BlockIndex } from '../../../../src-main/engine/search/index/block-index.ts';
import { SearchThreads } from '../../../../src-main/engine/search/index/search-threads.ts';
import { keyOf, rowsPerPiece } from '../../../../src-main/engine/search/index/vector-format.ts';
import { naiveSearch } from './naive-index.ts';
import { ScratchCase } from './scratch-case.ts';

const dimensions = 20;
const codes = { vectorsInMemory: 0 };
let threads: SearchThreads;
let scratch: ScratchCase;
beforeAll(async () => {
  threads = await SearchThreads.start(2);
});
afterAll(() => threads.close());
beforeEach(() => {
  scratch = new ScratchCase(dimensions);
});
afterEach(() => scratch.dispose());

function vectorOf(cropId: number): number[] {
  return Array.from({ length: dimensions }, (_, d) => Math.fround(Math.sin(cropId * 3 + d * cropId)));
}

const query = { vector: Float64Array.from({ length: dimensions }, (_, d) => Math.cos(d)), avoid: [] };

function best(cropIds: Iterable<number>, k: number): number[] {
  const stored = new Map(Array.from(cropIds, (cropId) => [cropId, vectorOf(cropId)]));
  return naiveSearch(stored, query, null, k).map(([cropId]) => cropId);
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
const flat = (cropIds: number[]): Float32Array => Float32Array.from(cropIds.flatMap(vectorOf));

function store(cropIds: number[], index?: BlockIndex): void {
  scratch.stored.append(cropIds, flat(cropIds));
  index?.add(cropIds, flat(cropIds));
}

describe('a changing BlockIndex', () => {
  it('lets a search see what was there when its turn came, whatever changes while it runs', async () => {
    store(range(1, 400));
    const index = await scratch.open(threads, dimensions, codes);
    const removed = new Set<number>();
    let last = 400;
    const searches: Promise<void>[] = [];
    for (let round = 0; round < 40; round++) {
      const before = new Set(range(1, last).filter((cropId) => !removed.has(cropId)));
      const generation = index.generation;
      searches.push(
        index.search(query, null, 10).then((found) => {
          // Nothing that came or went later than the search may be missed: the best are of a state in between.
          expect(found.generation).toBeGreaterThanOrEqual(generation);
          const shown = [...found.cropIds];
          const now = new Set(range(1, last).filter((cropId) => !removed.has(cropId)));
          const always = [...before].filter((cropId) => now.has(cropId));
          const worst = shown.at(-1)!;
          const better = best([...always, worst], Infinity);
          expect(better.slice(0, better.indexOf(worst)).every((cropId) => shown.includes(cropId))).toBe(true);
          expect(shown.every((cropId) => now.has(cropId) || before.has(cropId))).toBe(true);
        }),
      );
      store(range(last + 1, last + 13), index);
      last += 13;
      const gone = best(
        range(1, last).filter((cropId) => !removed.has(cropId)),
        3,
      ).slice(1);
      scratch.stored.remove(gone);
      index.remove(gone);
      for (const cropId of gone) removed.add(cropId);
      if (round % 5 === 0) await Promise.all(searches);
    }
    await Promise.all(searches);
    await index.settled();
    const left = range(1, last).filter((cropId) => !removed.has(cropId));
    expect([...(await index.search(query, null, 50)).cropIds]).toEqual(best(left, 50));
    expect([...index.present(null)]).toEqual(left);
    expect([...index.present(Int32Array.of(2, 3, 99_999))]).toEqual(
      [2, 3].filter((cropId) => !removed.has(cropId)),
    );
  });

  it('keeps the codes of blocks that fill, and uses them when it is opened again', async () => {
    const kept: number[] = [];
    const keepCodes = (block: number): void => void kept.push(block);
    const index = await scratch.open(threads, dimensions, { ...codes, keepCodes });
    store(range(1, 50), index);
    await index.settled();
    expect(kept).toEqual([0, 1, 2]);
    // Without the codes they are made again, the same ones.
    const again: number[] = [];
    const opened = await scratch.open(threads, dimensions, {
      ...codes,
      keepCodes: (block, bytes) => {
        again.push(block);
        scratch.stored.keepCodes(block, bytes);
      },
    });
    expect(again.sort()).toEqual([0, 1, 2]);
    const third = await scratch.open(threads, dimensions, { ...codes, keepCodes: () => expect.fail() });
    for (const one of [index, opened, third])
      expect([...(await one.search(query, null, 5)).cropIds]).toEqual(best(range(1, 50), 5));
  });

  it('makes codes anew where the stored ones are damaged', async () => {
    store(range(1, 40));
    await scratch.open(threads, dimensions, {
      ...codes,
      keepCodes: (block, bytes) => scratch.stored.keepCodes(block, bytes),
    });
    scratch.db
      .prepare('UPDATE vector_codes SET codes = zeroblob(length(codes)) WHERE id = ?')
      .run(keyOf(scratch.modelId, 1));
    const anew: number[] = [];
    const index = await scratch.open(threads, dimensions, {
      ...codes,
      keepCodes: (block) => anew.push(block),
    });
    expect(anew).toEqual([1]);
    expect([...(await index.search(query, null, 5)).cropIds]).toEqual(best(range(1, 40), 5));
  });

  it('leaves out crops whose vectors are damaged, says which, and searches the rest', async () => {
    store(range(1, 80));
    const kept = new Map<number, Uint8Array>();
    await scratch.open(threads, dimensions, {
      ...codes,
      keepCodes: (block, bytes) => kept.set(block, bytes.slice()),
    });
    for (const [block, bytes] of kept) scratch.stored.keepCodes(block, bytes);
    const [first = 0] = best(range(1, 80), 1);
    const piece = Math.floor((first - 1) / rowsPerPiece);
    scratch.db
      .prepare('UPDATE vector_pieces SET vectors = zeroblob(length(vectors)) WHERE id = ?')
      .run(keyOf(scratch.modelId, piece));
    const lost = range(piece * rowsPerPiece + 1, (piece + 1) * rowsPerPiece);
    const told: number[] = [];
    const index = await scratch.open(threads, dimensions, {
      ...codes,
      onDamaged: (cropIds) => told.push(...cropIds),
    });
    await expect(index.scores(query, Int32Array.of(first))).rejects.toMatchObject({ kind: 'case-damaged' });
    const found = await index.search(query, null, 30);
    expect(told).toContain(first);
    expect(lost).toEqual(expect.arrayContaining(told));
    const left = range(1, 80).filter((cropId) => !told.includes(cropId));
    expect([...found.cropIds]).toEqual(
      best(
        left.filter((cropId) => !lost.includes(cropId) || found.cropIds.includes(cropId)),
        30,
      ),
    );
    expect(index.has(first)).toBe(false);
    // Where no codes are stored either, all of the piece is lost when the case is opened.
    scratch.db.exec('DELETE FROM vector_codes');
    told.length = 0;
    const anew = await scratch.open(threads, dimensions, {
      ...codes,
      onDamaged: (cropIds) => told.push(...cropIds),
    });
    expect(told).toEqual(lost);
    expect(anew.size).toBe(80 - rowsPerPiece);
    expect([...(await anew.search(query, null, 30)).cropIds]).toEqual(
      best(
        range(1, 80).filter((cropId) => !lost.includes(cropId)),
        30,
      ),
    );
  });

  it('refuses vectors that are not made of finite numbers, and adds none of them', async () => {
    const index = await scratch.open(threads, dimensions, codes);
    const vectors = flat([1, 2]);
    for (const bad of [NaN, Infinity, -Infinity]) {
      vectors[25] = bad;
      expect(() => index.add([1, 2], vectors)).toThrow(/finite/);
    }
    expect(() => index.add([1], flat([1, 2]))).toThrow(/Expected 1 vectors/);
    expect(() => index.add([0], flat([1]))).toThrow(/not a crop id/);
    expect(index.size).toBe(0);
  });

  it('leaves out stored vectors that are not made of numbers', async () => {
    const vectors = flat(range(1, 20));
    vectors[3 * dimensions] = NaN;
    scratch.stored.append(range(1, 20), vectors);
    const told: number[] = [];
    const index = await scratch.open(threads, dimensions, {
      ...codes,
      onDamaged: (cropIds) => told.push(...cropIds),
    });
    expect(told).toEqual([4]);
    expect([...(await index.search(query, null, 5)).cropIds]).toEqual(
      best(
        range(1, 20).filter((id) => id !== 4),
        5,
      ),
    );
  });

  it('refuses queries that do not fit', async () => {
    store([1]);
    const index = await scratch.open(threads, dimensions, codes);
    for (const vector of [
      new Float64Array(dimensions - 1),
      new Float64Array(dimensions).fill(NaN),
      new Float64Array(dimensions).fill(1e200),
    ])
      await expect(index.search({ vector, avoid: [] }, null, 1)).rejects.toThrow(/does not fit/);
    const avoid = [{ vector: query.vector, background: NaN, strength: 1 }];
    await expect(index.search({ vector: query.vector, avoid }, null, 1)).rejects.toThrow(/does not fit/);
  });

  it('stops a search that is not wanted any more, and goes on with the next', async () => {
    store(range(1, 300));
    const index = await scratch.open(threads, dimensions, codes);
    const stop = new AbortController();
    const stopped = index.search(query, null, 5, { signal: stop.signal });
    stop.abort();
    const next = index.search(query, null, 5);
    await expect(stopped).rejects.toMatchObject({ kind: 'cancelled' });
    expect([...(await next).cropIds]).toEqual(best(range(1, 300), 5));
    await expect(index.search(query, null, 5, { signal: stop.signal })).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });

  it('lets a search overtake the passes of many queries', async () => {
    store(range(1, 2000));
    const index = await scratch.open(threads, dimensions, codes);
    const order: string[] = [];
    const many = (async (): Promise<void> => {
      for await (const _ of index.searchMany(new Array<typeof query>(64).fill(query), null, 5))
        order.push('one of many');
    })();
    await index.search(query, null, 5);
    order.push('alone');
    await many;
    expect(order).toHaveLength(65);
    expect(order.indexOf('alone')).toBeLessThan(64);
  });

  it('holds several galleries in the same threads', async () => {
    store(range(1, 100));
    const other = new ScratchCase(dimensions);
    try {
      const cropIds = range(500, 560);
      other.stored.append(cropIds, flat(cropIds));
      const indexes = [
        await scratch.open(threads, dimensions, codes),
        await other.open(threads, dimensions, codes),
      ];
      const found = await Promise.all(indexes.map((index) => index.search(query, null, 4)));
      expect(found.map((list) => [...list.cropIds])).toEqual([best(range(1, 100), 4), best(cropIds, 4)]);
    } finally {
      await other.dispose();
    }
  });

  it('fails rather than waits when its threads are gone', async () => {
    store(range(1, 30));
    const own = await SearchThreads.start(1);
    const index = await BlockIndex.open({ threads: own, dimensions, source: null });
    index.add([1], flat([1]));
    expect([...(await index.search(query, null, 1)).cropIds]).toEqual([1]);
    await own.close();
    await expect(index.search(query, null, 1)).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
