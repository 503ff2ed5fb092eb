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
 * A text without control characters (they become spaces) and invisible formatting characters (they
 * vanish), in Unicode's composed form, with single spaces.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\p{Cf}+/gu, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
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

/** Words that say nothing about how somebody looks: knowing them does not make a text understood. */
const functionWords = new Set(
  'a an and are as at by for from had has have he her his in is it its of off on or over she that the their they this to was were who with'.split(
    ' ',
  ),
);

/** What the tokenizer and the model's word list say about one text. */
export interface TextFacts {
  text: string;
  truncated: boolean;
  unknownWords: readonly string[];
}

/** Whether the model knows not one of the words that describe something. */
function isAllUnknown({ text, unknownWords }: TextFacts): boolean {
  if (unknownWords.length === 0) return false;
  const unknown = new Set(unknownWords);
  const plain = text
    .normalize('NFD')
    .replace(/\p{Mn}+/gu, '')
    .toLowerCase();
  return (plain.match(/\p{L}+/gu) ?? []).every((word) => unknown.has(word) || functionWords.has(word));
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
  if (onlyTexts && statements.length > 0 && statements.every(isAllUnknown)) {
    warnings.push({
      kind: 'all-words-unknown',
      message: 'The model knows none of these words. The list below is in no meaningful order.',
      words: unknown,
    });
  } else if (unknown.length > 0) {
    warnings.push({
      kind: 'unknown-words',
      message: `The model was not trained on ${quoted(unknown)}. ${unknown.length === 1 ? 'This word adds' : 'These words add'} little, or may mislead.`,
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
