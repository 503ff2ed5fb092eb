import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TensorInfo, TensorType } from '../../../../src-main/engine/packs/checkpoint/checkpoint.ts';
import {
  detectLayout,
  type DescribedCheckpoint,
} from '../../../../src-main/engine/packs/layouts/detect-layout.ts';
import { publishedVectors, vectorsAreHere, vectorsMissing } from '../../../support/published-vectors.ts';
import { openClipName, transformersName, type OtherName } from '../towers/names.ts';
import { clipShapes, described, smallSizes, type ModelSizes } from '../towers/random-checkpoint.ts';

const keys = join(publishedVectors, 'checkpoints');

/** OpenAI's ViT-B/16 with one block, so that lists stay short. */
const clipB16: ModelSizes = {
  imageWidth: 768,
  textWidth: 512,
  layers: 1,
  patch: 16,
  positions: 14 * 14,
  joint: 512,
  vocabulary: 49_408,
  maxTokens: 77,
  selection: 1024,
};
const personB16 = { ...clipB16, positions: 24 * 8 };

type Shapes = ReturnType<typeof clipShapes>;

/** Names without the person lineages' prefix, or with another. */
function bare(shapes: Shapes, prefix = ''): Shapes {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name.replace(/^base_model\./, prefix), shape]),
  );
}

function otherNames(shapes: Shapes, rename: (name: string) => OtherName): Shapes {
  return Object.fromEntries(
    Object.entries(bare(shapes)).flatMap(([name, shape]) => {
      const { names, transposed } = rename(name);
      const [rows = 1, ...rest] = shape;
      const own = names.length === 1 ? shape : [rows / names.length, ...rest];
      return names.map((other) => [other, transposed ? own.toReversed() : own]);
    }),
  );
}

function detect(shapes: Shapes, more: Partial<DescribedCheckpoint> = {}): ReturnType<typeof detectLayout> {
  return detectLayout({ ...described(shapes), ...more });
}

function refusal(shapes: Shapes): string {
  try {
    detect(shapes);
  } catch (error) {
    expect(error).toMatchObject({ name: 'DescryError', kind: 'unsupported' });
    return (error as Error).message;
  }
  throw new Error('it was not refused');
}

describe('the kind of a checkpoint', () => {
  it('is RDE with layers of token selection', () => {
    const layout = detect(clipShapes(personB16, 'rde'));
    expect(layout).toMatchObject({
      kind: 'rde',
      architecture: 'ViT-B/16',
      selection: 1024,
      uncertainty: null,
      usesMaskToken: true,
      activation: 'quickgelu',
    });
    expect(layout.image).toMatchObject({ width: 768, heads: 12, layers: 1, hidden: 3072 });
    expect(layout.text).toMatchObject({ width: 512, heads: 8, layers: 1, hidden: 2048, maxTokens: 77 });
    expect(layout.leftOut).toMatchObject([{ name: 'visul_emb_layer, texual_emb_layer', tensors: 14 }]);
    expect(layout.facts).toContainEqual({
      label: 'Picture',
      value:
        '128 x 384 pixels, 24 x 8 patches of 16 pixels (192 positions taken as three times as high as wide, without overlap)',
    });
  });

  it('is Gaussian with a branch for log-sigmas, even where IRRA’s head is there too', () => {
    const shapes = { ...clipShapes(personB16, 'gaussian'), 'mlm_head.fc.weight': [49_408, 512] };
    expect(detect(shapes)).toMatchObject({ kind: 'gaussian', uncertainty: 20, image: { layers: 1 } });
  });

  it.each([
    ['sen', { 'decoder_pred.weight': [768, 512], 'mlm_head.fc.weight': [49_408, 512] }],
    ['sen', { 'decoder_embed.weight': [512, 512] }],
    ['irra', { 'mlm_head.fc.weight': [49_408, 512] }],
    ['person-clip', {}],
  ])('is %s by what lies beside the towers', (kind, heads: Shapes) => {
    const layout = detect({ ...clipShapes(personB16), ...heads });
    expect(layout).toMatchObject({ kind, usesMaskToken: true, activation: 'quickgelu' });
  });

  it('is the same under an outer name', () => {
    const shapes = { ...clipShapes(personB16, 'rde'), 'classifier.weight': [11_003, 512] };
    const outer = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`net.${name}`, shape]));
    const layout = detect(outer);
    expect(layout).toMatchObject({ kind: 'rde', usesMaskToken: true });
    expect(layout.leftOut.map(({ name }) => name)).toContain('classifier');
    expect(layout.facts).toContainEqual({
      label: 'Trained on',
      value: expect.stringContaining('11,003 people'),
    });
  });

  it('is CLIP without the lineages’ prefix', () => {
    const layout = detect(bare(clipShapes(clipB16)));
    expect(layout).toMatchObject({ kind: 'clip', usesMaskToken: false, activation: null });
  });

  it.each([
    ['OpenCLIP with a text module', openClipName],
    ['the transformers library', transformersName],
  ])('is CLIP under the names of %s', (_, rename) => {
    const layout = detect({ ...otherNames(clipShapes(clipB16), rename), logit_scale: [] });
    expect(layout).toMatchObject({ kind: 'clip', joint: 512, vocabularySize: 49_408, activation: null });
    expect(layout.leftOut).toEqual([
      { name: 'logit_scale', tensors: 1, bytes: 4, reason: 'scales similarities in training only' },
    ]);
  });

  it('is a person model where plain names have the grid of one', () => {
    expect(detect(bare(clipShapes(personB16)))).toMatchObject({ kind: 'person-clip', activation: null });
  });

  it('takes the person towers where a copy of them lies beside', () => {
    const shapes = clipShapes(personB16);
    const layout = detect({ ...bare(shapes, 'teacher.visual_model.'), ...shapes });
    expect([...layout.tensors.values()].every(({ names: [name] }) => name?.startsWith('base_model.'))).toBe(
      true,
    );
    expect(layout.leftOut).toMatchObject([{ name: 'teacher' }]);
  });
});

describe('the activation', () => {
  const shapes = bare(clipShapes(clipB16));
  it('is QuickGELU in OpenAI’s own files', () => {
    expect(detect(shapes, { format: 'torchscript' }).activation).toBe('quickgelu');
    expect(detect({ ...shapes, input_resolution: [] }).activation).toBe('quickgelu');
    expect(detect(shapes, { scalars: new Map([['input_resolution', 224]]) }).activation).toBe('quickgelu');
  });

  it('has to be asked for other files', () => {
    expect(detect(shapes, { format: 'safetensors' }).activation).toBeNull();
  });
});

describe('sizes', () => {
  it.each([
    {
      patch: 16,
      positions: 196,
      rows: 24,
      columns: 8,
      stored: 14,
      imageWidth: 768,
      heads: 12,
      name: 'ViT-B/16',
    },
    {
      patch: 32,
      positions: 49,
      rows: 12,
      columns: 4,
      stored: 7,
      imageWidth: 768,
      heads: 12,
      name: 'ViT-B/32',
    },
    {
      patch: 14,
      positions: 256,
      rows: 27,
      columns: 9,
      stored: 16,
      imageWidth: 1024,
      heads: 16,
      name: 'ViT-L/14',
    },
    {
      patch: 14,
      positions: 576,
      rows: 27,
      columns: 9,
      stored: 24,
      imageWidth: 1024,
      heads: 16,
      name: 'ViT-L/14',
    },
    {
      patch: 14,
      positions: 256,
      rows: 27,
      columns: 9,
      stored: 16,
      imageWidth: 1280,
      heads: 16,
      name: 'ViT-H/14',
    },
  ])(
    'of $name with $positions patches',
    ({ patch, positions, rows, columns, stored, imageWidth, heads, name }) => {
      const { image, architecture } = detect(bare(clipShapes({ ...clipB16, patch, positions, imageWidth })));
      expect(architecture).toBe(name);
      expect(image.heads).toBe(heads);
      expect(image.grid).toEqual({
        patch,
        width: 128,
        height: 384,
        rows,
        columns,
        storedRows: stored,
        storedColumns: stored,
      });
    },
  );

  it('of a tiny model: one head below a width of 64', () => {
    const { image, text } = detect(clipShapes({ ...smallSizes, imageWidth: 32 }));
    expect(image).toMatchObject({ heads: 1, grid: { width: 8, height: 24, rows: 6, columns: 2 } });
    expect(text.heads).toBe(1);
  });

  it('are told in words and numbers', () => {
    const { facts } = detect(bare(clipShapes(clipB16)));
    expect(facts).toEqual([
      { label: 'Image tower', value: 'ViT-B/16: 768 wide, 1 block, 12 heads' },
      {
        label: 'Picture',
        value: '128 x 384 pixels, 24 x 8 patches of 16 pixels (positions stretched from 14 x 14)',
      },
      { label: 'Text tower', value: '512 wide, 1 block, 8 heads, 77 tokens of 49,408' },
      { label: 'Embedding', value: '512 numbers' },
      { label: 'Weights', value: expect.stringMatching(/^[\d,]+ numbers, float32$/) },
    ]);
  });
});

describe('what is left out', () => {
  it('comes in groups with a reason, and with the state of the training', () => {
    const { leftOut } = detect(
      {
        ...clipShapes(personB16),
        'classifier.weight': [100, 512],
        'classifier.bias': [100],
        'cross_attn_Text.in_proj_bias': [1536],
        'cross_modal_transformer_mae.resblocks.0.ln_1.bias': [512],
        decoder_pos_embed: [1, 193, 512],
        mask_token: [1, 1, 512],
        'ln_post.bias': [512],
        'norm_7.bias': [512],
        'base_model.logit_scale': [],
        'something.else.weight': [3, 5],
        'something.more': [2],
      },
      { others: [{ name: 'optimizer', tensors: 900, bytes: 123 }] },
    );
    expect(leftOut.map(({ name, tensors, bytes }) => [name, tensors, bytes])).toEqual([
      ['classifier', 2, 4 * (51_200 + 100)],
      ['cross_attn', 1, 6144],
      ['cross_modal_transformer', 1, 2048],
      ['decoder', 2, 4 * (193 * 512 + 512)],
      ['ln_pre_t, ln_pre_i, ln_post', 1, 2048],
      ['norm_*', 1, 2048],
      ['logit_scale', 1, 4],
      ['something', 2, 68],
      ['optimizer', 900, 123],
    ]);
    expect(leftOut.every(({ reason }) => reason.length > 10)).toBe(true);
  });
});

describe('a checkpoint is refused', () => {
  const plain = bare(clipShapes(clipB16));

  it.each([
    ['visual.layer1.0.conv1.weight', 'ResNet'],
    ['base_model.visual.layer1.0.conv1.weight', 'ResNet'],
    ['visual.layers.0.blocks.0.attn.relative_position_bias_table', 'Swin'],
    ['visual.trunk.blocks.0.attn.qkv.weight', 'timm'],
    ['visual.blocks.0.attn.q_proj.weight', 'EVA-CLIP'],
    ['vision_model.head.probe', 'SigLIP'],
    ['vision_model.embeddings.patch_embedding.bias', 'SigLIP'],
    ['text_decoder.resblocks.0.ln_1.weight', 'CoCa'],
    ['visual.attn_pool.query', 'CoCa'],
    ['text_decoder.bert.embeddings.position_ids', 'BLIP'],
    ['visual_encoder.blocks.0.attn.qkv.weight', 'ALBEF or BLIP'],
    ['text_encoder.bert.encoder.layer.6.crossattention.self.query.weight', 'ALBEF or BLIP'],
    ['query_tokens', 'BLIP-2'],
    ['text.transformer.embeddings.word_embeddings.weight', 'transformers library'],
    ['encode_text.token_embedding.weight', 'TBPS-CLIP'],
  ])('with %s: it is of another architecture', (name, words) => {
    const message = refusal({ ...plain, [name]: [1] });
    expect(message).toContain(words);
    expect(message).toContain(name);
    expect(message).toContain('exported');
  });

  it('without anything of CLIP', () => {
    expect(refusal({ 'layer.weight': [3, 3] })).toContain('not a checkpoint of a model that Descry knows');
    expect(refusal({})).toContain('not a checkpoint');
  });

  it('with one tower only', () => {
    const half = (image: boolean): Shapes =>
      Object.fromEntries(Object.entries(plain).filter(([name]) => name.startsWith('visual.') === image));
    expect(refusal(half(true))).toContain('an image tower only');
    expect(refusal(half(false))).toContain('a text tower only');
    const other = otherNames(clipShapes(clipB16), transformersName);
    const vision = Object.fromEntries(Object.entries(other).filter(([name]) => name.startsWith('vis')));
    expect(refusal(vision)).toContain('an image tower only');
  });

  it('with tensors missing, which are named', () => {
    const { 'visual.proj': _proj, ...withoutProjection } = plain;
    expect(refusal(withoutProjection)).toContain('visual.proj is missing');
    const bare4 = bare(clipShapes({ ...clipB16, layers: 4 }));
    const gap = Object.fromEntries(Object.entries(bare4).filter(([name]) => !name.includes('.resblocks.2.')));
    expect(refusal(gap)).toContain('visual.transformer.resblocks.2 is missing');
    const some = Object.fromEntries(Object.entries(plain).filter(([name]) => !name.endsWith('bias')));
    expect(refusal(some)).toMatch(/visual\.ln_pre\.bias, .+ and \d+ more are missing/);
    const { 'texual_emb_layer.linear.weight': _linear, ...halfSelection } = clipShapes(personB16, 'rde');
    expect(refusal(halfSelection)).toContain('texual_emb_layer.linear.weight is missing');
  });

  it('with a shape that does not fit, which is told', () => {
    expect(refusal({ ...plain, 'visual.transformer.resblocks.0.attn.out_proj.weight': [768, 700] })).toBe(
      'The tensor visual.transformer.resblocks.0.attn.out_proj.weight has the shape (768, 700), but (768, 768) is needed.',
    );
    expect(refusal({ ...plain, text_projection: [512, 640] })).toContain(
      '(512, 640), but (512, 512) is needed',
    );
    expect(refusal({ ...plain, 'visual.conv1.weight': [768, 3, 16] })).toContain('4 dimensions');
    expect(refusal({ ...plain, 'visual.conv1.weight': [768, 4, 16, 16] })).toContain('4 channels');
    expect(refusal({ ...plain, 'visual.conv1.weight': [768, 3, 16, 8] })).toContain('8 x 16 pixels');
    expect(refusal({ ...plain, 'visual.proj': [768, 0] })).toContain('(768, 0)');
    expect(refusal(bare(clipShapes({ ...clipB16, textWidth: 100 })))).toContain('heads of 64');
    expect(refusal(bare(clipShapes({ ...clipB16, maxTokens: 2 })))).toContain('2 tokens');
  });

  it.each([
    [130, '131 positions'],
    [0, '1 positions'],
    [3 * 160 * 160, 'it would have 2560 x 7680 pixels'],
  ])('with a grid of %i patches that no picture of a person has', (positions, words) => {
    expect(refusal(clipShapes({ ...personB16, positions }))).toContain(words);
  });

  it('with patches larger than a picture of a person', () => {
    expect(refusal(bare(clipShapes({ ...clipB16, patch: 200, positions: 4 })))).toContain('200 x 200');
  });

  it('with parts inside its blocks that would change what they compute', () => {
    const name = 'visual.transformer.resblocks.0.ls_1.gamma';
    expect(refusal({ ...plain, [name]: [768] })).toContain(name);
    const lora = 'base_model.transformer.resblocks.0.attn.lora_A';
    expect(refusal({ ...clipShapes(personB16), [lora]: [4, 512] })).toContain(lora);
  });

  it('with quantised weights', () => {
    const tensors = new Map(described(plain).tensors);
    const name = 'visual.proj';
    tensors.set(name, { ...tensors.get(name)!, type: 'int8' });
    expect(() => detect(plain, { tensors })).toThrow('int8');
  });
});

describe('grids of person models', () => {
  it.each([
    { patch: 16, positions: 24 * 8, width: 128, height: 384, rows: 24, columns: 8 },
    { patch: 32, positions: 12 * 4, width: 128, height: 384, rows: 12, columns: 4 },
    // L/14 in pictures of 128 x 384: what is left over at the right and below is not seen.
    { patch: 14, positions: 27 * 9, width: 128, height: 384, rows: 27, columns: 9 },
    { patch: 16, positions: 27 * 9, width: 144, height: 432, rows: 27, columns: 9 },
    { patch: 16, positions: 6 * 2, width: 32, height: 96, rows: 6, columns: 2 },
    { patch: 16, positions: 14 * 14, width: 224, height: 224, rows: 14, columns: 14 },
  ])('of $rows x $columns patches of $patch give pictures of $width x $height', (wanted) => {
    const { patch, positions, ...grid } = wanted;
    const { image } = detect(clipShapes({ ...personB16, patch, positions }));
    expect(image.grid).toMatchObject({ ...grid, storedRows: grid.rows, storedColumns: grid.columns });
  });
});

describe('full-size checkpoints of the published code', () => {
  it.for([
    ['rde', 'rde', 321],
    ['irra', 'irra', 301],
    ['sen', 'sen', 301],
    ['omre', 'gaussian', 329],
  ] as const)('of %s are known by their names', ([file, kind, used], { skip }) => {
    const path = join(keys, `keys_${file}.txt`);
    if (!vectorsAreHere) return skip(vectorsMissing);
    const tensors = new Map(
      readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .map((line): [string, TensorInfo] => {
          const [name = '', shape = '', type = ''] = line.split('\t');
          const sizes = (shape.match(/\d+/g) ?? []).map(Number);
          return [name, { name, shape: sizes, type: type.replace('torch.', '') as TensorType }];
        }),
    );
    const layout = detectLayout({ tensors, scalars: new Map(), others: [], format: 'pytorch' });
    expect(layout).toMatchObject({
      kind,
      architecture: 'ViT-B/16',
      image: { layers: 12, heads: 12, grid: { width: 128, height: 384, rows: 24, columns: 8 } },
      text: { layers: 12, heads: 8, maxTokens: 77 },
      joint: 512,
      vocabularySize: 49_408,
    });
    expect(layout.tensors.size).toBe(used);
    const left = layout.leftOut.reduce((sum, group) => sum + group.tensors, 0);
    expect(used + left).toBe(tensors.size);
    expect(layout.leftOut.map(({ reason }) => reason)).not.toContain(
      'not a part of the two towers; Descry does not know what it is for',
    );
  });
});
