import { createDecipheriv, createHmac, pbkdf2Sync } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CaseSnapshot } from '../../../src-main/engine/case/case-snapshot.ts';
import { keyOf } from '../../../src-main/engine/case/database.ts';
import { CaseKey } from '../../../src-main/engine/case/encryption/case-key.ts';
import {
  keyFileName,
  protectKey,
  unlock,
  usualCost,
  writeKeyFile,
  type PassphraseCost,
} from '../../../src-main/engine/case/encryption/key-file.ts';
import { OpenCase } from '../../../src-main/engine/case/open-case.ts';
import { hashFile } from '../../../src-main/engine/hash-file.ts';
import { addCrops } from '../../support/crops.ts';
import { identity, temporaryFolder } from '../../support/temporary.ts';

const cheap: PassphraseCost = { logN: 10, r: 1, p: 1 };
const passphrase = 'Fünf Wörter ohne Zusammenhang';
const words = ['Operation Nachtigall', 'the witness is called Brandt', 'north-gate', 'crop-with-a-name.jpg'];

async function encryptedCase(): Promise<OpenCase> {
  const protection = await protectKey(passphrase, undefined, cheap);
  const openCase = OpenCase.create(
    join(temporaryFolder(), 'case'),
    { name: words[0]!, timeZone: 'UTC' },
    identity,
    protection,
  );
  onTestFinished(() => {
    if (openCase.db.open) openCase.close();
  });
  return openCase;
}

async function addOriginal(openCase: OpenCase, bytes: Buffer, sha256: string): Promise<void> {
  const storedPath = await openCase.media.storeOriginal(sha256, '.jpg', bytes);
  await openCase.media.storeThumbnail(sha256, bytes);
  openCase.crops.ensureMedia({
    sha256,
    bytes: bytes.length,
    format: 'jpeg',
    width: 48,
    height: 128,
    storage: 'copy',
    storedPath,
  });
}

const picture = await sharp({ create: { width: 48, height: 128, channels: 3, background: '#a33' } })
  .jpeg()
  .toBuffer();

/** All bytes of every file of a folder, and the names of the files. */
function everythingIn(folder: string): Buffer {
  const names = readdirSync(folder, { recursive: true }).map(String);
  return Buffer.concat([
    Buffer.from(names.join('\n')),
    ...names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => readFileSync(join(folder, name))),
  ]);
}

describe('an encrypted case', () => {
  it('opens with its passphrase, however its letters were composed, and with no other', async () => {
    const openCase = await encryptedCase();
    const { path } = openCase;
    openCase.close();
    await expect(unlock(path, undefined)).rejects.toMatchObject({ kind: 'passphrase-required' });
    await expect(unlock(path, 'another one')).rejects.toMatchObject({ kind: 'wrong-passphrase' });
    await expect(unlock(path, '')).rejects.toMatchObject({ kind: 'wrong-passphrase' });
    expect(() => OpenCase.open(path, identity)).toThrow(
      expect.objectContaining({ kind: 'passphrase-required' }),
    );
    const opened = OpenCase.open(path, identity, await unlock(path, passphrase.normalize('NFD')));
    expect(opened.info(undefined)).toMatchObject({ name: words[0], encrypted: true });
    opened.close();
  });

  it('holds no plain text: neither names, notes, picture headers, nor hashes, also while it is written', async () => {
    const openCase = await encryptedCase();
    const bytes = Buffer.concat([picture, Buffer.from(words[1]!)]);
    const file = join(temporaryFolder(), 'picture');
    writeFileSync(file, bytes);
    const sha256 = await hashFile(file);
    await addOriginal(openCase, bytes, sha256);
    const [crop] = addCrops(openCase, [{ fileName: words[3]!, camera: words[2]! }]);
    openCase.db
      .prepare('INSERT INTO notes (crop_id, text, operator, at) VALUES (?, ?, ?, 0)')
      .run(crop, words[1], 'x');
    openCase.audit.append('note-added', { text: words[1] });
    // A sort that is larger than the cache would go to a temporary file.
    openCase.db.prepare('SELECT * FROM audit ORDER BY detail').all();
    const check = (): void => {
      const all = everythingIn(openCase.path);
      const traces = [
        ...words,
        sha256,
        'CREATE TABLE',
        'SQLite format 3',
        'JFIF',
        'case-created',
        identity.operator(),
      ];
      for (const trace of traces) expect(all.includes(trace), trace).toBe(false);
      expect(all.includes(picture.subarray(0, 20))).toBe(false);
      expect(all.includes(Buffer.from(sha256, 'hex'))).toBe(false);
    };
    expect(statSync(join(openCase.path, 'case.sqlite-wal')).size).toBeGreaterThan(0);
    check();
    openCase.close();
    check();
  });

  it('would be found out by the same search if it were not encrypted', async () => {
    const openCase = OpenCase.create(join(temporaryFolder(), 'case'), { name: words[0]! }, identity);
    await addOriginal(openCase, picture, 'a'.repeat(64));
    const all = everythingIn(openCase.path);
    for (const trace of [words[0]!, 'CREATE TABLE', 'a'.repeat(64), picture.subarray(0, 20)])
      expect(all.includes(trace)).toBe(true);
    openCase.close();
  });

  it('gives back originals and thumbnails as they were', async () => {
    const openCase = await encryptedCase();
    const sha256 = 'b'.repeat(64);
    await addOriginal(openCase, picture, sha256);
    const [row] = [...openCase.crops.allMedia()];
    expect(await openCase.media.readOriginal(row!)).toEqual(picture);
    expect(await openCase.media.readThumbnail(row!)).toEqual(picture);
    expect(readFileSync(openCase.media.originalPath(row!)).includes(picture.subarray(0, 30))).toBe(false);
  });

  it('finds a changed, cut or exchanged file', async () => {
    const openCase = await encryptedCase();
    await addOriginal(openCase, picture, 'b'.repeat(64));
    await addOriginal(openCase, Buffer.concat([picture, picture]), 'c'.repeat(64));
    const [one, other] = [...openCase.crops.allMedia()];
    const file = openCase.media.originalPath(one!);
    const sound = readFileSync(file);
    const damages: Buffer[] = [
      sound.subarray(0, -1),
      sound.subarray(0, 40),
      Buffer.alloc(0),
      Buffer.concat([sound, Buffer.from('x')]),
      readFileSync(openCase.media.originalPath(other!)),
      readFileSync(openCase.media.thumbnailPath(one!.sha256)),
    ];
    for (const at of [0, 15, 20, 60, sound.length - 1]) {
      const changed = Buffer.from(sound);
      changed[at]! ^= 1;
      damages.push(changed);
    }
    for (const damaged of damages) {
      writeFileSync(file, damaged);
      await expect(openCase.media.readOriginal(one!)).rejects.toMatchObject({ kind: 'case-damaged' });
    }
    writeFileSync(file, sound);
    expect(await openCase.media.readOriginal(one!)).toEqual(picture);
  });

  it('is read by further connections with the same key', async () => {
    const openCase = await encryptedCase();
    const snapshot = CaseSnapshot.take(openCase);
    expect(snapshot.details.get().name).toBe(words[0]);
    snapshot.close();
  });

  it('gets another passphrase without anything being encrypted anew', async () => {
    const openCase = await encryptedCase();
    await addOriginal(openCase, picture, 'b'.repeat(64));
    const [row] = [...openCase.crops.allMedia()];
    const before = readFileSync(openCase.media.originalPath(row!));
    const { path } = openCase;
    const old = readFileSync(join(path, keyFileName));
    await writeKeyFile(path, (await protectKey('the next passphrase', keyOf(openCase.db), cheap)).file);
    openCase.close();
    await expect(unlock(path, passphrase)).rejects.toMatchObject({ kind: 'wrong-passphrase' });
    const opened = OpenCase.open(path, identity, await unlock(path, 'the next passphrase'));
    expect(await opened.media.readOriginal(row!)).toEqual(picture);
    expect(readFileSync(opened.media.originalPath(row!))).toEqual(before);
    expect(readFileSync(join(path, keyFileName))).not.toEqual(old);
    expect(readdirSync(path).filter((name) => name.includes('.part'))).toEqual([]);
    opened.close();
  });

  it('says that its key file is damaged, newer or asks for too much', async () => {
    const openCase = await encryptedCase();
    const { path } = openCase;
    openCase.close();
    const file = join(path, keyFileName);
    const sound = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, unknown>>;
    const written = (content: unknown): Promise<unknown> => {
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
      return unlock(path, passphrase);
    };
    await expect(written('{')).rejects.toMatchObject({ kind: 'case-damaged' });
    await expect(written('x'.repeat(20_000))).rejects.toMatchObject({ kind: 'case-damaged' });
    await expect(written({ ...sound, version: 2 })).rejects.toMatchObject({ kind: 'case-newer' });
    const costly = { ...sound['passphrase'], logN: 30 };
    await expect(written({ ...sound, passphrase: costly })).rejects.toMatchObject({ kind: 'case-damaged' });
    const short = { ...sound['key'], sealed: 'AAAA' };
    await expect(written({ ...sound, key: short })).rejects.toMatchObject({ kind: 'case-damaged' });
    // A key file of another case fits no database.
    await writeKeyFile(path, (await protectKey(passphrase, undefined, cheap)).file);
    const key = await unlock(path, passphrase);
    expect(() => OpenCase.open(path, identity, key)).toThrow(
      expect.objectContaining({ kind: 'case-damaged' }),
    );
  });

  it('is made before its database is, so that no database has a key that is nowhere', async () => {
    const folder = join(temporaryFolder(), 'case.descry');
    mkdirSync(folder);
    const protection = await protectKey(passphrase, undefined, cheap);
    const openCase = OpenCase.create(folder, { name: 'x' }, identity, protection);
    expect(readFileSync(join(folder, keyFileName))).toEqual(protection.file);
    openCase.close();
    copyFileSync(join(folder, keyFileName), join(folder, 'kept'));
    rmSync(join(folder, keyFileName));
    // Without its key file it is an unreadable file, and said to be one.
    expect(() => OpenCase.open(folder, identity)).toThrow(expect.objectContaining({ kind: 'case-damaged' }));
  });

  it('takes half a second of 128 MiB for each guess of a passphrase', async () => {
    expect(usualCost).toEqual({ logN: 17, r: 8, p: 1 });
    const { file } = await protectKey(passphrase);
    expect(JSON.parse(file.toString())).toMatchObject({ passphrase: { logN: 17, r: 8, p: 1 } });
  });

  it('has its exports beside it, in plain text as every export', async () => {
    const openCase = await encryptedCase();
    expect(openCase.exportsFolder).toBe(openCase.path.replace(/\.descry$/, ' exports'));
    expect(existsSync(openCase.exportsFolder)).toBe(false);
  });

  it('has a database in the published format of SQLCipher 4, to be read without Descry', async () => {
    const openCase = await encryptedCase();
    const key = Buffer.from(keyOf(openCase.db)!.databaseKey(), 'hex');
    const file = join(openCase.path, 'case.sqlite');
    openCase.close();
    const page = readFileSync(file).subarray(0, 4096);
    const salt = page.subarray(0, 16);
    const authentication = pbkdf2Sync(
      key,
      salt.map((byte) => byte ^ 0x3a),
      2,
      32,
      'sha512',
    );
    const end = 4096 - 80;
    const number = Buffer.alloc(4);
    number.writeUInt32LE(1);
    const tag = createHmac('sha512', authentication)
      .update(page.subarray(16, end + 16))
      .update(number)
      .digest();
    expect(tag).toEqual(page.subarray(end + 16, end + 80));
    const decipher = createDecipheriv('aes-256-cbc', key, page.subarray(end, end + 16)).setAutoPadding(false);
    const plain = Buffer.concat([decipher.update(page.subarray(16, end)), decipher.final()]);
    // Offset 52 of the header of a database: application id at 68, in the bytes after the first 16.
    expect(plain.readUInt32BE(68 - 16)).toBe(0x44657363);
  });
});

describe('the key of a case', () => {
  it('is written nowhere by mistake', () => {
    const key = new CaseKey(Buffer.alloc(32, 0xab));
    const secrets = ['abab', key.databaseKey()];
    for (const text of [
      inspect(key, { depth: 9, showHidden: true }),
      JSON.stringify({ key }),
      `${String(key)}`,
    ])
      for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
