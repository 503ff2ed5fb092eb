/**
 * A page's own state (what is typed, chosen, scrolled to), kept while other pages are shown and over a
 * reload. `value` is deeply reactive; call `save` in an effect of the page: `$effect(() => state.save())`.
 */
export class PageState<T extends object> {
  value: T = $state()!;
  readonly #key: string;

  /** @param key unique to the page and, where it matters, to the case (use the case's id). */
  constructor(key: string, initial: T) {
    this.#key = `descry:${key}`;
    this.value = { ...initial, ...read<T>(this.#key) };
  }

  /** Writes the state; reads all of it, so an effect that calls this runs on every change. */
  save(): void {
    sessionStorage.setItem(this.#key, JSON.stringify(this.value));
  }
}

function read<T>(key: string): Partial<T> {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<T>;
  } catch {
    return {};
  }
}
