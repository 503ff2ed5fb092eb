/**
 * What the way through Descry costs a model: pictures a second of `embedImages`, with and without
 * preparing the pictures, beside ONNX Runtime alone on the same graph, provider, batch and threads. Run
 * with `node test/bench/pack-rate.ts [pack id or folder] [seconds]`. The three take turns, so that what
 * else the machine does slows all of them alike.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EmbeddingModel, type DecodedImage } from '../../src-main/engine/inference/embedding-model.ts';
import { readPack, verifyPack, type VerifiedPack } from '../../src-main/engine/inference/pack-files.ts';
import { summarisePack } from '../../src-main/engine/inference/pack-summary.ts';
import { ProviderChoice } from '../../src-main/engine/inference/providers.ts';
import { inferenceThreads } from '../../src-main/engine/inference/threads.ts';

const target = 0.9;
/** Batches of one call, as many as an import or a pass over a case has waiting. */
const batches = 4;
const wanted = process.argv[2] ?? 'descry-s';
const seconds = Number(process.argv[3] ?? 20);
const own = join(import.meta.dirname, '../../models', wanted);
const pack = await verifyPack(await readPack(existsSync(own) ? own : wanted));
const { image, embeddings } = pack.manifest;
const folder = mkdtempSync(join(tmpdir(), 'descry-bench-'));

/** The graph for pictures as anybody would run it: default options, but the same threads. */
async function runtimeAlone(
  { folder: place }: VerifiedPack,
  provider: string,
): Promise<(pixels: Float32Array, count: number) => Promise<unknown>> {
  const session = await InferenceSession.create(join(place, image.file), {
    executionProviders: [provider],
    intraOpNumThreads: inferenceThreads(),
  });
  const outputs = embeddings.map(({ imageOutput }) => imageOutput);
  return (pixels, count) =>
    session.run(
      { [image.input]: new Tensor('float32', pixels, [count, 3, image.height, image.width]) },
      outputs,
    );
}

/** A picture of noise, larger than the model's input, as crops usually are. */
function noise(seed: number): DecodedImage {
  const [width, height] = [Math.round(image.width * 1.3), Math.round(image.height * 1.3)];
  let state = seed;
  const data = Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { data, width, height };
}

try {
  const { provider, batch } = await new ProviderChoice(join(folder, 'providers.json')).decide(pack);
  const summary = summarisePack(pack, { builtIn: false, inUse: false });
  const model = await EmbeddingModel.load({ pack, summary, provider, batch });
  const alone = await runtimeAlone(pack, provider);
  const pictures = Array.from({ length: batches * batch }, (_, i) => noise(i + 1));
  const pixels = pictures.map((picture) => model.preprocess(picture));
  const size = pixels[0]!.length;
  const stacked = Array.from({ length: batches }, (_, i) => {
    const rows = new Float32Array(batch * size);
    for (let row = 0; row < batch; row++) rows.set(pixels[i * batch + row]!, row * size);
    return rows;
  });
  const runs = {
    'ONNX Runtime alone': async () => {
      for (const rows of stacked) await alone(rows, batch);
    },
    embedImages: () => model.embedImages(pixels),
    'embedImages and preparing the pictures': () =>
      model.embedImages(pictures.map((picture) => model.preprocess(picture))),
  };
  const spent = new Map<string, number[]>(Object.keys(runs).map((name) => [name, []]));
  for (const run of Object.values(runs)) await run();
  const end = performance.now() + seconds * 1000;
  do {
    for (const [name, run] of Object.entries(runs)) {
      const started = performance.now();
      await run();
      spent.get(name)!.push(performance.now() - started);
    }
  } while (performance.now() < end);
  await model.dispose();

  const rounds = spent.get('embedImages')!.length;
  console.log(
    `${pack.manifest.id} ${pack.manifest.version}: ${image.width} x ${image.height} pixels, ${provider}, batch ${batch}, ${inferenceThreads()} threads, ${rounds} rounds`,
  );
  const median = (times: number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
  const best = median(spent.get('ONNX Runtime alone')!);
  for (const [name, times] of spent) {
    const time = median(times);
    const part = `${((best / time) * 100).toFixed(1)} %`;
    console.log(
      `${name.padEnd(40)} ${((pictures.length / time) * 1000).toFixed(1).padStart(8)} pictures/s   ${part}`,
    );
  }
  console.log(
    `  ${best / median(spent.get('embedImages')!) >= target ? 'reaches' : 'does not reach'} the ${target * 100} % of the runtime alone that are wanted`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
