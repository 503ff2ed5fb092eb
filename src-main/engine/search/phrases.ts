import nlp from 'compromise';

/** Words that the tagger, made for prose, does not take for what they are in a description of a person. */
const wordKinds: Record<string, string> = Object.fromEntries([
  ...words(
    'man woman boy girl boots shorts jeans trousers pants leggings tights slacks tee t-shirt polo trainers sneakers sandals heels flats glasses sunglasses top vest hoodie sweatshirt jumper beard moustache ponytail rucksack backpack cap hat beanie scarf gloves belt tie umbrella suitcase trolley bike bicycle headphones',
    'Noun',
  ),
  ...words(
    'red green blue yellow orange purple pink brown black white grey gray beige tan navy teal khaki olive burgundy maroon cream turquoise light dark bright pale striped plaid checked checkered patterned hooded sleeveless long short knitted padded denim leather left right',
    'Adjective',
  ),
]);

function words(list: string, kind: string): [string, string][] {
  return list.split(' ').map((word) => [word, kind]);
}

const longestList = 12;

/**
 * The noun phrases of a description with what describes them ("red jacket", "black backpack"), in its order,
 * each once. A text without any, such as a single colour, is its own phrase.
 */
export function extractPhrases(text: string): string[] {
  const phrases: string[] = [];
  let current: { text: string; isNoun: boolean }[] = [];
  const close = (): void => {
    const lastNoun = current.findLastIndex((term) => term.isNoun);
    if (lastNoun >= 0)
      phrases.push(
        current
          .slice(0, lastNoun + 1)
          .map((term) => term.text)
          .join(' '),
      );
    current = [];
  };
  // Terms come without their punctuation, so clauses are parted first.
  for (const clause of text.split(/[,.;:!?()\n]+/u)) {
    for (const term of terms(clause)) {
      if (term.tags.has('Pronoun') || term.tags.has('Possessive')) close();
      else if (isNoun(term.tags)) current.push({ text: term.text, isNoun: true });
      else if (describes(term.tags) && term.text !== '') {
        // An adjective behind a noun begins the next phrase: "jacket dark jeans".
        if (current.at(-1)?.isNoun) close();
        current.push({ text: term.text, isNoun: false });
      } else if (!(term.text === 'and' && current.length > 0 && !current.at(-1)!.isNoun)) close();
      else current.push({ text: term.text, isNoun: false });
    }
    close();
  }
  const unique = [...new Set(phrases)];
  return unique.length > 0 ? unique.slice(0, longestList) : [text.trim()].filter((whole) => whole !== '');
}

function terms(clause: string): { text: string; tags: Set<string> }[] {
  const sentences = nlp(clause, wordKinds).json() as { terms: { text: string; tags: string[] }[] }[];
  return sentences.flatMap((sentence) =>
    sentence.terms.map((term) => ({ text: term.text.toLowerCase(), tags: new Set(term.tags) })),
  );
}

function isNoun(tags: Set<string>): boolean {
  return tags.has('Noun') && !tags.has('Pronoun');
}

function describes(tags: Set<string>): boolean {
  return tags.has('Adjective') || tags.has('PastTense') || tags.has('Participle') || tags.has('Hyphenated');
}
