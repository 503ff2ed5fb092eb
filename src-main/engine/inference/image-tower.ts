import { Tensor, type InferenceSession } from 'onnxruntime-node';
import {
  checkInput,
  checkOutputs,
  joinEmbeddings,
  openGraph,
  takeOutput,
  type GraphOptions,
} from './onnx-graph.ts';
import type { PackManifest } from './schema.ts';

export interface ImageVectors {
  /** [count, dimensions], each part scaled by the square root of its weight. */
  vectors: Float32Array;
  /** [count, rows * columns, dimensions of the first embedding]; null when not asked for or not in the pack. */
  patches: Float32Array | null;
}

/** A pack's network for pictures. A run blocks its thread until it is done. */
export class ImageTower {
  readonly #manifest: PackManifest;
  readonly #session: InferenceSession;

  private constructor(manifest: PackManifest, session: InferenceSession) {
    this.#manifest = manifest;
    this.#session = session;
  }

  /** @throws DescryError `pack-refused`; what an execution provider throws is passed on. */
  static async load(options: GraphOptions): Promise<ImageTower> {
    const { image, embeddings, patches, uncertainty } = options.manifest;
    const session = await openGraph(options, image.file);
    checkInput(session, image.file, image.input, 'float32', [null, 3, image.height, image.width]);
    checkOutputs(session, image.file, [
      ...embeddings.map((part) => part.imageOutput),
      ...(patches ? [patches.output] : []),
      ...(uncertainty ? [uncertainty.imageOutput] : []),
    ]);
    return new ImageTower(options.manifest, session);
  }

  /** @param pixels [count, 3, height, width], normalised. */
  async run(pixels: Float32Array, count: number, withPatches = false): Promise<ImageVectors> {
    const { image, embeddings, patches } = this.#manifest;
    const names = embeddings.map((part) => part.imageOutput);
    const wanted = withPatches && patches ? [...names, patches.output] : names;
    const feed = new Tensor('float32', pixels, [count, 3, image.height, image.width]);
    const outputs = await this.#session.run({ [image.input]: feed }, wanted);
    const vectors = joinEmbeddings(outputs, names, embeddings, count, image.file);
    if (!withPatches || !patches) return { vectors, patches: null };
    const length = count * patches.rows * patches.columns * embeddings[0]!.dimensions;
    return { vectors, patches: takeOutput(outputs, patches.output, length, image.file) };
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}
