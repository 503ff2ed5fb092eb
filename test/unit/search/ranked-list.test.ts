import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { EmbeddingStore } from '../../../src-main/engine/inference/embedding-store.ts';
import { Galleries } from '../../../src-main/engine/search/galleries.ts';
import type { CropCount, Gallery } from '../../../src-main/engine/search/gallery.ts';
import { countCropsUpTo, galleryState, narrowCase } from '../../../src-main/engine/search/narrow.ts';
import { membersOf, type RankedList } from '../../../src-main/engine/search/ranked-list.ts';
import { compareWithHead } from '../../../src-main/engine/search/rerun.ts';
import type { GalleryState, SearchFilter } from '../../../src-main/engine/search/schema.ts';
import { SearchList } from '../../../src-main/engine/search/search-list.ts';
import { CaseFixture, type FixtureCrop } from './case-fixture.ts';

let fixture: CaseFixture | undefined;
let galleries: Galleries | undefined;
async function dispose(): Promise<void> {
  await galleries?.close();
  fixture?.dispose();
  galleries = fixture = undefined;
}
afterEach(dispose);

/** A gallery of one number a crop, which is also its score for the query 1. */
async function galleryOf(crops: readonly (FixtureCrop & { score: number })[]): Promise<Gallery> {
  fixture = new CaseFixture();
  const cropIds = fixture.add(crops);
  const { db } = fixture.openCase;
  db.exec(
    `INSERT INTO models (id, pack_id, version, digest, dimensions, manifest, added_at) VALUES (1, 'test', '1', 'x', 1, '{}', 0)`,
  );
  const store = new EmbeddingStore(db);
  store.append(
    1,
    cropIds,
    Float32Array.from(crops, ({ score }) => score),
  );
  galleries = new Galleries(db, store);
  return galleries.with({ modelId: 1, dimensions: 1 }, (gallery) => Promise.resolve(gallery));
}

const query = { vector: Float64Array.of(1), avoid: [] };

function listOf(gallery: Gallery, foldTracks: boolean, rows = 1): SearchList {
  const searched = (): Int32Array => gallery.index.present(null);
  return new SearchList({ useGallery: (work) => work(gallery), query, foldTracks, rows, searched });
}

const ranked = (gallery: Gallery, foldTracks = true): Promise<RankedList> =>
  listOf(gallery, foldTracks).whole();

describe('rankCrops', () => {
  it('folds the crops of one camera and track, and exact duplicates', async () => {
    const gallery = await galleryOf([
      { camera: 'Gate', track: '1', score: 3 },
      { camera: 'Gate', track: '1', score: 5 },
      { camera: 'Hall', track: '1', score: 4 },
      { camera: 'Hall', track: null, score: 2, content: 'same' },
      { camera: 'Hall', track: null, score: 2 },
      { camera: 'Gate', track: null, score: 2, content: 'same' },
    ]);
    const folded = await ranked(gallery);
    expect([...folded.cropIds]).toEqual([2, 3, 4, 5]);
    expect([...folded.scores]).toEqual([5, 4, 2, 2]);
    expect([...folded.folded]).toEqual([2, 1, 2, 1]);
    expect([0, 1, 2, 3].map((row) => [...membersOf(folded, row)])).toEqual([[2, 1], [3], [4, 6], [5]]);
    const single = await ranked(gallery, false);
    expect([...single.cropIds]).toEqual([2, 3, 1, 4, 5]);
  });

  it('folds over a duplicate that lies in two tracks', async () => {
    const gallery = await galleryOf([
      { camera: 'Gate', track: '1', score: 1, content: 'same' },
      { camera: 'Gate', track: '1', score: 2 },
      { camera: 'Copy', track: '8', score: 1, content: 'same' },
      { camera: 'Copy', track: '8', score: 3 },
    ]);
    const list = await ranked(gallery);
    expect([...list.cropIds]).toEqual([4]);
    expect([...membersOf(list, 0)]).toEqual([4, 2, 1, 3]);
  });

  it('folds only among the crops that take part', async () => {
    const gallery = await galleryOf([
      { camera: 'Gate', track: '1', score: 3 },
      { camera: 'Gate', track: '1', score: 5 },
    ]);
    const among = (...cropIds: number[]): SearchList =>
      new SearchList({
        useGallery: (work) => work(gallery),
        query,
        foldTracks: true,
        rows: cropIds.length,
        searched: () => Int32Array.from(cropIds),
      });
    const list = await among(1).whole();
    expect([...list.cropIds]).toEqual([1]);
    expect([...list.folded]).toEqual([1]);
    expect(await among(1).byRank({ offset: 0, limit: 9 })).toEqual([
      { rank: 1, cropId: 1, score: 3, folded: 1 },
    ]);
    expect((await among().whole()).cropIds).toHaveLength(0);
    expect(await among().byRank({ offset: 0, limit: 9 })).toEqual([]);
  });

  it('agrees with grouping by connected components, whatever the tracks and duplicates', async () => {
    const crop = fc.record({
      camera: fc.constantFrom('A', 'B', null),
      track: fc.constantFrom('1', '2', null),
      content: fc.constantFrom('x', 'y', 'z', 'u', 'v'),
      score: fc.integer({ min: -2, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(crop, { minLength: 1, maxLength: 14 }), async (crops) => {
        const gallery = await galleryOf(crops);
        try {
          const list = await ranked(gallery);
          // Reference: spread group labels until nothing changes.
          const label = crops.map((_, i) => i);
          for (let changed = true; changed;) {
            changed = false;
            crops.forEach((a, i) =>
              crops.forEach((b, j) => {
                const together =
                  a.content === b.content ||
                  (a.track !== null && a.track === b.track && a.camera === b.camera);
                if (together && label[i]! > label[j]!) {
                  label[i] = label[j]!;
                  changed = true;
                }
              }),
            );
          }
          const order = crops.map((_, i) => i).sort((a, b) => crops[b]!.score - crops[a]!.score || a - b);
          const rows = [...new Set(order.map((i) => label[i]!))].map((group) =>
            order.filter((i) => label[i] === group).map((i) => i + 1),
          );
          expect([...list.cropIds].map((_, row) => [...membersOf(list, row)])).toEqual(rows);
          expect([...list.folded]).toEqual(rows.map((row) => row.length));
          // Ranked no further than a page needs, it is the same list.
          const paged = listOf(gallery, true, rows.length);
          for (let offset = 0; offset < rows.length; offset += 2) {
            const page = await paged.byRank({ offset, limit: 2 });
            expect(page.map(({ rank, cropId, folded }) => [rank, cropId, folded])).toEqual(
              rows.slice(offset, offset + 2).map((row, i) => [offset + i + 1, row[0], row.length]),
            );
          }
        } finally {
          await dispose();
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('narrowCase', () => {
  it('counts who takes part and who does not, and why', async () => {
    const gallery = await galleryOf([
      { camera: 'Gate', time: 1000, score: 1 },
      { camera: 'Gate', time: null, score: 1 },
      { camera: 'Hall', time: 5000, score: 1 },
      { camera: 'Hall', time: null, score: 1 },
      { camera: 'Gate', time: 2000, score: 1 },
    ]);
    const withoutVector = fixture!.add([{ camera: 'Gate', time: 1500 }])[0]!;
    const later = fixture!.add([{ camera: 'Gate', time: 1500 }])[0]!;
    gallery.sync();
    const { db } = fixture!.openCase;
    const stateOf = (filter: SearchFilter, count: CropCount): GalleryState => {
      const narrowed = narrowCase({ db, timeZone: 'UTC' }, gallery.index, filter, count);
      const present = gallery.index.present(narrowed.cropIds).filter((id) => id <= count.lastCropId);
      return galleryState(narrowed, present);
    };
    const narrow = { cameras: ['Gate'], to: '1970-01-01T00:00:02Z' };
    const then = countCropsUpTo(db, withoutVector);
    expect(then).toEqual({ crops: 6, lastCropId: 6 });
    expect([...narrowCase({ db, timeZone: 'UTC' }, gallery.index, narrow, then).cropIds!]).toEqual([1, 6]);
    const state = stateOf(narrow, then);
    expect(state).toMatchObject({ crops: 6, searched: 1, lastCropId: withoutVector });
    expect(state.excluded).toEqual([
      { reason: 'filter', count: 3 },
      { reason: 'no-vector', count: 1 },
      { reason: 'no-time', count: 1 },
    ]);
    const whole = stateOf({}, { crops: 3, lastCropId: 3 });
    expect(whole).toMatchObject({ searched: 3, excluded: [] });
    expect(gallery.stateAt(gallery.index.generation)).toEqual({ crops: 7, lastCropId: later });
    expect(stateOf({}, countCropsUpTo(db, later)).excluded).toEqual([{ reason: 'no-vector', count: 2 }]);
    // printf '\1\0\0\0\2\0\0\0\3\0\0\0' | sha256sum
    expect(whole.digest).toBe('4636993d3e1da4e9d6b8f87b79e8f7c6d018580d52661950eabc3845c5897a4d');
  });
});

describe('compareWithHead', () => {
  it('is silent about the same list, and names what differs', async () => {
    const gallery = await galleryOf([{ score: 3 }, { score: 2 }, { score: 1 }]);
    const now = await listOf(gallery, true, 3).byRank({ offset: 0, limit: 10 });
    const head = [1, 2, 3].map((cropId) => ({ rank: cropId, cropId, score: 4 - cropId, folded: 1 }));
    expect(compareWithHead(head, 3, now, 3)).toEqual([]);
    expect(compareWithHead([{ ...head[0]!, score: 3.00004 }], 3, now, 3)).toEqual([]);
    expect(compareWithHead([{ ...head[0]!, score: 3.0002 }], 3, now, 3)).toEqual([
      expect.stringContaining('3.0002'),
    ]);
    expect(compareWithHead([head[1]!, head[0]!], 3, now, 3)[0]).toMatch(/^Rank 2 was crop 2 and is crop 1/);
    expect(compareWithHead([{ ...head[0]!, folded: 4 }], 3, now, 3)[0]).toMatch(/held 4 crops and holds 1/);
    expect(compareWithHead([...head, { rank: 4, cropId: 9, score: 0, folded: 1 }], 4, now, 3)).toEqual([
      'Rank 4 was crop 9; the list ends before it now.',
      'The list had 4 rows and has 3 now.',
    ]);
  });
});
