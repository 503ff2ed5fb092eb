/**
 * What the pages ask of a case with many crops, and how long each takes, in a process of its own:
 * `node test/bench/case-steps.ts CROPS FOLDER` after `node test/bench/case-steps.ts CROPS FOLDER --make`, which
 * makes the case. The last line printed is JSON.
 */
import { join } from 'node:path';
import { OpenCase } from '../../src-main/engine/case/open-case.ts';
import { EmbeddingStore } from '../../src-main/engine/inference/embedding-store.ts';
import { ModelLibrary } from '../../src-main/engine/inference/model-library.ts';
import { ImportService } from '../../src-main/engine/ingest/import-service.ts';
import { RemovalService } from '../../src-main/engine/removal/removal-service.ts';
import { ReviewService } from '../../src-main/engine/review/review-service.ts';
import { countFacets } from '../../src-main/engine/search/facets.ts';
import { Galleries } from '../../src-main/engine/search/galleries.ts';
import { searchQuery, type SearchFilter } from '../../src-main/engine/search/schema.ts';
import { SearchService } from '../../src-main/engine/search/search-service.ts';
import { largeCase, makeLargeCase } from './large-case.ts';

const crops = Number(process.argv[2]);
const folder = process.argv[3]!;
const zone = 'Europe/Berlin';

const library = new ModelLibrary({
  folders: [join(import.meta.dirname, '..', '..', 'models')],
  userFolder: join(folder, '..', 'settings'),
});
const model = await library.load();

if (process.argv.includes('--make')) {
  const made = makeLargeCase(folder, crops, model);
  // An import leaves the codes behind that the first search here would have to make.
  const store = new EmbeddingStore(made.db);
  const galleries = new Galleries(made.db, store);
  await galleries.with(galleries.modelOf(model), () => Promise.resolve());
  await galleries.close();
  made.close();
  process.exit(0);
}

/** Milliseconds, the median; and what all of it took in memory. */
export interface CaseSteps {
  steps: Record<string, number>;
  firstSearchMs: number;
  searchedMb: number;
  residentMb: number;
  peakMb: number;
  removal: { crops: number; seconds: number; longestMs: number };
}

const steps: Record<string, number> = {};
/** Of the processor: what others do on the machine does not count. */
function measure<T>(step: string, work: () => T, times = 5): void {
  const elapsed: number[] = [];
  for (let i = 0; i < times; i++) {
    const started = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(started);
    elapsed.push((user + system) / 1000);
  }
  steps[step] = median(elapsed);
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
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

steps['open the database'] = opened;
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
async function wait(step: string, work: (i: number) => Promise<unknown>, runs = 30): Promise<void> {
  const elapsed: number[] = [];
  for (let i = 0; i < runs; i++) {
    const started = performance.now();
    await work(i);
    elapsed.push(performance.now() - started);
  }
  steps[step] = median(elapsed);
}

await model.embedTexts([sentence(1)]);
const begunSearch = performance.now();
await search.run(query(sentence(0)), 50);
const firstSearchMs = opened + performance.now() - begunSearch;
const searchedMb = process.memoryUsage().rss / 1e6;
for (const [name, filter] of Object.entries(filters))
  await wait(`sentence to 50 rows: ${name}`, (i) => search.run(query(sentence(i + 1), filter), 50));
const { search: last } = await search.run(query(sentence(77)), 50);
await wait('search.rows: ranks 51 to 150', () => search.rows(last.id, { offset: 50, limit: 100 }, 'rank'), 1);
await wait(
  'search.rows: ranks 5,001 on',
  () => search.rows(last.id, { offset: 5000, limit: 100 }, 'rank'),
  1,
);
await wait(
  'search.rows: the whole list, by time',
  () => search.rows(last.id, { offset: 0, limit: 100 }, 'time'),
  1,
);
await wait('search.rerun', () => search.rerun(last.id, 50), 3);

const residentMb = process.memoryUsage().rss / 1e6;
const removal = await measureRemoval();
await search.close();
await model.dispose();
openCase.close();
const peakMb = process.resourceUsage().maxRSS / 1000;
const result: CaseSteps = { steps, firstSearchMs, searchedMb, residentMb, peakMb, removal };
console.log(JSON.stringify(result));

/** Removes one import, with a clock that ticks every millisecond beside it. */
async function measureRemoval(): Promise<CaseSteps['removal']> {
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
  await removals.start(batchId, preview);
  await removals.idle();
  clearInterval(ticking);
  return { crops: preview.crops, seconds: (performance.now() - started) / 1000, longestMs: longest };
}
