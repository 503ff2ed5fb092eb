import type { OpenCase } from '../case/open-case.ts';
import { ReviewRepository } from '../case/repositories/review-repository.ts';
import { membersOf, type RankedList } from './ranked-list.ts';
import type { ScoreDistribution, SearchRecord } from './schema.ts';

export interface ReportedRow {
  rank: number;
  cropId: number;
  /** Exact float64 score, recomputed from the stored vectors. */
  score: number;
  folded: number;
}

/** What a report says about a search. */
export interface ReportData {
  search: SearchRecord;
  distribution: ScoreDistribution;
  /** The list from rank 1 to the cut-off. */
  rows: ReportedRow[];
  /**
   * Crops with a verdict, note or tag that do not stand for one of `rows`: below the cut-off, or folded
   * into a row. Each with its own score and the rank of its row, in the order of rank.
   */
  marked: ReportedRow[];
  /** The scores of all rows of the list, from rank 1. */
  scores: Float64Array;
}

/** @param scoresOf exact scores of searched crops, ids ascending. */
export function collectReportData(
  openCase: OpenCase,
  search: SearchRecord,
  distribution: ScoreDistribution,
  list: RankedList,
  rows: number,
  scoresOf: (cropIds: Int32Array) => Float64Array,
): ReportData {
  const shown = Array.from(list.cropIds.subarray(0, rows), (cropId, row) => ({
    rank: row + 1,
    cropId,
    score: list.scores[row]!,
    folded: list.folded[row]!,
  }));
  const standsForRow = new Set(shown.map(({ cropId }) => cropId));
  const marked = new Set(
    new ReviewRepository(openCase.db)
      .marked({ where: '1', parameters: [] }, { offset: 0, limit: Number.MAX_SAFE_INTEGER })
      .cropIds.filter((cropId) => !standsForRow.has(cropId)),
  );
  const rowsOfMarked = new Map<number, number>();
  for (let row = 0; row < list.cropIds.length && rowsOfMarked.size < marked.size; row++) {
    for (const cropId of membersOf(list, row)) if (marked.has(cropId)) rowsOfMarked.set(cropId, row);
  }
  const ids = Int32Array.from(rowsOfMarked.keys()).sort();
  const scores = scoresOf(ids);
  return {
    search,
    distribution,
    rows: shown,
    marked: Array.from(ids, (cropId, i) => {
      const row = rowsOfMarked.get(cropId)!;
      return { rank: row + 1, cropId, score: scores[i]!, folded: list.folded[row]! };
    }).sort((a, b) => a.rank - b.rank || b.score - a.score || a.cropId - b.cropId),
    scores: list.scores,
  };
}
