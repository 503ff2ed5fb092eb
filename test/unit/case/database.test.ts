import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openDatabase, schemaVersion } from '../../../src-main/engine/case/database.ts';
import { migrations } from '../../../src-main/engine/case/migrations/index.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const tables = (db: Database.Database): string[] =>
  db.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all();

describe('openDatabase', () => {
  it('makes a new case with the newest schema, strict tables and foreign keys', () => {
    const db = openDatabase(join(temporaryFolder(), 'case.sqlite'), { create: true });
    expect(db.pragma('user_version', { simple: true })).toBe(schemaVersion);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(() =>
      db.prepare("INSERT INTO crop_tags (crop_id, tag_id, operator, at) VALUES (1, 1, 'a', 1)").run(),
    ).toThrow(/FOREIGN KEY/);
    expect(() => db.prepare("INSERT INTO tags (id, name) VALUES ('one', 'x')").run()).toThrow(/datatype/);
    db.close();
  });

  it('brings an older case up to date and keeps what is in it', () => {
    const file = join(temporaryFolder(), 'case.sqlite');
    const later = [
      ...migrations,
      {
        version: schemaVersion + 10,
        name: 'later',
        sql: 'CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT',
      },
    ];
    const old = openDatabase(file, { create: true, migrations: later, upTo: schemaVersion });
    old.prepare("INSERT INTO tags (name) VALUES ('kept')").run();
    old.close();
    const db = openDatabase(file, { migrations: later });
    expect(db.pragma('user_version', { simple: true })).toBe(schemaVersion + 10);
    expect(tables(db)).toContain('later');
    expect(db.prepare('SELECT name FROM tags').pluck().get()).toBe('kept');
    db.close();
  });

  it('leaves the case as it was when a migration fails half-way', () => {
    const file = join(temporaryFolder(), 'case.sqlite');
    openDatabase(file, { create: true }).close();
    const broken = [
      ...migrations,
      {
        version: schemaVersion + 10,
        name: 'broken',
        sql: 'CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT; CREATE TABLE half (id INTEGER)',
      },
    ];
    expect(() => openDatabase(file, { migrations: broken })).toThrow(/half/);
    const db = openDatabase(file);
    expect(db.pragma('user_version', { simple: true })).toBe(schemaVersion);
    expect(tables(db)).not.toContain('half');
    db.close();
  });

  it('refuses a case of a newer Descry, another database, and a file that is no database', () => {
    const folder = temporaryFolder();
    const newer = join(folder, 'newer.sqlite');
    const db = openDatabase(newer, { create: true });
    db.pragma(`user_version = ${schemaVersion + 1}`);
    db.close();
    expect(() => openDatabase(newer)).toThrow(expect.objectContaining({ kind: 'case-newer' }));

    const other = join(folder, 'other.sqlite');
    const foreign = new Database(other);
    foreign.exec('CREATE TABLE t (x)');
    foreign.close();
    expect(() => openDatabase(other)).toThrow(expect.objectContaining({ kind: 'case-damaged' }));

    const text = join(folder, 'text.sqlite');
    writeFileSync(text, 'this is not a database, whatever its name says'.repeat(100));
    expect(() => openDatabase(text)).toThrow(expect.objectContaining({ kind: 'case-damaged' }));
    expect(() => openDatabase(join(folder, 'missing.sqlite'))).toThrow(
      expect.objectContaining({ kind: 'case-gone' }),
    );
  });
});
