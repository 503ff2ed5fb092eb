/** Which names a checkpoint gives to the tensors of CLIP's two towers. */
export interface Naming {
  /** OpenAI's names, which OpenCLIP and the person lineages share, or those of the transformers library. */
  style: 'openai' | 'transformers';
  /** What stands before the names of the image tower ("base_model."). */
  imagePrefix: string;
  /** What stands before the names of the text tower; null when there is none. */
  textPrefix: string | null;
  /** What stands before the names of heads beside the towers. */
  outer: string;
}

interface StoredName {
  names: readonly string[];
  transposed: boolean;
}

/** The person lineages keep CLIP's towers under this name. */
export const personPrefix = 'base_model.';

const imageMark = {
  openai: 'visual.conv1.weight',
  transformers: 'vision_model.embeddings.patch_embedding.weight',
} as const;
const textMark = {
  openai: 'token_embedding.weight',
  transformers: 'text_model.embeddings.token_embedding.weight',
} as const;
/** OpenCLIP keeps the text tower of some models in a module of its own. */
const textModules = { openai: ['', 'text.'], transformers: [''] } as const;

/** @returns null when there is no image tower under CLIP's names. */
export function findNaming(names: ReadonlySet<string>): Naming | null {
  for (const style of ['openai', 'transformers'] as const) {
    const prefix = prefixBefore(names, imageMark[style]);
    if (prefix === null) continue;
    const textPrefix = textModules[style]
      .map((module) => prefix + module)
      .find((full) => names.has(full + textMark[style]));
    const outer = prefix.endsWith(personPrefix) ? prefix.slice(0, -personPrefix.length) : prefix;
    return { style, imagePrefix: prefix, textPrefix: textPrefix ?? null, outer };
  }
  return null;
}

/** Whether there is a text tower under CLIP's names. */
export function hasTextTower(names: ReadonlySet<string>): boolean {
  return Object.values(textMark).some((mark) => prefixBefore(names, mark) !== null);
}

/** A second copy of the towers (an average over the training, for one) has a longer prefix. */
function prefixBefore(names: ReadonlySet<string>, mark: string): string | null {
  const prefixes = [...names]
    .filter((name) => name === mark || name.endsWith(`.${mark}`))
    .map((name) => name.slice(0, -mark.length))
    .toSorted((one, other) => one.length - other.length);
  return prefixes.find((prefix) => prefix === personPrefix) ?? prefixes[0] ?? null;
}

/** Names of the transformers library for OpenAI's, but for what a block holds. */
const transformersNames: Readonly<Record<string, StoredName>> = {
  'visual.class_embedding': as('vision_model.embeddings.class_embedding'),
  'visual.positional_embedding': as('vision_model.embeddings.position_embedding.weight'),
  'visual.conv1.weight': as('vision_model.embeddings.patch_embedding.weight'),
  'visual.ln_pre.weight': as('vision_model.pre_layrnorm.weight'),
  'visual.ln_pre.bias': as('vision_model.pre_layrnorm.bias'),
  'visual.ln_post.weight': as('vision_model.post_layernorm.weight'),
  'visual.ln_post.bias': as('vision_model.post_layernorm.bias'),
  'visual.proj': { names: ['visual_projection.weight'], transposed: true },
  positional_embedding: as('text_model.embeddings.position_embedding.weight'),
  'token_embedding.weight': as('text_model.embeddings.token_embedding.weight'),
  'ln_final.weight': as('text_model.final_layer_norm.weight'),
  'ln_final.bias': as('text_model.final_layer_norm.bias'),
  text_projection: { names: ['text_projection.weight'], transposed: true },
};
const transformersBlockNames: Readonly<Record<string, readonly string[]>> = {
  'attn.in_proj_weight': ['self_attn.q_proj.weight', 'self_attn.k_proj.weight', 'self_attn.v_proj.weight'],
  'attn.in_proj_bias': ['self_attn.q_proj.bias', 'self_attn.k_proj.bias', 'self_attn.v_proj.bias'],
  'attn.out_proj.weight': ['self_attn.out_proj.weight'],
  'attn.out_proj.bias': ['self_attn.out_proj.bias'],
  'ln_1.weight': ['layer_norm1.weight'],
  'ln_1.bias': ['layer_norm1.bias'],
  'ln_2.weight': ['layer_norm2.weight'],
  'ln_2.bias': ['layer_norm2.bias'],
  'mlp.c_fc.weight': ['mlp.fc1.weight'],
  'mlp.c_fc.bias': ['mlp.fc1.bias'],
  'mlp.c_proj.weight': ['mlp.fc2.weight'],
  'mlp.c_proj.bias': ['mlp.fc2.bias'],
};

/**
 * Where a tensor of the towers lies.
 * @param name OpenAI's name for it, or the name of a head's tensor.
 */
export function storedName(naming: Naming, names: ReadonlySet<string>, name: string): StoredName {
  const { style, imagePrefix, textPrefix, outer } = naming;
  if (/^(visul|texual)_emb_layer\./.test(name)) return as(outer + name);
  if (style === 'transformers') return prefixed(imagePrefix, transformersName(name));
  if (name.startsWith('visual.')) return as(imagePrefix + name);
  const text = textPrefix ?? imagePrefix;
  const linear = `${text}text_projection.weight`;
  if (name === 'text_projection' && names.has(linear)) return { names: [linear], transposed: true };
  return as(text + name);
}

function transformersName(name: string): StoredName {
  const block = /^(visual\.)?transformer\.resblocks\.(\d+)\.(.+)$/.exec(name);
  const inBlock = block && transformersBlockNames[block[3]!];
  if (block && inBlock) {
    const tower = block[1] === undefined ? 'text_model' : 'vision_model';
    return {
      names: inBlock.map((part) => `${tower}.encoder.layers.${block[2]}.${part}`),
      transposed: false,
    };
  }
  return transformersNames[name] ?? as(name);
}

function as(name: string): StoredName {
  return { names: [name], transposed: false };
}

function prefixed(prefix: string, { names, transposed }: StoredName): StoredName {
  return { names: names.map((name) => prefix + name), transposed };
}

/** What stands before the number of a tower's block, as the checkpoint writes it. */
export function blockPrefix(naming: Naming, tower: 'image' | 'text'): string {
  if (naming.style === 'transformers')
    return `${naming.imagePrefix}${tower === 'image' ? 'vision_model' : 'text_model'}.encoder.layers.`;
  return tower === 'image'
    ? `${naming.imagePrefix}visual.transformer.resblocks.`
    : `${naming.textPrefix ?? naming.imagePrefix}transformer.resblocks.`;
}
