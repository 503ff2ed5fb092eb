import type { RankingQuery } from '../exact-score.ts';
import type { BlockShape } from './block-shape.ts';
import type { BoundedRows } from './best-rows.ts';

/** Where the vectors of one model lie in a case. */
export interface VectorSource {
  /** The case's database. */
  file: string;
  /** Of an encrypted case: 64 hexadecimal digits. */
  key?: string | undefined;
  modelId: number;
}

/** An index as a thread comes to know it. */
export interface IndexHandle {
  id: number;
  memory: WebAssembly.Memory;
  shape: BlockShape;
  /** Address of the first slot. */
  slots: number;
  /** Where rows that are held as codes are read; null when all are held as they are. */
  source: VectorSource | null;
}

/** Numbers of one block in a table of blocks, and their order. */
export const blockField = { slot: 0, coded: 1, firstRow: 2, from: 3, to: 4, length: 5 } as const;

/**
 * Blocks to go through. Of block `b`, the places `from` to `to` of the rows searched lie in it; they are the
 * rows `rows[place]`, ascending, or with null the rows from `firstRow` on.
 */
export interface SearchedRows {
  blocks: Int32Array;
  /** Over shared memory. */
  rows: Int32Array | null;
  count: number;
}

/** Where threads take their next piece of work from, and see that it is not wanted any more; shared. */
export const controlField = { next: 0, cancelled: 1, length: 2 } as const;

interface Job {
  index: number;
  control: Int32Array;
}

/** Bounds the score of every row searched and keeps those that can be among the best of each query. */
export interface ScanJob extends Job, SearchedRows {
  type: 'scan';
  queries: readonly RankingQuery[];
  k: number;
  /** For the first query: takes an approximate score for each place, and the worst row is looked for; shared. */
  approximations: Float32Array | null;
}

export interface ScanResult {
  /** For each query the rows that can be among its best, as far as this thread has seen. */
  best: BoundedRows[];
  /** Rows that can have the lowest score, with the signs of their bounds turned. */
  worst: BoundedRows | null;
  /** The most that an approximation can be off. */
  largestError: number;
}

/** Computes exact scores of rows, given in ascending order. */
export interface ScoreJob extends Job, SearchedRows {
  type: 'score';
  query: RankingQuery;
  rows: Int32Array;
  /** One for each of `rows`; shared. NaN for a row that cannot be read. */
  scores: Float64Array;
}

/** Codes the rows of several blocks of vectors into one block of codes. */
export interface SealJob extends Job {
  type: 'seal';
  /** Slots, in the order of their rows. */
  from: readonly number[];
  to: number;
  /** Rows that hold a crop, counted from the first. */
  rows: readonly number[];
}

/** Fills blocks from the case: codes as they are stored, or made from the vectors where they are not. */
export interface LoadJob extends Job, SearchedRows {
  type: 'load';
}

export interface LoadResult {
  /** Rows that hold a crop and whose vectors are damaged. */
  damaged: number[];
  /** First rows of blocks whose codes were not stored or are damaged, and were made anew. */
  recoded: number[];
}

export type SearchJob = ScanJob | ScoreJob | SealJob | LoadJob;

/** What a search thread is started with. */
export interface ThreadSetup {
  /** The compiled kernel; null for the one in JavaScript. */
  module: WebAssembly.Module | null;
  /** Its number, from 0. */
  thread: number;
}

/** What the engine's thread says to a search thread. */
export type ThreadMessage =
  | { type: 'attach'; handle: IndexHandle }
  | { type: 'detach'; index: number }
  | { type: 'job'; job: SearchJob };

/** A search thread's answer to each message, in order. */
export type ThreadAnswer =
  { ok: true; result: ScanResult | LoadResult | null } | { ok: false; message: string };
