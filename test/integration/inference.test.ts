import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDoctor } from '../../src-main/engine/inference/doctor.ts';
import { EmbeddingModel } from '../../src-main/engine/inference/embedding-model.ts';
import { measureProvider } from '../../src-main/engine/inference/measure-provider.ts';
import { ModelLibrary } from '../../src-main/engine/inference/model-library.ts';
import { readPack, verifyPack, type VerifiedPack } from '../../src-main/engine/inference/pack-files.ts';
import { agreement } from '../../src-main/engine/inference/providers.ts';
import { inThread, runTrial } from '../../src-main/engine/inference/run-trial.ts';
import { doctorReport, type PackManifest } from '../../src-main/engine/inference/schema.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { writeTinyPack } from '../unit/inference/tiny-pack.ts';

const modelsFolder = join(import.meta.dirname, '../../models');

/** Only the CPU, so that loading a model costs no trial of what else this machine may have. */
function library(userFolder: string): ModelLibrary {
  return new ModelLibrary({ folders: [modelsFolder], userFolder, trials: { candidates: [] } });
}

/** A picture of noise that differs with its seed. */
function picture(
  seed: number,
  width = 60,
  height = 150,
): { data: Uint8Array; width: number; height: number } {
  let state = seed;
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 25) + ((i * (seed + 3)) >> 6)) % 256;
  });
  return { data, width, height };
}

function largestDifference(one: Float32Array, other: Float32Array): number {
  expect(one).toHaveLength(other.length);
  return one.reduce((max, value, i) => Math.max(max, Math.abs(value - other[i]!)), 0);
}

const length = (vector: Float32Array): number => Math.hypot(...vector);

describe('the built-in model', () => {
  const userFolder = mkdtempSync(join(tmpdir(), 'descry-test-'));
  let model: EmbeddingModel;
  beforeAll(async () => {
    model = await library(userFolder).load();
  });
  afterAll(async () => {
    await model.dispose();
    rmSync(userFolder, { recursive: true, force: true });
  });

  it('says what it is and what runs it', () => {
    expect(model.manifest.id).toBe('descry-s');
    expect(model.provider).toBe('cpu');
    expect(model.runtime).toMatch(/^onnxruntime-node \d+\.\d+/);
    expect(model.dimensions).toBe(
      model.manifest.embeddings.reduce((sum, { dimensions }) => sum + dimensions, 0),
    );
  });

  it('embeds pictures into vectors of length 1 that do not depend on what is embedded with them', async () => {
    const pixels = Array.from({ length: 2 * model.batch + 3 }, (_, i) => model.preprocess(picture(i + 1)));
    const together = await model.embedImages(pixels);
    expect(together).toHaveLength(pixels.length * model.dimensions);
    const weight = model.manifest.embeddings.reduce((sum, part) => sum + part.weight, 0);
    for (const index of [0, model.batch, pixels.length - 1]) {
      const own = together.subarray(index * model.dimensions, (index + 1) * model.dimensions);
      expect(length(own)).toBeCloseTo(Math.sqrt(weight), 3);
      expect(largestDifference(own, await model.embedImages([pixels[index]!]))).toBeLessThan(1e-5);
    }
    expect(
      largestDifference(together.slice(0, model.dimensions), together.slice(-model.dimensions)),
    ).toBeGreaterThan(1e-3);
    expect(await model.embedImages([])).toHaveLength(0);
  });

  it('gives the same vectors every time, and keeps the caller’s pixels', async () => {
    const pixels = model.preprocess(picture(9));
    const before = pixels.slice();
    const first = await model.embedImages([pixels]);
    expect(await model.embedImages([pixels])).toEqual(first);
    expect(pixels).toEqual(before);
  });

  it('gives patch vectors beside the same picture vector', async () => {
    const pixels = model.preprocess(picture(4));
    const { vector, patches } = await model.embedImageWithPatches(pixels);
    expect(largestDifference(vector, await model.embedImages([pixels]))).toBeLessThan(1e-6);
    const grid = model.manifest.patches!;
    const size = model.manifest.embeddings[0]!.dimensions;
    expect(patches).toMatchObject({ rows: grid.rows, columns: grid.columns });
    expect(patches!.vectors).toHaveLength(grid.rows * grid.columns * size);
    expect(patches!.vectors.every(Number.isFinite)).toBe(true);
  });

  it('embeds sentences in the order asked for, alone as in company', async () => {
    const texts = ['a man in a red jacket', 'woman with a black bag', 'a man in a red jacket', 'blue jeans'];
    const together = await model.embedTexts(texts);
    expect(together).toHaveLength(4);
    expect(together[2]!.vector).toEqual(together[0]!.vector);
    expect(largestDifference(together[0]!.vector, together[1]!.vector)).toBeGreaterThan(1e-3);
    const fresh = await EmbeddingModel.load({
      pack: await builtInPack(),
      summary: model.summary,
      provider: 'cpu',
      batch: 4,
    });
    for (const [index, text] of texts.entries()) {
      const [alone] = await fresh.embedTexts([text]);
      expect(largestDifference(alone!.vector, together[index]!.vector)).toBeLessThan(1e-5);
    }
    await fresh.dispose();
  });

  it('refuses a text without words, and pixels of another size', async () => {
    const invalid = expect.objectContaining({ kind: 'invalid-input' }) as Error;
    await expect(model.embedTexts(['a man', ' \n'])).rejects.toThrow(invalid);
    await expect(model.embedImages([new Float32Array(7)])).rejects.toThrow(invalid);
  });

  it('leaves the event loop free while it works, and lets sentences overtake pictures', async () => {
    const pixels = Array.from({ length: 6 * model.batch }, () => model.preprocess(picture(2)));
    const finished: string[] = [];
    let turns = 0;
    const count = (): void => {
      turns++;
      if (finished.length < 2) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all([
      model.embedImages(pixels).then(() => finished.push('pictures')),
      model.embedTexts(['a sentence nobody has asked for yet']).then(() => finished.push('sentence')),
    ]);
    expect(finished).toEqual(['sentence', 'pictures']);
    expect(turns).toBeGreaterThan(50);
  });
});

describe('a process that ends', () => {
  const script = join(import.meta.dirname, '../fixtures/inference/exit-while-embedding.ts');

  it('does so without a crash while pictures are being embedded', async () => {
    const child = fork(script, [modelsFolder, temporaryFolder()], { execArgv: [], silent: true });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect({ code, signal }).toEqual({ code: 0, signal: null });
  });
});

describe('packs of other makes', () => {
  async function load(change?: (manifest: PackManifest) => void): Promise<EmbeddingModel> {
    const pack = await verifyPack(await readPack(writeTinyPack(join(temporaryFolder(), 'tiny'), change)));
    const summary = await new ModelLibrary({ folders: [], userFolder: temporaryFolder() }).inspect(
      pack.folder,
    );
    return EmbeddingModel.load({ pack, summary, provider: 'cpu', batch: 2 });
  }

  it('puts several embeddings side by side, so that a dot product is the weighted sum of their cosines', async () => {
    const both = await load();
    const first = await load((manifest) => void manifest.embeddings.splice(1));
    const pixels = both.preprocess(picture(5));
    const text = 'a man with black bag';
    const score = async (model: EmbeddingModel, start: number, end: number): Promise<number> => {
      const image = (await model.embedImages([pixels])).subarray(start, end);
      const words = (await model.embedTexts([text]))[0]!.vector.subarray(start, end);
      return image.reduce((sum, value, i) => sum + value * words[i]!, 0);
    };
    const cosine = async (model: EmbeddingModel, start: number, end: number): Promise<number> => {
      const image = (await model.embedImages([pixels])).subarray(start, end);
      const words = (await model.embedTexts([text]))[0]!.vector.subarray(start, end);
      return (await score(model, start, end)) / (length(image) * length(words));
    };
    expect(both.dimensions).toBe(6);
    expect(await cosine(both, 0, 4)).toBeCloseTo(await cosine(first, 0, 4), 5);
    const expected = 0.25 * (await cosine(both, 0, 4)) + 0.75 * (await cosine(both, 4, 6));
    expect(await score(both, 0, 6)).toBeCloseTo(expected, 5);
    await both.dispose();
    await first.dispose();
  });

  it('gives the same vectors and patches where the graphs have an uncertainty besides', async () => {
    const plain = await load();
    const unsure = await load(
      (manifest) => void (manifest.uncertainty = { imageOutput: 'first_raw', textOutput: 'second' }),
    );
    const pixels = plain.preprocess(picture(6));
    const expected = await plain.embedImageWithPatches(pixels);
    expect(await unsure.embedImageWithPatches(pixels)).toEqual(expected);
    expect(expected.patches).toMatchObject({ rows: 1, columns: 1 });
    expect(expected.patches!.vectors).toHaveLength(4);
    expect(await unsure.embedTexts(['a red hat'])).toEqual(await plain.embedTexts(['a red hat']));
    await plain.dispose();
    await unsure.dispose();
  });

  it.each([
    [
      'an output that is not there',
      (manifest: PackManifest) => void (manifest.embeddings[0]!.imageOutput = 'other'),
      /no output "other"/,
    ],
    [
      'an uncertainty of pictures that is not there',
      (manifest: PackManifest) =>
        void (manifest.uncertainty = { imageOutput: 'log_variance', textOutput: 'first' }),
      /image\.onnx does not fit.*no output "log_variance"/,
    ],
    [
      'an uncertainty of sentences that is not there',
      (manifest: PackManifest) =>
        void (manifest.uncertainty = { imageOutput: 'first_raw', textOutput: 'log_variance' }),
      /text\.onnx does not fit.*no output "log_variance"/,
    ],
    [
      'another input size',
      (manifest: PackManifest) => void (manifest.image.width = 9),
      /image\.onnx does not fit/,
    ],
    [
      'another input name',
      (manifest: PackManifest) => void (manifest.text.input = 'tokens'),
      /text\.onnx does not fit/,
    ],
    [
      'another type of token numbers',
      (manifest: PackManifest) => void (manifest.text.idType = 'int32'),
      /int32/,
    ],
    [
      'more tokens than the graph takes',
      (manifest: PackManifest) => void (manifest.text.maxTokens = 9),
      /9 tokens/,
    ],
    [
      'a graph that is none',
      (manifest: PackManifest) => void (manifest.image.file = 'known-words.txt'),
      /not a model/,
    ],
  ])('refuses a description with %s', async (_, change, message) => {
    await expect(load(change)).rejects.toThrow(
      expect.objectContaining({ kind: 'pack-refused', message: expect.stringMatching(message) as string }),
    );
  });

  it('does not pass on embeddings that are not L2-normalised or not finite', async () => {
    const raw = await load((manifest) => void (manifest.embeddings[0]!.imageOutput = 'first_raw'));
    await expect(raw.embedImages([raw.preprocess(picture(1))])).rejects.toThrow(/not L2-normalised/);
    const broken = await load((manifest) => void (manifest.embeddings[0]!.imageOutput = 'not_finite'));
    await expect(broken.embedImages([broken.preprocess(picture(1))])).rejects.toThrow(/not finite/);
    expect(await broken.embedTexts(['a man'])).toHaveLength(1);
    await raw.dispose();
    await broken.dispose();
    await expect(broken.embedTexts(['a woman'])).rejects.toThrow(/closed/);
  });
});

describe('trial runs', () => {
  it('run in a thread where no process can be started', async () => {
    const { folder, manifest } = await builtInPack();
    const answer = await inThread({ folder, manifest, provider: 'cpu', budget: 1 });
    const own = await measureProvider({ folder, manifest, provider: 'cpu', budget: 1 });
    expect(answer).toMatchObject({ ok: true });
    if (!answer.ok) return;
    expect(answer.measurement.vectors[0]).toEqual(own.vectors[0]);
    expect(answer.measurement.supported).toContain('cpu');
  });

  it('say why a provider that ONNX Runtime does not have cannot be used', async () => {
    const { folder, manifest } = await builtInPack();
    const provider = process.platform === 'win32' ? 'coreml' : 'dml';
    const answer = await runTrial({ folder, manifest, provider, budget: 1 });
    expect(answer).toMatchObject({ ok: false, refused: false });
  });

  it('on WebGPU agree with the CPU', async ({ skip }) => {
    const env = process.platform === 'linux' ? softwareVulkan() : process.env;
    if (!env) return skip('no software Vulkan driver (SwiftShader of a Chromium, or lavapipe) is installed');
    const { folder, manifest } = await builtInPack();
    const request = { folder, manifest, budget: 1 };
    const cpu = await runTrial({ ...request, provider: 'cpu' });
    const webgpu = await runTrial({ ...request, provider: 'webgpu' }, { env });
    if (!webgpu.ok && process.platform !== 'linux') return skip(`no WebGPU here: ${webgpu.message}`);
    expect(webgpu).toMatchObject({ ok: true });
    if (!cpu.ok || !webgpu.ok) return;
    const expected = Float32Array.from(cpu.measurement.vectors[0]!);
    for (const vector of webgpu.measurement.vectors)
      expect(largestDifference(Float32Array.from(vector), expected)).toBeLessThanOrEqual(agreement);
  });
});

describe('the doctor', () => {
  it('reports every provider with a reason, and what was measured', async () => {
    const dataFolder = temporaryFolder();
    const options = { version: '0.0.0', dataFolder, modelsFolder, casesFolder: join(dataFolder, 'cases') };
    const packs = new ModelLibrary({ folders: [modelsFolder], userFolder: join(dataFolder, 'packs') });
    const report = doctorReport.parse(await runDoctor({ options, library: packs }));
    expect(report.pack.id).toBe('descry-s');
    expect(report.trials.map(({ provider }) => provider)).toContain('cpu');
    const taken = report.trials.filter(({ reason }) => reason === '');
    expect(taken.map(({ provider }) => provider)).toEqual([report.provider]);
    expect(report.imagesPerSecond).toBeGreaterThan(0);
    expect(report.textMilliseconds).toBeGreaterThan(0);
    expect(existsSync(join(dataFolder, 'packs', 'providers.json'))).toBe(true);
  });

  it('measures another pack than the one in use, which then tells its speed', async () => {
    const dataFolder = temporaryFolder();
    const options = { version: '0.0.0', dataFolder, modelsFolder, casesFolder: join(dataFolder, 'cases') };
    const packs = library(join(dataFolder, 'packs'));
    await packs.add(writeTinyPack(join(dataFolder, 'tiny')));
    const report = await runDoctor({ options, library: packs }, 'tiny');
    expect(report.pack).toMatchObject({ id: 'tiny', inUse: false });
    const { provider, batch, imagesPerSecond } = report;
    expect((await packs.summary('tiny')).speed).toEqual({ provider, batch, imagesPerSecond });
    expect((await packs.summary('descry-s')).speed).toBeNull();
    await expect(runDoctor({ options, library: packs }, 'nothing')).rejects.toThrow(
      expect.objectContaining({ kind: 'not-found' }),
    );
  });
});

async function builtInPack(): Promise<VerifiedPack> {
  return verifyPack(await readPack(join(modelsFolder, 'descry-s')));
}

/**
 * The environment in which Vulkan is done in software: by SwiftShader, which Chromium and Electron bring,
 * or by Mesa's lavapipe. Undefined where there is neither.
 */
function softwareVulkan(): NodeJS.ProcessEnv | undefined {
  const drivers = [
    ...['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome', '/opt/microsoft/msedge'].map(
      (folder) => join(folder, 'vk_swiftshader_icd.json'),
    ),
    join(import.meta.dirname, '../../node_modules/electron/dist/vk_swiftshader_icd.json'),
    '/usr/share/vulkan/icd.d/lvp_icd.json',
    '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json',
  ];
  const driver = drivers.find((file) => existsSync(file));
  if (driver === undefined) return undefined;
  // Chromium brings the Vulkan loader as well; a system that has its own finds that one first.
  const libraries = [process.env['LD_LIBRARY_PATH'], dirname(driver)].filter(
    (folder) => folder !== undefined,
  );
  return { ...process.env, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: libraries.join(':') };
}
