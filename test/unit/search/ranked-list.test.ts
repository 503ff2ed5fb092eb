import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Gallery } from '../../../src-main/engine/search/gallery.ts';
import { narrowGallery } from '../../../src-main/engine/search/narrow.ts';
import { membersOf, rankCrops } from '../../../src-main/engine/search/ranked-list.ts';
import { compareWithHead } from '../../../src-main/engine/search/rerun.ts';
import { CaseFixture, type FixtureCrop } from './case-fixture.ts';

let fixture: CaseFixture | undefined;
afterEach(() => {
  fixture?.dispose();
  fixture = undefined;
});

/** A gallery of one number a crop, which is also its score for the query 1. */
function galleryOf(crops: readonly (FixtureCrop & { score: number })[]): Gallery {
  fixture = new CaseFixture();
  const cropIds = fixture.add(crops);
  const { db } = fixture.openCase;
  db.exec(
    `INSERT INTO models (id, pack_id, version, digest, dimensions, manifest, added_at) VALUES (1, 'test', '1', 'x', 1, '{}', 0)`,
  );
  cropIds.forEach((cropId, row) => db.prepare('INSERT INTO embeddings VALUES (1, ?, ?)').run(row, cropId));
  const vectors = Float32Array.from(crops, ({ score }) => score);
  return new Gallery(
    db,
    { blocks: () => [{ cropIds, vectors }], vectorOf: (_, cropId) => vectors.slice(cropId - 1, cropId) },
    1,
    1,
  );
}

const query = { vector: Float64Array.of(1), avoid: [] };
const all = (gallery: Gallery): Int32Array => gallery.index.present(null);

describe('rankCrops', () => {
  it('folds the crops of one camera and track, and exact duplicates', () => {
    const gallery = galleryOf([
      { camera: 'Gate', track: '1', score: 3 },
      { camera: 'Gate', track: '1', score: 5 },
      { camera: 'Hall', track: '1', score: 4 },
      { camera: 'Hall', track: null, score: 2, content: 'same' },
      { camera: 'Hall', track: null, score: 2 },
      { camera: 'Gate', track: null, score: 2, content: 'same' },
    ]);
    const folded = rankCrops(gallery, query, all(gallery), true);
    expect([...folded.cropIds]).toEqual([2, 3, 4, 5]);
    expect([...folded.scores]).toEqual([5, 4, 2, 2]);
    expect([...folded.folded]).toEqual([2, 1, 2, 1]);
    expect([0, 1, 2, 3].map((row) => [...membersOf(folded, row)])).toEqual([[2, 1], [3], [4, 6], [5]]);
    expect([...folded.descendingScores]).toEqual([5, 4, 3, 2, 2, 2]);
    const single = rankCrops(gallery, query, all(gallery), false);
    expect([...single.cropIds]).toEqual([2, 3, 1, 4, 5]);
  });

  it('folds over a duplicate that lies in two tracks', () => {
    const gallery = galleryOf([
      { camera: 'Gate', track: '1', score: 1, content: 'same' },
      { camera: 'Gate', track: '1', score: 2 },
      { camera: 'Copy', track: '8', score: 1, content: 'same' },
      { camera: 'Copy', track: '8', score: 3 },
    ]);
    const list = rankCrops(gallery, query, all(gallery), true);
    expect([...list.cropIds]).toEqual([4]);
    expect([...membersOf(list, 0)]).toEqual([4, 2, 1, 3]);
  });

  it('folds only among the crops that take part', () => {
    const gallery = galleryOf([
      { camera: 'Gate', track: '1', score: 3 },
      { camera: 'Gate', track: '1', score: 5 },
    ]);
    const list = rankCrops(gallery, query, Int32Array.of(1), true);
    expect([...list.cropIds]).toEqual([1]);
    expect([...list.folded]).toEqual([1]);
    expect(rankCrops(gallery, query, new Int32Array(0), true).cropIds).toHaveLength(0);
  });

  it('agrees with grouping by connected components, whatever the tracks and duplicates', () => {
    const crop = fc.record({
      camera: fc.constantFrom('A', 'B', null),
      track: fc.constantFrom('1', '2', null),
      content: fc.constantFrom('x', 'y', 'z', 'u', 'v'),
      score: fc.integer({ min: -2, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(crop, { minLength: 1, maxLength: 14 }), (crops) => {
        const gallery = galleryOf(crops);
        try {
          const list = rankCrops(gallery, query, all(gallery), true);
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
        } finally {
          fixture!.dispose();
          fixture = undefined;
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('narrowGallery', () => {
  it('counts who takes part and who does not, and why', () => {
    const gallery = galleryOf([
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
    const { searched, state } = narrowGallery(
      db,
      gallery,
      { cameras: ['Gate'], to: '1970-01-01T00:00:02Z' },
      'UTC',
      withoutVector,
    );
    expect([...searched]).toEqual([1]);
    expect(state).toMatchObject({ crops: 6, searched: 1, lastCropId: withoutVector });
    expect(state.excluded).toEqual([
      { reason: 'filter', count: 3 },
      { reason: 'no-vector', count: 1 },
      { reason: 'no-time', count: 1 },
    ]);
    const whole = narrowGallery(db, gallery, {}, 'UTC', 3);
    expect([...whole.searched]).toEqual([1, 2, 3]);
    expect(whole.state.excluded).toEqual([]);
    expect(narrowGallery(db, gallery, {}, 'UTC', later).state.excluded).toEqual([
      { reason: 'no-vector', count: 2 },
    ]);
    // printf '\1\0\0\0\2\0\0\0\3\0\0\0' | sha256sum
    expect(whole.state.digest).toBe('4636993d3e1da4e9d6b8f87b79e8f7c6d018580d52661950eabc3845c5897a4d');
  });
});

describe('compareWithHead', () => {
  it('is silent about the same list, and names what differs', () => {
    const gallery = galleryOf([{ score: 3 }, { score: 2 }, { score: 1 }]);
    const list = rankCrops(gallery, query, all(gallery), true);
    const head = [1, 2, 3].map((cropId) => ({ rank: cropId, cropId, score: 4 - cropId, folded: 1 }));
    expect(compareWithHead(head, 3, list)).toEqual([]);
    expect(compareWithHead([{ ...head[0]!, score: 3.00004 }], 3, list)).toEqual([]);
    expect(compareWithHead([{ ...head[0]!, score: 3.0002 }], 3, list)).toEqual([
      expect.stringContaining('3.0002'),
    ]);
    expect(compareWithHead([head[1]!, head[0]!], 3, list)[0]).toMatch(/^Rank 2 was crop 2 and is crop 1/);
    expect(compareWithHead([{ ...head[0]!, folded: 4 }], 3, list)[0]).toMatch(/held 4 crops and holds 1/);
    expect(compareWithHead([...head, { rank: 4, cropId: 9, score: 0, folded: 1 }], 4, list)).toEqual([
      'Rank 4 was crop 9; the list ends before it now.',
      'The list had 4 rows and has 3 now.',
    ]);
  });
});
