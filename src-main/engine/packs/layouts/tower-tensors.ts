import type { Layout } from './layout.ts';

type Sizes = Pick<
  Layout,
  'kind' | 'image' | 'text' | 'joint' | 'selection' | 'uncertainty' | 'vocabularySize'
>;

/** Names of the last block's two branches in a Gaussian head. */
export const branches = { mean: 'mu_resblocks', logSigma: 'logsigma_resblocks' } as const;

/**
 * All tensors that a model's towers need, by OpenAI's names, with their shapes. Matrices of linear layers
 * are [out, in]; `visual.proj` and `text_projection` are multiplied from the right as they are.
 */
export function towerTensors(sizes: Sizes): Map<string, readonly number[]> {
  const { kind, image, text, joint, selection, uncertainty } = sizes;
  const positions = image.grid.storedRows * image.grid.storedColumns + 1;
  const needed: [string, readonly number[]][] = [
    ['visual.conv1.weight', [image.width, 3, image.grid.patch, image.grid.patch]],
    ['visual.class_embedding', [image.width]],
    ['visual.positional_embedding', [positions, image.width]],
    ...norm('visual.ln_pre', image.width),
    ...tower('visual.transformer', image, uncertainty),
    ...norm('visual.ln_post', image.width),
    ['visual.proj', [image.width, joint]],
    ['token_embedding.weight', [sizes.vocabularySize, text.width]],
    ['positional_embedding', [text.maxTokens, text.width]],
    ...tower('transformer', text, uncertainty),
    ...norm('ln_final', text.width),
    ['text_projection', [text.width, joint]],
  ];
  if (kind === 'rde' && selection !== null)
    needed.push(
      ...selectionHead('visul_emb_layer', 'fc', joint, selection),
      ...selectionHead('texual_emb_layer', 'linear', joint, selection),
    );
  return new Map(needed);
}

function tower(
  prefix: string,
  { width, hidden, layers }: Sizes['text' | 'image'],
  uncertainty: number | null,
): [string, readonly number[]][] {
  const shared = uncertainty === null ? layers : layers - 1;
  const tensors = Array.from({ length: shared }, (_, i) =>
    block(`${prefix}.resblocks.${i}`, width, hidden),
  ).flat();
  if (uncertainty === null) return tensors;
  const logSigma = `${prefix}.${branches.logSigma}`;
  return [
    ...tensors,
    ...block(`${prefix}.${branches.mean}`, width, hidden),
    ...block(logSigma, width, hidden),
    ...linear(`${logSigma}.linear`, width, uncertainty),
  ];
}

function block(prefix: string, width: number, hidden: number): [string, readonly number[]][] {
  return [
    ...norm(`${prefix}.ln_1`, width),
    [`${prefix}.attn.in_proj_weight`, [3 * width, width]],
    [`${prefix}.attn.in_proj_bias`, [3 * width]],
    ...linear(`${prefix}.attn.out_proj`, width, width),
    ...norm(`${prefix}.ln_2`, width),
    ...linear(`${prefix}.mlp.c_fc`, width, hidden),
    ...linear(`${prefix}.mlp.c_proj`, hidden, width),
  ];
}

/** @param skip the layer beside the perceptron: `fc` for pictures and `linear` for texts. */
function selectionHead(
  prefix: string,
  skip: string,
  joint: number,
  dimensions: number,
): [string, readonly number[]][] {
  const statistics = ['weight', 'bias', 'running_mean', 'running_var'];
  return [
    ...linear(`${prefix}.${skip}`, joint, dimensions),
    ...linear(`${prefix}.mlp.layers.0`, joint, dimensions / 2),
    ...statistics.map((part): [string, number[]] => [`${prefix}.mlp.bns.0.${part}`, [dimensions / 2]]),
    ...linear(`${prefix}.mlp.layers.1`, dimensions / 2, dimensions),
  ];
}

function linear(prefix: string, from: number, to: number): [string, readonly number[]][] {
  return [
    [`${prefix}.weight`, [to, from]],
    [`${prefix}.bias`, [to]],
  ];
}

function norm(prefix: string, width: number): [string, readonly number[]][] {
  return [
    [`${prefix}.weight`, [width]],
    [`${prefix}.bias`, [width]],
  ];
}
