/**
 * How long one search takes in the engine: 10,000 crops, vectors of the built-in model's length, top 100.
 * Run with `node test/bench/search.ts [crops]`. The plain loop is the floor of what plain JavaScript does:
 * float32 query, one sum, no order.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ExactIndex } from '../../src-main/engine/search/exact-index.ts';

const crops = Number(process.argv[2] ?? 10_000);
const runs = 200;
const root = join(import.meta.dirname, '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'models', 'descry-s', 'pack.json'), 'utf8')) as {
  embeddings: { dimensions: number }[];
};
const dimensions = manifest.embeddings.reduce((sum, embedding) => sum + embedding.dimensions, 0);

const vectors = new Float32Array(crops * dimensions).map(
  () => (Math.random() - 0.5) / Math.sqrt(dimensions / 12),
);
const ids = Int32Array.from({ length: crops }, (_, i) => i + 1);
const index = new ExactIndex(dimensions);
index.add(ids, vectors);
const onePercent = ids.filter((id) => id % 100 === 0);
const query = (): Float64Array => Float64Array.from({ length: dimensions }, () => Math.random() - 0.5);

function plainLoop(vector: Float32Array): Float32Array {
  const scores = new Float32Array(crops);
  for (let row = 0; row < crops; row++) {
    let sum = 0;
    for (let d = 0; d < dimensions; d++) sum += vector[d]! * vectors[row * dimensions + d]!;
    scores[row] = sum;
  }
  return scores;
}

function measure(name: string, run: () => unknown): void {
  for (let i = 0; i < 20; i++) run();
  const times = Array.from({ length: runs }, () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  }).sort((a, b) => a - b);
  const at = (share: number): string => times[Math.floor(share * (runs - 1))]!.toFixed(2).padStart(8);
  console.log(`${name.padEnd(34)} p50 ${at(0.5)} ms   p95 ${at(0.95)} ms`);
}

console.log(
  `${crops.toLocaleString('en')} crops x ${dimensions}, ${runs} runs, ${cpus()[0]?.model ?? 'unknown CPU'}, one thread`,
);
measure('exact search, top 100', () => index.search({ vector: query(), avoid: [] }, null, 100));
const avoid = [{ vector: query(), background: 0, strength: 1 }];
measure('exact search, a phrase to avoid', () => index.search({ vector: query(), avoid }, null, 100));
measure('exact search, filter keeps 1 %', () =>
  index.search({ vector: query(), avoid: [] }, onePercent, 100),
);
measure('plain float32 loop, scores only', () => plainLoop(Float32Array.from(query())));
