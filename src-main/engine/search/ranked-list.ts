import { descendingOrder } from './descending-order.ts';

/** What a whole list is made of. Every array has a place for each crop. */
export interface ScoredGallery {
  /** Ids ascending. */
  cropIds: Int32Array;
  scores: Float64Array;
  /** The number of a crop's content; from 1 on. */
  media: Int32Array;
  /** The number of a crop's track, 0 for none; null when tracks are not folded. */
  tracks: Int32Array | null;
}

/**
 * A whole ranked list in typed arrays. A row is a crop with those folded into it; the best of them
 * stands for the row.
 */
export interface RankedList {
  /** For each row from rank 1: the crop that stands for it, its score, and how many crops it holds. */
  cropIds: Int32Array;
  scores: Float64Array;
  folded: Int32Array;
  /** Crops of all rows one row after the other, best first; row `i` begins at `memberStarts[i]`. */
  members: Int32Array;
  memberStarts: Int32Array;
}

/**
 * Orders and folds crops. Equal scores are ordered by crop id, so the list is a function of the
 * query, the vectors and the set of crops alone. Exact duplicates are folded, and the crops of a track.
 */
export function rankCrops({ cropIds, scores, media, tracks }: ScoredGallery): RankedList {
  const order = descendingOrder(scores);
  const groups = groupCrops(cropIds.length, media, tracks);

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
    cropIds: first.slice(0, rows).map((place) => cropIds[place]!),
    scores: Float64Array.from(first.subarray(0, rows), (place) => scores[place]! + 0),
    folded: folded.slice(0, rows),
    members,
    memberStarts,
  };
}

/** Crops of a row, best first. */
export function membersOf(list: RankedList, row: number): Int32Array {
  return list.members.subarray(list.memberStarts[row]!, list.memberStarts[row + 1]!);
}

/** For each place the first place that it belongs with: same track, same bytes, or both by turns. */
function groupCrops(count: number, media: Int32Array, tracks: Int32Array | null): Int32Array {
  const parent = Int32Array.from({ length: count }, (_, place) => place);
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
  join(media);
  if (tracks) join(tracks);
  return parent.map((_, place) => find(place));
}
