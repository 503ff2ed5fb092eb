import { bounded, type BoundedRows } from './best-rows.ts';

/** Computes exact scores of rows, in their order. */
export type ScoreRows = (rows: number[]) => Promise<Float64Array>;

/**
 * Exact scores of all rows that can be among the `k` best, in two steps: first of those that can reach what
 * the `k`-th best seems to have, then, should it turn out to have less, of those that can reach that.
 * @param also rows that are to be scored besides.
 * @returns score by row.
 */
export async function exactBest(
  candidates: BoundedRows,
  k: number,
  also: readonly number[],
  scoreRows: ScoreRows,
): Promise<Map<number, number>> {
  const exact = new Map<number, number>();
  const likely: number[] = [];
  for (let at = 0; at < candidates.length; at += bounded.length) {
    const lower = candidates[at + bounded.lower]!;
    if (lower === candidates[at + bounded.upper]) exact.set(candidates[at + bounded.row]!, lower);
    likely.push(candidates[at + bounded.approximate]!);
  }
  const score = async (rows: Iterable<number>): Promise<void> => {
    const unknown = [...new Set(rows)].filter((row) => !exact.has(row));
    if (unknown.length === 0) return;
    const scores = await scoreRows(unknown);
    unknown.forEach((row, i) => exact.set(row, scores[i]!));
  };
  await score([...also, ...reaching(candidates, largest(likely, k))]);
  await score(reaching(candidates, largest(exact.values(), k)));
  return exact;
}

/** Rows whose upper bound is not below a score. */
function* reaching(candidates: BoundedRows, score: number): Generator<number> {
  for (let at = 0; at < candidates.length; at += bounded.length)
    if (!(candidates[at + bounded.upper]! < score)) yield candidates[at + bounded.row]!;
}

/** The `k`-th largest number, -Infinity when there are fewer. */
function largest(numbers: Iterable<number>, k: number): number {
  const ascending = Float64Array.from(numbers).sort();
  return ascending[ascending.length - k] ?? -Infinity;
}
