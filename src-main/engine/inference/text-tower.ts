import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { DescryError } from '../errors.ts';
import { checkInput, checkOutputs, joinEmbeddings, openGraph, type GraphOptions } from './onnx-graph.ts';
import type { PackManifest } from './schema.ts';

/**
 * A pack's network for sentences. It always runs on the CPU: a sentence takes milliseconds there, and
 * the vector of a query then does not depend on a machine's graphics card.
 */
export class TextTower {
  readonly #manifest: PackManifest;
  readonly #session: InferenceSession;
  /** The one length that the graph accepts, or null when any will do. */
  readonly #length: number | null;

  private constructor(manifest: PackManifest, session: InferenceSession, length: number | null) {
    this.#manifest = manifest;
    this.#session = session;
    this.#length = length;
  }

  /** @throws DescryError `pack-refused`. */
  static async load(options: Omit<GraphOptions, 'provider'>): Promise<TextTower> {
    const { text, embeddings, uncertainty } = options.manifest;
    const session = await openGraph({ ...options, provider: 'cpu' }, text.file);
    checkInput(session, text.file, text.input, text.idType, [null, null]);
    checkOutputs(session, text.file, [
      ...embeddings.map((part) => part.textOutput),
      ...(uncertainty ? [uncertainty.textOutput] : []),
    ]);
    const input = session.inputMetadata[0];
    const length = input?.isTensor && typeof input.shape[1] === 'number' ? input.shape[1] : null;
    if (length !== null && text.maxTokens > length)
      throw new DescryError(
        'pack-refused',
        `pack.json allows ${text.maxTokens} tokens, but ${text.file} takes ${length}.`,
      );
    return new TextTower(options.manifest, session, length);
  }

  /**
   * @param texts token numbers, all of the same length.
   * @returns [texts.length, dimensions], scaled as image vectors are.
   */
  async run(texts: readonly (readonly number[])[]): Promise<Float32Array> {
    const { text, embeddings } = this.#manifest;
    const own = texts[0]?.length ?? 0;
    const length = this.#length ?? own;
    const padding = new Array<number>(length - own).fill(text.padId);
    const ids = texts.flatMap((row) => [...row, ...padding]);
    const shape = [texts.length, length];
    const feed =
      text.idType === 'int32'
        ? new Tensor('int32', Int32Array.from(ids), shape)
        : new Tensor('int64', BigInt64Array.from(ids, BigInt), shape);
    const names = embeddings.map((part) => part.textOutput);
    const outputs = await this.#session.run({ [text.input]: feed }, names);
    return joinEmbeddings(outputs, names, embeddings, texts.length, text.file);
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}
