import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { errorCode } from '../../errors.ts';
import { cannotUse, doesNotFit } from './exported-problem.ts';

/** Settings are a page of text; a tokenizer with 256,000 tokens has 35 MB. */
const settingsLimit = 1024 * 1024;
const tokenizerLimit = 128 * 1024 * 1024;

const name = z.string().max(1000);
const pixels = z.int().min(8).max(2048);
const size = z.union([
  pixels,
  z.looseObject({
    shortest_edge: pixels.optional(),
    longest_edge: pixels.optional(),
    height: pixels.optional(),
    width: pixels.optional(),
  }),
]);
const channels = z.tuple([z.number(), z.number(), z.number()]);
/** A token by its text, or as the tokenizer's own description of it. */
const token = z.union([name, z.looseObject({ content: name }).transform(({ content }) => content)]).nullish();

/** `preprocessor_config.json`, as far as it changes what the model sees. */
export const preprocessorConfig = z.looseObject({
  image_processor_type: name.optional(),
  feature_extractor_type: name.optional(),
  processor_class: name.optional(),
  do_resize: z.boolean().default(true),
  size: size.optional(),
  resample: z.int().nullish(),
  do_center_crop: z.boolean().nullish(),
  crop_size: size.nullish(),
  crop_pct: z.number().nullish(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z
    .number()
    .positive()
    .max(1e6)
    .default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: channels.optional(),
  image_std: channels.optional(),
  do_pad: z.boolean().nullish(),
  do_flip_channel_order: z.boolean().nullish(),
});
export type PreprocessorConfig = z.infer<typeof preprocessorConfig>;

/** `tokenizer_config.json`. */
const tokenizerConfig = z.looseObject({
  tokenizer_class: name.nullish(),
  /** "No limit" is written as a number of thirty digits. */
  model_max_length: z.number().positive().nullish(),
  pad_token: token,
  do_lower_case: z.boolean().nullish(),
});

const specialTokens = z.looseObject({ pad_token: token });

/** `config.json`. */
const modelConfig = z.looseObject({
  model_type: name.nullish(),
  _name_or_path: name.nullish(),
  pad_token_id: z.int().nonnegative().nullish(),
  text_config: z
    .looseObject({
      max_position_embeddings: z.int().positive().max(1_000_000).nullish(),
      pad_token_id: z.int().nonnegative().nullish(),
    })
    .nullish(),
});

/** `tokenizer.json`, as far as it is looked at here; the rest is the tokenizer's own affair. */
const tokenizerFile = z.looseObject({
  normalizer: z.looseObject({ type: name }).nullish(),
  padding: z.looseObject({ pad_id: z.int().nonnegative().optional() }).nullish(),
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string() })).default([]),
  model: z.looseObject({ vocab: z.unknown() }),
});
export type TokenizerFile = z.infer<typeof tokenizerFile>;

/** Everything that lies beside exported graphs and says how they are used. */
export interface Configuration {
  preprocessor: PreprocessorConfig;
  tokenizer: z.infer<typeof tokenizerConfig>;
  specialTokens: z.infer<typeof specialTokens>;
  model: z.infer<typeof modelConfig>;
  /** Where tokenizer.json lies, and what is in it. */
  tokenizerPath: string;
  tokenizerFile: TokenizerFile;
}

/**
 * Reads what an exporter writes beside the graphs.
 * @param folders where to look, in this order.
 * @throws DescryError `unsupported` when tokenizer.json or preprocessor_config.json is missing, `pack-refused`
 * when a file cannot be read.
 */
export async function readConfiguration(folders: readonly string[]): Promise<Configuration> {
  const found = await findJson(folders, 'tokenizer.json', tokenizerFile, tokenizerLimit);
  if (!found)
    throw cannotUse(
      `tokenizer.json is missing. It belongs to the model; vocab.txt or merges.txt alone do not say how a text is read.${basename(folders[0] ?? '') === 'onnx' ? ' It may lie in the folder above; choose that one.' : ''}`,
      { folders },
    );
  const preprocessor = await findJson(folders, 'preprocessor_config.json', preprocessorConfig);
  if (!preprocessor)
    throw cannotUse(
      'preprocessor_config.json is missing, so nobody can tell how pictures were prepared for it.',
      { folders },
    );
  const read = async <T extends z.ZodType>(file: string, schema: T): Promise<z.infer<T>> =>
    (await findJson(folders, file, schema))?.content ?? schema.parse({});
  return {
    preprocessor: preprocessor.content,
    tokenizer: await read('tokenizer_config.json', tokenizerConfig),
    specialTokens: await read('special_tokens_map.json', specialTokens),
    model: await read('config.json', modelConfig),
    tokenizerPath: found.path,
    tokenizerFile: found.content,
  };
}

async function findJson<T extends z.ZodType>(
  folders: readonly string[],
  file: string,
  schema: T,
  limit = settingsLimit,
): Promise<{ path: string; content: z.infer<T> } | undefined> {
  for (const folder of folders) {
    const path = join(folder, file);
    const found = await stat(path).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
      throw error;
    });
    if (!found) continue;
    if (!found.isFile() || found.size > limit) throw doesNotFit(`${file} is not a plain file of text.`);
    return { path, content: parse(file, await readFile(path, 'utf8'), schema) };
  }
  return undefined;
}

function parse<T extends z.ZodType>(file: string, text: string, schema: T): z.infer<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw doesNotFit(`${file} is not JSON.`, { file }, error);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw doesNotFit(`${file}: ${issue?.path.join('.') || 'the document'}: ${issue?.message}.`, { file });
}
