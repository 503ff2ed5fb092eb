import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlockIndex } from '../../../../src-main/engine/search/index/block-index.ts';
import { SearchThreads } from '../../../../src-main/engine/search/index/search-threads.ts';
import type { RankingQuery, ScoredCrops } from '../../../../src-main/engine/search/exact-score.ts';
import { randomGallery, vectorsOf, type RandomGallery } from './galleries.ts';
import { naiveScore, naiveSearch } from './naive-index.ts';
import { ScratchCase } from './scratch-case.ts';

let threads: SearchThreads;
beforeAll(async () => {
  threads = await SearchThreads.start(2);
});
afterAll(() => threads.close());

/** The kinds of index that must give the same lists. */
const kinds = {
  vectors: { vectorsInMemory: 1_000_000 },
  codes: { vectorsInMemory: 0 },
};

function hits({ cropIds, scores }: ScoredCrops): [number, number][] {
  return Array.from(cropIds, (cropId, i) => [cropId, scores[i]!]);
}

/** Stores a gallery and opens an index over it. */
async function withIndex(
  { dimensions, stored }: Pick<RandomGallery, 'dimensions' | 'stored'>,
  options: { vectorsInMemory: number },
  use: (index: BlockIndex, scratch: ScratchCase) => Promise<void>,
): Promise<void> {
  const scratch = new ScratchCase(dimensions);
  try {
    scratch.stored.append(
      stored.map(([id]) => id),
      vectorsOf(stored),
    );
    await use(await scratch.open(threads, dimensions, options), scratch);
  } finally {
    await scratch.dispose();
  }
}

describe.each(Object.entries(kinds))('BlockIndex with %s in memory', (_, kind) => {
  it('returns the lists of the naive float64 loop, to the last bit', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(randomGallery, async (gallery) => {
        const { stored, query, filter, k } = gallery;
        await withIndex(gallery, kind, async (index) => {
          expect(index.size).toBe(stored.length);
          const found = await index.search(query, filter && Int32Array.from(filter), k, { survey: true });
          const expected = naiveSearch(new Map(stored), query, filter, Infinity);
          expect(hits(found)).toEqual(expected.slice(0, k));
          expect([...found.searched]).toEqual(expected.map(([cropId]) => cropId).sort((a, b) => a - b));
          expect(found.survey?.maximum ?? null).toBe(expected[0]?.[1] ?? null);
          expect(found.survey?.minimum ?? null).toBe(expected.at(-1)?.[1] ?? null);
          expect(found.survey?.counts.count ?? 0).toBe(expected.length);
        });
      }),
      { numRuns: 100 },
    );
  });

  it(
    'gives the same lists after vectors were added in parts, replaced and removed',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          randomGallery,
          fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 }),
          fc.uniqueArray(fc.nat(89), { maxLength: 30 }),
          async ({ dimensions, stored, query, k }, parts, removed) => {
            await withIndex({ dimensions, stored: [] }, kind, async (index, scratch) => {
              const left = new Map<number, number[]>();
              const add = (part: RandomGallery['stored']): void => {
                scratch.stored.append(
                  part.map(([id]) => id),
                  vectorsOf(part),
                );
                index.add(
                  part.map(([id]) => id),
                  vectorsOf(part),
                );
                for (const [id, vector] of part) left.set(id, vector);
              };
              const remove = (ids: number[]): void => {
                scratch.stored.remove(ids);
                index.remove(ids);
                for (const id of ids) left.delete(id);
              };
              let from = 0;
              for (let i = 0; from < stored.length; i++) {
                const count = parts[i % parts.length]!;
                add(stored.slice(from, from + count));
                from += count;
              }
              const gone = removed.flatMap((i) => stored[i]?.[0] ?? []);
              remove([...gone, 999_999]);
              expect(hits(await index.search(query, null, k))).toEqual(naiveSearch(left, query, null, k));
              await index.settled();
              expect(hits(await index.search(query, null, 7))).toEqual(naiveSearch(left, query, null, 7));
              add(
                stored.filter(([id]) => gone.includes(id)).map(([id, vector]) => [id, vector.map((x) => -x)]),
              );
              await index.settled();
              expect(hits(await index.search(query, null, k))).toEqual(naiveSearch(left, query, null, k));

              // What is opened anew is the same.
              const again = await scratch.open(threads, dimensions, kind);
              expect(again.size).toBe(left.size);
              expect(hits(await again.search(query, null, 7))).toEqual(naiveSearch(left, query, null, 7));
            });
          },
        ),
        { numRuns: 30 },
      );
    },
  );

  it('gives many queries the lists that each would get alone', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(randomGallery, fc.integer({ min: 1, max: 40 }), async (gallery, count) => {
        const { dimensions, stored, filter } = gallery;
        const queries = Array.from({ length: count }, (_, i): RankingQuery => ({
          vector: Float64Array.from({ length: dimensions }, (_, d) => Math.sin(i * 31 + d * 7)),
          avoid: i % 3 === 0 ? gallery.query.avoid : [],
        }));
        await withIndex(gallery, kind, async (index) => {
          const ids = filter && Int32Array.from(filter);
          const found: [number, number][][] = [];
          for await (const list of index.searchMany(queries, ids, 5)) found.push(hits(list));
          expect(found).toEqual(queries.map((query) => naiveSearch(new Map(stored), query, filter, 5)));
        });
      }),
      { numRuns: 30 },
    );
  });

  it('scores any crops in any order', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(randomGallery, async (gallery) => {
        await withIndex(gallery, kind, async (index) => {
          const wanted = gallery.stored.filter((_, i) => i % 2 === 0).reverse();
          const scores = await index.scores(
            gallery.query,
            Int32Array.from(wanted, ([id]) => id),
          );
          expect(Array.from(scores, (score) => score + 0)).toEqual(
            wanted.map(([, vector]) => naiveScore(gallery.query, vector)),
          );
          await expect(index.scores(gallery.query, Int32Array.of(5000))).rejects.toMatchObject({
            kind: 'not-found',
          });
        });
      }),
      { numRuns: 30 },
    );
  });

  it('finds its way through thousands of equal vectors', async () => {
    const dimensions = 24;
    const same = Array.from({ length: dimensions }, (_, d) => Math.fround(Math.cos(d)));
    // Among 3,000 equal ones a few that are a little better, and a few worse by the smallest step.
    const stored = Array.from({ length: 3000 }, (_, i): [number, number[]] => {
      const vector = [...same];
      if (i % 700 === 5) vector[3] = Math.fround(vector[3]! + 1e-6);
      if (i % 900 === 7) vector[2] = Math.fround(vector[2]! - 6e-8);
      return [3000 - i, vector];
    });
    const query = { vector: Float64Array.from(same, (x) => x / 3), avoid: [] };
    await withIndex({ dimensions, stored }, kind, async (index) => {
      for (const k of [1, 10, 500])
        expect(hits(await index.search(query, null, k))).toEqual(
          naiveSearch(new Map(stored), query, null, k),
        );
    });
  });

  it('keeps the lists right when a few dimensions outweigh all others', async () => {
    const dimensions = 64;
    const stored = Array.from({ length: 500 }, (_, i): [number, number[]] => [
      i + 1,
      Array.from({ length: dimensions }, (_, d) =>
        Math.fround(d === 9 ? 40 + Math.sin(i) * 1e-3 : Math.sin(i * d)),
      ),
    ]);
    const query = { vector: Float64Array.from({ length: dimensions }, (_, d) => Math.cos(d)), avoid: [] };
    await withIndex({ dimensions, stored }, kind, async (index) => {
      expect(hits(await index.search(query, null, 20))).toEqual(
        naiveSearch(new Map(stored), query, null, 20),
      );
    });
  });

  it('finds nothing in an empty gallery, and nothing through an empty filter', async () => {
    const query = { vector: Float64Array.of(1, 0), avoid: [] };
    await withIndex({ dimensions: 2, stored: [] }, kind, async (index) => {
      expect(hits(await index.search(query, null, 5, { survey: true }))).toEqual([]);
      expect(index.meanScore(query.vector)).toBe(0);
    });
    await withIndex({ dimensions: 2, stored: [[4, [1, 2]]] }, kind, async (index) => {
      expect(hits(await index.search(query, new Int32Array(), 5))).toEqual([]);
      expect(hits(await index.search(query, null, 0))).toEqual([]);
      expect(hits(await index.search(query, null, 5))).toEqual([[4, 1]]);
    });
  });

  it('takes the mean score from the mean of the vectors', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(randomGallery, async (gallery) => {
        const { stored, query } = gallery;
        if (stored.length === 0) return;
        await withIndex(gallery, kind, async (index) => {
          const scores = stored.map(([, vector]) => naiveScore({ vector: query.vector, avoid: [] }, vector));
          const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
          const largest = Math.max(...stored.map(([, vector]) => Math.max(...vector.map(Math.abs))));
          expect(Math.abs(index.meanScore(query.vector) - mean)).toBeLessThanOrEqual(1e-9 * (1 + largest));
        });
      }),
      { numRuns: 30 },
    );
  });
});
