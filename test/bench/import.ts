/**
 * How fast crops come in, end to end, beside the limits: the model alone on decoded pictures, and
 * decoding alone. Run with `node test/bench/import.ts [crops]`; the crops are those of the demo,
 * repeated with a changed comment so that every file is a different content.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { Engine } from '../../src-main/engine/engine.ts';
import { decodeImage } from '../../src-main/engine/ingest/decode.ts';

const crops = Number(process.argv[2] ?? 2000);
const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'descry-bench-'));

/** A JPEG of 128 x 256 pixels with a comment that makes its bytes its own. */
function distinct(jpeg: Buffer, number: number): Buffer {
  const comment = Buffer.from(`crop ${number}`);
  const marker = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, comment, jpeg.subarray(2)]);
}

async function writeCrops(): Promise<string[]> {
  const demo = join(root, 'resources', 'demo', 'crops');
  const names = readdirSync(demo).slice(0, 200);
  const jpegs = await Promise.all(
    names.map((name) =>
      sharp(join(demo, name)).resize(128, 256, { fit: 'fill' }).jpeg({ quality: 85 }).toBuffer(),
    ),
  );
  mkdirSync(join(folder, 'crops'));
  return Array.from({ length: crops }, (_, i) => {
    const second = String(i % 60).padStart(2, '0');
    const minute = String(Math.floor(i / 60) % 60).padStart(2, '0');
    const path = join(
      folder,
      'crops',
      `gate_20260314-12${minute}${second}_${String(Math.floor(i / 4)).padStart(4, '0')}_${i}.jpg`,
    );
    writeFileSync(path, distinct(jpegs[i % jpegs.length]!, i));
    return path;
  });
}

function print(name: string, count: number, ms: number): number {
  const rate = (count / ms) * 1000;
  console.log(`${name.padEnd(44)} ${rate.toFixed(0).padStart(6)} crops/s   ${(ms / 1000).toFixed(2)} s`);
  return rate;
}

try {
  const files = await writeCrops();
  const engine = new Engine({
    version: 'bench',
    holder: 'the benchmark',
    dataFolder: join(folder, 'data'),
    modelsFolder: join(root, 'models'),
    demoFolder: join(root, 'resources', 'demo'),
    casesFolder: join(folder, 'cases'),
    resumeImports: false,
  });
  const model = await engine.model();
  console.log(
    `${crops} crops of 128 x 256 pixels, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}, ${model.provider}, batch ${model.batch}`,
  );

  let started = performance.now();
  const decoded = [];
  for (const file of files.slice(0, 500)) decoded.push(await decodeImage(readFileSync(file)));
  print('decoding alone, one at a time', decoded.length, performance.now() - started);

  const pixels = decoded.map((image) => model.preprocess(image));
  await model.embedImages(pixels.slice(0, model.batch));
  started = performance.now();
  for (let i = 0; i < pixels.length; i += model.batch)
    await model.embedImages(pixels.slice(i, i + model.batch));
  const alone = print('model alone, at its batch', pixels.length, performance.now() - started);

  await engine.createCase(join(folder, 'case'), { name: 'bench', timeZone: 'UTC' });
  started = performance.now();
  const done = new Promise<string>((resolve) =>
    engine.listen((event) => {
      if (event.type === 'import' && event.progress.batch.finishedAt !== null)
        resolve(JSON.stringify(event.progress.stages));
    }),
  );
  await engine.services.imports.start({
    source: { kind: 'folder', path: join(folder, 'crops') },
    options: { pattern: 'auto', reference: false, acceptUnparsed: false, minimumConfidence: 0 },
  });
  const stages = await done;
  const rate = print('import, end to end', crops, performance.now() - started);
  console.log(
    `  ${((rate / alone) * 100).toFixed(0)} % of the model alone; milliseconds of work by stage: ${stages}`,
  );
  console.log(`  memory: ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
  await engine.shutdown();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
