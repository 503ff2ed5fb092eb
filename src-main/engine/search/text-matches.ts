import { setImmediate } from 'node:timers/promises';
import type { CaseDatabase } from '../case/database.ts';
import { countFacets } from './facets.ts';
import { filterSql } from './filter-sql.ts';
import type { Facets, SearchFilter } from './schema.ts';

/** Crops that are looked at before others get their turn. */
const cropsAtOnce = 25_000;
let tables = 0;

/**
 * `countFacets` for a filter with a text, which has every file name read: a part at a time, so that others
 * can work meanwhile, and given up when nobody waits for the answer any more.
 * @throws DescryError `invalid-input`; whatever the signal was aborted with.
 */
export async function countFacetsInTurns(
  db: CaseDatabase,
  filter: SearchFilter,
  timeZone: string,
  buckets: number,
  signal?: AbortSignal,
): Promise<Facets> {
  const { where, parameters, empty } = filterSql(db, { text: filter.text }, timeZone);
  // One that was given up while it waited for its turn costs nothing.
  await setImmediate();
  signal?.throwIfAborted();
  if (empty) return countFacets(db, filter, timeZone, buckets);
  const table = `text_matches_${++tables}`;
  db.exec(`CREATE TEMP TABLE ${table} (id INTEGER PRIMARY KEY)`);
  try {
    const add = db.prepare(
      `INSERT INTO temp.${table} SELECT c.id FROM crops AS c WHERE c.id > ? AND c.id <= ? AND ${where}`,
    );
    const last = db.prepare<[], number | null>('SELECT max(id) FROM crops').pluck().get() ?? 0;
    for (let after = 0; after < last; after += cropsAtOnce) {
      add.run(after, after + cropsAtOnce, ...parameters);
      await setImmediate();
      signal?.throwIfAborted();
    }
    return countFacets(db, filter, timeZone, buckets, `temp.${table}`);
  } finally {
    // The case may have been closed meanwhile.
    if (db.open) db.exec(`DROP TABLE temp.${table}`);
  }
}
