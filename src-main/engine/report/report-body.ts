import { firstOf } from './pages.ts';
import type { MarkedCrop, ReportedSearch, ReportModel, ReportRow } from './schema.ts';

/**
 * Rows of each list, and marked crops, that HTML and PDF show in full: some 150 pages, and what a tagged
 * PDF of them takes in memory until it is complete. What is longer is whole in report.json and
 * report.csv, and the documents say so.
 */
export const shownRows = 500;

/** Rows of all lists together, when there are several: each has its share of them, and never fewer than 100. */
const shownTogether = 2000;

/** Rows of each list that HTML and PDF show in full. @param searches how many lists the report has. */
export function rowsShown(searches: number): number {
  return Math.min(shownRows, Math.max(100, Math.floor(shownTogether / Math.max(1, searches))));
}

/** A search whose lists are read while they are written, however long they are. */
export interface ReportBodySearch extends Omit<ReportedSearch, 'rows' | 'marked'> {
  rows: Iterable<ReportRow>;
  marked: Iterable<MarkedCrop>;
}

/** A whole report. Its lists can be gone through again and say the same each time. */
export interface ReportBody extends Omit<ReportModel, 'searches'> {
  searches: readonly ReportBodySearch[];
}

/** The report with the first rows of each list only; `listed` still says how many there are. */
export function shownPart(body: ReportBody, rows = rowsShown(body.searches.length)): ReportModel {
  return {
    ...body,
    searches: body.searches.map((search) => ({
      ...search,
      rows: firstOf(search.rows, rows),
      marked: firstOf(search.marked, rows),
    })),
  };
}

/** An original that lies beside the report. */
export interface ListedOriginal {
  /** Its file, relative to the report. */
  file: string;
  cropId: number;
  sha256: string;
  bytes: number;
  fileName: string;
}

/** The originals of all listed crops, in the order of the lists; one that several lists name comes several times. */
export function* listedOriginals(body: Pick<ReportBody, 'searches'>): Generator<ListedOriginal> {
  for (const { rows, marked } of body.searches) {
    for (const list of [rows, marked]) {
      for (const { file, id, sha256, bytes, fileName } of list)
        if (file !== null) yield { file, cropId: id, sha256, bytes, fileName };
    }
  }
}
