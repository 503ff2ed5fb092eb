import Database from 'better-sqlite3';
import { schemaVersion, type CaseDatabase } from '../../case/database.ts';
import { migrations } from '../../case/migrations/index.ts';
import { fault, type CaseFinding } from './case-finding.ts';

interface SchemaObject {
  type: string;
  name: string;
  sql: string | null;
}

/** Compares a case's tables, indexes, views and triggers with those of a case made now. */
export function* checkSchema(db: CaseDatabase): Generator<CaseFinding> {
  const version = db.pragma('user_version', { simple: true });
  if (version !== schemaVersion)
    yield fault('schema', 'case.sqlite', `Schema version ${String(version)}, expected ${schemaVersion}.`);
  const fresh = new Database(':memory:');
  try {
    for (const { sql, after } of migrations) fresh.exec(sql + (after ?? ''));
    const expected = new Map(objectsOf(fresh).map((object) => [nameOf(object), object]));
    for (const object of objectsOf(db)) {
      const name = nameOf(object);
      const wanted = expected.get(name);
      expected.delete(name);
      if (!wanted) yield fault('schema', name, 'It is not part of a case: it was added.');
      else if (wanted.sql !== object.sql)
        yield fault('schema', name, 'Its definition was changed: it is not that of this version of Descry.');
    }
    for (const name of expected.keys()) yield fault('schema', name, 'It is missing: it was taken away.');
  } finally {
    fresh.close();
  }
}

function nameOf({ type, name }: SchemaObject): string {
  return `${type} ${name}`;
}

/** Less what SQLite makes for itself. */
function objectsOf(db: CaseDatabase): SchemaObject[] {
  return db
    .prepare<[], SchemaObject>(
      "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name",
    )
    .all();
}
