import { bytesPerElement, type Checkpoint, type TensorInfo } from '../checkpoint/checkpoint.ts';
import type { ModelAccount } from '../schema.ts';

const training = 'used in training only; the published search does without it';

/** Parts that are known, by their names behind the outer prefix; the first that fits names the group. */
const groups: readonly { mark: RegExp; name: string; reason: string }[] = [
  {
    mark: /^classifier\./,
    name: 'classifier',
    reason: 'tells the people of the training set apart; used in training only',
  },
  { mark: /^cross_attn/, name: 'cross_attn', reason: training },
  { mark: /^cross_modal_transformer/, name: 'cross_modal_transformer', reason: training },
  { mark: /^mlm_head\./, name: 'mlm_head', reason: 'guesses masked words; used in training only' },
  {
    mark: /^(mask_token|decoder_\w+)/,
    name: 'decoder',
    reason: 'restores masked parts of a picture; used in training only',
  },
  { mark: /^ln_(pre_t|pre_i|post)\./, name: 'ln_pre_t, ln_pre_i, ln_post', reason: training },
  { mark: /^norm_\d+\./, name: 'norm_*', reason: training },
  {
    mark: /^visul_emb_layer\.(linear|mlp\.bns)\.|^texual_emb_layer\.mlp\.bns\./,
    name: 'visul_emb_layer, texual_emb_layer',
    reason: 'layers of the token selection that the published code never runs',
  },
  { mark: /(^|\.)logit_(scale|bias)$/, name: 'logit_scale', reason: 'scales similarities in training only' },
  {
    mark: /(^|\.)(input_resolution|context_length|vocab_size|position_ids|attn_mask)$/,
    name: 'sizes',
    reason: 'says what the shapes of the weights say too',
  },
];

/**
 * What a checkpoint holds beside the towers, in groups.
 * @param used names of the tensors that are taken over.
 * @param outer what stands before the names of heads.
 */
export function leftOut(
  checkpoint: Pick<Checkpoint, 'tensors' | 'others'>,
  used: ReadonlySet<string>,
  outer: string,
): ModelAccount['leftOut'] {
  const found = new Map<string, ModelAccount['leftOut'][number]>();
  for (const tensor of checkpoint.tensors.values()) {
    if (used.has(tensor.name)) continue;
    const { name, reason } = group(
      tensor.name.startsWith(outer) ? tensor.name.slice(outer.length) : tensor.name,
    );
    const entry = found.get(name) ?? { name, tensors: 0, bytes: 0, reason };
    found.set(name, entry);
    entry.tensors++;
    entry.bytes += tensorBytes(tensor);
  }
  const state = 'the state of the training, not part of the model';
  return [...found.values(), ...checkpoint.others.map((other) => ({ ...other, reason: state }))];
}

/** Bytes of a tensor's numbers. */
function tensorBytes({ shape, type }: TensorInfo): number {
  return shape.reduce((product, size) => product * size, bytesPerElement[type]);
}

function group(name: string): { name: string; reason: string } {
  return (
    groups.find(({ mark }) => mark.test(name)) ?? {
      name: name
        .split('.')
        .slice(0, name.startsWith('base_model.') ? 2 : 1)
        .join('.'),
      reason: 'not a part of the two towers; Descry does not know what it is for',
    }
  );
}
