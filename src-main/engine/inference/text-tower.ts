import type { InferenceSession } from 'onnxruntime-node';
import {
  comparedVectors,
  furtherOutputs,
  joinEmbeddings,
  nameOutputs,
  tryGraph,
  type Besides,
  type TowerVectors,
} from './graph-outputs.ts';
import { checkOutputs, openGraph, type GraphOptions } from './onnx-graph.ts';
import type { PackManifest } from './schema.ts';
import { isCombined, TowerFeeds } from './tower-feeds.ts';

/**
 * A pack's network for sentences. It always runs on the CPU: a sentence takes milliseconds there, and
 * the vector of a query then does not depend on a machine's graphics card.
 */
export class TextTower {
  readonly #manifest: PackManifest;
  readonly #session: InferenceSession;
  readonly #feeds: TowerFeeds;

  private constructor(manifest: PackManifest, session: InferenceSession, feeds: TowerFeeds) {
    this.#manifest = manifest;
    this.#session = session;
    this.#feeds = feeds;
  }

  /** @throws DescryError `pack-refused`. */
  static async load(options: Omit<GraphOptions, 'provider'>): Promise<TextTower> {
    const { manifest } = options;
    const { text, embeddings } = manifest;
    const session = await openGraph({ ...options, provider: 'cpu' }, text.file);
    const feeds = new TowerFeeds(session, manifest, { image: isCombined(manifest), text: true });
    checkOutputs(session, text.file, [
      ...embeddings.map((part) => part.textOutput),
      ...furtherOutputs(manifest, 'text').map(({ name }) => name),
    ]);
    return new TextTower(manifest, session, feeds);
  }

  /** The open graph, for the tower of pictures in a pack that has one graph for both. */
  get session(): InferenceSession {
    return this.#session;
  }

  /** @param texts token numbers, all of the same length. */
  async run(
    texts: readonly (readonly number[])[],
    besides: Extract<Besides, 'outputs'> | null = null,
  ): Promise<TowerVectors> {
    const { text, embeddings } = this.#manifest;
    const further = besides === 'outputs' ? furtherOutputs(this.#manifest, 'text') : [];
    const names = embeddings.map((part) => part.textOutput);
    const wanted = [...names, ...further.map(({ name }) => name)];
    const outputs = await this.#session.run(this.#feeds.texts(texts), [...new Set(wanted)]);
    const count = texts.length;
    const parts = comparedVectors(outputs, names, embeddings, count, text.file);
    return {
      vectors: joinEmbeddings(parts, embeddings, count),
      patches: null,
      outputs: besides === null ? null : nameOutputs(outputs, parts, embeddings, further, count, text.file),
    };
  }

  /**
   * Runs a text, for packs of which nothing is known yet.
   * @returns how many numbers each embedding's output holds. @throws DescryError `pack-refused`.
   */
  async sizes(ids: readonly number[]): Promise<Record<string, number>> {
    const { text, embeddings } = this.#manifest;
    const names = embeddings.map((part) => part.textOutput);
    const what = `a text of ${ids.length} tokens`;
    return tryGraph(this.#session, this.#feeds.texts([ids]), names, text.file, what);
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}
