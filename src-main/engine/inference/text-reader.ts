import { Tokenizer } from '@huggingface/tokenizers';
import { DescryError } from '../errors.ts';
import { cleanClipText } from './clip-text.ts';
import { KnownWords } from './known-words.ts';
import type { PackManifest } from './schema.ts';

/** A text as a text tower reads it. */
export interface ReadText {
  /** Token numbers with the model's own start and end tokens. */
  ids: number[];
  /** The text's tokens that were kept, without start and end. */
  tokens: string[];
  /** The text was longer than the model reads; its end was left out. */
  truncated: boolean;
  /** Words the model was not trained on, in lower case, each once. */
  unknownWords: string[];
  knownWordCount: number;
}

/** What `encode` gives; the package's own declaration of it cannot be resolved. */
interface Encoding {
  ids: number[];
  tokens: string[];
}

interface TokenizerFile {
  added_tokens: { id: number; content: string; special?: boolean }[];
  model: { type?: string; unk_token?: string | null; vocab?: unknown };
}

/**
 * No word is longer; a run of characters beyond it is cut, because looking for pieces of a word takes
 * time that grows with the square of its length. Merging pairs of bytes does not, and a word cut in
 * two is read otherwise than by CLIP's reference; only what no text holds is cut there.
 */
const longestRun = 50;
const longestRunOfPairs = 10_000;

/** Characters that are read at first for every token that there is room for. */
const charactersPerToken = longestRun + 1;

/** Turns sentences into token numbers with a pack's `tokenizer.json`. */
export class TextReader {
  /** Without the added tokens, so that nothing in a user's text is taken for one of them. */
  readonly #tokenizer: Tokenizer;
  /** Ids that a user's text must not produce. */
  readonly #special: ReadonlySet<number>;
  readonly #unknown: number | undefined;
  readonly #prefix: readonly number[];
  readonly #suffix: readonly number[];
  readonly #room: number;
  readonly #longestRun: number;
  readonly #clean: (text: string) => string;
  readonly #words: KnownWords | undefined;

  /**
   * @param file content of tokenizer.json.
   * @param knownWords content of the pack's word list, one word a line.
   * @throws DescryError `pack-refused` when the tokenizer cannot be used.
   */
  constructor(file: string, text: PackManifest['text'], knownWords: string | undefined) {
    try {
      const document = JSON.parse(file) as TokenizerFile;
      const full = new Tokenizer(document, {});
      this.#tokenizer = new Tokenizer({ ...document, added_tokens: [] }, {});
      this.#longestRun = document.model.type === 'BPE' ? longestRunOfPairs : longestRun;
      this.#special = specialIds(document, full, text.padId);
      const { unk_token: unknown } = document.model;
      this.#unknown = unknown == null ? undefined : full.token_to_id(unknown);
      const { prefix, suffix } = frame(full, this.#tokenizer);
      this.#prefix = prefix;
      this.#suffix = suffix;
    } catch (error) {
      throw new DescryError(
        'pack-refused',
        `The pack's ${text.tokenizer.file} cannot be used as a tokenizer.`,
        {},
        error,
      );
    }
    this.#room = text.maxTokens - this.#prefix.length - this.#suffix.length;
    if (this.#room < 1)
      throw new DescryError(
        'pack-refused',
        `The pack's maxTokens (${text.maxTokens}) leaves no room for words.`,
      );
    this.#clean = text.tokenizer.cleaning === 'clip' ? cleanClipText : cleanText;
    this.#words = knownWords === undefined ? undefined : new KnownWords(knownWords);
  }

  /**
   * Reads one text. Control characters count as spaces, invisible formatting characters are dropped;
   * a pack that asks for CLIP's cleaning gets that instead.
   * @throws DescryError `invalid-input` when nothing readable is left.
   */
  read(text: string): ReadText {
    const clean = this.#clean(text);
    const { ids, tokens } = this.#encode(shortRuns(clean, this.#longestRun));
    if (ids.length === 0)
      throw new DescryError(
        'invalid-input',
        'There is nothing to read in this text. Describe what to look for in words.',
      );
    const words = KnownWords.split(clean);
    const unknownWords = this.#words ? this.#words.unknown(words) : [];
    return {
      ids: [...this.#prefix, ...ids.slice(0, this.#room), ...this.#suffix],
      tokens: tokens.slice(0, this.#room),
      truncated: ids.length > this.#room,
      unknownWords,
      knownWordCount: this.#words ? this.#words.countKnown(words) : words.length,
    };
  }

  /**
   * Tokens of a clean text; not of all of a text that is much longer than the model reads. It is read
   * up to a space, so that the tokens are those of the whole text.
   */
  #encode(text: string): Encoding {
    if (text === '') return { ids: [], tokens: [] };
    // Characters that the tokenizer drops, and long words, may leave less than the model has room for.
    for (let length = (this.#room + 1) * charactersPerToken; length < text.length; length *= 4) {
      const space = text.lastIndexOf(' ', length);
      if (space < 1) continue;
      const start = this.#keep(encode(this.#tokenizer, text.slice(0, space), false));
      if (start.ids.length > this.#room) return start;
    }
    return this.#keep(encode(this.#tokenizer, text, false));
  }

  /** Without special tokens; pieces that the tokenizer has no number for become its unknown token. */
  #keep(encoding: { ids: (number | undefined)[]; tokens: string[] }): Encoding {
    const kept: Encoding = { ids: [], tokens: [] };
    encoding.ids.forEach((number, index) => {
      const id = number ?? this.#unknown;
      if (id === undefined || this.#special.has(id)) return;
      kept.ids.push(id);
      kept.tokens.push(encoding.tokens[index]!);
    });
    return kept;
  }
}

/** Spaces for control characters and line ends, nothing for other invisible ones, single spaces. */
function cleanText(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\uFFFD]+/gu, ' ')
    .replace(/\p{Cf}+/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** Puts a space after every `longest` characters of a run. */
function shortRuns(text: string, longest: number): string {
  const cut = new RegExp(`.{${longest}}(?=.)`, 'gsu');
  return text.replace(/\S+/gu, (run) => (run.length > longest ? run.replace(cut, '$& ') : run));
}

/**
 * Ids of special tokens. The token for unknown pieces is not among them (a text may well hold an
 * unknown piece); the padding token is, unless it doubles as ordinary text ("!" in CLIP's vocabulary).
 */
function specialIds(document: TokenizerFile, tokenizer: Tokenizer, padId: number): ReadonlySet<number> {
  const ids = document.added_tokens
    .filter(({ special, content }) => special !== false && content !== document.model.unk_token)
    .map(({ id }) => id);
  const pad = tokenizer.id_to_token(padId);
  if (pad !== undefined && /^(\[.+\]|<.+>)$/u.test(pad) && pad !== document.model.unk_token) ids.push(padId);
  return new Set(ids);
}

/** What the model's tokenizer puts before and after every text. */
function frame(full: Tokenizer, plain: Tokenizer): { prefix: number[]; suffix: number[] } {
  const probe = 'a';
  const bare = encode(plain, probe, false).ids;
  const framed = encode(full, probe, true).ids;
  const start = framed.findIndex((_, index) => bare.every((id, place) => framed[index + place] === id));
  if (start < 0 || bare.length === 0)
    throw new Error('the tokenizer changes a text when it adds its special tokens');
  return { prefix: framed.slice(0, start), suffix: framed.slice(start + bare.length) };
}

function encode(tokenizer: Tokenizer, text: string, withSpecial: boolean): Encoding {
  return tokenizer.encode(text, { add_special_tokens: withSpecial }) as Encoding;
}
