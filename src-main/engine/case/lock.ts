import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DescryError, errorCode, toDescryError } from '../errors.ts';

/**
 * Holds a case for one process. The lock is an exclusive transaction on a small SQLite file, so the
 * operating system releases it when the process dies, however it dies. A note beside it says who holds it.
 */
export class CaseLock {
  readonly #db: Database.Database;
  readonly #note: string;

  private constructor(db: Database.Database, note: string) {
    this.#db = db;
    this.#note = note;
  }

  /**
   * @param holder shown to the one who finds the case locked, such as "Descry desktop".
   * @throws DescryError `case-locked` when another process holds it; `read-only`.
   */
  static acquire(folder: string, holder: string): CaseLock {
    const note = join(folder, 'lock.json');
    let db: Database.Database | undefined;
    try {
      db = new Database(join(folder, 'lock.sqlite'), { timeout: 0 });
      db.pragma('locking_mode = EXCLUSIVE');
      db.pragma('journal_mode = MEMORY');
      db.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      db?.close();
      if (errorCode(error) === 'SQLITE_BUSY') throw lockedBy(note, folder);
      throw toDescryError(error);
    }
    try {
      writeFileSync(
        note,
        JSON.stringify({ holder, pid: process.pid, host: hostname(), since: new Date().toISOString() }),
      );
    } catch (error) {
      db.close();
      throw toDescryError(error);
    }
    return new CaseLock(db, note);
  }

  release(): void {
    rmSync(this.#note, { force: true });
    this.#db.close();
  }
}

function lockedBy(note: string, folder: string): DescryError {
  let holder: { holder?: unknown; pid?: unknown; host?: unknown; since?: unknown } = {};
  try {
    holder = JSON.parse(readFileSync(note, 'utf8')) as typeof holder;
  } catch {
    // The holder may not have written its note yet; the lock itself is what counts.
  }
  const who =
    typeof holder.holder === 'string'
      ? `${holder.holder} (process ${String(holder.pid)} on ${String(holder.host)}, since ${String(holder.since)})`
      : 'another process';
  return new DescryError('case-locked', `This case is open in ${who}. Close it there first.`, {
    folder,
    ...holder,
  });
}
