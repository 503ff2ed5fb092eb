/**
 * How long one search takes: 10,000 crops, vectors of the built-in model's length, top 100.
 * Run with `node test/bench/search.ts [crops]`. The plain loop is the floor of what plain JavaScript does:
 * float32 query, one sum, no order. "Sentence to rows" is the whole way through the search service:
 * embedding the words, ranking, folding, storing the search, and the first page.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddingStore } from '../../src-main/engine/inference/embedding-store.ts';
import { ModelLibrary } from '../../src-main/engine/inference/model-library.ts';
import { BlockIndex } from '../../src-main/engine/search/index/block-index.ts';
import { sharedSearchThreads } from '../../src-main/engine/search/index/search-threads.ts';
import { searchQuery } from '../../src-main/engine/search/schema.ts';
import { SearchService } from '../../src-main/engine/search/search-service.ts';
import { CaseFixture } from '../unit/search/case-fixture.ts';

const crops = Number(process.argv[2] ?? 10_000);
const runs = 200;
const folder = mkdtempSync(join(tmpdir(), 'descry-bench-'));
const library = new ModelLibrary({
  folders: [join(import.meta.dirname, '..', '..', 'models')],
  userFolder: folder,
});
const model = await library.load();
const { dimensions } = model;

const vectors = new Float32Array(crops * dimensions).map(
  () => (Math.random() - 0.5) * Math.sqrt(12 / dimensions),
);
const ids = Int32Array.from({ length: crops }, (_, i) => i + 1);
const threads = await sharedSearchThreads();
const index = await BlockIndex.open({ threads, dimensions, source: null });
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

async function measure(name: string, run: (i: number) => unknown): Promise<void> {
  const times: number[] = [];
  for (let i = -20; i < runs; i++) {
    const started = performance.now();
    await run(i);
    if (i >= 0) times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => times[Math.floor(share * (runs - 1))]!.toFixed(2).padStart(8);
  console.log(`${name.padEnd(34)} p50 ${at(0.5)} ms   p95 ${at(0.95)} ms`);
}

console.log(
  `${crops.toLocaleString('en')} crops x ${dimensions}, ${runs} runs, ${cpus()[0]?.model ?? 'unknown CPU'}`,
);
await measure('exact search, top 100', () => index.search({ vector: query(), avoid: [] }, null, 100));
await measure('exact search, a phrase to avoid', () => {
  const avoid = [{ vector: query(), background: 0, strength: 1 }];
  return index.search({ vector: query(), avoid }, null, 100);
});
await measure('exact search, filter keeps 1 %', () =>
  index.search({ vector: query(), avoid: [] }, onePercent, 100),
);
await measure('plain float32 loop, scores only', () => plainLoop(Float32Array.from(query())));

const fixture = new CaseFixture();
try {
  const { openCase } = fixture;
  const cropIds = fixture.add(
    Array.from(ids, (i) => ({ camera: `Camera ${i % 12}`, track: `${i >> 3}`, time: i * 10_000 })),
  );
  const embeddings = new EmbeddingStore(openCase.db);
  embeddings.append(embeddings.ensureModel(model.summary, model.manifest), cropIds, vectors);
  const search = new SearchService({
    openCase,
    withModel: (work) => work(model),
    embeddings,
    appVersion: 'bench',
  });
  const colours = ['red', 'blue', 'green', 'black', 'white', 'grey', 'brown', 'yellow', 'pink', 'orange'];
  const colour = (i: number): string => colours[((i % 10) + 10) % 10]!;
  const sentence = (i: number): string =>
    `man in a ${colour(i)} jacket, ${colour(Math.floor(i / 10))} trousers, carrying a ${colour(Math.floor(i / 100))} bag`;
  await measure('sentence to rows', (i) =>
    search.run(searchQuery.parse({ statements: [{ text: sentence(i) }] }), 100),
  );
  const { search: last } = await search.run(searchQuery.parse({ statements: [{ text: 'red' }] }), 1);
  await measure('a page of 100 rows', (i) =>
    search.rows(last.id, { offset: (Math.abs(i) * 97) % last.rows, limit: 100 }, 'rank'),
  );
  await measure('facets', () => search.facets({}, 96));
} finally {
  fixture.dispose();
  await model.dispose();
  rmSync(folder, { recursive: true, force: true });
}
