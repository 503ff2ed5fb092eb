import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescryError } from '../errors.ts';
import type { TowerVectors } from './graph-outputs.ts';
import { runtimeName } from './machine-facts.ts';
import type { VerifiedPack } from './pack-files.ts';
import { Preprocessor, type DecodedImage } from './preprocess.ts';
import { RecentlyUsed } from './recently-used.ts';
import type { PackManifest, PackSummary, ProviderName } from './schema.ts';
import { TextReader, type ReadText } from './text-reader.ts';
import { inferenceThreads } from './threads.ts';
import { TowerThread } from './tower-thread.ts';

export type { DecodedImage } from './preprocess.ts';

export interface TextEmbedding {
  vector: Float32Array;
  tokens: string[];
  truncated: boolean;
  unknownWords: string[];
  knownWordCount: number;
}

export interface PatchVectors {
  rows: number;
  columns: number;
  /** [rows * columns, dimensions of the pack's first embedding], row-major. */
  vectors: Float32Array;
}

/** Everything that a network gives for one picture or sentence. */
export interface RawOutputs {
  /** As `embedImages` and `embedTexts` give it. */
  vector: Float32Array;
  /**
   * Each embedding by its name, as it is compared but without its weight; attention, uncertainty and
   * means by the names of their outputs.
   */
  outputs: Record<string, Float32Array>;
}

export interface EmbeddingModelOptions {
  pack: VerifiedPack;
  summary: PackSummary;
  provider: ProviderName;
  /** Pictures in one run of the image tower. */
  batch: number;
}

const textBatch = 32;
const cachedTexts = 2048;

/** A loaded model: pictures and sentences become vectors whose dot product is the score. */
export class EmbeddingModel {
  readonly manifest: PackManifest;
  readonly summary: PackSummary;
  readonly dimensions: number;
  readonly provider: ProviderName;
  /** Name and version of what runs the model. */
  readonly runtime: string;
  readonly batch: number;
  readonly #preprocessor: Preprocessor;
  readonly #reader: TextReader;
  readonly #towers: TowerThread;
  readonly #texts = new RecentlyUsed<TextEmbedding>(cachedTexts);

  private constructor(options: EmbeddingModelOptions, reader: TextReader, towers: TowerThread) {
    this.manifest = options.pack.manifest;
    this.summary = options.summary;
    this.dimensions = options.summary.dimensions;
    this.provider = options.provider;
    this.runtime = runtimeName();
    this.batch = options.batch;
    this.#preprocessor = new Preprocessor(this.manifest.image);
    this.#reader = reader;
    this.#towers = towers;
  }

  /**
   * Opens a verified pack.
   * @throws DescryError `pack-refused` when its tokenizer or graphs do not fit its description.
   */
  static async load(options: EmbeddingModelOptions): Promise<EmbeddingModel> {
    const { folder, manifest } = options.pack;
    const { tokenizer, knownWords } = manifest.text;
    const words = knownWords === undefined ? undefined : await readFile(join(folder, knownWords), 'utf8');
    const reader = new TextReader(await readFile(join(folder, tokenizer.file), 'utf8'), manifest.text, words);
    const { provider } = options;
    const towers = await TowerThread.load({ folder, manifest, provider, threads: inferenceThreads() });
    return new EmbeddingModel(options, reader, towers);
  }

  /** @returns [3, height, width], resized and normalised. @throws DescryError `invalid-input`. */
  preprocess(image: DecodedImage): Float32Array {
    return this.#preprocessor.run(image);
  }

  /**
   * @param pixels results of `preprocess`, any number of them.
   * @returns [count, dimensions]; each part scaled by the square root of its weight.
   */
  async embedImages(pixels: readonly Float32Array[]): Promise<Float32Array> {
    const joined = new Float32Array(pixels.length * this.dimensions);
    await this.#inBatches(pixels, null, ({ vectors }, first) => joined.set(vectors, first * this.dimensions));
    return joined;
  }

  /** @param pixels results of `preprocess`. @returns everything that the network gives for each of them. */
  async rawImages(pixels: readonly Float32Array[]): Promise<RawOutputs[]> {
    const found: RawOutputs[] = [];
    await this.#inBatches(pixels, 'outputs', (given, first) => {
      const count = Math.min(this.batch, pixels.length - first);
      for (let row = 0; row < count; row++) found.push(rowOf(given, row, count));
    });
    return found;
  }

  /** @returns the picture's vector and those of its patches; no patches when the pack has none. */
  async embedImageWithPatches(
    pixels: Float32Array,
  ): Promise<{ vector: Float32Array; patches: PatchVectors | null }> {
    const { vectors, patches } = await this.#towers.images(this.#stack([pixels]), 1, 'patches');
    const grid = this.manifest.patches;
    return {
      vector: vectors,
      patches: patches && grid ? { rows: grid.rows, columns: grid.columns, vectors: patches } : null,
    };
  }

  /**
   * Vectors of sentences, each independent of the others in the call.
   * @throws DescryError `invalid-input` when a text has nothing to read.
   */
  async embedTexts(texts: readonly string[]): Promise<TextEmbedding[]> {
    const found = new Map<string, TextEmbedding>();
    const waiting = new Map<number, { text: string; read: ReadText }[]>();
    for (const text of new Set(texts)) {
      const known = this.#texts.get(text);
      if (known) {
        found.set(text, known);
        continue;
      }
      const read = this.#reader.read(text);
      const length = read.ids.length;
      const group = waiting.get(length);
      if (group) group.push({ text, read });
      else waiting.set(length, [{ text, read }]);
    }
    for (const group of waiting.values()) {
      for (let first = 0; first < group.length; first += textBatch)
        await this.#embedGroup(group.slice(first, first + textBatch), found);
    }
    return texts.map((text) => found.get(text)!);
  }

  /**
   * Everything that the network gives for each sentence, each in a run of its own, as the only sentence
   * of a search is.
   * @throws DescryError `invalid-input` when a text has nothing to read.
   */
  async rawTexts(texts: readonly string[]): Promise<RawOutputs[]> {
    const reads = texts.map((text) => this.#reader.read(text));
    const found: RawOutputs[] = [];
    for (const { ids } of reads) found.push(rowOf(await this.#towers.texts([ids], 'outputs'), 0, 1));
    return found;
  }

  /** Embeds a grey picture: a provider that cannot is found out, and the first real one does not wait for it. */
  async warmUp(): Promise<void> {
    const { width, height } = this.manifest.image;
    await this.embedImages([new Float32Array(3 * width * height).fill(0.1)]);
  }

  async dispose(): Promise<void> {
    await this.#towers.dispose();
  }

  /**
   * Runs the image tower over pictures, one batch ahead of the one that is waited for, so that the
   * network does not wait for the way to its thread and back.
   */
  async #inBatches(
    pixels: readonly Float32Array[],
    besides: 'outputs' | null,
    take: (given: TowerVectors, first: number) => void,
  ): Promise<void> {
    let before: Promise<void> = Promise.resolve();
    for (let first = 0; first < pixels.length; first += this.batch) {
      const chunk = pixels.slice(first, first + this.batch);
      const given = this.#towers.images(this.#stack(chunk), chunk.length, besides);
      // Who waits for the batch before hears of its failure only.
      given.catch(() => undefined);
      await before;
      before = given.then((vectors) => take(vectors, first));
    }
    await before;
  }

  /** Texts of one length need no padding, so a vector does not depend on what it is embedded with. */
  async #embedGroup(
    group: readonly { text: string; read: ReadText }[],
    found: Map<string, TextEmbedding>,
  ): Promise<void> {
    const { vectors } = await this.#towers.texts(group.map(({ read }) => read.ids));
    group.forEach(({ text, read }, i) => {
      const { tokens, truncated, unknownWords, knownWordCount } = read;
      const vector = vectors.slice(i * this.dimensions, (i + 1) * this.dimensions);
      const embedding = { vector, tokens, truncated, unknownWords, knownWordCount };
      found.set(text, embedding);
      this.#texts.set(text, embedding);
    });
  }

  /** @returns [count, 3, height, width]. */
  #stack(pixels: readonly Float32Array[]): Float32Array<ArrayBuffer> {
    const size = 3 * this.manifest.image.height * this.manifest.image.width;
    const stacked = new Float32Array(pixels.length * size);
    pixels.forEach((picture, i) => {
      if (picture.length !== size)
        throw new DescryError('invalid-input', 'A picture was not prepared for the model in use.', {
          expected: size,
          length: picture.length,
        });
      stacked.set(picture, i * size);
    });
    return stacked;
  }
}

/** One row of what a tower gave for a batch. */
function rowOf({ vectors, outputs }: TowerVectors, row: number, count: number): RawOutputs {
  const part = (numbers: Float32Array): Float32Array => {
    const size = numbers.length / count;
    return numbers.slice(row * size, (row + 1) * size);
  };
  return {
    vector: part(vectors),
    outputs: Object.fromEntries(
      Object.entries(outputs ?? {}).map(([name, numbers]) => [name, part(numbers)]),
    ),
  };
}
