import { chunkRows } from './block-shape.ts';
import { tidyDuringJob } from './collect-garbage.ts';
import type { ScoreJob } from './jobs.ts';
import { takeBlock, writeRows } from './take-block.ts';
import type { ThreadIndex } from './thread-index.ts';

/** Computes exact scores block by block until none is left, from memory or from the case. */
export function scoreRows(index: ThreadIndex, { query, blocks, rows, scores, control }: ScoreJob): void {
  const { scratch, shape } = index;
  for (let part; (part = takeBlock(control, blocks));) {
    index.source?.tidy(tidyDuringJob);
    for (let from = part.from; from < part.to; from += chunkRows) {
      const list = index.rowList(part.to - from);
      const chunk = scores.subarray(from, from + list.length);
      if (!part.coded) {
        writeRows(list, rows, part, from);
        index.score(index.addressOf(part.slot), list.length, query, chunk);
        continue;
      }
      const vectors = new Float32Array(index.buffer, scratch.vectors, list.length * shape.dimensions);
      const unread = index.source?.read(rows.subarray(from, from + list.length), vectors) ?? [];
      for (let i = 0; i < list.length; i++) list[i] = i;
      index.score(scratch.vectors, list.length, query, chunk);
      for (const place of unread) chunk[place] = NaN;
    }
  }
}
