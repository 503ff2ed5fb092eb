import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { sha256 } from '../../case/schema.ts';
import { reportedSearch } from '../../report/schema.ts';

/** What of a row is checked; the rest is the report's own business. */
export const checkedRow = z.object({
  id: z.int(),
  rank: z.int().nullable(),
  score: z.number().nullable(),
  folded: z.int().optional(),
  verdict: z.string().nullable(),
  sha256,
  bytes: z.int(),
  fileName: z.string(),
  file: z.string().nullable(),
});
export type CheckedRow = z.infer<typeof checkedRow>;

export type ListName = 'rows' | 'marked';

/** Members of a search besides its lists: a bundle's file of the search says them again. */
export const searchMembers = Object.keys(reportedSearch.omit({ rows: true, marked: true }).shape);

/** One search as report.json has it, each row in short: what tells two rows apart, not what they hold. */
export interface ListedSearch {
  id: number | undefined;
  /** Fingerprints of its members. */
  members: Map<string, string>;
  /** Fingerprints of its rows as CSV and as a search's own file have them. */
  rows: { csv: string; own: string }[];
  /** The same of its marked crops, which only CSV has again. */
  marked: { csv: string }[];
}

/** The searches of a report in their order, as far as other files are held against them. */
export class ListedSearches {
  readonly #searches = new Map<number, ListedSearch>();

  /** @param place of the search in the report, from 0. */
  at(place: number): ListedSearch {
    let search = this.#searches.get(place);
    if (!search)
      this.#searches.set(place, (search = { id: undefined, members: new Map(), rows: [], marked: [] }));
    return search;
  }

  *[Symbol.iterator](): Generator<ListedSearch> {
    for (const place of [...this.#searches.keys()].sort((a, b) => a - b)) yield this.#searches.get(place)!;
  }

  add(place: number, list: ListName, row: CheckedRow): void {
    const search = this.at(place);
    const csv = csvFingerprint({ ...row, list });
    if (list === 'rows') search.rows.push({ csv, own: resultFingerprint({ ...row, cropId: row.id }) });
    else search.marked.push({ csv });
  }
}

/** What a row of CSV repeats of the report; a score has four decimals there. */
export function csvFingerprint(row: {
  list: ListName;
  id: number;
  rank: number | null;
  score: number | null;
  verdict: string | null;
  sha256: string;
  file: string | null;
}): string {
  const { list, id, rank, score, verdict, sha256: hash, file } = row;
  // Rounded before it is written, so that a little less than nothing has no sign.
  const printed = score === null ? null : Number(score.toFixed(4)).toFixed(4);
  return fingerprint([list, id, rank, printed, verdict, hash, file]);
}

/** What a row of a search's own file repeats of the report. */
export function resultFingerprint(row: {
  rank: number | null;
  score: number | null;
  cropId: number;
  folded?: number | undefined;
  sha256: string;
  fileName: string;
  file: string | null;
}): string {
  const { rank, score, cropId, folded, sha256: hash, fileName, file } = row;
  return fingerprint([rank, score, cropId, folded ?? null, hash, fileName, file]);
}

/** Short enough to keep for each of very many rows: 96 bits of the SHA-256 of its canonical JSON. */
export function fingerprint(value: unknown): string {
  return createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('base64')
    .slice(0, 16);
}
