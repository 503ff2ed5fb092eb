/** The words that a model saw often enough in training to be said to know them. */
export class KnownWords {
  readonly #words: ReadonlySet<string>;

  /** @param list one word a line. */
  constructor(list: string) {
    this.#words = new Set(
      list
        .split(/\r?\n/u)
        .map(fold)
        .filter((word) => word !== ''),
    );
  }

  /** The words of a text: runs of letters, in lower case and without accents; a possessive 's is no word. */
  static split(text: string): string[] {
    const plain = fold(text).replace(/(?<=\p{L})['’]s(?!\p{L})/gu, '');
    return plain.match(/\p{L}+/gu) ?? [];
  }

  /** The words of `words` that are not in the list, each once, in the order in which they come. */
  unknown(words: readonly string[]): string[] {
    return [...new Set(words)].filter((word) => !this.#words.has(word));
  }

  countKnown(words: readonly string[]): number {
    return words.filter((word) => this.#words.has(word)).length;
  }
}

function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}+/gu, '')
    .toLowerCase()
    .trim();
}
