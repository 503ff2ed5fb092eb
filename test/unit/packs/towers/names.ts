/** A tensor's names elsewhere: several when it is split along its rows. */
export interface OtherName {
  names: string[];
  transposed?: boolean;
}

/** OpenCLIP's name where the text tower is a module of its own, with a linear layer as its projection. */
export function openClipName(name: string): OtherName {
  if (name.startsWith('visual.')) return { names: [name] };
  if (name === 'text_projection') return { names: ['text.text_projection.weight'], transposed: true };
  return { names: [`text.${name}`] };
}

/** The transformers library's name for OpenAI's. */
export function transformersName(name: string): OtherName {
  const tower = name.startsWith('visual.') ? 'vision_model' : 'text_model';
  const own = name.replace('visual.', '');
  const fixed: Record<string, OtherName> = {
    proj: { names: ['visual_projection.weight'], transposed: true },
    text_projection: { names: ['text_projection.weight'], transposed: true },
    class_embedding: { names: ['vision_model.embeddings.class_embedding'] },
    'conv1.weight': { names: ['vision_model.embeddings.patch_embedding.weight'] },
    positional_embedding: { names: [`${tower}.embeddings.position_embedding.weight`] },
    'token_embedding.weight': { names: ['text_model.embeddings.token_embedding.weight'] },
  };
  const known = fixed[own];
  if (known) return known;
  const renamed = own
    .replace(/^transformer\.resblocks\./, 'encoder.layers.')
    .replace('attn.out_proj', 'self_attn.out_proj')
    .replace(/\.ln_(\d)\./, '.layer_norm$1.')
    .replace('mlp.c_fc', 'mlp.fc1')
    .replace('mlp.c_proj', 'mlp.fc2')
    .replace('ln_pre', 'pre_layrnorm')
    .replace('ln_post', 'post_layernorm')
    .replace('ln_final', 'final_layer_norm');
  const joined = /^(.+)\.attn\.in_proj_(weight|bias)$/.exec(renamed);
  if (!joined) return { names: [`${tower}.${renamed}`] };
  return {
    names: ['q', 'k', 'v'].map((part) => `${tower}.${joined[1]}.self_attn.${part}_proj.${joined[2]}`),
  };
}
