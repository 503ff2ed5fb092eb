import Database from 'better-sqlite3';
import { DescryError, errorCode, toDescryError } from '../errors.ts';
import type { CaseKey } from './encryption/case-key.ts';
import { migrations as allMigrations, type Migration } from './migrations/index.ts';

/** A case's open SQLite database. */
export type CaseDatabase = Database.Database;

/** `Desc` in ASCII: marks the file as a Descry case (`PRAGMA application_id`). */
const applicationId = 0x44657363;

/** The schema version that this build writes. */
export const schemaVersion = allMigrations.at(-1)!.version;

export interface OpenOptions {
  /** Create the file when it is not there. */
  create?: boolean;
  readonly?: boolean;
  /** Of an encrypted case; what is created with it is encrypted. */
  key?: CaseKey | undefined;
  /** Stop at this schema version; tests use it to make old cases. */
  upTo?: number;
  migrations?: readonly Migration[];
}

/**
 * Opens a case database and brings its schema up to date.
 * @throws DescryError `case-damaged` (not a case, corrupt), `case-newer`, `read-only`, `disk-full`.
 */
export function openDatabase(file: string, options: OpenOptions = {}): CaseDatabase {
  let db: CaseDatabase;
  try {
    db = new Database(file, { fileMustExist: options.create !== true, readonly: options.readonly ?? false });
  } catch (error) {
    throw toDescryError(error);
  }
  try {
    if (options.key) applyKey(db, options.key.databaseKey());
    // Temporary tables and sorts stay in memory: nothing of a case is written outside its folder, and
    // nothing of an encrypted one in plain text.
    db.pragma('temp_store = MEMORY');
    db.pragma('foreign_keys = ON');
    db.pragma('busy_timeout = 5000');
    const isNew = options.create === true && db.pragma('application_id', { simple: true }) === 0;
    if (!isNew && db.pragma('application_id', { simple: true }) !== applicationId) {
      throw new DescryError('case-damaged', 'This database is not a Descry case.', { file });
    }
    if (!options.readonly) {
      if (db.pragma('journal_mode = WAL', { simple: true }) !== 'wal') {
        throw new DescryError(
          'read-only',
          'The case folder does not allow a write-ahead log; is it on a read-only or network drive?',
          { file },
        );
      }
      // A power cut may lose the last transactions of a WAL at NORMAL; evidence must not be lost.
      db.pragma('synchronous = FULL');
      if (isNew) db.pragma(`application_id = ${applicationId}`);
      migrate(db, options.migrations ?? allMigrations, options.upTo ?? Infinity);
    }
    if (options.key) keys.set(db, options.key);
    return db;
  } catch (error) {
    db.close();
    if (errorCode(error) === 'SQLITE_NOTADB') {
      throw new DescryError(
        'case-damaged',
        'The case database is damaged: it is not an SQLite file.',
        { file },
        error,
      );
    }
    throw toDescryError(error);
  }
}

/** Keys of open databases, for those who open a further connection. */
const keys = new WeakMap<CaseDatabase, CaseKey>();

/** The key that a database was opened with. */
export function keyOf(db: CaseDatabase): CaseKey | undefined {
  return keys.get(db);
}

/**
 * Makes a connection read and write SQLCipher's format, version 4: AES-256-CBC with HMAC-SHA512 for every
 * page, also in the write-ahead log.
 * @param key 64 hexadecimal digits. To be called before anything else.
 */
export function applyKey(db: Database.Database, key: string): void {
  chooseCipher(db);
  db.pragma(`key = "x'${key}'"`);
}

/**
 * Writes a closed database anew with another key, or without any. Nobody else may have it open.
 * @param to undefined for plain text.
 */
export function changeKey(file: string, from: CaseKey | undefined, to: CaseKey | undefined): void {
  const db = new Database(file, { fileMustExist: true });
  try {
    if (from) applyKey(db, from.databaseKey());
    db.pragma('temp_store = MEMORY');
    db.pragma('journal_mode = DELETE');
    if (!from) chooseCipher(db);
    db.pragma(to ? `rekey = "x'${to.databaseKey()}'"` : "rekey = ''");
  } catch (error) {
    throw toDescryError(error);
  } finally {
    db.close();
  }
}

function chooseCipher(db: Database.Database): void {
  db.pragma("cipher = 'sqlcipher'");
  db.pragma('legacy = 4');
}

/** Runs the migrations that the file lacks, each in one transaction with its version number. */
function migrate(db: CaseDatabase, migrations: readonly Migration[], upTo: number): void {
  const current = db.pragma('user_version', { simple: true }) as number;
  const newest = migrations.at(-1)?.version ?? 0;
  if (current > newest) {
    throw new DescryError(
      'case-newer',
      'This case was written by a newer Descry. Update Descry to open it.',
      { current, newest },
    );
  }
  for (const migration of migrations) {
    if (migration.version <= current || migration.version > upTo) continue;
    db.transaction(() => {
      db.exec(migration.sql);
      migration.move?.(db);
      if (migration.after !== undefined) db.exec(migration.after);
      db.pragma(`user_version = ${migration.version}`);
    }).immediate();
  }
}
