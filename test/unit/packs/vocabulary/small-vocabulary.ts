import { join } from 'node:path';
import type { PackManifest } from '../../../../src-main/engine/inference/schema.ts';
import { TextReader } from '../../../../src-main/engine/inference/text-reader.ts';
import {
  clipTokenizer,
  type ClipVocabulary,
} from '../../../../src-main/engine/packs/vocabulary/clip-vocabulary.ts';
import { publishedVectors } from '../../../support/published-vectors.ts';

/** A few merges that are enough for whole words, parts of words and an end that is another piece than a middle. */
export const smallMerges = [
  ...['r e', 'm a', 'ma n</w>', 're d</w>', 't h', 'th e</w>', 'j a', 'c k', 'ja ck', 'e t</w>'],
  ...['jack et</w>', 'a n', 'an d</w>', "' s</w>", 'Ã ©', 'c a', 'f Ã©', 'ca fÃ©', '! !', '!! !</w>'],
];

export function vocabularyOf(merges: readonly string[]): ClipVocabulary {
  return { path: 'small', merges, numbered: false, published: false };
}

/** A reader with CLIP's cleaning; the table has just the size that the merges fill. */
export function readerOf(
  merges: readonly string[],
  { maskToken = true, maxTokens = 77 }: { maskToken?: boolean; maxTokens?: number } = {},
): TextReader {
  const size = 512 + merges.length + (maskToken ? 3 : 2);
  return new TextReader(
    clipTokenizer(vocabularyOf(merges), { maskToken, size }),
    clipText(maxTokens),
    undefined,
  );
}

export function clipText(maxTokens = 77): PackManifest['text'] {
  return {
    file: 'text.onnx',
    input: 'ids',
    idType: 'int64',
    tokenizer: { kind: 'huggingface', file: 'tokenizer.json', cleaning: 'clip' },
    maxTokens,
    padId: 0,
  };
}

export const clipVocabularyFile = join(publishedVectors, 'bpe_simple_vocab_16e6.txt.gz');
