import { BestRows } from './best-rows.ts';
import { chunkRows } from './block-shape.ts';
import type { ChunkScores } from './chunk-lists.ts';
import { codeScorer, vectorScorer } from './chunk-scores.ts';
import type { ScanJob, ScanResult } from './jobs.ts';
import { takeBlock, writeRows } from './take-block.ts';
import type { ThreadIndex } from './thread-index.ts';

/** Goes through blocks until none is left. */
export function scan(index: ThreadIndex, job: ScanJob): ScanResult {
  const { queries, approximations } = job;
  const best = queries.map(() => new BestRows(job.k));
  const worst = approximations && new BestRows(1);
  let largestError = 0;
  for (let part; (part = takeBlock(job.control, job.blocks));) {
    const scorer = (part.coded ? codeScorer : vectorScorer)(index, part.slot, queries);
    for (let from = part.from; from < part.to; from += chunkRows) {
      const list = index.rowList(part.to - from);
      writeRows(list, job.rows, part, from);
      scorer.begin(list.length);
      for (let query = 0; query < queries.length; query++) {
        const error = scorer.query(query);
        keepBest(best[query]!, index, part.firstRow, list);
        if (query > 0 || !approximations || !worst) continue;
        largestError = Math.max(largestError, error);
        keepWorst(worst, index.scores, part.firstRow, list);
        approximations.set(index.scores.approximate.subarray(0, list.length), from);
      }
    }
  }
  return { best: best.map((rows) => rows.take()), worst: worst && worst.take(), largestError };
}

function keepBest(
  best: BestRows,
  { kernel, scratch, scores: { lower, approximate, upper }, places }: ThreadIndex,
  firstRow: number,
  list: Int32Array,
): void {
  const found = kernel.reaching(upper.byteOffset, list.length, best.threshold, scratch.places);
  for (let j = 0; j < found; j++) {
    const i = places[j]!;
    best.offer(firstRow + list[i]!, lower[i]!, approximate[i]!, upper[i]!);
  }
}

/** The lowest score is the highest with the sign turned. */
function keepWorst(
  worst: BestRows,
  { lower, approximate, upper }: ChunkScores,
  firstRow: number,
  list: Int32Array,
): void {
  for (let i = 0; i < list.length; i++) {
    if (-lower[i]! < worst.threshold) continue;
    worst.offer(firstRow + list[i]!, -upper[i]!, -approximate[i]!, -lower[i]!);
  }
}
