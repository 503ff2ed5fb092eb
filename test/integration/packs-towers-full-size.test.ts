import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { openCheckpoint } from '../../src-main/engine/packs/checkpoint/open-checkpoint.ts';
import { detectLayout } from '../../src-main/engine/packs/layouts/detect-layout.ts';
import { writeTowers } from '../../src-main/engine/packs/towers/write-towers.ts';
import { writeCheckpoint, type WrittenTensor } from '../support/checkpoint-writer.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { clipShapes } from '../unit/packs/towers/random-checkpoint.ts';

/** RDE as published: ViT-B/16 in pictures of 128 x 384. */
const sizes = {
  imageWidth: 768,
  textWidth: 512,
  layers: 12,
  patch: 16,
  positions: 24 * 8,
  joint: 512,
  vocabulary: 49_408,
  maxTokens: 77,
  selection: 1024,
};

/** Types as the training code saves them: matrices in float16, but not tables of tokens and positions. */
function written(): WrittenTensor[] {
  return Object.entries(clipShapes(sizes, 'rde')).map(([name, shape]) => {
    const counted = name.endsWith('num_batches_tracked');
    const half = shape.length > 1 && !name.includes('embedding');
    const positive = /(ln_\w+|bns\.\d)\.weight$|running_var$/.test(name);
    return {
      name,
      shape,
      type: counted ? 'int64' : half ? 'float16' : 'float32',
      fill: counted ? 'zeros' : positive ? 'ones' : 'normal',
    };
  });
}

async function outputs(
  folder: string,
  file: string,
  feeds: Record<string, Tensor>,
): Promise<Record<string, readonly number[]>> {
  const session = await InferenceSession.create(join(folder, file));
  try {
    const results = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(results).map(([name, { data, dims }]) => {
        expect((data as Float32Array).every(Number.isFinite), name).toBe(true);
        return [name, dims];
      }),
    );
  } finally {
    await session.release();
  }
}

it('a full-size RDE checkpoint becomes towers of the right shapes without filling the memory', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'best.pth');
  await writeCheckpoint(file, written());
  const checkpoint = await openCheckpoint(file);
  const layout = detectLayout(checkpoint);
  const { image, text } = await writeTowers(checkpoint, layout, folder, {
    weights: 'stored',
    activation: 'quickgelu',
  });
  await checkpoint.close();
  const pixels = Float32Array.from({ length: 2 * 3 * 384 * 128 }, (_, i) => Math.sin(i));
  const pictures = { [image.input]: new Tensor('float32', pixels, [2, 3, 384, 128]) };
  expect(await outputs(folder, image.file, pictures)).toEqual({
    global: [2, 512],
    patches: [2, 192, 512],
    clsAttention: [2, 192],
    tse: [2, 1024],
  });
  const ids = Int32Array.of(49_406, 320, 786, 49_407, 0, 49_406, 320, 786, 530, 49_407);
  const sentences = { [text.input]: new Tensor('int32', ids, [2, 5]) };
  expect(await outputs(folder, text.file, sentences)).toEqual({ global: [2, 512], tse: [2, 1024] });
  // Kilobytes of this process at its largest, the test runner's own 150 MB among them.
  expect(process.resourceUsage().maxRSS).toBeLessThan(1.2 * 1024 * 1024);
});
