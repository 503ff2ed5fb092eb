import { Tokenizer } from '@huggingface/tokenizers';
import { DescryError } from '../errors.ts';
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
  model: { unk_token?: string | null; vocab?: unknown };
}

/**
 * No word is longer; a run of characters beyond it is cut, because looking for pieces of a word takes
 * time that grows with the square of its length.
 */
const longestRun = 50;

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
    this.#words = knownWords === undefined ? undefined : new KnownWords(knownWords);
  }

  /**
   * Reads one text. Control characters count as spaces, invisible formatting characters are dropped.
   * @throws DescryError `invalid-input` when nothing readable is left.
   */
  read(text: string): ReadText {
    const clean = cleanText(text);
    const { ids, tokens } = this.#encode(shortRuns(clean));
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

  /** Tokens of a clean text; not of all of a text that is much longer than the model reads. */
  #encode(text: string): Encoding {
    if (text === '') return { ids: [], tokens: [] };
    const enough = (this.#room + 1) * (longestRun + 1);
    if (text.length > enough) {
      const start = this.#keep(encode(this.#tokenizer, text.slice(0, text.lastIndexOf(' ', enough)), false));
      // Characters that the tokenizer drops may leave less than the model has room for.
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

function shortRuns(text: string): string {
  return text.replace(new RegExp(`\\S{${longestRun}}(?=\\S)`, 'gu'), '$& ');
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
