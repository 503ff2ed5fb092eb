/**
 * Rows with what is known of their scores: of each its number, a lower bound, an approximation and an upper
 * bound, one row after the other.
 */
export type BoundedRows = Float64Array<ArrayBuffer>;

/** Numbers of one row in `BoundedRows`, and their order. */
export const bounded = { row: 0, lower: 1, approximate: 2, upper: 3, length: 4 } as const;

/**
 * Collects the rows that can still be among the `k` best. One whose upper bound lies below `threshold` need
 * not be offered: `k` rows are known to be better.
 */
export class BestRows {
  /** The `k`-th largest lower bound so far, -Infinity before there are `k`. */
  threshold = -Infinity;
  readonly #k: number;
  /** The `k` largest lower bounds: a heap with the smallest first. */
  readonly #lower: Float64Array;
  #held = 0;
  #collected: BoundedRows = new Float64Array(1024 * bounded.length);
  #end = 0;
  /** When so much is collected, what lies below the threshold is thrown out. */
  #tidyAt: number;

  constructor(k: number) {
    this.#k = k;
    this.#lower = new Float64Array(k);
    this.#tidyAt = Math.max(4096, 4 * k) * bounded.length;
  }

  offer(row: number, lower: number, approximate: number, upper: number): void {
    if (this.#end === this.#collected.length) {
      const grown = new Float64Array(this.#end * 2);
      grown.set(this.#collected);
      this.#collected = grown;
    }
    const at = this.#end;
    this.#collected[at + bounded.row] = row;
    this.#collected[at + bounded.lower] = lower;
    this.#collected[at + bounded.approximate] = approximate;
    this.#collected[at + bounded.upper] = upper;
    this.#end += bounded.length;
    if (this.#held < this.#k) this.#push(lower);
    else if (lower > this.threshold) this.#replaceSmallest(lower);
    if (this.#end >= this.#tidyAt) {
      this.#end = keepReaching(this.#collected.subarray(0, this.#end), this.threshold);
      this.#tidyAt = Math.max(this.#tidyAt, this.#end * 2);
    }
  }

  /** What was offered and reaches the threshold. */
  take(): BoundedRows {
    return this.#collected.slice(0, keepReaching(this.#collected.subarray(0, this.#end), this.threshold));
  }

  #push(lower: number): void {
    const heap = this.#lower;
    let at = this.#held++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]! <= lower) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = lower;
    if (this.#held === this.#k) this.threshold = heap[0]!;
  }

  #replaceSmallest(lower: number): void {
    const heap = this.#lower;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#k) break;
      if (child + 1 < this.#k && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= lower) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = lower;
    this.threshold = heap[0]!;
  }
}

/** The rows of several collections that can be among the `k` best of all. */
export function mergeBest(parts: readonly BoundedRows[], k: number): BoundedRows {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  const count = all.length / bounded.length;
  if (count <= k) return all;
  const lower = Float64Array.from({ length: count }, (_, i) => all[i * bounded.length + bounded.lower]!);
  return all.slice(0, keepReaching(all, lower.sort()[count - k]!));
}

/** Moves the rows whose upper bound is not below a number to the front. @returns where they end. */
function keepReaching(rows: Float64Array, least: number): number {
  let end = 0;
  for (let at = 0; at < rows.length; at += bounded.length) {
    if (rows[at + bounded.upper]! < least) continue;
    rows.copyWithin(end, at, at + bounded.length);
    end += bounded.length;
  }
  return end;
}
