import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { DescryError } from '../errors.ts';
import { checkInputs, fixedSize, inputType, type GraphInput } from './onnx-graph.ts';
import type { PackManifest } from './schema.ts';

type Feeds = InferenceSession.OnnxValueMapType;

/** Whether pictures and sentences go through one graph. */
export function isCombined({ image, text }: PackManifest): boolean {
  return image.file === text.file;
}

/** Makes what a pack's graphs are fed of pixels and token numbers. */
export class TowerFeeds {
  readonly #image: PackManifest['image'];
  readonly #text: PackManifest['text'];
  /** The one length of a text that the graph accepts, or null when any will do. */
  readonly #length: number | null;
  readonly #maskType: string | null;
  /**
   * In a combined graph, what the other side is fed: ONNX Runtime wants every input, and runs all of
   * the graph whatever is asked for.
   */
  readonly #beside: { picture: Feeds; text: Feeds } | undefined;

  /**
   * @param sides which of them go through this graph.
   * @throws DescryError `pack-refused` when the graph wants something else.
   */
  constructor(session: InferenceSession, manifest: PackManifest, sides: { image: boolean; text: boolean }) {
    const { image, text } = manifest;
    this.#image = image;
    this.#text = text;
    const inputs = [...(sides.image ? [imageInput(image)] : []), ...(sides.text ? textInputs(text) : [])];
    const file = sides.image ? image.file : text.file;
    checkInputs(session, file, inputs);
    const length = sides.text ? fixedSize(session, text.input, 1) : null;
    if (length !== null && text.maxTokens > length)
      throw new DescryError(
        'pack-refused',
        `pack.json allows ${text.maxTokens} tokens, but ${text.file} takes ${length}.`,
      );
    this.#length = length ?? (text.padded ? text.maxTokens : null);
    this.#maskType = text.attentionMask === undefined ? null : inputType(session, text.attentionMask);
    if (sides.image && sides.text)
      this.#beside = {
        picture: this.#pixels(new Float32Array(3 * image.height * image.width), 1),
        text: this.#ids([[text.padId]]),
      };
  }

  /** @param pixels [count, 3, height, width]. */
  pictures(pixels: Float32Array, count: number): Feeds {
    return { ...this.#beside?.text, ...this.#pixels(pixels, count) };
  }

  /** @param texts token numbers, all of the same length. */
  texts(texts: readonly (readonly number[])[]): Feeds {
    return { ...this.#beside?.picture, ...this.#ids(texts) };
  }

  #pixels(pixels: Float32Array, count: number): Feeds {
    const { input, height, width } = this.#image;
    return { [input]: new Tensor('float32', pixels, [count, 3, height, width]) };
  }

  #ids(texts: readonly (readonly number[])[]): Feeds {
    const { input, idType, attentionMask, padId } = this.#text;
    const own = texts[0]?.length ?? 0;
    const length = this.#length ?? own;
    const filling = Math.max(0, length - own);
    const shape = [texts.length, length];
    const fill = (number: number): number[] => new Array<number>(filling).fill(number);
    const ids = texts.flatMap((row) => [...row, ...fill(padId)]);
    const feeds = { [input]: integers(ids, idType, shape) };
    if (attentionMask === undefined) return feeds;
    const mask = texts.flatMap((row) => [...row.map(() => 1), ...fill(0)]);
    return { ...feeds, [attentionMask]: integers(mask, this.#maskType, shape) };
  }
}

function integers(numbers: number[], type: string | null, shape: number[]): Tensor {
  return type === 'int32'
    ? new Tensor('int32', Int32Array.from(numbers), shape)
    : new Tensor('int64', BigInt64Array.from(numbers, BigInt), shape);
}

function imageInput({ input, height, width }: PackManifest['image']): GraphInput {
  return { name: input, types: ['float32'], shape: ['batch', 3, height, width] };
}

function textInputs({ input, idType, attentionMask }: PackManifest['text']): GraphInput[] {
  const ids: GraphInput = { name: input, types: [idType], shape: ['batch', null] };
  if (attentionMask === undefined) return [ids];
  return [ids, { name: attentionMask, types: ['int64', 'int32'], shape: ['batch', null] }];
}
