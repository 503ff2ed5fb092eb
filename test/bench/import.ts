/**
 * How fast crops come in, end to end, beside what the model alone does with the same crops in the same
 * run, and how the cost grows with their number. Run with
 * `node test/bench/import.ts [--record] [--large] [--size WIDTHxHEIGHT] [crops ...]`: 1,000 and 10,000 crops of
 * 128 x 256 pixels unless said otherwise, and 100,000 with `--large`; `--record` writes the figures into
 * RESULTS.md. The model is measured before and after each import, so that what else the machine does
 * is in both; processor time a crop hardly depends on that at all.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Engine } from '../../src-main/engine/engine.ts';
import type { EmbeddingModel } from '../../src-main/engine/inference/embedding-model.ts';
import { inferenceThreads } from '../../src-main/engine/inference/threads.ts';
import { decodeImage, type DecodedPicture } from '../../src-main/engine/ingest/decode.ts';
import { PlainJpegDecoder } from '../../src-main/engine/ingest/pictures/plain-jpeg.ts';
import type { StageTimes } from '../../src-main/engine/ingest/schema.ts';
import { writeCrops } from './import-crops.ts';
import { machine, record, table } from './results.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    record: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    size: { type: 'string', default: '128x256' },
  },
});
const sizes = positionals.length > 0 ? positionals.map(Number) : [1000, 10_000];
if (values.large) sizes.push(100_000);
const [width = 128, height = 256] = values.size.split('x').map(Number);
/** Crops that are prepared for the measurements of the model and of decoding. */
const sample = 512;
const target = 0.85;

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'descry-bench-'));
const demo = join(root, 'resources', 'demo', 'crops');

/** Work on so many crops: rate, and processor time of all threads for one crop. */
interface Measured {
  rate: number;
  processorMs: number;
}

async function measure(count: number, work: () => Promise<unknown>): Promise<Measured> {
  const before = process.cpuUsage();
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  return { rate: (count / ms) * 1000, processorMs: (user + system) / 1000 / count };
}

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;

/** `embedImages` on prepared crops, a batch a call, one after the other. */
function modelAlone(model: EmbeddingModel, pixels: readonly Float32Array[]): Promise<Measured> {
  const rounds = 2;
  return measure(rounds * pixels.length, async () => {
    for (let round = 0; round < rounds; round++)
      for (let i = 0; i < pixels.length; i += model.batch)
        await model.embedImages(pixels.slice(i, i + model.batch));
  });
}

/** One thread, one crop after the other. */
async function preparation(model: EmbeddingModel, files: readonly string[]): Promise<[string, Measured][]> {
  const bytes = files.map((file) => readFileSync(file));
  const jpeg = await PlainJpegDecoder.load();
  const decode = async (file: Buffer): Promise<DecodedPicture> =>
    (await jpeg.decode(file)) ?? decodeImage(file);
  const each = (work: (file: Buffer) => Promise<unknown>): Promise<Measured> =>
    measure(bytes.length, async () => {
      for (const file of bytes) await work(file);
    });
  return [
    ['decoding', await each(decode)],
    ['decoding and preparing', await each(async (file) => model.preprocess(await decode(file)))],
    ['decoding with the general decoder', await each((file) => decodeImage(file))],
  ];
}

async function importAll(
  engine: Engine,
  crops: string,
  count: number,
): Promise<Measured & { stages: StageTimes }> {
  let stages: StageTimes | undefined;
  const measured = await measure(count, async () => {
    const ended = new Promise<void>((resolve) => {
      const unsubscribe = engine.listen((event) => {
        if (event.type !== 'import' || event.progress.batch.finishedAt === null) return;
        const { batch } = event.progress;
        if (batch.imported !== count) console.error('not all crops came in:', batch);
        stages = event.progress.stages;
        unsubscribe();
        resolve();
      });
    });
    await engine.services.imports.start({
      source: { kind: 'folder', path: crops },
      options: { pattern: 'auto', reference: false, acceptUnparsed: false, minimumConfidence: 0 },
    });
    await ended;
  });
  return { ...measured, stages: stages! };
}

async function run(): Promise<string> {
  const engine = new Engine({
    version: 'bench',
    holder: 'the benchmark',
    dataFolder: join(folder, 'data'),
    modelsFolder: join(root, 'models'),
    demoFolder: join(root, 'resources', 'demo'),
    casesFolder: join(folder, 'cases'),
    resumeImports: false,
  });
  const { model } = await engine.models.borrow();
  const files = await writeCrops(join(folder, 'sample'), demo, sample, { width, height });
  const decoded = await Promise.all(files.map((file) => decodeImage(file)));
  const pixels = decoded.map((picture) => model.preprocess(picture));
  await preparation(model, files.slice(0, 50));
  const prepared = await preparation(model, files);
  await modelAlone(model, pixels);

  const imports: string[][] = [];
  let last: { count: number; stages: StageTimes } | undefined;
  for (const count of sizes) {
    const crops = join(folder, `crops-${count}`);
    await writeCrops(crops, demo, count, { width, height });
    await engine.createCase(join(folder, `case-${count}`), { name: 'bench', timeZone: 'UTC' });
    const before = await modelAlone(model, pixels);
    const measured = await importAll(engine, crops, count);
    const after = await modelAlone(model, pixels);
    const alone = mean([before.rate, after.rate]);
    imports.push([
      count.toLocaleString('en'),
      measured.rate.toFixed(0),
      alone.toFixed(0),
      `${((measured.rate / alone) * 100).toFixed(0)} %`,
      measured.processorMs.toFixed(2),
      mean([before.processorMs, after.processorMs]).toFixed(2),
      (process.memoryUsage().rss / 1e6).toFixed(0),
    ]);
    last = { count, stages: measured.stages };
    // Nothing is deleted before the end: ext4 looks for inodes that were freed lately when it makes a file.
    await engine.closeCase();
  }
  await engine.shutdown();

  return [
    `${machine()}.`,
    `\nJPEG crops of ${width} x ${height} pixels; ${model.summary.id} ${model.summary.version} on ${model.provider}, batch ${model.batch}, ${inferenceThreads()} threads. "Of the model alone" is to be at least ${target * 100} % on a machine that has nothing else to do; where other work keeps its cores busy, it falls to the ratio of the processor times.`,
    `\n${table(['crops', 'import, crops/s', 'model alone, crops/s', 'of the model alone', 'processor ms a crop', 'of it the model alone', 'memory, MB'], imports)}`,
    `\n${table(
      ['one thread', 'crops/s', 'processor ms a crop'],
      prepared.map(([name, { rate, processorMs }]) => [name, rate.toFixed(0), processorMs.toFixed(2)]),
    )}`,
    `\nStages of the import of ${last?.count.toLocaleString('en') ?? 0} crops, milliseconds a crop, waiting for the drive included:`,
    `\n${table(
      Object.keys(last?.stages ?? {}),
      last ? [Object.values(last.stages).map((ms) => (ms / last.count).toFixed(2))] : [],
    )}`,
  ].join('\n');
}

try {
  const text = await run();
  console.log(text);
  if (values.record) record('Import', text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
