import type { CaseDatabase } from '../../case/database.ts';
import type { AuditEntry } from '../../case/schema.ts';
import type { CaseFinding } from './case-finding.ts';
import { ExpectedRows, type RowValues } from './expected-rows.ts';
import { integers, text } from './log-values.ts';

/**
 * Tags as the log says them. A tag is known by its letters whatever their case, as SQLite's NOCASE has it,
 * and is written as it was when a first crop got it; when no crop has it any more it is forgotten.
 */
export class LoggedTags {
  readonly #rows = new ExpectedRows('tags', (key, { tag }) => `tag "${tag}" of crop ${key.split(' ')[0]}`);
  readonly #written = new Map<string, string>();
  readonly #crops = new Map<string, Set<number>>();

  read(entry: AuditEntry): void {
    const { action, detail, operator, at } = entry;
    const tag = text(detail['tag']);
    if (tag === null) return;
    const folded = fold(tag);
    const crops = this.#crops.get(folded) ?? new Set();
    this.#crops.set(folded, crops);
    if (crops.size === 0) this.#written.set(folded, tag);
    for (const crop of integers(detail['cropIds'])) {
      const key = `${crop} ${folded}`;
      if (action === 'tag-removed') {
        crops.delete(crop);
        this.#rows.delete(key);
      } else if (!crops.has(crop)) {
        crops.add(crop);
        this.#rows.set(key, { tag: this.#written.get(folded)!, operator, at }, entry);
      }
    }
  }

  *compare(db: CaseDatabase, isRecorded: (values: RowValues) => boolean): Generator<CaseFinding | undefined> {
    yield* this.#rows.compare(tagRows(db), isRecorded);
  }
}

/** NOCASE knows the letters of ASCII only. */
function fold(tag: string): string {
  return tag.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function* tagRows(db: CaseDatabase): Generator<{ key: string; values: RowValues }> {
  const rows = db
    .prepare<[], { crop: number; tag: string; operator: string; at: number }>(
      'SELECT ct.crop_id AS crop, t.name AS tag, ct.operator, ct.at FROM crop_tags AS ct JOIN tags AS t ON t.id = ct.tag_id',
    )
    .iterate();
  for (const { crop, tag, operator, at } of rows)
    yield { key: `${crop} ${fold(tag)}`, values: { tag, operator, at: new Date(at).toISOString() } };
}
