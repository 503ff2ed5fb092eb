import { DescryError } from '../errors.ts';
import type { AvoidTerm, RankingQuery } from './exact-score.ts';

/**
 * How strongly a phrase to avoid counts against a crop. The published systems have no such term; the
 * form is `score(query) - lambda * max(0, score(phrase) - mean score of the phrase over the gallery)`,
 * and 1 is our choice: a crop that shows the phrase loses as much as it would gain had the phrase been
 * asked for. Crops at or below the gallery's mean lose nothing.
 */
export const avoidStrength = 1;

export interface WeightedVector {
  weight: number;
  vector: Float64Array;
}

/** Everything numeric about a query, kept with the search so that a re-run needs no model. */
export interface QueryVectors {
  dimensions: number;
  statements: WeightedVector[];
  /** The stored vectors of the example crops. */
  like: WeightedVector[];
  /** `background` is the phrase's mean score over the whole gallery of the time. */
  avoid: AvoidTerm[];
}

/**
 * What crops are scored against. Statements and examples are averaged by weight:
 * `score = sum(w * score of the part) / sum(w)`, which is one dot product with the mean vector.
 */
export function rankingQuery(vectors: QueryVectors): RankingQuery {
  const parts = [...vectors.statements, ...vectors.like];
  const total = parts.reduce((sum, part) => sum + part.weight, 0);
  const mean = new Float64Array(vectors.dimensions);
  for (const part of parts) {
    const share = part.weight / total;
    for (let d = 0; d < mean.length; d++) mean[d]! += share * part.vector[d]!;
  }
  return { vector: mean, avoid: vectors.avoid };
}

const layoutVersion = 1;
const headerLength = 5;

/**
 * All numbers of a query as little-endian float64: layout version, dimensions, counts of statements,
 * examples and phrases to avoid; then of each statement and example the weight and vector, and of each
 * phrase to avoid the background, strength and vector.
 */
export function encodeQueryVectors(query: QueryVectors): Buffer {
  const numbers = [
    layoutVersion,
    query.dimensions,
    query.statements.length,
    query.like.length,
    query.avoid.length,
  ];
  for (const part of [...query.statements, ...query.like]) numbers.push(part.weight, ...part.vector);
  for (const term of query.avoid) numbers.push(term.background, term.strength, ...term.vector);
  return Buffer.from(Float64Array.from(numbers).buffer);
}

/** @throws DescryError `case-damaged` when the stored numbers do not fit together. */
export function decodeQueryVectors(bytes: Uint8Array): QueryVectors {
  // A copy, since a Buffer from SQLite need not start at a multiple of 8.
  const numbers = new Float64Array(
    Uint8Array.from(bytes.subarray(0, bytes.byteLength - (bytes.byteLength % 8))).buffer,
  );
  const [version, dimensions = 0, statements = 0, like = 0, avoid = 0] = numbers;
  const expected = headerLength + (statements + like) * (1 + dimensions) + avoid * (2 + dimensions);
  if (
    version !== layoutVersion ||
    numbers.length !== expected ||
    bytes.byteLength % 8 !== 0 ||
    !numbers.every(Number.isFinite)
  ) {
    throw new DescryError(
      'case-damaged',
      'The stored query of this search is damaged. Check the case with "descry verify".',
      { bytes: bytes.byteLength },
    );
  }
  let at = headerLength;
  const take = (count: number): Float64Array => numbers.slice(at, (at += count));
  const weighted = (): WeightedVector => ({ weight: take(1)[0]!, vector: take(dimensions) });
  return {
    dimensions,
    statements: Array.from({ length: statements }, weighted),
    like: Array.from({ length: like }, weighted),
    avoid: Array.from({ length: avoid }, () => ({
      background: take(1)[0]!,
      strength: take(1)[0]!,
      vector: take(dimensions),
    })),
  };
}

/**
 * The largest change of any crop's score that a fresh embedding of the texts could make: for crop
 * vectors of length 1 the Euclidean distance between the stored and the fresh vector.
 */
export function largestDifference(stored: readonly Float64Array[], fresh: readonly Float64Array[]): number {
  return stored.reduce((largest, vector, i) => {
    const difference = vector.map((number, d) => number - fresh[i]![d]!);
    return Math.max(largest, Math.sqrt(difference.reduce((sum, number) => sum + number * number, 0)));
  }, 0);
}
