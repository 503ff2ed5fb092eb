/**
 * What the pages ask of a case with many crops, and how long the engine's thread is busy with each:
 * `node test/bench/case-size.ts [CROPS] [FOLDER]`. A folder that holds such a case already is used again.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenCase } from '../../src-main/engine/case/open-case.ts';
import { EmbeddingStore } from '../../src-main/engine/inference/embedding-store.ts';
import { ModelLibrary } from '../../src-main/engine/inference/model-library.ts';
import { ImportService } from '../../src-main/engine/ingest/import-service.ts';
import { RemovalService } from '../../src-main/engine/removal/removal-service.ts';
import { ReviewService } from '../../src-main/engine/review/review-service.ts';
import { countFacets } from '../../src-main/engine/search/facets.ts';
import { searchQuery, type SearchFilter } from '../../src-main/engine/search/schema.ts';
import { SearchService } from '../../src-main/engine/search/search-service.ts';
import { largeCase, makeLargeCase } from './large-case.ts';

const crops = Number(process.argv[2] ?? 1_000_000);
const temporary = process.argv[3] === undefined;
const folder = process.argv[3] ?? join(mkdtempSync(join(tmpdir(), 'descry-large-')), 'large.descry');
const zone = 'Europe/Berlin';

const library = new ModelLibrary({
  folders: [join(import.meta.dirname, '..', '..', 'models')],
  userFolder: join(folder, '..', 'settings'),
});
const model = await library.load();

if (!existsSync(join(folder, 'case.sqlite'))) {
  const started = performance.now();
  makeLargeCase(folder, crops, model).close();
  console.log(`made ${crops} crops in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

const table: { step: string; 'first ms': string; 'p50 ms': string; 'answer kB': string }[] = [];
function measure<T>(step: string, work: () => T, times = 5): T {
  const elapsed: number[] = [];
  let answer: T;
  for (let i = 0; i < times; i++) {
    // Of the processor: what others do on the machine does not count.
    const started = process.cpuUsage();
    answer = work();
    const { user, system } = process.cpuUsage(started);
    elapsed.push((user + system) / 1000);
  }
  const first = elapsed[0]!;
  const sorted = [...elapsed].sort((a, b) => a - b);
  const size = ArrayBuffer.isView(answer!) ? answer.byteLength : JSON.stringify(answer!).length;
  table.push({
    step,
    'first ms': first.toFixed(1),
    'p50 ms': sorted[Math.floor(sorted.length / 2)]!.toFixed(1),
    'answer kB': (size / 1000).toFixed(1),
  });
  return answer!;
}

const begun = performance.now();
const openCase = OpenCase.open(folder, { operator: () => 'A. Tester', holder: 'the benchmark' });
const { db } = openCase;
const opened = performance.now() - begun;
const embeddings = new EmbeddingStore(db);
const imports = new ImportService({
  openCase,
  embeddings,
  withModel: () => Promise.reject(new Error('no model')),
  emit: () => undefined,
  onStored: () => undefined,
});
const review = new ReviewService(openCase);
const hour = 3_600_000;
const at = (ms: number): string => new Date(largeCase.start + ms).toISOString();
const narrow: SearchFilter = { cameras: ['Camera 7'], from: at(20 * hour), to: at(49 * hour) };
const filters: Record<string, SearchFilter> = {
  'no filter': {},
  'one camera': { cameras: ['Camera 7'] },
  'camera and time, 1 %': narrow,
  'all but one camera': { notCameras: ['Camera 7'] },
  'two of three days': { from: at(0), to: at(48 * hour) },
  'time of day': { timeOfDay: { from: '08:00', to: '20:00' } },
  'one import': { batches: [3] },
  'not marked': { verdicts: ['none'] },
  text: { text: '_777' },
};

table.push({ step: 'open the database', 'first ms': opened.toFixed(1), 'p50 ms': '', 'answer kB': '' });
measure('case.open: counts and span', () => openCase.info(1), 3);
measure('cameras.list', () => openCase.cameras.list(), 3);
measure('imports.list', () => imports.list(), 3);
measure('review.marked, first 100', () => review.marked({}, { offset: 0, limit: 100 }), 3);
measure('crops.track', () => openCase.crops.summaries(openCase.crops.idsOfTrack(500), zone));
measure('crops.get', () => openCase.crops.detail(500, zone));
const page = Array.from({ length: 100 }, (_, i) => ((i * 9973) % crops) + 1);
measure('search.rows: summaries of 100', () => openCase.crops.summaries(page, zone));
for (const [name, filter] of Object.entries(filters))
  measure(`crops.facets: ${name}`, () => countFacets(db, filter, zone, 96), 3);

const search = new SearchService({
  openCase,
  embeddings,
  withModel: (work) => work(model),
  appVersion: 'bench',
});
const query = (text: string, filter: SearchFilter = {}) =>
  searchQuery.parse({ statements: [{ text }], filter });
const colours = ['red', 'blue', 'green', 'black', 'white', 'grey', 'brown', 'yellow', 'pink', 'orange'];
const sentence = (i: number): string =>
  `man in a ${colours[i % 10]} jacket, ${colours[Math.floor(i / 10) % 10]} trousers, carrying a bag`;

/** Time on the clock: a search works in threads, and the one who waits for it counts. */
async function wait<T>(step: string, work: (i: number) => Promise<T>, runs = 30): Promise<T> {
  const elapsed: number[] = [];
  let answer: T;
  for (let i = 0; i < runs; i++) {
    const started = performance.now();
    answer = await work(i);
    elapsed.push(performance.now() - started);
  }
  const sorted = elapsed.slice(1).sort((a, b) => a - b);
  table.push({
    step,
    'first ms': elapsed[0]!.toFixed(1),
    'p50 ms': (sorted[Math.floor(sorted.length / 2)] ?? NaN).toFixed(1),
    'answer kB': '',
  });
  return answer!;
}

await model.embedTexts([sentence(1)]);
const firstSearch = performance.now();
await search.run(query(sentence(0)), 50);
console.log(
  `from opening the case to its first search: ${((opened + performance.now() - firstSearch) / 1000).toFixed(2)} s`,
);
for (const [name, filter] of Object.entries(filters))
  await wait(`sentence to 50 rows: ${name}`, (i) => search.run(query(sentence(i + 1), filter), 50));
const { search: last } = await search.run(query(sentence(77)), 50);
await wait('search.rows: ranks 51 to 150', () => search.rows(last.id, { offset: 50, limit: 100 }, 'rank'), 2);
await wait(
  'search.rows: ranks 5,001 on',
  () => search.rows(last.id, { offset: 5000, limit: 100 }, 'rank'),
  2,
);
await wait(
  'search.rows: the whole list, by time',
  () => search.rows(last.id, { offset: 0, limit: 100 }, 'time'),
  2,
);
await wait('search.rerun', () => search.rerun(last.id, 50), 2);

console.table(table);
const { heapUsed, rss } = process.memoryUsage();
console.log(`heap ${(heapUsed / 1e6).toFixed(0)} MB, resident ${(rss / 1e6).toFixed(0)} MB`);

if (process.argv.includes('--remove')) await measureRemoval();
await search.close();
await model.dispose();
openCase.close();
if (temporary) rmSync(join(folder, '..'), { recursive: true, force: true });

/** Removes one import, with a clock that ticks every millisecond beside it. */
async function measureRemoval(): Promise<void> {
  const removals = new RemovalService({
    openCase,
    removeVectors: (cropIds) => embeddings.remove(cropIds),
    importRunning: () => null,
    requireEnded: () => undefined,
    emit: () => undefined,
    onRemoved: (cropIds) => search.cropsRemoved(cropIds),
  });
  let longest = 0;
  let before = performance.now();
  const ticking = setInterval(() => {
    longest = Math.max(longest, performance.now() - before);
    before = performance.now();
  }, 1);
  const started = performance.now();
  const batchId = db
    .prepare('SELECT max(batch_id) FROM crops WHERE removed_at IS NULL')
    .pluck()
    .get() as number;
  const preview = await removals.preview(batchId);
  const previewed = performance.now() - started;
  const longestOfPreview = longest;
  longest = 0;
  await removals.start(batchId, preview);
  await removals.idle();
  clearInterval(ticking);
  const took = performance.now() - started;
  console.log(
    `removal of ${preview.crops} crops: preview ${previewed.toFixed(0)} ms (longest block ${longestOfPreview.toFixed(0)} ms), all ${(took / 1000).toFixed(1)} s, longest block of the thread ${longest.toFixed(0)} ms`,
  );
}
