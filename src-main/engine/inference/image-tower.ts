import type { InferenceSession } from 'onnxruntime-node';
import {
  comparedVectors,
  furtherOutputs,
  joinEmbeddings,
  nameOutputs,
  takeOutput,
  tryGraph,
  type Besides,
  type TowerVectors,
} from './graph-outputs.ts';
import { checkOutputs, openGraph, type GraphOptions } from './onnx-graph.ts';
import type { PackManifest } from './schema.ts';
import { isCombined, TowerFeeds } from './tower-feeds.ts';

/** A pack's network for pictures. A run blocks its thread until it is done. */
export class ImageTower {
  readonly #manifest: PackManifest;
  readonly #session: InferenceSession;
  readonly #feeds: TowerFeeds;

  private constructor(manifest: PackManifest, session: InferenceSession, feeds: TowerFeeds) {
    this.#manifest = manifest;
    this.#session = session;
    this.#feeds = feeds;
  }

  /**
   * @param opened the graph, where it is open already.
   * @throws DescryError `pack-refused`; what an execution provider throws is passed on.
   */
  static async load(options: GraphOptions, opened?: InferenceSession): Promise<ImageTower> {
    const { manifest } = options;
    const { image, embeddings, patches } = manifest;
    const session = opened ?? (await openGraph(options, image.file));
    const feeds = new TowerFeeds(session, manifest, { image: true, text: isCombined(manifest) });
    checkOutputs(session, image.file, [
      ...embeddings.map((part) => part.imageOutput),
      ...(patches ? [patches.output] : []),
      ...furtherOutputs(manifest, 'image').map(({ name }) => name),
    ]);
    return new ImageTower(manifest, session, feeds);
  }

  /**
   * @param pixels [count, 3, height, width], normalised.
   * @param besides patches come for packs that have them only.
   */
  async run(pixels: Float32Array, count: number, besides: Besides | null = null): Promise<TowerVectors> {
    const { image, embeddings } = this.#manifest;
    const patches = besides === 'patches' ? this.#manifest.patches : undefined;
    const further = besides === 'outputs' ? furtherOutputs(this.#manifest, 'image') : [];
    const names = embeddings.map((part) => part.imageOutput);
    const wanted = [...names, ...(patches ? [patches.output] : []), ...further.map(({ name }) => name)];
    const outputs = await this.#session.run(this.#feeds.pictures(pixels, count), [...new Set(wanted)]);
    const parts = comparedVectors(outputs, names, embeddings, count, image.file);
    return {
      vectors: joinEmbeddings(parts, embeddings, count),
      patches: patches
        ? takeOutput(
            outputs,
            patches.output,
            count * patches.rows * patches.columns * embeddings[0]!.dimensions,
            image.file,
          )
        : null,
      outputs:
        besides === 'outputs' ? nameOutputs(outputs, parts, embeddings, further, count, image.file) : null,
    };
  }

  /**
   * Runs a grey picture, for packs of which nothing is known yet.
   * @returns how many numbers each embedding's output holds. @throws DescryError `pack-refused`.
   */
  async sizes(): Promise<Record<string, number>> {
    const { image, embeddings } = this.#manifest;
    const grey = new Float32Array(3 * image.height * image.width);
    const names = embeddings.map((part) => part.imageOutput);
    const what = `a grey picture of ${image.width} x ${image.height} pixels`;
    return tryGraph(this.#session, this.#feeds.pictures(grey, 1), names, image.file, what);
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}
