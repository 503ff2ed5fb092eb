import { DescryError } from '../../errors.ts';
import type { Checkpoint, TensorInfo } from '../checkpoint/checkpoint.ts';
import type { TensorSource, TransformerSize } from './layout.ts';
import { blockPrefix, storedName, type Naming } from './tensor-names.ts';
import { branches } from './tower-tensors.ts';

/** Widths of a head in image towers where it is not 64: OpenCLIP's ViT-H, g and bigG. */
const headWidths: Readonly<Record<number, number>> = { 1280: 80, 1408: 88, 1664: 104 };
const usualHeadWidth = 64;
const weightTypes = ['float16', 'float32', 'bfloat16', 'float64'];
/** A message names so many tensors. */
const named = 3;

/** Looks up shapes in a checkpoint by OpenAI's names, whatever names it uses itself. */
export class TowerReader {
  readonly #tensors: Checkpoint['tensors'];
  readonly #names: ReadonlySet<string>;
  readonly #naming: Naming;

  constructor(tensors: Checkpoint['tensors'], naming: Naming) {
    this.#tensors = tensors;
    this.#names = new Set(tensors.keys());
    this.#naming = naming;
  }

  /**
   * The shape of a tensor as the towers need it.
   * @throws DescryError `unsupported` when it is missing or has another number of dimensions.
   */
  shape(name: string, dimensions: number): number[] {
    const { names, transposed } = storedName(this.#naming, this.#names, name);
    const parts = names.map((part) => this.#tensors.get(part));
    const [first] = parts;
    if (!first || parts.includes(undefined)) throw missing(names.filter((part) => !this.#names.has(part)));
    if (first.shape.length !== dimensions || first.shape.includes(0))
      throw new DescryError(
        'unsupported',
        `The tensor ${first.name} has the shape ${written(first.shape)}; one of ${dimensions} dimensions is needed.`,
        { name: first.name, shape: first.shape },
      );
    return transposed ? first.shape.toReversed() : [...first.shape];
  }

  /**
   * Width and depth of a tower.
   * @param split the last block is there twice, as in a Gaussian head.
   */
  transformer(tower: 'image' | 'text', width: number, split: boolean): TransformerSize {
    const module = tower === 'image' ? 'visual.transformer' : 'transformer';
    const shared = this.#blocks(tower);
    const last = split ? branches.mean : `resblocks.${Math.max(0, shared - 1)}`;
    const [hidden] = this.shape(`${module}.${last}.mlp.c_fc.weight`, 2);
    const headWidth = (tower === 'image' ? headWidths[width] : undefined) ?? usualHeadWidth;
    const heads = Math.max(1, width / headWidth);
    if (!Number.isInteger(heads))
      throw new DescryError(
        'unsupported',
        `The ${tower} tower is ${width} wide, which heads of ${headWidth} do not divide.`,
        { width },
      );
    return { width, layers: shared + (split ? 1 : 0), heads, hidden: hidden! };
  }

  /**
   * Where the tensors of the towers lie.
   * @param needed shapes by OpenAI's names.
   * @throws DescryError `unsupported` that names the first tensors that are missing, or one that does not fit.
   */
  sources(needed: ReadonlyMap<string, readonly number[]>): Map<string, TensorSource> {
    const sources = new Map<string, TensorSource>();
    for (const [name, shape] of needed)
      sources.set(name, { ...storedName(this.#naming, this.#names, name), shape });
    const absent = [...sources.values()]
      .flatMap(({ names }) => names)
      .filter((name) => !this.#names.has(name));
    if (absent.length > 0) throw missing(absent);
    for (const source of sources.values()) this.#check(source);
    return sources;
  }

  #check({ names, transposed, shape }: TensorSource): void {
    const [rows, ...rest] = shape;
    const part = names.length === 1 ? shape : [rows! / names.length, ...rest];
    const expected = transposed ? part.toReversed() : part;
    for (const name of names) {
      const tensor = this.#tensors.get(name)!;
      checkTensor(tensor, expected);
    }
  }

  /** How many blocks the tower has under its usual names. */
  #blocks(tower: 'image' | 'text'): number {
    const prefix = blockPrefix(this.#naming, tower);
    const numbers = new Set<number>();
    for (const name of this.#names) {
      if (!name.startsWith(prefix)) continue;
      const number = Number.parseInt(name.slice(prefix.length), 10);
      if (Number.isInteger(number)) numbers.add(number);
    }
    for (let i = 0; i < numbers.size; i++) if (!numbers.has(i)) throw missing([`${prefix}${i}`]);
    return numbers.size;
  }
}

function checkTensor({ name, shape, type }: TensorInfo, expected: readonly number[]): void {
  if (shape.length !== expected.length || shape.some((size, i) => size !== expected[i]))
    throw new DescryError(
      'unsupported',
      `The tensor ${name} has the shape ${written(shape)}, but ${written(expected)} is needed.`,
      { name, shape, expected },
    );
  if (!weightTypes.includes(type))
    throw new DescryError(
      'unsupported',
      `The tensor ${name} holds ${type} numbers. Descry converts weights of ${weightTypes.join(', ')}; a quantised model is not supported.`,
      { name, type },
    );
}

function missing(names: readonly string[]): DescryError {
  const more = names.length > named ? ` and ${names.length - named} more` : '';
  return new DescryError(
    'unsupported',
    `The checkpoint is not complete: ${names.slice(0, named).join(', ')}${more} ${names.length === 1 ? 'is' : 'are'} missing.`,
    { missing: names.length },
  );
}

function written(shape: readonly number[]): string {
  return `(${shape.join(', ')})`;
}
