import type Database from 'better-sqlite3';

/**
 * One step of the case schema. Numbers go up in tens; a released migration is never edited.
 * Each runs in one transaction together with `user_version`.
 */
export interface Migration {
  version: number;
  name: string;
  sql: string;
  /** Moves what the new tables shall hold, where SQL alone cannot; runs after `sql`. */
  move?: (db: Database.Database) => void;
  /** Takes away what was moved. */
  after?: string;
}
