import { DescryError } from '../../errors.ts';

const exported = 'If it was exported to ONNX, add the folder with the exported files.';

const otherTowers = 'Descry converts CLIP whose two towers are transformers (ViT).';

/** Architectures that are told by a name of theirs, and why their checkpoints are not taken. */
const architectures: readonly { mark: RegExp; what: string; why?: string }[] = [
  { mark: /(^|\.)visual\.layer1\./, what: 'CLIP with a ResNet as its image tower' },
  { mark: /\.attn\.relative_position_bias_table$/, what: 'a model with a Swin image tower' },
  { mark: /(^|\.)(Qformer|qformer|query_tokens)\b/, what: 'BLIP-2' },
  { mark: /(^|\.)text_decoder\.(bert|cls)\./, what: 'BLIP' },
  { mark: /(^|\.)text_encoder\.(bert\.)?encoder\.layer\.\d+\.crossattention\./, what: 'ALBEF or BLIP' },
  { mark: /(^|\.)visual_encoder\.blocks\./, what: 'ALBEF or BLIP' },
  { mark: /(^|\.)(text_decoder|visual\.attn_pool)\.|(^|\.)text\.cls_emb$/, what: 'CoCa' },
  {
    mark: /(^|\.)vision_model\.(head\.(probe|attention)|embeddings\.patch_embedding\.bias)\b/,
    what: 'SigLIP',
  },
  {
    mark: /(^|\.)visual\.trunk\./,
    what: 'a model with an image tower of the timm library (SigLIP, EVA, ConvNeXt)',
  },
  { mark: /(^|\.)visual\.(blocks\.\d+\.|patch_embed\.)/, what: 'EVA-CLIP' },
  {
    mark: /(^|\.)embeddings\.word_embeddings\.weight$/,
    what: 'a model with a text tower of the transformers library (BERT, RoBERTa)',
  },
  {
    mark: /(^|\.)encode_text\.token_embedding\.weight$/,
    what: 'TBPS-CLIP',
    why: 'It was trained on pictures that were prepared in another way (square, with another mean and deviation), which Descry does not do for checkpoints.',
  },
];

/**
 * Refuses what is known not to be two CLIP transformers.
 * @throws DescryError `unsupported` naming the architecture.
 */
export function refuseOtherArchitectures(names: Iterable<string>): void {
  for (const name of names) {
    const found = architectures.find(({ mark }) => mark.test(name));
    if (found)
      throw new DescryError(
        'unsupported',
        `This is ${found.what} (it has ${name}). ${found.why ?? otherTowers} ${exported}`,
        { name },
      );
  }
}

/** @param text whether a text tower was found at least. */
export function noImageTower(text: boolean): DescryError {
  return new DescryError(
    'unsupported',
    text
      ? 'This checkpoint has a text tower only. Searching needs both towers of one model, in one file.'
      : `This is not a checkpoint of a model that Descry knows: it has neither CLIP's image tower (visual.conv1.weight) nor its text tower. ${exported}`,
  );
}

export function noTextTower(): DescryError {
  return new DescryError(
    'unsupported',
    'This checkpoint has an image tower only, without the text tower that reads sentences. Searching needs both towers of one model, in one file.',
  );
}
