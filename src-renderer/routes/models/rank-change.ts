import type { PackComparison, ResultRow } from '../../../src-main/api/types.ts';

type List = PackComparison['lists'][number];

/** A row of one list, with its place in the other one. */
export interface ComparedRow {
  row: ResultRow;
  /** The same crop, or the same track where tracks are folded, has the same key in both lists. */
  key: string;
  /** Rank in the other list; null when it is not among its first rows. */
  otherRank: number | null;
}

/**
 * What two lists have in common. With tracks folded a row stands for its whole track: each model may
 * put another crop of it in front.
 */
export function keyOf(row: ResultRow, foldTracks: boolean): string {
  return foldTracks && row.track !== null ? `track ${row.camera ?? ''} ${row.track}` : `crop ${row.id}`;
}

/** Both lists with each row's place in the other. */
export function withRankChanges(
  left: List,
  right: List,
  foldTracks: boolean,
): [ComparedRow[], ComparedRow[]] {
  const ranks = (list: List): Map<string, number> => {
    const found = new Map<string, number>();
    for (const row of list.rows) {
      const key = keyOf(row, foldTracks);
      if (!found.has(key)) found.set(key, row.rank);
    }
    return found;
  };
  const compared = (list: List, other: ReadonlyMap<string, number>): ComparedRow[] =>
    list.rows.map((row) => {
      const key = keyOf(row, foldTracks);
      return { row, key, otherRank: other.get(key) ?? null };
    });
  return [compared(left, ranks(right)), compared(right, ranks(left))];
}
