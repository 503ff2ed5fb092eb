import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DescryError, toDescryError } from '../../errors.ts';
import { CaseKey, keyBytes } from './case-key.ts';

/** Beside the database of an encrypted case; a case without it is not encrypted. */
export const keyFileName = 'encryption.json';
/** A page of text. */
export const keyFileLimit = 16 * 1024;

/** Work that a passphrase takes: scrypt (RFC 7914) with 2^`logN` rounds over blocks of `r`. */
export interface PassphraseCost {
  logN: number;
  r: number;
  p: number;
}

/** 128 MiB of memory and about half a second for every guess. */
export const usualCost: PassphraseCost = { logN: 17, r: 8, p: 1 };

const base64 = (bytes: number): z.ZodType<Buffer, string> =>
  z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine(({ length }) => length === bytes, `not ${bytes} bytes`);

/** The form of `encryption.json`. What it asks for is limited: whoever brings a case brings it, too. */
const keyFile = z.object({
  format: z.literal('descry-case-encryption'),
  version: z.literal(1),
  database: z.literal('SQLCipher 4, raw key'),
  files: z.literal('AES-256-GCM'),
  passphrase: z.object({
    function: z.literal('scrypt'),
    logN: z.int().min(10).max(20),
    r: z.int().min(1).max(16),
    p: z.int().min(1).max(4),
    salt: base64(32),
  }),
  /** The case's key under AES-256-GCM with what scrypt makes of the passphrase. */
  key: z.object({ nonce: base64(12), sealed: base64(keyBytes), tag: base64(16) }),
});

/** What `encryption.json` of a case says, as bytes, and the key that it holds. */
export interface ProtectedKey {
  key: CaseKey;
  file: Buffer;
}

/** A new key, or one that is known, protected with a passphrase. */
export async function protectKey(
  passphrase: string,
  key = new CaseKey(randomBytes(keyBytes)),
  cost: PassphraseCost = usualCost,
): Promise<ProtectedKey> {
  const salt = randomBytes(32);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', await stretched(passphrase, salt, cost), nonce);
  cipher.setAAD(purpose);
  const sealed = Buffer.concat([cipher.update(key.reveal()), cipher.final()]);
  const content: z.input<typeof keyFile> = {
    format: 'descry-case-encryption',
    version: 1,
    database: 'SQLCipher 4, raw key',
    files: 'AES-256-GCM',
    passphrase: { function: 'scrypt', ...cost, salt: salt.toString('base64') },
    key: {
      nonce: nonce.toString('base64'),
      sealed: sealed.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
    },
  };
  return { key, file: Buffer.from(`${JSON.stringify(content, null, 2)}\n`) };
}

/** Whether a case folder is that of an encrypted case. */
export function isEncrypted(folder: string): boolean {
  return existsSync(join(folder, keyFileName));
}

/**
 * The key of an encrypted case; undefined for one that is not encrypted.
 * @throws DescryError `passphrase-required`, `wrong-passphrase`; `case-damaged`, `case-newer` for a key file that does not fit.
 */
export async function unlock(folder: string, passphrase: string | undefined): Promise<CaseKey | undefined> {
  if (!isEncrypted(folder)) return undefined;
  if (passphrase === undefined) throw passphraseRequired(folder);
  try {
    const path = join(folder, keyFileName);
    if (statSync(path).size > keyFileLimit) throw damaged('it is larger than a page of text');
    return await unlockKey(readFileSync(path), passphrase);
  } catch (error) {
    throw toDescryError(error);
  }
}

/** @throws DescryError as `unlock`. */
export async function unlockKey(file: Buffer, passphrase: string): Promise<CaseKey> {
  const { passphrase: about, key } = parse(file);
  const stretchedKey = await stretched(passphrase, about.salt, about);
  const decipher = createDecipheriv('aes-256-gcm', stretchedKey, key.nonce, { authTagLength: 16 });
  decipher.setAAD(purpose);
  decipher.setAuthTag(key.tag);
  let bytes: Buffer;
  try {
    bytes = Buffer.concat([decipher.update(key.sealed), decipher.final()]);
  } catch {
    throw new DescryError(
      'wrong-passphrase',
      'This is not the passphrase of the case. Without it nobody can open the case, nor can Descry.',
    );
  }
  return new CaseKey(bytes);
}

export function passphraseRequired(folder: string): DescryError {
  return new DescryError(
    'passphrase-required',
    `The case at ${folder} is encrypted: it opens with its passphrase.`,
    {
      path: folder,
    },
  );
}

/** Puts a key file into a case folder, in place of the one before: the old one, or the whole new one. */
export async function writeKeyFile(folder: string, file: Buffer): Promise<void> {
  const path = join(folder, keyFileName);
  const temporary = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(file);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw toDescryError(error);
  }
}

const purpose = Buffer.from('descry-case-encryption 1');

function parse(file: Buffer): z.output<typeof keyFile> {
  let content: unknown;
  try {
    content = JSON.parse(file.toString('utf8'));
  } catch (error) {
    throw damaged('it is no JSON text', error);
  }
  const version = (content as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > keyFile.shape.version.value)
    throw new DescryError(
      'case-newer',
      'This case was encrypted by a newer Descry. Update Descry to open it.',
    );
  const result = keyFile.safeParse(content);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw damaged(`${issue?.path.join('.')}: ${issue?.message}`);
}

function damaged(reason: string, cause?: unknown): DescryError {
  return new DescryError(
    'case-damaged',
    `The file ${keyFileName} of the case is damaged: ${reason}. Bring it back from an archive; without it the case cannot be opened.`,
    {},
    cause,
  );
}

/** The same text makes the same key however it was typed: Unicode's composed form. */
function stretched(passphrase: string, salt: Buffer, { logN, r, p }: PassphraseCost): Promise<Buffer> {
  const N = 2 ** logN;
  return new Promise((resolve, reject) =>
    scrypt(passphrase.normalize('NFC'), salt, keyBytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}
