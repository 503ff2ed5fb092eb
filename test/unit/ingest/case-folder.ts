import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach } from 'vitest';
import type { OpenCase } from '../../../src-main/engine/case/open-case.ts';
import { EmbeddingStore } from '../../../src-main/engine/inference/embedding-store.ts';
import type { DecodedImage } from '../../../src-main/engine/inference/embedding-model.ts';
import { Preprocessor } from '../../../src-main/engine/inference/preprocess.ts';
import { packManifest, packSummary } from '../../../src-main/engine/inference/schema.ts';
import { ImportService, type ImportServiceParts } from '../../../src-main/engine/ingest/import-service.ts';
import type { CropEmbedder } from '../../../src-main/engine/ingest/prepare.ts';
import {
  importOptions,
  type ImportOptions,
  type ImportProgress,
  type ImportRequest,
} from '../../../src-main/engine/ingest/schema.ts';
import manifestJson from '../../../models/descry-s/pack.json' with { type: 'json' };
import { createCase, reopenCase } from '../../support/cases.ts';

export const identity = { operator: () => 'Tester', holder: 'test' };

/** A model small enough to see through: the vector of a crop is its mean colour. It tests how the importer calls a model. */
export class MeanColour implements CropEmbedder {
  readonly manifest = packManifest.parse(manifestJson);
  readonly summary = packSummary.parse({
    ...manifestJson,
    digest: createHash('sha256').update('mean colour').digest('hex'),
    bytes: 0,
    dimensions: 3,
    builtIn: false,
    inUse: true,
    explains: false,
    speed: null,
    path: '',
  });
  readonly dimensions = 3;
  readonly batch: number;
  readonly batches: number[] = [];
  readonly #delayMs: number;

  constructor(batch = 4, delayMs = 0) {
    this.batch = batch;
    this.#delayMs = delayMs;
  }

  preprocess(image: DecodedImage): Float32Array {
    return new Preprocessor(this.manifest.image).run(image);
  }

  async embedImages(pixels: readonly Float32Array[]): Promise<Float32Array> {
    this.batches.push(pixels.length);
    const vectors = Float32Array.from(pixels.flatMap((picture) => this.#meanOf(picture)));
    await new Promise((done) => setTimeout(done, this.#delayMs));
    return vectors;
  }

  /** Red, green and blue, 0 to 255. @param pixels [3, height, width], normalised. */
  #meanOf(pixels: Float32Array): number[] {
    const { mean, std } = this.manifest.image;
    const plane = pixels.length / 3;
    return mean.map((level, channel) => {
      const sum = pixels.subarray(channel * plane, (channel + 1) * plane).reduce((a, b) => a + b, 0);
      return ((sum / plane) * std[channel]! + level) * 255;
    });
  }
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

export interface TestCase {
  openCase: OpenCase;
  embeddings: EmbeddingStore;
  imports: ImportService;
  model: MeanColour;
  events: ImportProgress[];
  stored: number[];
}

/** A new case with an importer; or the case at `path` opened again. */
export async function testCase(
  options: { model?: MeanColour; path?: string } & Pick<ImportServiceParts, 'pictures'> = {},
): Promise<TestCase> {
  const parent = await mkdtemp(join(tmpdir(), 'descry-case-'));
  const openCase =
    options.path === undefined
      ? createCase(join(parent, 'test'), { name: 'Test', timeZone: 'Europe/Berlin' }, identity)
      : reopenCase(options.path, identity);
  const embeddings = new EmbeddingStore(openCase.db);
  const model = options.model ?? new MeanColour();
  const events: ImportProgress[] = [];
  const stored: number[] = [];
  const imports = new ImportService({
    openCase,
    embeddings,
    withModel: (work) => work(model),
    emit: (progress) => void events.push(progress),
    onStored: (ids) => void stored.push(...ids),
    ...(options.pictures && { pictures: options.pictures }),
  });
  closing.push(async () => {
    await imports.stop();
    openCase.close();
    await rm(parent, { recursive: true, force: true });
    if (options.path !== undefined) await rm(options.path, { recursive: true, force: true });
  });
  return { openCase, embeddings, imports, model, events, stored };
}

export function folderRequest(path: string, options: Partial<ImportOptions> = {}): ImportRequest {
  return { source: { kind: 'folder', path }, options: importOptions.parse(options) };
}

/** A JPEG in one colour; another `shade`, another content. */
export function crop(shade: number, width = 32, height = 64): Promise<Buffer> {
  return sharp({
    create: {
      width,
      height,
      channels: 3,
      background: { r: shade % 256, g: (shade * 7) % 256, b: (shade * 13) % 256 },
    },
  })
    .jpeg()
    .toBuffer();
}

/** `count` crops with names that the preset `descry` reads, two cameras, one a second. */
export async function crops(count: number): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (let index = 0; index < count; index++) {
    const time = `0815${String(index % 60).padStart(2, '0')}`;
    files[`cam-${index % 2}_20260314-${time}_${Math.floor(index / 4)}_${index}.jpg`] = await crop(index);
  }
  return files;
}
