import type { StoredResult } from '../case/repositories/search-repository.ts';
import type { CropGroups } from './crop-groups.ts';
import { membersOf, type RankedList } from './ranked-list.ts';

/**
 * A list that was ranked again after crops had been taken out of the case, with its first rows as they were
 * found: what a search showed stays to be seen. Below the stored head follow the rows that are left, and
 * their ranks close up.
 * @param list ranked again over the crops of the time that still have a vector.
 * @param head the stored first rows of the list, in the order of rank.
 */
export function withStoredHead(
  groups: Pick<CropGroups, 'tracks' | 'media'>,
  list: RankedList,
  head: readonly StoredResult[],
  foldTracks: boolean,
): RankedList {
  const rowOf = rowsOfHead(groups, list, head, foldTracks);
  const shown = new Set(rowOf);
  const rest: number[] = [];
  for (let row = 0; row < list.cropIds.length; row++) if (!shown.has(row)) rest.push(row);

  const members: number[] = [];
  const memberStarts = [0];
  head.forEach(({ cropId }, place) => {
    const row = rowOf[place]!;
    // Of two rows that have come to be one, the first shows the members.
    const left = row === -1 || rowOf.indexOf(row) < place ? [] : [...membersOf(list, row)];
    members.push(cropId, ...left.filter((member) => member !== cropId));
    memberStarts.push(members.length);
  });
  for (const row of rest) {
    members.push(...membersOf(list, row));
    memberStarts.push(members.length);
  }
  return {
    cropIds: Int32Array.from([...head.map(({ cropId }) => cropId), ...rest.map((row) => list.cropIds[row]!)]),
    scores: Float64Array.from([...head.map(({ score }) => score), ...rest.map((row) => list.scores[row]!)]),
    folded: Int32Array.from([...head.map(({ folded }) => folded), ...rest.map((row) => list.folded[row]!)]),
    members: Int32Array.from(members),
    memberStarts: Int32Array.from(memberStarts),
  };
}

/** For each row of the head the row of the new list that holds its crop, or crops that were folded with it; -1 for none. */
function rowsOfHead(
  groups: Pick<CropGroups, 'tracks' | 'media'>,
  list: RankedList,
  head: readonly StoredResult[],
  foldTracks: boolean,
): number[] {
  const wanted = new Map<string, number>();
  const keys = (cropId: number): string[] => [
    `crop ${cropId}`,
    `media ${groups.media[cropId] ?? 0}`,
    ...(foldTracks && groups.tracks[cropId] ? [`track ${groups.tracks[cropId]}`] : []),
  ];
  for (const { cropId } of head) for (const key of keys(cropId)) wanted.set(key, -1);
  for (let row = 0; row < list.cropIds.length; row++)
    for (const cropId of membersOf(list, row))
      for (const key of keys(cropId)) if (wanted.get(key) === -1) wanted.set(key, row);
  return head.map(({ cropId }) => {
    for (const key of keys(cropId)) if (wanted.get(key) !== -1) return wanted.get(key)!;
    return -1;
  });
}
