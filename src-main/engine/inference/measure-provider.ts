import { listSupportedBackends } from 'onnxruntime-node';
import { ImageTower } from './image-tower.ts';
import { inferenceThreads } from './threads.ts';
import type { PackManifest, ProviderName } from './schema.ts';
import { rounds, trialBatches, trialRuns } from './trial-plan.ts';

export interface TrialRequest {
  folder: string;
  manifest: PackManifest;
  provider: ProviderName;
  /** Time for the runs, without loading, in milliseconds; a slow provider is not measured at every batch. */
  budget: number;
}

export interface TrialMeasurement {
  /** The test picture's vector, alone and as the last of the largest batch that was run. */
  vectors: number[][];
  /** Execution providers that this build of ONNX Runtime has. */
  supported: string[];
  rates: { batch: number; imagesPerSecond: number }[];
}

/** What a run costs besides, in milliseconds: the way to the model's thread and back. */
const runCost = 0.3;

/**
 * Opens a pack's image tower on a provider, embeds a test picture and measures images/s by batch.
 * Whoever calls this must be prepared for native code to crash or hang.
 */
export async function measureProvider(request: TrialRequest): Promise<TrialMeasurement> {
  const { manifest, budget } = request;
  const tower = await ImageTower.load({ ...request, threads: inferenceThreads() });
  const picture = testPicture(manifest.image.width, manifest.image.height);
  const measure = async (pixels: Float32Array, batch: number, runs: number): Promise<number> => {
    let fastest = Infinity;
    for (let round = 0; round < rounds && (round === 0 || performance.now() < end); round++) {
      const before = performance.now();
      let run = 0;
      while (run < runs && (run === 0 || performance.now() < end)) {
        await tower.run(pixels, batch);
        run++;
      }
      fastest = Math.min(fastest, (performance.now() - before) / run + runCost);
    }
    return fastest / batch;
  };
  // The first run of a shape is no measure: it allocates memory and may compile.
  const alone = (await tower.run(picture, 1)).vectors;
  const end = performance.now() + budget;
  const before = performance.now();
  let last = (await tower.run(picture, 1)).vectors;
  let perImage = performance.now() - before;
  const rates: TrialMeasurement['rates'] = [];
  for (const batch of trialBatches(perImage)) {
    const runs = trialRuns(batch, perImage, budget, end - performance.now());
    if (runs === 0 && batch > 1) break;
    if (runs > 0) {
      const pixels = new Float32Array(batch * picture.length);
      for (let i = 0; i < batch; i++) pixels.set(picture, i * picture.length);
      if (batch > 1) last = (await tower.run(pixels, batch)).vectors.subarray((batch - 1) * alone.length);
      perImage = await measure(pixels, batch, runs);
    }
    rates.push({ batch, imagesPerSecond: 1000 / perImage });
  }
  await tower.dispose();
  return {
    supported: listSupportedBackends().map(({ name }) => name),
    vectors: [Array.from(alone), Array.from(last)],
    rates,
  };
}

/** A picture with edges, ramps and noise, the same at every call. [3, height, width], about -2 to 2. */
function testPicture(width: number, height: number): Float32Array {
  const plane = width * height;
  const pixels = new Float32Array(3 * plane);
  let state = 1;
  for (let i = 0; i < pixels.length; i++) {
    const channel = Math.floor(i / plane);
    const x = (i % width) / width;
    const y = Math.floor((i % plane) / width) / height;
    // A linear congruential generator (Numerical Recipes) makes the noise.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const noise = state / 2 ** 32 - 0.5;
    const stripes = Math.sin(20 * y + channel) > 0 ? 0.8 : -0.8;
    pixels[i] = stripes + Math.cos(6 * x * (channel + 1)) * 0.8 + noise * 0.4;
  }
  return pixels;
}
