import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openCheckpoint } from '../../../../src-main/engine/packs/checkpoint/open-checkpoint.ts';
import { publishedVectors, vectorsAreHere, vectorsMissing } from '../../../support/published-vectors.ts';

const folder = join(publishedVectors, 'checkpoints');

/** Number of tensors, then type, shape and SHA-256 of the elements of some, as torch.load gives them. */
const expected: [string, number, [string, string, number[], string][]][] = [
  [
    'rde',
    95,
    [
      [
        'base_model.visual.conv1.weight',
        'float16',
        [128, 3, 16, 16],
        '3665ef7da35573e1779fce918d38912ff9080d3672042def51e57c4d1f2fd10d',
      ],
      [
        'visul_emb_layer.fc.weight',
        'float16',
        [128, 64],
        'd1f0a5345399c5630d72a1424e0c6fd06127ff364b194a0559ff58acc4dbbb8e',
      ],
      [
        'visul_emb_layer.mlp.bns.0.num_batches_tracked',
        'int64',
        [],
        'af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc',
      ],
    ],
  ],
  [
    'irra',
    66,
    [
      [
        'base_model.text_projection',
        'float16',
        [64, 64],
        'adaa777dfb214a29fd332c32fd667844ccae250391b78a94d22f13a844c97ea7',
      ],
      [
        'mlm_head.fc.weight',
        'float32',
        [10, 64],
        '10dd2463905b1fc9e3a9d6665c389de0d83f2c11b4d4225e1462c3f40244ec8f',
      ],
    ],
  ],
  [
    'sen',
    66,
    [
      [
        'base_model.text_projection',
        'float16',
        [64, 64],
        'b56246e066d1c6a912de564b2196281b6ef8daf583fbcee7feec57ee45d68386',
      ],
      [
        'mask_token',
        'float32',
        [1, 1, 64],
        '2219ebb96a5e513585faebc9e744129d3c354cd30b133ecf6a307a012fe2765e',
      ],
    ],
  ],
  [
    'gaussian',
    89,
    [
      [
        'base_model.visual.conv1.weight',
        'float16',
        [128, 3, 16, 16],
        'eef628798ad461bbeb0a1f8e7ecd3c204a458a854309de2c33083e9f7af3d0bb',
      ],
      [
        'base_model.transformer.logsigma_resblocks.linear.weight',
        'float16',
        [512, 64],
        'f869c57e2a653d5fcbc3913c4ad52e40381fc9fa877193ea419380f62aaf5e93',
      ],
    ],
  ],
];

describe('checkpoints in the layout of the published code', () => {
  beforeEach(({ skip }) => {
    if (!vectorsAreHere) skip(vectorsMissing);
  });

  it.each(expected)('%s: every tensor is read, and as torch reads it', async (kind, count, facts) => {
    const checkpoint = await openCheckpoint(join(folder, `${kind}-tiny.pth`));
    onTestFinished(() => checkpoint.close());
    expect(checkpoint.tensors.size).toBe(count);
    expect(checkpoint.others.map(({ name, tensors }) => [name, tensors])).toEqual([
      ['optimizer', 1],
      ['scheduler', 0],
    ]);
    expect(Object.fromEntries(checkpoint.scalars)).toEqual({ epoch: 60, iteration: 12345 });
    for (const [name, type, shape, hash] of facts) {
      expect(checkpoint.tensors.get(name)).toEqual({ name, type, shape });
      const elements = await checkpoint.read(name);
      expect(createHash('sha256').update(elements).digest('hex'), name).toBe(hash);
    }
  });
});
