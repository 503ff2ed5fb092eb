import type { OpenCase } from '../case/open-case.ts';
import { ReviewRepository } from '../case/repositories/review-repository.ts';
import { membersOf, type RankedList } from './ranked-list.ts';
import type { ScoreDistribution, SearchRecord } from './schema.ts';
import type { ListSource } from './search-list.ts';

export interface ReportedRow {
  rank: number;
  cropId: number;
  /** Exact float64 score, recomputed from the stored vectors. */
  score: number;
  folded: number;
}

/** Rows below the cut-off that a report can name as neighbours of the last one. */
const rowsBelow = 10;

/** What a report says about a search. */
export interface ReportData {
  search: SearchRecord;
  distribution: ScoreDistribution;
  /** Crops that took part, ids ascending. */
  searched: Int32Array;
  /** The list from rank 1 to the cut-off. */
  rows: ListedRows;
  /**
   * Crops with a verdict, note or tag that do not stand for one of `rows`: below the cut-off, or folded
   * into a row. Each with its own score and the rank of its row, in the order of rank.
   */
  marked: ReportedRow[];
  /** The first rows below the cut-off. */
  below: ReportedRow[];
  /** The scores of all rows of the list, from rank 1. */
  scores: Float64Array;
}

/** The head of a ranked list, held as the list holds it: a row costs nothing until somebody looks at it. */
export class ListedRows implements Iterable<ReportedRow> {
  readonly length: number;
  readonly #list: Pick<RankedList, 'cropIds' | 'scores' | 'folded'>;

  /** @param rows at most as many as the list has. */
  constructor(list: Pick<RankedList, 'cropIds' | 'scores' | 'folded'>, rows: number) {
    this.#list = list;
    this.length = Math.min(rows, list.cropIds.length);
  }

  /** @param place from 0; undefined beyond the last row. */
  at(place: number): ReportedRow | undefined {
    if (place < 0 || place >= this.length) return undefined;
    const { cropIds, scores, folded } = this.#list;
    return { rank: place + 1, cropId: cropIds[place]!, score: scores[place]!, folded: folded[place]! };
  }

  *[Symbol.iterator](): Generator<ReportedRow> {
    for (let place = 0; place < this.length; place++) yield this.at(place)!;
  }
}

/** @throws DescryError `case-damaged` when a vector of the list cannot be read. */
export async function collectReportData(
  openCase: OpenCase,
  search: SearchRecord,
  distribution: ScoreDistribution,
  { source, list }: { source: ListSource; list: RankedList },
  rows: number,
): Promise<ReportData> {
  const listed = new ListedRows(list, rows);
  const marked = new Set(
    new ReviewRepository(openCase.db).marked(
      { where: '1', parameters: [] },
      { offset: 0, limit: Number.MAX_SAFE_INTEGER },
    ).cropIds,
  );
  for (const { cropId } of listed) marked.delete(cropId);
  const rowsOfMarked = new Map<number, number>();
  for (let row = 0; row < list.cropIds.length && rowsOfMarked.size < marked.size; row++) {
    for (const cropId of membersOf(list, row)) if (marked.has(cropId)) rowsOfMarked.set(cropId, row);
  }
  const ids = Int32Array.from(rowsOfMarked.keys()).sort();
  // The score of a crop that stands for its row is in the list; the crop itself may be gone.
  const folded = ids.filter((cropId) => list.cropIds[rowsOfMarked.get(cropId)!] !== cropId);
  const foldedScores = await source.useGallery(({ index }) => index.scores(source.query, folded));
  const scores = new Map(Array.from(folded, (cropId, i) => [cropId, foldedScores[i]!]));
  return {
    search,
    distribution,
    searched: source.searched(),
    rows: listed,
    marked: Array.from(ids, (cropId) => {
      const row = rowsOfMarked.get(cropId)!;
      const score = scores.get(cropId) ?? list.scores[row]!;
      return { rank: row + 1, cropId, score, folded: list.folded[row]! };
    }).sort((a, b) => a.rank - b.rank || b.score - a.score || a.cropId - b.cropId),
    below: [...new ListedRows(list, rows + rowsBelow)].slice(rows),
    scores: list.scores,
  };
}
