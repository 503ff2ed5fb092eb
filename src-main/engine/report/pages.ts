/** Crops that are read from the case at a time. */
const pageLength = 250;

/**
 * A list that is read again each time somebody goes through it, a page at a time: it never lies in memory
 * as a whole.
 */
export class PagedList<Place, Item> implements Iterable<Item> {
  readonly #places: Iterable<Place>;
  readonly #read: (places: readonly Place[]) => readonly Item[];

  /** @param read the items of a page, in the order of their places. */
  constructor(places: Iterable<Place>, read: (places: readonly Place[]) => readonly Item[]) {
    this.#places = places;
    this.#read = read;
  }

  *[Symbol.iterator](): Generator<Item> {
    for (const page of pages(this.#places, pageLength)) yield* this.#read(page);
  }
}

/** The items one page after the other, each of `length` items but the last. */
export function* pages<T>(items: Iterable<T>, length: number): Generator<T[]> {
  let page: T[] = [];
  for (const item of items) {
    page.push(item);
    if (page.length < length) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** The first `count` items. */
export function firstOf<T>(items: Iterable<T>, count: number): T[] {
  const first: T[] = [];
  if (count > 0)
    for (const item of items) {
      first.push(item);
      if (first.length === count) break;
    }
  return first;
}
