import { descendingOrder } from './descending-order.ts';
import type { Gallery } from './gallery.ts';
import type { RankingQuery } from './vector-index.ts';

/**
 * A whole ranked list in typed arrays. A row is a crop with those folded into it; the best of them
 * stands for the row.
 */
export interface RankedList {
  /** Crops that took part, ids ascending. */
  searched: Int32Array;
  /** Their scores from the highest to the lowest. */
  descendingScores: Float64Array;
  /** For each row from rank 1: the crop that stands for it, its score, and how many crops it holds. */
  cropIds: Int32Array;
  scores: Float64Array;
  folded: Int32Array;
  /** Crops of all rows one row after the other, best first; row `i` begins at `memberStarts[i]`. */
  members: Int32Array;
  memberStarts: Int32Array;
}

/**
 * Scores and orders crops. Equal scores are ordered by crop id, so the list is a function of the
 * query, the vectors and the set of crops alone.
 * @param cropIds ids ascending, all with a vector.
 * @param foldTracks fold the crops of a track; exact duplicates are folded either way.
 */
export function rankCrops(
  gallery: Gallery,
  query: RankingQuery,
  cropIds: Int32Array,
  foldTracks: boolean,
): RankedList {
  const scores = gallery.index.scores(query, cropIds);
  const order = descendingOrder(scores);
  const groups = groupCrops(gallery, cropIds, foldTracks);

  const count = cropIds.length;
  const rowOfGroup = new Int32Array(count).fill(-1);
  const rowOfPlace = new Int32Array(count);
  const first = new Int32Array(count);
  const folded = new Int32Array(count);
  let rows = 0;
  for (const place of order) {
    const group = groups[place]!;
    if (rowOfGroup[group] === -1) {
      first[rows] = place;
      rowOfGroup[group] = rows++;
    }
    const row = rowOfGroup[group]!;
    rowOfPlace[place] = row;
    folded[row]!++;
  }

  const memberStarts = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) memberStarts[row + 1] = memberStarts[row]! + folded[row]!;
  const members = new Int32Array(count);
  const next = memberStarts.slice();
  for (const place of order) members[next[rowOfPlace[place]!]!++] = cropIds[place]!;

  return {
    searched: cropIds,
    descendingScores: Float64Array.from(order, (place) => scores[place]!),
    cropIds: first.subarray(0, rows).map((place) => cropIds[place]!),
    scores: Float64Array.from(first.subarray(0, rows), (place) => scores[place]!),
    folded: folded.slice(0, rows),
    members,
    memberStarts,
  };
}

/** Crops of a row, best first. */
export function membersOf(list: RankedList, row: number): Int32Array {
  return list.members.subarray(list.memberStarts[row]!, list.memberStarts[row + 1]!);
}

/** For each crop the place of the first crop that it belongs with: same track, same bytes, or both by turns. */
function groupCrops(gallery: Gallery, cropIds: Int32Array, foldTracks: boolean): Int32Array {
  const parent = Int32Array.from(cropIds, (_, place) => place);
  const find = (place: number): number => {
    let root = place;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root]!]!;
      root = parent[root]!;
    }
    return root;
  };
  const join = (numbers: Int32Array): void => {
    // Numbers of media and tracks run densely from 1; 0 means none.
    const firstPlace = new Int32Array(numbers.reduce((most, number) => Math.max(most, number), 0) + 1).fill(
      -1,
    );
    for (let place = 0; place < numbers.length; place++) {
      const number = numbers[place]!;
      if (number === 0) continue;
      const other = firstPlace[number]!;
      if (other === -1) {
        firstPlace[number] = place;
        continue;
      }
      const a = find(other);
      const b = find(place);
      parent[Math.max(a, b)] = Math.min(a, b);
    }
  };
  join(cropIds.map((cropId) => gallery.mediaOf(cropId)));
  if (foldTracks) join(cropIds.map((cropId) => gallery.trackOf(cropId)));
  return parent.map((_, place) => find(place));
}
