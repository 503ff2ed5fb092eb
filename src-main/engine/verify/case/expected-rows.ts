import type { AuditEntry } from '../../case/schema.ts';
import { fault, type CaseFinding, type WrittenBy } from './case-finding.ts';

export type Value = string | number | null;
/** What is compared of a row, by what it is called in messages. */
export type RowValues = Record<string, Value>;

interface Expected {
  values: RowValues;
  written: WrittenBy;
}

/** Rows that a table must have by the log, by key. */
export class ExpectedRows {
  readonly #check: string;
  readonly #name: (key: string, values: RowValues) => string;
  readonly #rows = new Map<string, Expected>();

  /** @param name what a row is called. */
  constructor(check: string, name: (key: string, values: RowValues) => string) {
    this.#check = check;
    this.#name = name;
  }

  get size(): number {
    return this.#rows.size;
  }

  set(key: string | number, values: RowValues, { sequence, at }: AuditEntry): void {
    this.#rows.set(String(key), { values, written: { sequence, at } });
  }

  /** Changes a row that is known; of others the log does not say enough. */
  change(key: string | number, values: RowValues, entry: AuditEntry): void {
    const known = this.#rows.get(String(key));
    if (known) this.set(key, { ...known.values, ...values }, entry);
  }

  delete(key: string | number): void {
    this.#rows.delete(String(key));
  }

  values(key: string | number): RowValues | undefined {
    return this.#rows.get(String(key))?.values;
  }

  /**
   * @param actual the rows of the table. @param isRecorded whether the log must know a row; all when absent.
   * @returns findings, and undefined after every row.
   */
  *compare(
    actual: Iterable<{ key: string | number; values: RowValues }>,
    isRecorded: (values: RowValues) => boolean = () => true,
  ): Generator<CaseFinding | undefined> {
    for (const { key, values } of actual) {
      yield undefined;
      const expected = this.#rows.get(String(key));
      this.#rows.delete(String(key));
      if (!expected) {
        if (isRecorded(values))
          yield fault(
            this.#check,
            this.#name(String(key), values),
            'The log knows nothing of it: it was added, or its entry was taken away.',
          );
        continue;
      }
      const differing = Object.entries(expected.values)
        .filter(([name, value]) => values[name] !== value)
        .map(([name, value]) => `${name} ${shown(values[name])} instead of ${shown(value)}`);
      if (differing.length > 0)
        yield fault(
          this.#check,
          this.#name(String(key), expected.values),
          `It was changed: ${differing.join('; ')}, by audit entry ${expected.written.sequence}.`,
          expected.written,
        );
    }
    for (const [key, { values, written }] of this.#rows)
      yield fault(
        this.#check,
        this.#name(key, values),
        `It is not there any more; audit entry ${written.sequence} wrote it.`,
        written,
      );
  }
}

function shown(value: Value | undefined): string {
  if (value === null || value === undefined) return 'nothing';
  const text = typeof value === 'number' ? String(value) : `"${value}"`;
  return text.length <= 80 ? text : `${text.slice(0, 77)}..."`;
}
