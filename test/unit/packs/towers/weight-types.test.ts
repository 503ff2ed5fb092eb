import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  changed,
  clipShapes,
  decode,
  endId,
  randomCheckpoint,
  smallSizes,
  startId,
  type MemoryCheckpoint,
  type WeightKind,
} from './random-checkpoint.ts';
import { ReferenceTowers } from './reference-towers.ts';
import { convert, difference, noisePixels, type Outputs, type RunningTowers } from './run-towers.ts';

const shapes = clipShapes(smallSizes, 'rde');
const pixels = noisePixels(1, 24, 8);
const ids = [startId, 4, 17, 3, 22, 9, endId];

async function run(towers: RunningTowers): Promise<Outputs> {
  const images = Object.entries(await towers.images(pixels, 1));
  const texts = Object.entries(await towers.texts([ids]));
  return Object.fromEntries([
    ...images.map(([name, numbers]) => [`image ${name}`, numbers]),
    ...texts.map(([name, numbers]) => [`text ${name}`, numbers]),
  ]) as Outputs;
}

function bytes({ folder, towers: { files } }: RunningTowers): number {
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}

/** The same numbers, written as another type. */
function retyped(checkpoint: MemoryCheckpoint, wanted: WeightKind): MemoryCheckpoint {
  const tensors = new Map(
    [...checkpoint.tensors].map(([name, info]) => [
      name,
      info.type === 'int64' || info.shape.length < 2 ? info : { ...info, type: wanted },
    ]),
  );
  const read = async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
    const info = checkpoint.tensors.get(name)!;
    const data = await checkpoint.read(name);
    if (tensors.get(name)!.type === info.type) return data;
    return new Uint8Array(Float32Array.from(decode(data, info.type)).buffer);
  };
  return { ...checkpoint, tensors, read };
}

describe('types of weights', () => {
  it('float16 kept as stored gives the very numbers of the same weights in float32', async () => {
    const checkpoint = randomCheckpoint(shapes, 31, 'float16');
    const stored = await convert(checkpoint);
    const wide = await convert(checkpoint, { weights: 'float32' });
    expect(await run(stored)).toEqual(await run(wide));
    expect(bytes(stored)).toBeLessThan(0.7 * bytes(wide));
  });

  it('float32 kept as stored is float32', async () => {
    const checkpoint = randomCheckpoint(shapes, 32);
    const stored = await convert(checkpoint);
    const wide = await convert(checkpoint, { weights: 'float32' });
    expect(await run(stored)).toEqual(await run(wide));
    expect(bytes(stored)).toBe(bytes(wide));
  });

  it('float16 rounds matrices to the nearest, and nothing else', async () => {
    const rounded = randomCheckpoint(shapes, 33, 'float16');
    const narrow = await convert(retyped(rounded, 'float32'), { weights: 'float16' });
    expect(await run(narrow)).toEqual(await run(await convert(rounded)));
    const exact = randomCheckpoint(shapes, 33);
    const outputs = await run(await convert(exact, { weights: 'float16' }));
    const reference = (await ReferenceTowers.open(exact)).image(pixels, 24, 8);
    expect(difference(outputs['image global']!, reference['global']!)).toBeLessThan(5e-3);
    expect(difference(outputs['image global']!, reference['global']!)).toBeGreaterThan(1e-6);
  });

  it.each(['bfloat16', 'float64'] as const)('%s becomes float32', async (type) => {
    const checkpoint = randomCheckpoint(shapes, 34, type);
    const reference = await ReferenceTowers.open(checkpoint);
    const outputs = await run(await convert(checkpoint));
    expect(difference(outputs['image tse']!, reference.image(pixels, 24, 8)['tse']!)).toBeLessThan(2e-5);
    expect(difference(outputs['text tse']!, reference.text(ids)['tse']!)).toBeLessThan(2e-5);
  });

  it('refuses float16 for numbers that it cannot hold', async () => {
    const large = changed(randomCheckpoint(shapes, 35), (name, numbers) =>
      name.endsWith('visual.proj') ? numbers.with(3, 70_000) : numbers,
    );
    await expect(convert(large, { weights: 'float16' })).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('65,504'),
    });
    await expect(convert(large)).resolves.toBeDefined();
  });
});
