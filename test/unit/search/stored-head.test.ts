import { describe, expect, it } from 'vitest';
import type { RankedList } from '../../../src-main/engine/search/ranked-list.ts';
import { withStoredHead } from '../../../src-main/engine/search/stored-head.ts';

/** Crop n has the media n; the track of a crop is its tens. */
const groups = {
  tracks: Int32Array.from({ length: 60 }, (_, cropId) => Math.floor(cropId / 10)),
  media: Int32Array.from({ length: 60 }, (_, cropId) => cropId),
};

/** A list of rows, each of crops from the best on; crop n scores 1 / n. */
function listOf(rows: number[][]): RankedList {
  const members = rows.flat();
  const starts = rows.reduce<number[]>((all, row) => [...all, all.at(-1)! + row.length], [0]);
  return {
    cropIds: Int32Array.from(rows, (row) => row[0]!),
    scores: Float64Array.from(rows, (row) => 1 / row[0]!),
    folded: Int32Array.from(rows, (row) => row.length),
    members: Int32Array.from(members),
    memberStarts: Int32Array.from(starts),
  };
}

const head = [
  { rank: 1, cropId: 11, score: 0.9, folded: 3 },
  { rank: 2, cropId: 21, score: 0.8, folded: 1 },
  { rank: 3, cropId: 31, score: 0.7, folded: 2 },
];

describe('a stored list of which crops are gone', () => {
  it('has the first rows as they were found, and the rows that are left below them', () => {
    // Gone: 11 of the first row, and the whole second one.
    const left = listOf([[12, 13], [31, 32], [41], [51, 52]]);
    const list = withStoredHead(groups, left, head, true);
    expect([...list.cropIds]).toEqual([11, 21, 31, 41, 51]);
    expect([...list.scores]).toEqual([0.9, 0.8, 0.7, 1 / 41, 1 / 51]);
    expect([...list.folded]).toEqual([3, 1, 2, 1, 2]);
    const members = [...list.memberStarts.slice(1)].map((end, row) => [
      ...list.members.slice(list.memberStarts[row], end),
    ]);
    expect(members).toEqual([[11, 12, 13], [21], [31, 32], [41], [51, 52]]);
  });

  it('shows crops of a removed one’s track below the head where tracks were not folded', () => {
    const left = listOf([[12], [13], [31], [41]]);
    const list = withStoredHead(groups, left, head, false);
    expect([...list.cropIds]).toEqual([11, 21, 31, 12, 13, 41]);
  });
});
