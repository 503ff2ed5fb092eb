import { createHash } from 'node:crypto';
import { join } from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import type { OpenCase } from '../../../src-main/engine/case/open-case.ts';
import {
  EmbeddingService,
  type EmbeddingServiceParts,
} from '../../../src-main/engine/embedding/embedding-service.ts';
import type { EmbeddingJob } from '../../../src-main/engine/embedding/schema.ts';
import { DescryError } from '../../../src-main/engine/errors.ts';
import type { DecodedImage } from '../../../src-main/engine/inference/embedding-model.ts';
import { EmbeddingStore } from '../../../src-main/engine/inference/embedding-store.ts';
import type { PackSummary } from '../../../src-main/engine/inference/schema.ts';
import type { CropEmbedder } from '../../../src-main/engine/ingest/prepare.ts';
import { temporaryCase } from '../../support/temporary.ts';
import { tinyManifest } from '../inference/tiny-pack.ts';

/** A pack whose vector of a picture is its mean colour times a factor of its own, and zeros. */
export class Colours implements CropEmbedder {
  readonly manifest = tinyManifest();
  readonly summary: PackSummary;
  readonly dimensions: number;
  readonly batch = 4;
  /** How many pictures the model saw at a time. */
  readonly batches: number[] = [];
  /** Called before each batch. */
  before: () => unknown = () => undefined;
  readonly #factor: number;

  constructor(id: string, factor = 1, dimensions = 3) {
    this.#factor = factor;
    this.dimensions = dimensions;
    const { version, name, licence, intendedUse, limits, accuracy, provenance, files } = this.manifest;
    this.summary = {
      ...{ id, version, name, licence, intendedUse, limits, accuracy, provenance, files },
      digest: createHash('sha256').update(`${id} ${factor}`).digest('hex'),
      bytes: 1,
      dimensions: this.dimensions,
      builtIn: false,
      inUse: false,
      explains: false,
      path: '',
      speed: null,
    };
  }

  /** Pictures that the model saw. */
  get seen(): number {
    return this.batches.reduce((sum, count) => sum + count, 0);
  }

  preprocess({ data, width, height }: DecodedImage): Float32Array {
    const mean = new Float32Array(3);
    data.forEach((value, i) => (mean[i % 3]! += (value * this.#factor) / (width * height)));
    return mean;
  }

  async embedImages(pixels: readonly Float32Array[]): Promise<Float32Array> {
    await this.before();
    this.batches.push(pixels.length);
    const zeros = new Array<number>(this.dimensions - 3).fill(0);
    return Float32Array.from(pixels.flatMap((mean) => [...mean, ...zeros]));
  }
}

const drawn = new Map<number, Promise<Buffer>>();

/** A PNG in one colour. */
export function picture(shade: number): Promise<Buffer> {
  const known = drawn.get(shade);
  if (known) return known.then((bytes) => Buffer.from(bytes));
  const background = { r: shade % 256, g: (shade * 7) % 256, b: (shade * 13) % 256 };
  const bytes = sharp({ create: { width: 16, height: 32, channels: 3, background } })
    .png()
    .toBuffer();
  drawn.set(shade, bytes);
  return bytes.then((made) => Buffer.from(made));
}

/** A case with pictures, and the service that makes vectors for it. */
export class JobCase {
  readonly openCase: OpenCase;
  readonly embeddings: EmbeddingStore;
  readonly packs = new Map(
    [new Colours('red'), new Colours('dim', 0.5)].map((pack) => [pack.summary.id, pack]),
  );
  readonly events: EmbeddingJob[] = [];
  readonly stored: number[] = [];
  readonly repaired: number[] = [];
  /** How often a model was asked for, and lent. */
  asked = 0;
  lent = 0;
  /** What has to be waited for before a model is lent. */
  loading: Promise<unknown> | null = null;
  /** The import that runs, if any. */
  running: Promise<unknown> | null = null;
  service: EmbeddingService;
  #sequence = 0;

  constructor(openCase: OpenCase = temporaryCase()) {
    this.openCase = openCase;
    this.embeddings = new EmbeddingStore(openCase.db);
    this.service = this.newService();
    onTestFinished(() => this.service.stop());
  }

  /** As after a restart. */
  newService(): EmbeddingService {
    const find = (id: string): Colours => {
      const pack = this.packs.get(id);
      if (!pack) throw new DescryError('not-found', `No model pack "${id}" is installed.`);
      return pack;
    };
    const parts: EmbeddingServiceParts = {
      openCase: this.openCase,
      embeddings: this.embeddings,
      pack: async (id) => Promise.resolve(find(id).summary),
      withModel: async (id, work) => {
        const pack = find(id);
        this.asked++;
        await this.loading;
        this.lent++;
        return work(pack);
      },
      running: () => this.running,
      emit: (job) => void this.events.push(job),
      onStored: (cropIds) => void this.stored.push(...cropIds),
      onRepaired: (modelId) => void this.repaired.push(modelId),
    };
    return new EmbeddingService(parts);
  }

  /** Adds crops with these pictures as copies. @returns their ids. */
  async add(...shades: number[]): Promise<number[]> {
    const { db, media } = this.openCase;
    const pictures = new Map<string, Buffer>();
    const hashes: string[] = [];
    for (const bytes of await Promise.all(shades.map(picture))) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      hashes.push(sha256);
      pictures.set(sha256, bytes);
    }
    for (const [sha256, bytes] of pictures) await media.storeOriginal(sha256, '.png', bytes);
    return db.transaction(() =>
      hashes.map((sha256) =>
        this.#insert(pictures.get(sha256)!, sha256, {
          storage: 'copy',
          storedPath: media.storedPathOf(sha256, '.png'),
        }),
      ),
    )();
  }

  /** Adds a crop that refers to a file. */
  refer(file: string, bytes: Buffer): number {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return this.#insert(bytes, sha256, { storage: 'reference', storedPath: file });
  }

  /** Where the copy of a crop's original lies. */
  original(cropId: number): string {
    return this.openCase.media.originalPath(this.openCase.crops.mediaOf(cropId));
  }

  modelId(pack: string): number {
    return this.embeddings.modelRow(this.packs.get(pack)!.summary.digest)!;
  }

  vector(pack: string, cropId: number): number[] | undefined {
    const vector = this.embeddings.vectorOf(this.modelId(pack), cropId);
    return vector && [...vector];
  }

  /** Audit entries of jobs, oldest first. */
  audit(): { action: string; detail: Record<string, unknown> }[] {
    return this.openCase.audit
      .list({ limit: 500 })
      .filter(({ action }) => action.startsWith('embedding'))
      .map(({ action, detail }) => ({ action, detail }))
      .reverse();
  }

  /** Runs a job to its end. */
  async run(pack: string): Promise<EmbeddingJob> {
    await this.service.start(pack);
    await this.service.idle();
    return this.service.current()!;
  }

  #insert(
    bytes: Buffer,
    sha256: string,
    place: { storage: 'copy' | 'reference'; storedPath: string },
  ): number {
    const { db, crops } = this.openCase;
    db.prepare(
      "INSERT INTO batches (id, state, created_at, operator, source, options) VALUES (1, 'done', 0, 'A. Tester', '{}', '{}') ON CONFLICT DO NOTHING",
    ).run();
    const number = ++this.#sequence;
    const media = crops.ensureMedia({
      ...{ sha256, bytes: bytes.length, format: 'png', width: 16, height: 32 },
      ...place,
    });
    return crops.insert({
      mediaId: media.id,
      batchId: 1,
      sourcePath: join('/footage', `${number}.png`),
      fileName: `${number}.png`,
      cameraId: null,
      track: null,
      frame: null,
      box: null,
      frameSha256: null,
      recordedTime: null,
      timeSource: 'none',
      recordedAt: null,
      correctedAt: null,
      sourceKey: `${number}`,
    });
  }
}

/** A promise that somebody else settles. */
export function gate(): { opened: Promise<unknown>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  return { opened: promise, open: () => resolve(undefined) };
}

export function shades(count: number, from = 1): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}
