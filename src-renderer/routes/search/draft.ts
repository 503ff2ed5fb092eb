import type { SearchFilter, SearchQuery, SearchWarning } from '../../../src-main/api/types.ts';

export interface DraftStatement {
  text: string;
  weight: number;
}

export interface DraftExample {
  cropId: number;
  fileName: string;
  weight: number;
}

/** What is being asked, as it stands in the fields; becomes a query when it is run. */
export interface Draft {
  statements: DraftStatement[];
  avoid: string[];
  like: DraftExample[];
  foldTracks: boolean;
}

export function emptyDraft(): Draft {
  return { statements: [{ text: '', weight: 1 }], avoid: [], like: [], foldTracks: true };
}

/** Whether there is anything to rank by. */
export function asksSomething(draft: Draft): boolean {
  return draft.like.length > 0 || draft.statements.some((statement) => statement.text.trim() !== '');
}

/** The query of a draft: empty statements are left out, what was typed stays verbatim. */
export function queryOf(draft: Draft, filter: SearchFilter): SearchQuery {
  return {
    statements: draft.statements
      .filter((statement) => statement.text.trim() !== '')
      .map(({ text, weight }) => ({ text, weight })),
    avoid: draft.avoid.filter((phrase) => phrase.trim() !== ''),
    like: draft.like.map(({ cropId, weight }) => ({ cropId, weight })),
    filter: { ...filter },
    foldTracks: draft.foldTracks,
  };
}

/** The draft that would ask this query again. @param names file names of the example crops, where known. */
export function draftOf(query: SearchQuery, names: ReadonlyMap<number, string> = new Map()): Draft {
  return {
    statements:
      query.statements.length > 0 ? query.statements.map((part) => ({ ...part })) : [{ text: '', weight: 1 }],
    avoid: [...query.avoid],
    like: query.like.map((part) => ({ ...part, fileName: names.get(part.cropId) ?? `crop ${part.cropId}` })),
    foldTracks: query.foldTracks,
  };
}

/** Whether two queries ask the same, filters included. */
export function sameQuery(a: SearchQuery, b: SearchQuery): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(
          Object.entries(part)
            .filter(([, member]) => member !== undefined)
            .sort(([left], [right]) => (left < right ? -1 : 1)),
        )
      : part,
  );
}

/** One line for lists: the first statement, or what else the search went by. */
export function describeQuery(query: SearchQuery): string {
  const words = query.statements.map((statement) => statement.text.trim()).filter((text) => text !== '');
  const examples = query.like.length === 1 ? 'like 1 example' : `like ${query.like.length} examples`;
  const parts = [
    words.map((text) => `“${text}”`).join(' + '),
    query.like.length > 0 ? examples : '',
    query.avoid.length > 0 ? `avoiding ${query.avoid.map((phrase) => `“${phrase}”`).join(', ')}` : '',
  ].filter((part) => part !== '');
  return parts.join(', ') || 'No words';
}

export interface TextPiece {
  text: string;
  /** Set for a word that a warning is about. */
  warning: SearchWarning['kind'] | null;
}

/** A sentence cut into pieces, so that the words which warnings name can be marked where they stand. */
export function markWords(sentence: string, warnings: readonly SearchWarning[]): TextPiece[] {
  const kinds = new Map<string, SearchWarning['kind']>();
  for (const warning of warnings) {
    for (const word of warning.words) {
      for (const part of wordsOf(word)) if (!kinds.has(part)) kinds.set(part, warning.kind);
    }
  }
  const pieces: TextPiece[] = [];
  for (const part of sentence.split(/([\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*)/u)) {
    const warning = kinds.get(part.toLowerCase()) ?? null;
    const last = pieces.at(-1);
    if (last && last.warning === null && warning === null) last.text += part;
    else if (part !== '') pieces.push({ text: part, warning });
  }
  return pieces;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? [];
}
