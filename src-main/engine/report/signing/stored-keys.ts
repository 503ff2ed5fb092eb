import { mkdirSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCode } from '../../errors.ts';
import { writeJson } from '../../write-json.ts';
import { storedKey } from './schema.ts';
import { signingError } from './signing-error.ts';

/** A key file in the user's data folder. Its secret is sealed by the key store, or encrypted PEM. */
const keyRecord = z.object({
  schema: z.literal(1),
  ...storedKey.omit({ usable: true }).shape,
  /** Base64 of what the key store sealed, or the PEM text. */
  secret: z.string(),
});
export type KeyRecord = z.infer<typeof keyRecord>;

/** The keys that Descry keeps for this user, one file each; nothing in them can sign by itself. */
export class StoredKeys {
  readonly #folder: string;

  /** @param folder made when the first key is written. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** All keys that can be read, oldest first. */
  async list(): Promise<KeyRecord[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    });
    const records: KeyRecord[] = [];
    for (const name of names.filter((each) => /^[0-9a-f]{16}\.json$/.test(each))) {
      const record = await this.#read(name);
      if (record) records.push(record);
    }
    return records.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  }

  /** @throws DescryError `not-found`. */
  async get(id: string): Promise<KeyRecord> {
    const record = await this.#read(`${id}.json`);
    if (record) return record;
    throw signingError('unknown-key', 'This signing key is not there any more.', { id });
  }

  write(record: KeyRecord): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeJson(join(this.#folder, `${record.id}.json`), keyRecord.parse(record));
  }

  /** @throws DescryError `not-found`. */
  async remove(id: string): Promise<void> {
    await this.get(id);
    await rm(join(this.#folder, `${id}.json`));
  }

  /** @returns undefined for a file that is not there, or is none of ours. */
  async #read(name: string): Promise<KeyRecord | undefined> {
    try {
      return keyRecord.parse(JSON.parse(await readFile(join(this.#folder, name), 'utf8')));
    } catch {
      return undefined;
    }
  }
}
