import { DescryError } from '../errors.ts';
import type { SearchQuery, SearchWarning } from './schema.ts';
import { findNegations, findSensitiveWords } from './query-words.ts';

/** A text as the model gets it, and its weight in the query. */
export interface CleanText {
  text: string;
  weight: number;
}

/** A query that can be embedded: texts cleaned, empty ones and those of weight 0 left out. */
export interface CleanQuery {
  statements: CleanText[];
  avoid: string[];
  like: { cropId: number; weight: number }[];
  warnings: SearchWarning[];
}

/**
 * Checks a query and says what about its words an investigator should know. The record of the search
 * keeps the verbatim words; only what the model reads is cleaned here.
 * @throws DescryError `invalid-input` when nothing is left to search for.
 */
export function cleanQuery(query: SearchQuery): CleanQuery {
  const statements = query.statements
    .map(({ text, weight }) => ({ text: cleanText(text), weight }))
    .filter(({ text, weight }) => text !== '' && weight > 0);
  const avoid = query.avoid.map(cleanText).filter((text) => text !== '');
  const like = query.like.filter(({ weight }) => weight > 0);
  if (statements.length === 0 && like.length === 0) {
    const message =
      avoid.length > 0
        ? 'Phrases to avoid need something to search for: add a description or an example crop.'
        : 'Say what to look for: a description, or an example crop, with a weight above 0.';
    throw new DescryError('invalid-input', message);
  }
  return { statements, avoid, like, warnings: textWarnings(query, statements) };
}

/**
 * A text without control and invisible formatting characters (they become spaces), in Unicode's composed
 * form, with single spaces.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}

function textWarnings(query: SearchQuery, statements: readonly CleanText[]): SearchWarning[] {
  const warnings: SearchWarning[] = [];
  const verbatim = [...query.statements.map(({ text }) => text), ...query.avoid];
  // Line breaks and tabs come with pasted text and are no reason to warn.
  if (
    verbatim.some((text) => /[\p{Cc}\p{Cf}]/u.test(text.replace(/[\n\r\t]/gu, ' ')) || !text.isWellFormed())
  ) {
    warnings.push({
      kind: 'control-characters',
      message: 'Invisible control characters in the text were left out of the search.',
      words: [],
    });
  }
  const negated = [...new Set(statements.flatMap(({ text }) => findNegations(text)))];
  if (negated.length > 0) {
    warnings.push({
      kind: 'negation',
      message: `The model does not understand "no" and "without": naming a thing draws crops that show it. Put ${quoted(negated)} under phrases to avoid instead.`,
      words: negated,
    });
  }
  const sensitive = [...new Set(verbatim.flatMap((text) => findSensitiveWords(cleanText(text))))];
  if (sensitive.length > 0) {
    warnings.push({
      kind: 'sensitive',
      message: `${quoted(sensitive)}: ethnicity, religion, health and orientation cannot be read from a crop, and a model ranks such words by stereotype. Describe clothes and things instead. The search was run, and the words are in the audit log.`,
      words: sensitive,
    });
  }
  return warnings;
}

/** What the tokenizer and the model's word list say about one text. */
export interface TextFacts {
  truncated: boolean;
  unknownWords: readonly string[];
  knownWordCount: number;
}

/**
 * Warnings that need the model: words it was not trained on, text beyond its length.
 * @param onlyTexts false when example crops carry the search as well.
 */
export function modelWarnings(
  statements: readonly TextFacts[],
  avoid: readonly TextFacts[],
  onlyTexts: boolean,
): SearchWarning[] {
  const warnings: SearchWarning[] = [];
  const all = [...statements, ...avoid];
  const unknown = [...new Set(all.flatMap((text) => text.unknownWords))];
  if (onlyTexts && statements.length > 0 && statements.every((text) => text.knownWordCount === 0)) {
    warnings.push({
      kind: 'all-words-unknown',
      message: 'The model knows none of these words. The list below is in no meaningful order.',
      words: unknown,
    });
  } else if (unknown.length > 0) {
    warnings.push({
      kind: 'unknown-words',
      message: `The model was not trained on ${quoted(unknown)}. These words add little or mislead.`,
      words: unknown,
    });
  }
  if (all.some((text) => text.truncated)) {
    warnings.push({
      kind: 'truncated',
      message:
        'A text is longer than the model reads; its end took no part in the search. Split it into several statements.',
      words: [],
    });
  }
  return warnings;
}

function quoted(words: readonly string[]): string {
  const shown = words.slice(0, 8).map((word) => `"${word}"`);
  if (words.length > shown.length) shown.push(`${words.length - shown.length} more`);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
