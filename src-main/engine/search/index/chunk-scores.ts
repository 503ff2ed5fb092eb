import type { AvoidTerm, RankingQuery } from '../exact-score.ts';
import { lessAvoided } from './avoided.ts';
import { chunkRows, type CodedBlock } from './block-shape.ts';
import { scoresStride, type ChunkScores } from './chunk-lists.ts';
import { boundsFor, type Bounds } from './score-bounds.ts';
import type { ThreadIndex } from './thread-index.ts';

const dotsStride = chunkRows * 4;

/** Works out scores of the rows in a thread's row list. */
export interface BlockScorer {
  /** To be called once for each list of rows, before `query`. */
  begin(count: number): void;
  /** Fills in the thread's scores. @returns the most by which an approximation is off. */
  query(number: number): number;
}

/** Scores of a block whose vectors lie in memory: exact ones. */
export function vectorScorer(
  index: ThreadIndex,
  slot: number,
  queries: readonly RankingQuery[],
): BlockScorer {
  const vectors = index.addressOf(slot);
  const { lower, approximate, upper } = index.scores;
  let count = 0;
  return {
    begin(rows) {
      count = rows;
    },
    query(number) {
      index.score(vectors, count, queries[number]!, approximate);
      lower.set(approximate);
      upper.set(approximate);
      return 0;
    },
  };
}

/** Scores of a block that lies in memory as codes: bounds, all vectors of all queries being multiplied at once. */
export function codeScorer(index: ThreadIndex, slot: number, queries: readonly RankingQuery[]): BlockScorer {
  const block = index.codesIn(slot);
  const vectors = queries.flatMap(({ vector, avoid }) => [vector, ...avoid.map((term) => term.vector)]);
  const bounds = vectors.map((vector, i) => boundsFor(vector, block, index.shape, codedQuery(index, i)));
  const firstOf: number[] = [];
  let next = 0;
  for (const { avoid } of queries) {
    firstOf.push(next);
    next += 1 + avoid.length;
  }
  let count = 0;
  const bound = (vector: number, scores: ChunkScores): number =>
    boundScores(index, block, vector, count, bounds[vector]!, scores);
  return {
    begin(rows) {
      count = rows;
      multiply(index, index.addressOf(slot), count, vectors.length);
    },
    query(number) {
      const first = firstOf[number]!;
      let error = bound(first, index.scores);
      queries[number]!.avoid.forEach((term, i) => {
        bound(first + 1 + i, index.avoided);
        error = avoid(index.scores, index.avoided, term, count);
      });
      return error;
    },
  };
}

function codedQuery({ buffer, scratch, shape }: ThreadIndex, number: number): Int16Array {
  return new Int16Array(buffer, scratch.codedQueries + number * shape.pitch * 2, shape.pitch);
}

function multiply(
  { kernel, scratch, shape }: ThreadIndex,
  codes: number,
  count: number,
  vectors: number,
): void {
  const { pitch } = shape;
  for (let i = 0; i < vectors;) {
    const query = scratch.codedQueries + i * pitch * 2;
    const out = scratch.dots + i * dotsStride;
    // Three or four at once cost less than one after the other; what lies behind the third is multiplied for nothing.
    if (vectors - i >= 3) {
      kernel.dot4(codes, scratch.rows, count, query, pitch, out, dotsStride);
      i += 4;
    } else {
      kernel.dot(codes, scratch.rows, count, query, pitch, out);
      i++;
    }
  }
}

function boundScores(
  { kernel, scratch }: ThreadIndex,
  { steps, errors }: CodedBlock,
  vector: number,
  count: number,
  { base, factor, perStep, perError, always }: Bounds,
  scores: ChunkScores,
): number {
  const dots = scratch.dots + vector * dotsStride;
  return kernel.bound(
    dots,
    scratch.rows,
    count,
    steps.byteOffset,
    errors.byteOffset,
    base,
    factor,
    perStep,
    perError,
    always,
    scores.address,
    scoresStride,
  );
}

/** @returns the most by which an approximation is off afterwards. */
function avoid(
  { lower, approximate, upper }: ChunkScores,
  avoided: ChunkScores,
  term: AvoidTerm,
  count: number,
): number {
  let largest = 0;
  const [least, most] = term.strength < 0 ? [avoided.upper, avoided.lower] : [avoided.lower, avoided.upper];
  for (let i = 0; i < count; i++) {
    lower[i] = lessAvoided(lower[i]!, most[i]!, term);
    approximate[i] = lessAvoided(approximate[i]!, avoided.approximate[i]!, term);
    upper[i] = lessAvoided(upper[i]!, least[i]!, term);
    largest = Math.max(largest, upper[i]! - approximate[i]!, approximate[i]! - lower[i]!);
  }
  return largest;
}
