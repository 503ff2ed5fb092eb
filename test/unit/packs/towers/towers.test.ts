import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectLayout } from '../../../../src-main/engine/packs/layouts/detect-layout.ts';
import { writeTowers } from '../../../../src-main/engine/packs/towers/write-towers.ts';
import { temporaryFolder } from '../../../support/temporary.ts';
import {
  changed,
  clipShapes,
  endId,
  randomCheckpoint,
  smallSizes,
  startId,
  type MemoryCheckpoint,
} from './random-checkpoint.ts';
import { ReferenceTowers } from './reference-towers.ts';
import { convert, difference, noisePixels, type Outputs } from './run-towers.ts';

const heads = ['none', 'rde', 'gaussian'] as const;
const height = 24;
const width = 8;
/** float32 against float64 over two blocks. */
const close = 2e-5;

const sentences = [
  [startId, 5, 9, 12, 5, 30, 2, endId],
  [startId, 7, endId],
  [startId, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, endId],
];

function compare(outputs: Outputs, expected: Record<string, number[]>): void {
  expect(Object.keys(outputs).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [name, numbers] of Object.entries(expected))
    expect(difference(outputs[name]!, numbers), name).toBeLessThan(
      close * Math.max(1, ...numbers.map(Math.abs)),
    );
}

/** Part of every output that belongs to one row of a batch. */
function row(outputs: Outputs, index: number, count: number): Outputs {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, numbers]) => {
      const size = numbers.length / count;
      return [name, numbers.slice(index * size, (index + 1) * size)];
    }),
  );
}

describe.each(heads)('towers with the head "%s"', (head) => {
  const checkpoint = randomCheckpoint(clipShapes(smallSizes, head), 11);

  it('give what the published computation gives for pictures', async () => {
    const towers = await convert(checkpoint);
    const reference = await ReferenceTowers.open(checkpoint);
    const pixels = noisePixels(2, height, width);
    const outputs = await towers.images(pixels, 2);
    for (const index of [0, 1]) {
      const own = pixels.slice(index * 3 * height * width, (index + 1) * 3 * height * width);
      compare(row(outputs, index, 2), reference.image(own, height, width));
    }
  });

  it('give what the published computation gives for texts of any length', async () => {
    const towers = await convert(checkpoint);
    const reference = await ReferenceTowers.open(checkpoint);
    for (const ids of sentences) compare(await towers.texts([ids]), reference.text(ids));
  });

  it('give a text the same numbers alone, in a batch, and filled up', async () => {
    const { texts } = await convert(checkpoint);
    const [long = [], short = []] = sentences;
    const filled = [...short, ...long.slice(short.length).map(() => 0)];
    const other = long.map((id) => (id < startId && id > 1 ? id - 1 : id));
    const together = await texts([long, filled, other]);
    for (const [index, ids] of [long, short, other].entries())
      for (const [name, numbers] of Object.entries(await texts([ids])))
        expect(difference(row(together, index, 3)[name]!, numbers), name).toBeLessThan(1e-5);
  });

  it('give finite numbers for a text without words', async () => {
    const { texts } = await convert(checkpoint);
    for (const ids of [
      [startId, endId],
      [startId, 0, 0, endId],
      [startId, endId, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ])
      for (const [name, numbers] of Object.entries(await texts([ids])))
        expect(numbers.every(Number.isFinite), name).toBe(true);
  });
});

describe('token selection', () => {
  const shapes = clipShapes(smallSizes, 'rde');

  it('leaves out id 0, which doubles as filling', async () => {
    const checkpoint = randomCheckpoint(shapes, 5);
    const { texts } = await convert(checkpoint);
    const reference = await ReferenceTowers.open(checkpoint);
    for (const ids of [
      [startId, 4, 0, 8, endId],
      [startId, 0, 6, 0, 0, endId],
      [startId, 0, 3, 0, 9, 0, 7, 0, 11, endId],
    ])
      compare(await texts([ids]), reference.text(ids));
  });

  it('takes the earlier of words and the first of patches with the same attention', async () => {
    const plain = randomCheckpoint(clipShapes({ ...smallSizes, layers: 1 }, 'rde'), 6);
    const checkpoint = changed(plain, (name, numbers) =>
      /positional_embedding/.test(name) ? numbers.map(() => 0) : numbers,
    );
    const { texts, images } = await convert(checkpoint);
    const reference = await ReferenceTowers.open(checkpoint);
    const ids = [startId, 9, 9, 9, 9, 9, 9, 9, endId];
    compare(await texts([ids]), reference.text(ids));
    const grey = new Float32Array(3 * height * width).fill(0.4);
    compare(await images(grey, 1), reference.image(grey, height, width));
  });

  it('is the same for a text without words, however far it is filled up', async () => {
    const { texts } = await convert(randomCheckpoint(shapes, 7));
    const short = await texts([[startId, endId]]);
    const filled = await texts([[startId, endId, 0, 0, 0, 0, 0]]);
    expect(difference(short['tse']!, filled['tse']!)).toBeLessThan(1e-6);
  });
});

describe('the activation', () => {
  it('is QuickGELU or the exact GELU, as asked', async () => {
    const checkpoint = randomCheckpoint(clipShapes(smallSizes), 21);
    const pixels = noisePixels(1, height, width);
    const found: Outputs[] = [];
    for (const activation of ['quickgelu', 'gelu'] as const) {
      const outputs = await (await convert(checkpoint, { activation })).images(pixels, 1);
      const reference = await ReferenceTowers.open(checkpoint, activation);
      compare(outputs, reference.image(pixels, height, width));
      found.push(outputs);
    }
    expect(difference(found[0]!['global']!, found[1]!['global']!)).toBeGreaterThan(1e-3);
  });
});

describe('what is said about the towers', () => {
  const describedBy = async (head: (typeof heads)[number]): Promise<object> =>
    (await convert(randomCheckpoint(clipShapes(smallSizes, head), 3))).towers;

  it('adds up the two cosines of RDE in equal parts', async () => {
    expect(await describedBy('rde')).toMatchObject({
      image: { width: 8, height: 24, resize: 'antialias-bilinear', input: 'pixels' },
      text: { maxTokens: 12, padId: 0, idType: 'int32', input: 'ids' },
      embeddings: [
        { imageOutput: 'global', textOutput: 'global', dimensions: 16, weight: 0.5 },
        { imageOutput: 'tse', textOutput: 'tse', dimensions: 24, weight: 0.5 },
      ],
      patches: { output: 'patches', rows: 6, columns: 2 },
      attention: { output: 'clsAttention' },
      files: ['image.onnx', 'image.weights', 'text.onnx', 'text.weights'],
    });
  });

  it('has the cosine alone for plain towers', async () => {
    const towers = await describedBy('none');
    expect(towers).toMatchObject({ embeddings: [{ name: 'global', dimensions: 16, weight: 1 }] });
    expect(towers).not.toHaveProperty('uncertainty');
  });

  it('names means and log-sigmas of a Gaussian head', async () => {
    expect(await describedBy('gaussian')).toMatchObject({
      uncertainty: {
        imageOutput: 'logSigma',
        textOutput: 'logSigma',
        scale: 'log-sigma',
        dimensions: 20,
        mean: { imageOutput: 'mu', textOutput: 'mu' },
      },
    });
  });
});

describe('writing towers', () => {
  const shapes = clipShapes(smallSizes, 'rde');
  const options = { weights: 'stored', activation: 'quickgelu' } as const;
  const write = (checkpoint: MemoryCheckpoint, ...rest: unknown[]): ReturnType<typeof writeTowers> => {
    const [onProgress, signal] = rest as [Parameters<typeof writeTowers>[4], AbortSignal | undefined];
    return writeTowers(checkpoint, detectLayout(checkpoint), temporaryFolder(), options, onProgress, signal);
  };

  it('reports bytes that add up', async () => {
    const seen: { done: number; total: number; step: string }[] = [];
    await write(randomCheckpoint(shapes, 1), (progress: (typeof seen)[number]) => seen.push(progress));
    expect(seen[0]).toMatchObject({ done: 0 });
    expect(seen.at(-1)!.done).toBe(seen.at(-1)!.total);
    expect(seen.every(({ done }, i) => i === 0 || done >= seen[i - 1]!.done)).toBe(true);
    expect(new Set(seen.map(({ step }) => step))).toEqual(
      new Set(['Writing the image tower', 'Writing the text tower']),
    );
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const writing = write(
      randomCheckpoint(shapes, 1),
      ({ done }: { done: number }) => {
        if (done > 0) stop.abort();
      },
      stop.signal,
    );
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each(['float32', 'float16'] as const)('refuses %s weights that are not finite', async (type) => {
    const broken = changed(randomCheckpoint(shapes, 1, type), (name, numbers) =>
      name.endsWith('resblocks.1.mlp.c_fc.weight') ? numbers.with(77, Infinity) : numbers,
    );
    await expect(write(broken)).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringContaining('visual.transformer.resblocks.1.mlp.c_fc.weight'),
    });
  });

  it('keeps large weights beside the graphs', async () => {
    const { folder } = await convert(randomCheckpoint(shapes, 1));
    const size = (name: string): number => statSync(join(folder, name)).size;
    expect(readdirSync(folder).toSorted()).toEqual([
      'image.onnx',
      'image.weights',
      'text.onnx',
      'text.weights',
    ]);
    expect(size('image.weights')).toBeGreaterThan(4 * 2 * 11 * 128 * 128);
    expect(size('image.onnx')).toBeLessThan(400_000);
  });
});
