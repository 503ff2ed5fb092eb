import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlockIndex } from '../../../../src-main/engine/search/index/block-index.ts';
import { countRows, rankHead } from '../../../../src-main/engine/search/index/ranked-head.ts';
import { SearchThreads } from '../../../../src-main/engine/search/index/search-threads.ts';
import { naiveSearch } from './naive-index.ts';

let threads: SearchThreads;
beforeAll(async () => {
  threads = await SearchThreads.start(1);
});
afterAll(() => threads.close());

interface FoldCrop {
  score: number;
  /** 0 for none. */
  track: number;
  media: number;
}

const crops = fc.array(
  fc.record({
    score: fc.integer({ min: -5, max: 5 }),
    track: fc.integer({ min: 0, max: 12 }),
    media: fc.integer({ min: 1, max: 60 }),
  }),
  { minLength: 1, maxLength: 60 },
);

/** The reference: ranks all, and gives every crop the row of the first that it belongs with. */
function foldAll(given: readonly FoldCrop[], foldTracks: boolean): number[][] {
  const group = given.map((_, i) => i);
  const same = (a: FoldCrop, b: FoldCrop): boolean =>
    a.media === b.media || (foldTracks && a.track > 0 && a.track === b.track);
  for (let changed = true; changed;) {
    changed = false;
    for (let i = 0; i < given.length; i++)
      for (let j = 0; j < i; j++)
        if (same(given[i]!, given[j]!) && group[i] !== group[j]) {
          const least = Math.min(group[i]!, group[j]!);
          group[i] = group[j] = least;
          changed = true;
        }
  }
  const ranked = naiveSearch(
    new Map(given.map(({ score }, i) => [i + 1, [score]])),
    { vector: Float64Array.of(1), avoid: [] },
    null,
    Infinity,
  );
  const rows = new Map<number, number[]>();
  for (const [cropId] of ranked) {
    const row = group[cropId - 1]!;
    rows.set(row, [...(rows.get(row) ?? []), cropId]);
  }
  return [...rows.values()];
}

describe('the head of a ranked list', () => {
  it('is what ranking and folding everything begins with', async () => {
    await fc.assert(
      fc.asyncProperty(
        crops,
        fc.boolean(),
        fc.integer({ min: 1, max: 20 }),
        async (given, foldTracks, rows) => {
          const index = await BlockIndex.open({ threads, dimensions: 1, source: null });
          index.add(
            given.map((_, i) => i + 1),
            Float32Array.from(given, ({ score }) => score),
          );
          const companions = (cropId: number): number[] => {
            const own = given[cropId - 1]!;
            return given.flatMap((other, i) =>
              other.media === own.media || (foldTracks && own.track > 0 && other.track === own.track)
                ? [i + 1]
                : [],
            );
          };
          const query = { vector: Float64Array.of(1), avoid: [] };
          const head = await rankHead({ index, query, cropIds: null, rows, companions });
          const expected = foldAll(given, foldTracks);
          const shown = expected.slice(0, rows);
          expect([...head.cropIds]).toEqual(shown.map(([first]) => first));
          expect([...head.folded]).toEqual(shown.map(({ length }) => length));
          expect([...head.scores]).toEqual(shown.map(([first]) => given[first! - 1]!.score + 0));
          expect(head.members).toEqual(shown.map((members) => [...members].sort((a, b) => a - b)));
          expect(head.whole && expected.length > rows).toBe(false);
          expect(
            countRows(
              Int32Array.from(given, (_, i) => i + 1),
              foldTracks ? Int32Array.from([0, ...given.map(({ track }) => track)]) : null,
              Int32Array.from([0, ...given.map(({ media }) => media)]),
            ),
          ).toBe(expected.length);
          await index.close();
        },
      ),
      { numRuns: 300 },
    );
  });
});
