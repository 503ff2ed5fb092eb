import { createHash } from 'node:crypto';
import { DescryError } from '../../errors.ts';
import { byteAlphabet, endOfWord } from './byte-alphabet.ts';
import { readVocabularyFile } from './vocabulary-file.ts';

/** The pieces of words that a CLIP model reads, in the order in which they are put together. */
export interface ClipVocabulary {
  /** The file that the merges were read from. */
  readonly path: string;
  /** "a b": the pieces `a` and `b` are joined; earlier ones first. */
  readonly merges: readonly string[];
  /** The file says which number each piece has; a bare list of merges is longer than any model needs. */
  readonly numbered: boolean;
  /** These are the merges that OpenAI published with CLIP. */
  readonly published: boolean;
}

/** How many of the published list's merges CLIP uses, and their SHA-256 as lines. */
const publishedMerges = 48_894;
const publishedDigest = 'f61f2adf497e6f5357c347aeb4646fabe82f341e946de5bdec5d2858e41bef4a';

const start = '<|startoftext|>';
const end = '<|endoftext|>';
const mask = '<|mask|>';

/**
 * What splits a cleaned text into words: the reference's expression, without its special tokens,
 * which the cleaning takes out. There it ignores case, which lets a long s pass for an "s" and
 * drops U+0345, a mark whose capital is a letter.
 */
const words = "'[s\u017f]|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}\u0345]+";

/**
 * Reads CLIP's vocabulary.
 * @param path `bpe_simple_vocab_16e6.txt` (plain or gzip), a `merges.txt`, a `vocab.json` beside one, a
 * `tokenizer.json`, or a folder with one of these.
 * @throws DescryError `not-found`; `invalid-input` when the file is damaged or something else;
 * `unsupported` when it is the vocabulary of another kind of tokenizer.
 */
export async function readClipVocabulary(path: string): Promise<ClipVocabulary> {
  const { file, merges, ids } = await readVocabularyFile(path);
  const tokens = piecesOf(merges, file);
  if (ids) checkNumbers(ids, tokens, file);
  const used = merges.slice(0, publishedMerges).join('\n');
  const published = createHash('sha256').update(used).digest('hex') === publishedDigest;
  return { path: file, merges, numbered: ids !== null, published };
}

/**
 * The tokenizer of a CLIP model: the content of a `tokenizer.json`, for texts that were cleaned
 * as its reference does (`cleaning: 'clip'`). The numbers are the reference's: 256 bytes, 256
 * bytes that end a word, one for every merge, then the mask token where there is one, start, end.
 * @param options.maskToken the model's lineage has a mask token, which takes the place of the last merge.
 * @param options.size rows of the model's token table.
 * @throws DescryError `invalid-input` when the vocabulary does not fit a table of that size.
 */
export function clipTokenizer(
  vocabulary: ClipVocabulary,
  { maskToken, size }: { maskToken: boolean; size: number },
): string {
  const special = maskToken ? [mask, start, end] : [start, end];
  const needed = size - 2 * byteAlphabet.length - special.length;
  const { path, merges, numbered } = vocabulary;
  const least = numbered ? merges.length - Number(maskToken) : 0;
  if (needed < 1 || needed > merges.length || needed < least)
    throw new DescryError(
      'invalid-input',
      `${path} is not the vocabulary of this model: with its ${merges.length} merges a model has ${
        merges.length + size - needed
      } tokens, this one has ${size}.`,
      { path, size, merges: merges.length, maskToken },
    );
  const used = merges.slice(0, needed);
  const pieces = [...baseTokens(), ...used.map(joined), ...special];
  const id = (token: string): number => size - special.length + special.indexOf(token);
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content) => ({
      id: id(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: words }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: framing(id(start), id(end)),
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: endOfWord,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(pieces.map((token, number) => [token, number])),
      merges: used,
    },
  });
}

function framing(startId: number, endId: number): object {
  const token = (content: string): object => ({ SpecialToken: { id: content, type_id: 0 } });
  const sequence = (name: string): object => ({ Sequence: { id: name, type_id: 0 } });
  const own = (content: string, id: number): object => ({ id: content, ids: [id], tokens: [content] });
  return {
    type: 'TemplateProcessing',
    single: [token(start), sequence('A'), token(end)],
    pair: [token(start), sequence('A'), token(end), token(start), sequence('B'), token(end)],
    special_tokens: { [start]: own(start, startId), [end]: own(end, endId) },
  };
}

function baseTokens(): string[] {
  return [...byteAlphabet, ...byteAlphabet.map((byte) => byte + endOfWord)];
}

function joined(merge: string): string {
  return merge.replace(' ', '');
}

/**
 * All pieces in the order of their numbers.
 * @throws DescryError when a merge joins what is not there, or makes what is there already.
 */
function piecesOf(merges: readonly string[], file: string): string[] {
  const pieces = new Set(baseTokens());
  let endsWords = false;
  for (const [place, merge] of merges.entries()) {
    const [left, right, ...more] = merge.split(' ') as [string, ...string[]];
    if (right === undefined || more.length > 0)
      throw new DescryError(
        'invalid-input',
        `${file} is not a list of merges: entry ${place + 1} is not two pieces with a space between.`,
        { file, place },
      );
    const piece = left + right;
    if (!pieces.has(left) || !pieces.has(right) || pieces.has(piece))
      throw new DescryError(
        'unsupported',
        `${file} is not a vocabulary of CLIP: merge ${place + 1} joins pieces that it does not have.`,
        { file, place },
      );
    endsWords ||= piece.endsWith(endOfWord);
    pieces.add(piece);
  }
  if (!endsWords)
    throw new DescryError(
      'unsupported',
      `${file} is not a vocabulary of CLIP: none of its pieces ends a word. It may belong to another kind of model.`,
      { file },
    );
  return [...pieces];
}

/** @throws DescryError `unsupported` when the file numbers its pieces otherwise than CLIP does. */
function checkNumbers(ids: ReadonlyMap<string, number>, pieces: readonly string[], file: string): void {
  const odd = pieces.findIndex((piece, place) => ids.get(piece) !== place);
  if (odd >= 0)
    throw new DescryError(
      'unsupported',
      `The vocabulary beside ${file} numbers its pieces otherwise than CLIP does.`,
      { file, place: odd, piece: pieces[odd] },
    );
}
