import type { Configuration } from './configuration.ts';
import { cannotUse } from './exported-problem.ts';

/** Kinds of exported models that Descry reads. */
export type ModelFamily = 'CLIP' | 'SigLIP';

const byType: Readonly<Record<string, ModelFamily>> = {
  clip: 'CLIP',
  clip_text_model: 'CLIP',
  clip_vision_model: 'CLIP',
  siglip: 'SigLIP',
  siglip2: 'SigLIP',
  siglip_text_model: 'SigLIP',
  siglip_vision_model: 'SigLIP',
};

/**
 * Which family a model is of: what config.json says, or failing that the classes that the other files name.
 * @throws DescryError `unsupported` for other models, and when nothing tells.
 */
export function modelFamily({ model, preprocessor, tokenizer }: Configuration): ModelFamily {
  const type = model.model_type;
  if (type != null) {
    const family = byType[type.replaceAll('-', '_')];
    if (family) return family;
    throw cannotUse(`config.json calls it "${type}"; Descry reads CLIP and SigLIP.`);
  }
  const classes = [
    preprocessor.image_processor_type,
    preprocessor.feature_extractor_type,
    preprocessor.processor_class,
    tokenizer.tokenizer_class,
  ].join(' ');
  if (/siglip/iu.test(classes)) return 'SigLIP';
  if (/clip/iu.test(classes)) return 'CLIP';
  throw cannotUse('nothing tells whether it is CLIP or SigLIP. Its config.json, which says so, is missing.');
}
