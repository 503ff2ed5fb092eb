import { hkdfSync } from 'node:crypto';
import { FileCipher } from './file-cipher.ts';

/** Bytes of a case's key, and of every key that is made of it. */
export const keyBytes = 32;

/**
 * The key of an encrypted case: 256 random bits that are kept nowhere but sealed with a key made of the
 * passphrase. Three keys are made of it (HKDF-SHA256, RFC 5869): of the database, of files, of their names.
 * Written into a log, an error or a JSON text it reads `[secret]`.
 */
export class CaseKey {
  /** As SQLCipher takes a raw key: 64 hexadecimal digits. */
  readonly #database: string;
  readonly #bytes: Uint8Array;
  readonly files: FileCipher;

  /** @param bytes the random key itself; a thread is handed it, to make its own of it. */
  constructor(bytes: Uint8Array) {
    if (bytes.length !== keyBytes) throw new Error(`a case's key has ${keyBytes} bytes`);
    this.#bytes = Uint8Array.from(bytes);
    this.#database = this.#derive('database').toString('hex');
    this.files = new FileCipher(this.#derive('files'), this.#derive('file names'));
  }

  databaseKey(): string {
    return this.#database;
  }

  reveal(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }

  #derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#bytes, '', `descry case 1: ${purpose}`, keyBytes));
  }
}
