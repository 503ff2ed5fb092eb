import { afterAll, beforeAll, expect, it } from 'vitest';
import { rowsPerCodeBlock } from '../../../../src-main/engine/search/index/block-shape.ts';
import { SearchThreads } from '../../../../src-main/engine/search/index/search-threads.ts';
import { exactScore, type RankingQuery } from '../../../../src-main/engine/search/exact-score.ts';
import { ScratchCase } from './scratch-case.ts';

const dimensions = 512;
/** Two blocks of codes, and some vectors behind them. */
const crops = 2 * rowsPerCodeBlock + 700;
let threads: SearchThreads;
let scratch: ScratchCase;
let vectors: Float32Array;

beforeAll(async () => {
  threads = await SearchThreads.start(2);
  scratch = new ScratchCase(dimensions);
  // People of eight crops each, about a common mean.
  vectors = new Float32Array(crops * dimensions).map((_, i) => {
    const [crop, d] = [Math.floor(i / dimensions), i % dimensions];
    return (
      (Math.sin(d) + Math.sin((crop >> 3) * 37 + d * d) + 0.5 * Math.sin(crop * 91 + d * 13 + d * d)) / 28
    );
  });
  scratch.stored.append(
    Array.from({ length: crops }, (_, i) => i + 1),
    vectors,
  );
});
afterAll(async () => {
  await scratch.dispose();
  await threads.close();
});

function query(number: number): RankingQuery {
  const vector = Float64Array.from({ length: dimensions }, (_, d) => Math.sin(number * 37 + d * d) / 16);
  const other = vector.map((x, d) => x + Math.cos(d) / 32);
  return { vector, avoid: number % 2 ? [{ vector: other, background: 0.05, strength: 1 }] : [] };
}

function scoreOf({ vector, avoid }: RankingQuery, cropId: number): number {
  const offset = (cropId - 1) * dimensions;
  let score = exactScore(vector, vectors, offset);
  for (const term of avoid)
    score -= term.strength * Math.max(0, exactScore(term.vector, vectors, offset) - term.background);
  return score;
}

function best(asked: RankingQuery, cropIds: Int32Array, k: number): [number, number][] {
  return Array.from(cropIds, (cropId): [number, number] => [cropId, scoreOf(asked, cropId)])
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, k);
}

it('gives the right lists with blocks of the stored size', { timeout: 60_000 }, async () => {
  const index = await scratch.open(threads, dimensions, { codedRows: rowsPerCodeBlock });
  const all = index.present(null);
  const filters = [
    all,
    all.filter((cropId) => cropId % 100 === 3),
    all.filter((cropId) => cropId > 4000 && cropId < 4600),
    all.filter((cropId) => cropId % 3 !== 1),
  ];
  for (const [i, filter] of filters.entries()) {
    const asked = query(i);
    const found = await index.search(asked, i === 0 ? null : filter, 40, { survey: true });
    expect(Array.from(found.cropIds, (cropId, place) => [cropId, found.scores[place]])).toEqual(
      best(asked, filter, 40),
    );
    const scores = Array.from(filter, (cropId) => scoreOf(asked, cropId));
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    const { counts, minimum, largestError } = found.survey!;
    expect(minimum).toBe(Math.min(...scores));
    expect(largestError).toBeGreaterThan(0);
    expect(largestError).toBeLessThan(0.1);
    // The errors of many scores cancel out.
    expect(Math.abs(counts.mean - mean)).toBeLessThan(largestError / 20);
    const middle = scores.sort((a, b) => a - b)[Math.floor(scores.length / 2)]!;
    expect(Math.abs(counts.quantile(0.5) - middle)).toBeLessThan(largestError);
  }
});
