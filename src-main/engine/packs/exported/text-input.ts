import { Tokenizer } from '@huggingface/tokenizers';
import type { Configuration, TokenizerFile } from './configuration.ts';
import { cannotUse, doesNotFit } from './exported-problem.ts';
import type { ModelFamily } from './model-family.ts';

/** Tokens that a text may have where no file says it: what the published models were trained with. */
const usualTokens: Readonly<Record<ModelFamily, number>> = { CLIP: 77, SigLIP: 64 };
const mostTokens = 4096;

export interface TextInput {
  maxTokens: number;
  padId: number;
  /** SigLIP was trained on texts that are filled up, and sees the filling. CLIP never looks behind the end of a text. */
  padded: boolean;
  /** The content of tokenizer.json, where it had to be completed; undefined where it is used as it is. */
  tokenizer: string | undefined;
}

/**
 * How sentences are prepared.
 * @param graphLength the one length that the graph takes, or null.
 * @throws DescryError `pack-refused` when the tokenizer cannot be read, `unsupported`.
 */
export function textInput(
  configuration: Configuration,
  family: ModelFamily,
  graphLength: number | null,
): TextInput {
  const padded = family === 'SigLIP';
  const limits = [
    configuration.model.text_config?.max_position_embeddings,
    configuration.tokenizer.model_max_length,
  ].filter((limit): limit is number => limit != null && limit <= mostTokens);
  const usual = limits.length > 0 ? Math.floor(Math.min(...limits)) : usualTokens[family];
  return {
    maxTokens: graphLength === null ? usual : padded ? graphLength : Math.min(usual, graphLength),
    padId: padIdOf(configuration, family),
    padded,
    tokenizer: lowerCased(configuration, family),
  };
}

function padIdOf(configuration: Configuration, family: ModelFamily): number {
  const { tokenizer, specialTokens, tokenizerFile, model } = configuration;
  const text = tokenizer.pad_token ?? specialTokens.pad_token;
  const named = text == null ? undefined : idOf(tokenizerFile, text);
  const id = named ?? tokenizerFile.padding?.pad_id ?? model.text_config?.pad_token_id ?? model.pad_token_id;
  if (id != null) return id;
  if (family === 'CLIP') return 0;
  throw cannotUse(
    'no file names the token that texts are filled up with (pad_token in tokenizer_config.json or special_tokens_map.json), and SigLIP sees the filling.',
  );
}

function idOf(file: TokenizerFile, token: string): number | undefined {
  const added = file.added_tokens.find(({ content }) => content === token);
  if (added) return added.id;
  try {
    return new Tokenizer(file, {}).token_to_id(token);
  } catch (error) {
    throw doesNotFit('tokenizer.json cannot be used as a tokenizer.', {}, error);
  }
}

/**
 * SigLIP is trained on lower-case texts. Where a setting says so (`do_lower_case`) instead of the tokenizer
 * itself, the step is written into the tokenizer.
 */
function lowerCased({ tokenizer, tokenizerFile }: Configuration, family: ModelFamily): string | undefined {
  const { normalizer } = tokenizerFile;
  if (family !== 'SigLIP' || tokenizer.do_lower_case !== true || lowers(normalizer)) return undefined;
  const steps = [{ type: 'Lowercase' }, ...(normalizer ? [normalizer] : [])];
  return JSON.stringify({ ...tokenizerFile, normalizer: { type: 'Sequence', normalizers: steps } });
}

function lowers(normalizer: unknown): boolean {
  if (typeof normalizer !== 'object' || normalizer === null) return false;
  const { type, lowercase, normalizers } = normalizer as Record<string, unknown>;
  if (type === 'Lowercase') return true;
  if (type === 'BertNormalizer') return lowercase !== false;
  return Array.isArray(normalizers) && normalizers.some(lowers);
}
