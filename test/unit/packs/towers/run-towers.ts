import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { onTestFinished } from 'vitest';
import { detectLayout } from '../../../../src-main/engine/packs/layouts/detect-layout.ts';
import type { Activation, WeightType } from '../../../../src-main/engine/packs/schema.ts';
import { writeTowers, type ConvertedTowers } from '../../../../src-main/engine/packs/towers/write-towers.ts';
import { temporaryFolder } from '../../../support/temporary.ts';
import type { MemoryCheckpoint } from './random-checkpoint.ts';

/** Every output by its name, as one array of numbers. */
export type Outputs = Record<string, number[]>;

export interface RunningTowers {
  towers: ConvertedTowers;
  folder: string;
  /** @param pixels [count, 3, height, width]. */
  images(pixels: Float32Array, count: number): Promise<Outputs>;
  /** @param ids token numbers, all of one length. */
  texts(ids: readonly (readonly number[])[]): Promise<Outputs>;
}

/** Writes a checkpoint's towers and opens both with ONNX Runtime. */
export async function convert(
  checkpoint: MemoryCheckpoint,
  options: { weights?: WeightType; activation?: Activation } = {},
): Promise<RunningTowers> {
  const folder = temporaryFolder();
  const { weights = 'stored', activation = 'quickgelu' } = options;
  const towers = await writeTowers(checkpoint, detectLayout(checkpoint), folder, { weights, activation });
  const image = await InferenceSession.create(join(folder, towers.image.file));
  const text = await InferenceSession.create(join(folder, towers.text.file));
  // Open graphs keep their weights mapped, which Windows does not let go.
  onTestFinished(async () => {
    await image.release();
    await text.release();
  });
  return {
    towers,
    folder,
    images: async (pixels, count) => {
      const { height, width } = towers.image;
      const feed = new Tensor('float32', pixels, [count, 3, height, width]);
      return numbers(await image.run({ [towers.image.input]: feed }));
    },
    texts: async (ids) => {
      const feed = new Tensor('int32', Int32Array.from(ids.flat()), [ids.length, ids[0]!.length]);
      return numbers(await text.run({ [towers.text.input]: feed }));
    },
  };
}

function numbers(outputs: InferenceSession.OnnxValueMapType): Outputs {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name, [...((value as Tensor).data as Float32Array)]]),
  );
}

/** Pixels as normalised pictures have them, from a seed. */
export function noisePixels(count: number, height: number, width: number, seed = 3): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count * 3 * height * width }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 4;
  });
}

/** Largest difference of any number; lengths have to be the same. */
export function difference(one: readonly number[], other: readonly number[]): number {
  if (one.length !== other.length) throw new Error(`${one.length} numbers beside ${other.length}`);
  return one.reduce((most, value, i) => {
    const own = Math.abs(value - other[i]!);
    return Number.isNaN(own) ? Infinity : Math.max(most, own);
  }, 0);
}
