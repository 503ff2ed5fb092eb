import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { DescryError } from '../../errors.ts';

/** How every sealed file begins: what it is, and the version of its form. */
const magic = Buffer.from('descry-sealed\0\0\u0001', 'latin1');
const saltBytes = 32;
const tagBytes = 16;
/** One key seals one file, so that its nonce need not differ from file to file. */
const nonce = Buffer.alloc(12);

/** What a sealed file is; part of what its tag protects, so that none can take the place of another. */
export type SealedKind = 'original' | 'thumbnail';

/**
 * Files of an encrypted case. Each is sealed with AES-256-GCM (NIST SP 800-38D) under a key of its own:
 *
 *     16 bytes  "descry-sealed", 0, 0, 1
 *     32 bytes  salt, random; the file's key is HMAC-SHA256(key of files, salt)
 *      n bytes  ciphertext
 *     16 bytes  tag, also over the first 16 bytes and the text "<kind> <sha256 of the content>"
 *
 * Their names are HMAC-SHA256(key of names, "<kind> <sha256>"): the hash of a picture in a name would tell
 * whoever has that picture that it is in the case.
 */
export class FileCipher {
  readonly #key: Buffer;
  readonly #nameKey: Buffer;

  constructor(key: Buffer, nameKey: Buffer) {
    this.#key = key;
    this.#nameKey = nameKey;
  }

  /** The name, without a folder, of the file with a content. @param sha256 of the content. */
  nameOf(kind: SealedKind, sha256: string): string {
    return `${createHmac('sha256', this.#nameKey).update(`${kind} ${sha256}`).digest('hex')}.sealed`;
  }

  seal(kind: SealedKind, sha256: string, content: Uint8Array): Buffer {
    const salt = randomBytes(saltBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#keyOf(salt), nonce);
    cipher.setAAD(aboutOf(kind, sha256));
    return Buffer.concat([magic, salt, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws DescryError `case-damaged` when it is not what was sealed. */
  open(kind: SealedKind, sha256: string, sealed: Buffer): Buffer {
    try {
      const start = magic.length + saltBytes;
      const end = sealed.length - tagBytes;
      if (end < start || !sealed.subarray(0, magic.length).equals(magic)) throw new Error('it is not sealed');
      const key = this.#keyOf(sealed.subarray(magic.length, start));
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(aboutOf(kind, sha256));
      decipher.setAuthTag(sealed.subarray(end));
      return Buffer.concat([decipher.update(sealed.subarray(start, end)), decipher.final()]);
    } catch (error) {
      throw new DescryError(
        'case-damaged',
        `The ${kind} of a crop was changed or damaged after it was encrypted. Check the case with "descry verify".`,
        { kind, sha256 },
        error,
      );
    }
  }

  #keyOf(salt: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(salt).digest();
  }
}

function aboutOf(kind: SealedKind, sha256: string): Buffer {
  return Buffer.concat([magic, Buffer.from(`${kind} ${sha256}`)]);
}
