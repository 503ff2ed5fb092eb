import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { basename } from 'node:path';
import { openCertificate } from './certificate-key.ts';
import { newKey, plainKey, publicKeyBytes } from './ed25519.ts';
import { readKeyFile } from './key-file.ts';
import { passphraseMissing, readPemKey, writePemKey } from './pem-key.ts';
import { pem } from './pem.ts';
import type {
  CertificateAccount,
  CertificateRequest,
  ImportKeyRequest,
  KeyStoreState,
  NewKeyRequest,
  SignRequest,
  StoredKey,
} from './schema.ts';
import { wipe, type Secret } from './secret.ts';
import type { CertificateKey, PlainKey, SigningKey } from './signing-key.ts';
import { signingError } from './signing-error.ts';
import { StoredKeys, type KeyRecord } from './stored-keys.ts';
import { noKeyStore, type SystemKeyStore } from './system-key-store.ts';

export interface SigningServiceOptions {
  /** Where keys of this user are kept. */
  folder: string;
  /** The operating system's, where the host offers it. */
  keyStore?: SystemKeyStore | undefined;
}

/** Keys and certificates: making them, keeping them, and opening them for one export. */
export class SigningService {
  readonly #stored: StoredKeys;
  readonly #keyStore: SystemKeyStore;

  constructor({ folder, keyStore = noKeyStore }: SigningServiceOptions) {
    this.#stored = new StoredKeys(folder);
    this.#keyStore = keyStore;
  }

  /** The public parts of all stored keys, and what protects new ones. */
  async keys(): Promise<{ keyStore: KeyStoreState; keys: StoredKey[] }> {
    const keyStore = await this.#keyStore.state();
    const records = await this.#stored.list();
    return { keyStore, keys: records.map((record) => publicPart(record, keyStore.available)) };
  }

  /** A new Ed25519 key. @throws DescryError `invalid-input` when it needs a passphrase and has none. */
  create({ name, passphrase }: NewKeyRequest): Promise<StoredKey> {
    return this.#store(newKey(), name, passphrase);
  }

  /**
   * Keeps a private Ed25519 key that lies in a PEM file; the file stays as it is.
   * @throws DescryError `not-found`, `invalid-input`, `unsupported`.
   */
  async import({ path, name, passphrase }: ImportKeyRequest): Promise<StoredKey> {
    const key = await readPemKey(await readKeyFile(path), passphrase);
    const { available } = await this.#keyStore.state();
    return this.#store(key, name, available ? undefined : passphrase);
  }

  /** Deletes a stored key; nobody can sign with it any more. @throws DescryError `not-found`. */
  async remove(id: string): Promise<void> {
    await this.#stored.remove(id);
  }

  /** What a certificate file holds, and whether it is valid now. @throws DescryError as `openCertificate`. */
  async certificate({ path, passphrase }: CertificateRequest): Promise<CertificateAccount> {
    const { signer, warnings } = await openCertificate(path, passphrase, {
      allowInvalidTime: true,
      now: new Date(),
    });
    return { signer, warnings: [...warnings], validNow: warnings.length === 0 };
  }

  /**
   * Opens what a request names, for one export: the certificate first. Nothing of it is kept here.
   * @throws DescryError `not-found`; `invalid-input`, `unsupported` with a `reason` in the detail;
   * `cancelled` when the person did not agree to use a key of the key store.
   */
  async open({ certificate, key }: SignRequest): Promise<SigningKey[]> {
    const keys: SigningKey[] = [];
    if (certificate) keys.push(await this.#openCertificate(certificate));
    if (key) keys.push('id' in key ? await this.#openStored(key) : await openPem(key));
    return keys;
  }

  #openCertificate(request: NonNullable<SignRequest['certificate']>): Promise<CertificateKey> {
    const { path, passphrase, allowInvalidTime } = request;
    return openCertificate(path, passphrase, { allowInvalidTime, now: new Date() });
  }

  async #openStored({ id, passphrase }: { id: string; passphrase?: Secret | undefined }): Promise<PlainKey> {
    const record = await this.#stored.get(id);
    const key =
      record.protection === 'passphrase'
        ? plainKey(await readPemKey(Buffer.from(record.secret), passphrase), record.name)
        : await this.#unseal(record);
    if (key.signer.fingerprint === record.fingerprint) return key;
    throw signingError('damaged', 'The file of this signing key was changed: it holds another key.', { id });
  }

  async #unseal({ secret, name }: KeyRecord): Promise<PlainKey> {
    const { available, description } = await this.#keyStore.state();
    if (!available) throw keyStoreUnavailable(description);
    const der = await this.#keyStore.open(Buffer.from(secret, 'base64'));
    try {
      return plainKey(
        createPrivateKey({
          key: Buffer.from(der.buffer, der.byteOffset, der.length),
          format: 'der',
          type: 'pkcs8',
        }),
        name,
      );
    } finally {
      wipe(der);
    }
  }

  async #store(privateKey: KeyObject, name: string, passphrase: Secret | undefined): Promise<StoredKey> {
    const { fingerprint } = plainKey(privateKey, name).signer;
    const { available } = await this.#keyStore.state();
    if (!available && passphrase === undefined) throw passphraseMissing();
    const record: KeyRecord = {
      schema: 1,
      id: fingerprint.slice(0, 16),
      name,
      createdAt: new Date().toISOString(),
      fingerprint,
      publicKey: pem('PUBLIC KEY', publicKeyBytes(createPublicKey(privateKey))),
      ...(passphrase === undefined
        ? { protection: 'key-store', secret: await this.#seal(privateKey, { name, fingerprint }) }
        : { protection: 'passphrase', secret: await writePemKey(privateKey, passphrase) }),
    };
    this.#stored.write(record);
    return publicPart(record, available);
  }

  async #seal(privateKey: KeyObject, description: { name: string; fingerprint: string }): Promise<string> {
    const der = privateKey.export({ type: 'pkcs8', format: 'der' });
    try {
      return Buffer.from(await this.#keyStore.seal(description, der)).toString('base64');
    } finally {
      wipe(der);
    }
  }
}

async function openPem({
  path,
  passphrase,
}: {
  path: string;
  passphrase?: Secret | undefined;
}): Promise<PlainKey> {
  return plainKey(await readPemKey(await readKeyFile(path), passphrase), basename(path));
}

function publicPart({ schema: _, secret: __, ...record }: KeyRecord, keyStoreAvailable: boolean): StoredKey {
  return { ...record, usable: record.protection === 'passphrase' || keyStoreAvailable };
}

function keyStoreUnavailable(description: string): Error {
  return signingError(
    'key-store-unavailable',
    `This key is kept in the system's key store, which cannot be used here. ${description}`,
  );
}
