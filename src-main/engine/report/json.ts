import { PagedList } from './pages.ts';
import type { ReportBody } from './report-body.ts';

/**
 * The report body, in pieces. Its SHA-256 is what HTML and PDF print, so the same report always gives the
 * same bytes: those of `JSON.stringify(body, null, 2)` and a line break.
 */
export function* renderJson(body: ReportBody): Generator<string> {
  yield* jsonText(body);
  yield '\n';
}

/** A value without lists that are read while they are written: it is made text in one go. */
export class PlainJson {
  readonly #value: object;

  constructor(value: object) {
    this.#value = value;
  }

  /** @param indent of the lines after the first. */
  text(indent: string): string {
    // A text in JSON holds no line break of its own: each one in it is the layout's.
    return JSON.stringify(this.#value, null, 2).replaceAll('\n', `\n${indent}`);
  }
}

/**
 * A value as `JSON.stringify(value, null, 2)` writes it, in pieces. A list may also be another iterable
 * than an array: each of its items is asked for when its turn has come and let go afterwards. Those of a
 * `PagedList` hold no such lists themselves.
 */
export function* jsonText(value: unknown, indent = ''): Generator<string> {
  if (typeof value !== 'object' || value === null) {
    yield JSON.stringify(value) ?? 'null';
    return;
  }
  if (value instanceof PlainJson) {
    yield value.text(indent);
    return;
  }
  const inner = `${indent}  `;
  let before = '';
  if (Symbol.iterator in value) {
    for (const item of value as Iterable<unknown>) {
      yield `${before === '' ? '[' : before}\n${inner}`;
      yield* jsonText(value instanceof PagedList ? new PlainJson(item as object) : item, inner);
      before = ',';
    }
    yield before === '' ? '[]' : `\n${indent}]`;
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${before === '' ? '{' : before}\n${inner}${JSON.stringify(name)}: `;
    yield* jsonText(member, inner);
    before = ',';
  }
  yield before === '' ? '{}' : `\n${indent}}`;
}
