import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { applyKey } from '../../../src-main/engine/case/database.ts';
import { ZipWriter } from '../../../src-main/engine/report/bundle/zip-writer.ts';
import { caseKey } from '../../support/cases.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { writeArchive as writeZip } from '../../support/checkpoint-writer.ts';
import {
  archive,
  caseEntries,
  caseWithFiles,
  entriesOf,
  forge,
  restore,
  sha256Of,
  type ForgedEntry,
} from './archived-case.ts';

/** The archive that all begin with. */
let made: Buffer | undefined;
/** Each test has an archive, its entries, and a folder to forge in. */
let folder: string;
let sound: string;
let entries: ForgedEntry[];
let files: ForgedEntry[];

beforeEach(async () => {
  folder = temporaryFolder();
  sound = join(folder, 'sound.zip');
  if (!made) await archive(await caseWithFiles(3), sound);
  else writeFileSync(sound, made);
  made ??= readFileSync(sound);
  entries = entriesOf(sound);
  files = caseEntries(entries);
});

/** Tries to restore, and expects that it is refused and that nothing is left of it. */
async function expectRefused(path: string, kind = 'archive-refused', message = /./): Promise<void> {
  const place = join(folder, 'place');
  mkdirSync(place);
  await expect(restore(path, join(place, 'restored'))).rejects.toMatchObject({
    kind,
    message: expect.stringMatching(message) as string,
  });
  expect(readdirSync(place)).toEqual([]);
  expect(readdirSync(folder).filter((name) => !name.endsWith('.zip'))).toEqual(['place']);
}

/** An archive with a file of a given name in place of the last thumbnail. */
async function forgedWith(name: string): Promise<string> {
  const path = join(folder, 'forged.zip');
  await forge(path, [...files.slice(0, -1), { name, content: Buffer.from('x') }], entries);
  return path;
}

describe('restoring a case', () => {
  it('takes an archive that was forged without a fault, so that the others fail for their fault', async () => {
    const path = join(folder, 'forged.zip');
    await forge(path, files, entries);
    expect((await restore(path, join(folder, 'restored'))).files).toBe(files.length);
  });

  it('never writes into a folder that is there', async () => {
    const taken = join(folder, 'taken.descry');
    mkdirSync(taken);
    await expect(restore(sound, taken)).rejects.toMatchObject({ kind: 'invalid-input' });
    expect(readdirSync(taken)).toEqual([]);
  });

  it('says what is not there', async () => {
    await expectRefused(join(folder, 'nothing.zip'), 'not-found');
  });

  it.each([
    ['climbs out', '../../outside.txt'],
    ['climbs out within', 'case/exports/../../../outside.txt'],
    ['is absolute', '/tmp/outside.txt'],
    ['is a path of Windows', 'case/exports/C:\\outside.txt'],
    ['goes by the way of Windows', 'case/exports/..\\..\\outside.txt'],
    ['is a device of Windows', 'case/exports/NUL.txt'],
    ['is beside the case', 'outside.txt'],
    ['would be a second database', 'case/case.sqlite-wal'],
    ['is a lock', 'case/lock.sqlite'],
    ['is no original', 'case/media/00/../../../x'],
    ['is a folder', 'case/thumbnails/zz/'],
    ['has a control character', 'case/thumbnails/a\nb'],
  ])('refuses a name that %s', async (_, name) => {
    await expectRefused(await forgedWith(name));
    expect(existsSync(join(folder, 'outside.txt'))).toBe(false);
  });

  it('refuses two files of one name, and files that are not in their order', async () => {
    const path = join(folder, 'forged.zip');
    await forge(path, [...files, files.at(-1)!], entries);
    await expectRefused(path, 'archive-refused', /there twice/);
    const other = join(folder, 'other.zip');
    await forge(other, files.toReversed(), entries);
    await expect(restore(other, join(folder, 'restored'))).rejects.toMatchObject({ kind: 'archive-refused' });
  });

  it('never lets one file take the place of another where a disk takes their names for the same', async () => {
    const path = join(folder, 'forged.zip');
    const twin = (name: string): ForgedEntry => ({ name, content: Buffer.from(name) });
    const forged = [...files, twin('case/exports/a.txt'), twin('case/exports/A.txt')].sort((one, other) =>
      one.name < other.name ? -1 : 1,
    );
    await forge(path, forged, entries);
    const restoring = restore(path, join(folder, 'restored'));
    const outcome = await restoring.then(
      ({ path: made }) => readFileSync(join(made, 'exports', 'a.txt'), 'utf8'),
      () => 'refused',
    );
    // A disk that tells them apart has both.
    expect(['case/exports/a.txt', 'refused']).toContain(outcome);
  });

  it('refuses links', async () => {
    const bytes = readFileSync(sound);
    // The mode of the first entry in the directory.
    const at = bytes.indexOf('PK\u0001\u0002');
    bytes.writeUInt32LE((0o120777 << 16) >>> 0, at + 38);
    const path = join(folder, 'link.zip');
    writeFileSync(path, bytes);
    await expectRefused(path, 'archive-refused', /link/);
  });

  it('refuses compressed entries, so that nothing unpacks to more than it is large', async () => {
    const path = join(folder, 'bomb.zip');
    await writeZip(path, [
      { name: 'case/case.sqlite', content: Buffer.alloc(50_000_000), compress: true },
      ...entries.filter(({ name }) => !name.startsWith('case/')),
    ]);
    await expectRefused(path, 'archive-refused', /compressed/);
  });

  it('refuses files that lie over each other', async () => {
    const bytes = readFileSync(sound);
    const path = join(folder, 'overlap.zip');
    // Every entry of the directory is told to be the largest file, the database.
    const database = files[0]!.content.length;
    for (let at = bytes.indexOf('PK\u0001\u0002'); at !== -1; at = bytes.indexOf('PK\u0001\u0002', at + 4)) {
      bytes.writeUInt32LE(database, at + 20);
      bytes.writeUInt32LE(database, at + 24);
      bytes.writeUInt32LE(0, at + 42);
    }
    writeFileSync(path, bytes);
    await expectRefused(path);
  });

  it('refuses an archive that ends early, wherever it ends', async () => {
    const { length } = readFileSync(sound);
    for (const [i, kept] of [0, 10, length >> 1, length - 300, length - 1].entries()) {
      const path = join(folder, `short-${i}.zip`);
      copyFileSync(sound, path);
      truncateSync(path, kept);
      await expect(restore(path, join(folder, 'restored'))).rejects.toMatchObject({
        kind: 'archive-refused',
      });
    }
    expect(readdirSync(folder).filter((name) => !name.endsWith('.zip'))).toEqual([]);
  });

  it('refuses a changed byte in every file of the archive', async () => {
    const bytes = readFileSync(sound);
    for (const { name, content, start = 0 } of entries) {
      const changed = Buffer.from(bytes);
      const at = start + (content.length >> 1);
      changed[at]! ^= 1;
      const path = join(folder, 'changed.zip');
      writeFileSync(path, changed);
      await expect(restore(path, join(folder, 'restored')), name).rejects.toMatchObject({
        kind: 'archive-refused',
      });
    }
    expect(readdirSync(folder).filter((name) => !name.endsWith('.zip'))).toEqual([]);
  });

  it('refuses a manifest that leaves a file out, and one that names too many', async () => {
    for (const manifestOf of [
      files.slice(1),
      [...files, { name: 'case/exports/x', content: Buffer.from('') }],
    ]) {
      const manifest = Buffer.from(
        manifestOf.map(({ name, content }) => `${sha256Of(content)}  ${name}\n`).join(''),
      );
      const facts = JSON.parse(entries.at(-1)!.content.toString()) as Record<string, unknown>;
      const path = join(folder, `manifest-${manifestOf.length}.zip`);
      const zip = await ZipWriter.create(path, `${path}.directory`, new Date(0));
      for (const { name, content } of files) await zip.addBytes(name, content);
      await zip.addBytes('manifest-sha256.txt', manifest);
      await zip.addBytes(
        'archive.json',
        Buffer.from(JSON.stringify({ ...facts, manifestSha256: sha256Of(manifest) })),
      );
      await zip.finish();
      await zip.close();
      await expect(restore(path, join(folder, 'restored'))).rejects.toMatchObject({
        kind: 'archive-refused',
      });
    }
  });

  it('says that an archive, or the case in it, is of a newer version', async () => {
    const archiveOf = join(folder, 'newer.zip');
    await forge(archiveOf, files, entries, (facts) => ({ ...facts, version: 2 }));
    await expectRefused(archiveOf, 'case-newer');
  });

  it('says that the schema is newer even where only the database says so', async () => {
    const database = join(folder, 'changed.sqlite.zip');
    writeFileSync(database, files[0]!.content);
    const db = new Database(database);
    if (caseKey) applyKey(db, caseKey.databaseKey());
    db.pragma('user_version = 9999');
    db.close();
    const path = join(folder, 'newer.zip');
    const changed = [{ name: files[0]!.name, content: readFileSync(database) }, ...files.slice(1)];
    await forge(path, changed, entries, (facts) => ({
      ...facts,
      case: { ...(facts['case'] as object), schemaVersion: 9999 },
    }));
    await expectRefused(path, 'case-newer');
    await forge(join(folder, 'lying.zip'), changed, entries);
    await expect(restore(join(folder, 'lying.zip'), join(folder, 'restored'))).rejects.toMatchObject({
      kind: 'archive-refused',
    });
  });

  it('refuses a database that is none, that is damaged, or that is of another case', async () => {
    const withDatabase = async (name: string, content: Buffer): Promise<string> => {
      const path = join(folder, name);
      await forge(path, [{ name: files[0]!.name, content }, ...files.slice(1)], entries);
      return path;
    };
    const none = await withDatabase('none.zip', Buffer.from('no database'.repeat(1000)));
    await expectRefused(none);
    const damaged = Buffer.from(files[0]!.content);
    damaged.fill(0xff, damaged.length - 3 * 4096);
    const other = join(folder, 'another.zip');
    await archive(await caseWithFiles(1), other);
    for (const [name, content] of [
      ['damaged.zip', damaged],
      ['other.zip', caseEntries(entriesOf(other))[0]!.content],
    ] as const) {
      const path = await withDatabase(name, content);
      await expect(restore(path, join(folder, 'restored'))).rejects.toMatchObject({
        kind: 'archive-refused',
      });
    }
  });

  it('leaves nothing when it is cancelled', async () => {
    const place = join(folder, 'place');
    mkdirSync(place);
    await expect(restore(sound, join(place, 'restored'), AbortSignal.abort())).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(readdirSync(place)).toEqual([]);
  });
});
