import nlp from 'compromise';

/**
 * Words of descriptions of people that the tagger, made for prose, often takes for something else
 * ("man" a verb, "boots" a verb, "light" an adverb). They go before what it says.
 */
const nouns = new Set(
  `man woman boy girl lady gentleman guy person boots shorts jeans trousers pants leggings tights slacks tee t-shirt shirt polo
   trainers sneakers sandals heels shoes flats glasses sunglasses top vest hoodie sweatshirt jumper coat jacket dress skirt
   beard moustache ponytail hair rucksack backpack bag cap hat beanie scarf gloves belt tie umbrella suitcase trolley bike
   bicycle headphones hand shoulder back`.split(/\s+/),
);
const adjectives = new Set(
  `red green blue yellow orange purple pink brown black white grey gray beige tan navy teal khaki olive burgundy maroon cream
   turquoise light dark bright pale striped plaid checked checkered patterned hooded sleeveless long short knitted padded denim
   leather left right tall slim young old`.split(/\s+/),
);

const mostPhrases = 12;

interface Term {
  text: string;
  /** What stands between this word and the next: a space, or a hyphen. */
  glue: string;
  kind: 'noun' | 'adjective' | 'and' | 'other';
}

/**
 * The noun phrases of a description with what describes them ("red jacket", "black backpack"), in its
 * order, each once, at most twelve. A text without any, such as a single colour, is its own phrase.
 */
export function extractPhrases(text: string): string[] {
  const phrases = text.split(/[,.;:!?()\n]+/u).flatMap((clause) => clausePhrases(clause));
  if (phrases.length === 0 && text.trim() !== '') return [text.trim()];
  return [...new Set(phrases)].slice(0, mostPhrases);
}

function clausePhrases(clause: string): string[] {
  const phrases: string[] = [];
  let current: Term[] = [];
  const close = (): void => {
    const kept = current.slice(0, current.findLastIndex((term) => term.kind === 'noun') + 1);
    if (kept.length > 0)
      phrases.push(kept.map(({ text, glue }, i) => (i < kept.length - 1 ? text + glue : text)).join(''));
    current = [];
  };
  for (const term of readTerms(clause)) {
    const previous = current.at(-1)?.kind;
    // "green and white polo" is one thing, "skirt and boots" are two.
    const goesOn =
      term.kind === 'noun' ||
      (term.kind === 'and' && previous === 'adjective') ||
      (term.kind === 'adjective' && previous !== 'noun');
    if (!goesOn) close();
    if (term.kind === 'noun' || term.kind === 'adjective' || (goesOn && term.kind === 'and'))
      current.push(term);
  }
  close();
  return phrases;
}

function readTerms(clause: string): Term[] {
  const sentences = nlp(clause).json() as { terms: { text: string; post: string; tags: string[] }[] }[];
  return sentences
    .flatMap((sentence) => sentence.terms)
    .map(({ text, post, tags }) => ({
      text: text.toLowerCase(),
      glue: post.includes('-') ? '-' : ' ',
      kind: kindOf(text.toLowerCase(), tags),
    }))
    .filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
}

function kindOf(text: string, tags: readonly string[]): Term['kind'] {
  if (nouns.has(text)) return 'noun';
  if (adjectives.has(text)) return 'adjective';
  if (text === 'and') return 'and';
  if (tags.includes('Pronoun') || tags.includes('Possessive')) return 'other';
  if (tags.includes('Noun')) return 'noun';
  return ['Adjective', 'PastTense', 'Participle', 'Hyphenated'].some((tag) => tags.includes(tag))
    ? 'adjective'
    : 'other';
}
