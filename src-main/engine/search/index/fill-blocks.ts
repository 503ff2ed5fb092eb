import { codeBlock } from './coding.ts';
import { tidyDuringJob } from './collect-garbage.ts';
import { allFinite } from './finite.ts';
import { controlField, type LoadJob, type LoadResult, type SealJob } from './jobs.ts';
import { takeBlock, type BlockPart } from './take-block.ts';
import type { ThreadIndex } from './thread-index.ts';

/** Fills blocks from the case until none is left. */
export function loadBlocks(index: ThreadIndex, { control, blocks, rows }: LoadJob): LoadResult {
  const result: LoadResult = { damaged: [], recoded: [] };
  const { codedRows, dimensions, slotBytes } = index.shape;
  for (let part; (part = takeBlock(control, blocks));) {
    index.source?.tidy(tidyDuringJob);
    const live = rowsOf(part, rows);
    if (!part.coded) {
      result.damaged.push(...readVectors(index, part, live, index.vectorsIn(part.slot)));
      continue;
    }
    const stored = new Uint8Array(index.buffer, index.addressOf(part.slot), slotBytes);
    if (index.source?.readCodes(part.firstRow / codedRows, stored)) continue;
    const vectors = new Float32Array(codedRows * dimensions);
    result.damaged.push(...readVectors(index, part, live, vectors));
    codeBlock([vectors], live, index.shape, index.codesIn(part.slot));
    result.recoded.push(part.firstRow);
  }
  return result;
}

/** Codes blocks of vectors into one. */
export function sealBlocks(index: ThreadIndex, { control, from, to, rows }: SealJob): void {
  // One thread does it; the others find that it is taken.
  if (Atomics.add(control, controlField.next, 1) > 0 || rows.length === 0) return;
  codeBlock(
    from.map((slot) => index.vectorsIn(slot)),
    rows,
    index.shape,
    index.codesIn(to),
  );
}

/** The rows of a part that hold a crop, counted from the first of the block. */
function rowsOf(part: BlockPart, rows: Int32Array | null): Int32Array {
  return Int32Array.from({ length: part.to - part.from }, (_, i) =>
    rows ? rows[part.from + i]! - part.firstRow : i,
  );
}

/**
 * Reads vectors into their places in a block.
 * @returns rows that cannot be read or are not made of numbers; zeros stand in their places.
 */
function readVectors(
  { source, shape: { dimensions } }: ThreadIndex,
  part: BlockPart,
  live: Int32Array,
  into: Float32Array,
): number[] {
  const read = new Float32Array(live.length * dimensions);
  const unread = new Set(
    source?.read(
      live.map((row) => part.firstRow + row),
      read,
    ),
  );
  const damaged: number[] = [];
  for (let i = 0; i < live.length; i++) {
    const vector = read.subarray(i * dimensions, (i + 1) * dimensions);
    if (unread.has(i) || !allFinite(vector)) {
      vector.fill(0);
      damaged.push(part.firstRow + live[i]!);
    }
    into.set(vector, live[i]! * dimensions);
  }
  return damaged;
}
