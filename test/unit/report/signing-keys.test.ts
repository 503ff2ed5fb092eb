import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { DescryError } from '../../../src-main/engine/errors.ts';
import { newKey } from '../../../src-main/engine/report/signing/ed25519.ts';
import { readPemKey, writePemKey } from '../../../src-main/engine/report/signing/pem-key.ts';
import { signRequest } from '../../../src-main/engine/report/signing/schema.ts';
import { Secret } from '../../../src-main/engine/report/signing/secret.ts';
import { signingError } from '../../../src-main/engine/report/signing/signing-error.ts';
import { SigningService } from '../../../src-main/engine/report/signing/signing-service.ts';
import type { SystemKeyStore } from '../../../src-main/engine/report/signing/system-key-store.ts';
import { makeCertificate, pkcs12File } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const words = 'a long enough passphrase';
const passphrase = new Secret(words);
let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

async function problem(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(DescryError);
    expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain(words);
    return (error as DescryError).detail['reason'];
  }
}

/** A key store that keeps secrets in memory, under random names. */
class MemoryKeyStore implements SystemKeyStore {
  available = true;
  agrees = true;
  readonly lent: Uint8Array[] = [];
  readonly given: Uint8Array[] = [];
  readonly #secrets = new Map<string, Uint8Array>();

  state = () => Promise.resolve({ available: this.available, description: 'A store for tests.' });

  seal = (_: unknown, secret: Uint8Array): Promise<Uint8Array> => {
    const name = randomBytes(8);
    this.given.push(secret);
    this.#secrets.set(name.toString('hex'), Uint8Array.from(secret));
    return Promise.resolve(name);
  };

  open = (sealed: Uint8Array): Promise<Uint8Array> => {
    if (!this.agrees) throw signingError('key-store-refused', 'Nobody agreed.');
    const secret = Uint8Array.from(this.#secrets.get(Buffer.from(sealed).toString('hex'))!);
    this.lent.push(secret);
    return Promise.resolve(secret);
  };
}

const keysFolder = () => join(folder, 'signing-keys');
const service = (keyStore?: SystemKeyStore) => new SigningService({ folder: keysFolder(), keyStore });
/** Everything that lies in the folder of keys. */
const written = () =>
  readdirSync(keysFolder())
    .map((name) => readFileSync(join(keysFolder(), name), 'utf8'))
    .join('\n');

describe('a kept key, without a key store', () => {
  it('needs a passphrase to be made', async () => {
    expect(await problem(service().create({ name: 'Unit 4' }))).toBe('passphrase-missing');
    expect(await service().keys()).toMatchObject({ keyStore: { available: false }, keys: [] });
  });

  it('is listed with its public parts, and opened with its passphrase', async () => {
    const made = await service().create({ name: 'Unit 4', passphrase });
    const { keys } = await service().keys();
    expect(keys).toEqual([made]);
    expect(made).toMatchObject({ name: 'Unit 4', protection: 'passphrase', usable: true });
    expect(made.publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    expect(Object.keys(made)).not.toContain('secret');
    const [opened] = await service().open({ key: { id: made.id, passphrase } });
    expect(opened!.signer).toMatchObject({ kind: 'key', subject: 'Unit 4', fingerprint: made.fingerprint });
    expect(await problem(service().open({ key: { id: made.id } }))).toBe('passphrase-missing');
    const wrong = new Secret('another passphrase');
    expect(await problem(service().open({ key: { id: made.id, passphrase: wrong } }))).toBe(
      'passphrase-wrong',
    );
  });

  it('lies on the disk encrypted, with 600,000 rounds, for this user only', async () => {
    const made = await service().create({ name: 'Unit 4', passphrase });
    const [opened] = await service().open({ key: { id: made.id, passphrase } });
    const { d } = opened!.privateKey.export({ format: 'jwk' });
    const text = written();
    expect(text).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    expect(text).not.toContain(words);
    expect(text).not.toContain(d);
    expect(text).not.toContain(Buffer.from(d!, 'base64url').toString('base64').slice(0, 30));
    const { secret } = JSON.parse(text) as { secret: string };
    const der = Buffer.from(secret.split('\n').slice(1, -2).join(''), 'base64');
    // INTEGER 600000, as PBKDF2 takes it.
    expect(der.indexOf(Buffer.from('02030927c0', 'hex'))).toBeGreaterThan(0);
    if (process.platform !== 'win32') expect(statSync(keysFolder()).mode & 0o077).toBe(0);
  });

  it('is gone when it was removed, and was never there under a foreign id', async () => {
    const made = await service().create({ name: 'Unit 4', passphrase });
    await service().remove(made.id);
    expect((await service().keys()).keys).toEqual([]);
    expect(await problem(service().remove(made.id))).toBe('unknown-key');
    expect(await problem(service().open({ key: { id: made.id, passphrase } }))).toBe('unknown-key');
    expect(signRequest.safeParse({ key: { id: '../../etc/passwd0' } }).success).toBe(false);
  });

  it('whose file was exchanged for another does not sign under the old name', async () => {
    const one = await service().create({ name: 'One', passphrase });
    const two = await service().create({ name: 'Two', passphrase });
    const file = (id: string) => join(keysFolder(), `${id}.json`);
    const record = JSON.parse(readFileSync(file(one.id), 'utf8')) as Record<string, unknown>;
    const other = JSON.parse(readFileSync(file(two.id), 'utf8')) as Record<string, unknown>;
    writeFileSync(file(one.id), JSON.stringify({ ...record, secret: other['secret'] }));
    expect(await problem(service().open({ key: { id: one.id, passphrase } }))).toBe('damaged');
  });

  it('whose file is damaged is left out, and the others stay', async () => {
    const made = await service().create({ name: 'Unit 4', passphrase });
    writeFileSync(join(keysFolder(), `${'0'.repeat(16)}.json`), '{"schema":1');
    writeFileSync(join(keysFolder(), 'notes.txt'), 'mine');
    expect((await service().keys()).keys.map(({ id }) => id)).toEqual([made.id]);
  });
});

describe('a kept key, with a key store', () => {
  it('is sealed by it, opened after consent, and its bytes are wiped on both ways', async () => {
    const store = new MemoryKeyStore();
    const made = await service(store).create({ name: 'Unit 4' });
    expect(made).toMatchObject({ protection: 'key-store', usable: true });
    const [opened] = await service(store).open({ key: { id: made.id } });
    expect(opened!.signer.fingerprint).toBe(made.fingerprint);
    for (const bytes of [...store.given, ...store.lent]) expect(bytes.every((byte) => byte === 0)).toBe(true);
    expect(store.given.length + store.lent.length).toBe(2);
    const { d } = opened!.privateKey.export({ format: 'jwk' });
    expect(written()).not.toContain(Buffer.from(d!, 'base64url').toString('base64').slice(0, 30));
  });

  it('is not used without consent', async () => {
    const store = new MemoryKeyStore();
    const made = await service(store).create({ name: 'Unit 4' });
    store.agrees = false;
    expect(await problem(service(store).open({ key: { id: made.id } }))).toBe('key-store-refused');
  });

  it('is shown as unusable where the store cannot be reached, and says why when it is asked for', async () => {
    const store = new MemoryKeyStore();
    const made = await service(store).create({ name: 'Unit 4' });
    store.available = false;
    for (const unable of [service(store), service()]) {
      expect((await unable.keys()).keys).toMatchObject([{ id: made.id, usable: false }]);
      expect(await problem(unable.open({ key: { id: made.id } }))).toBe('key-store-unavailable');
    }
  });

  it('can be protected with a passphrase all the same', async () => {
    const made = await service(new MemoryKeyStore()).create({ name: 'Unit 4', passphrase });
    expect(made.protection).toBe('passphrase');
    expect(await service().open({ key: { id: made.id, passphrase } })).toHaveLength(1);
  });
});

describe('a PEM file', () => {
  const pemFile = (text: string): string => {
    const path = join(folder, 'key.pem');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text);
    return path;
  };

  it('with an encrypted Ed25519 key signs, and can be kept with its passphrase', async () => {
    const path = pemFile(await writePemKey(newKey(), passphrase));
    const [opened] = await service().open({ key: { path, passphrase } });
    expect(opened!.signer).toMatchObject({ subject: 'key.pem', algorithm: 'Ed25519' });
    expect(await problem(service().open({ key: { path } }))).toBe('passphrase-missing');
    const kept = await service().import({ path, name: 'Kept', passphrase });
    expect(kept).toMatchObject({ fingerprint: opened!.signer.fingerprint, protection: 'passphrase' });
    expect(await service().open({ key: { id: kept.id, passphrase } })).toHaveLength(1);
  });

  it('with a plain key signs, and is kept only under a passphrase or by a key store', async () => {
    const path = pemFile(newKey().export({ type: 'pkcs8', format: 'pem' }).toString());
    expect(await service().open({ key: { path } })).toHaveLength(1);
    expect(await problem(service().import({ path, name: 'Kept' }))).toBe('passphrase-missing');
    const kept = await service(new MemoryKeyStore()).import({ path, name: 'Kept' });
    expect(kept.protection).toBe('key-store');
  });

  it('with anything else says what it is', async () => {
    const rsa = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const cases = {
      [rsa.privateKey]: 'unsupported-key',
      [rsa.publicKey]: 'not-a-key-file',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n':
        'unsupported-protection',
      '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n': 'damaged',
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n': 'damaged',
      'no key': 'not-a-key-file',
      '': 'not-a-key-file',
    };
    for (const [text, reason] of Object.entries(cases))
      expect(await problem(service().open({ key: { path: pemFile(text), passphrase } })), text).toBe(reason);
    expect(await problem(service().open({ key: { path: folder } }))).toBe('not-a-key-file');
  });

  it('that asks for hours of key derivation is refused at once', async () => {
    const pem = await writePemKey(newKey(), passphrase);
    const der = Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64');
    Buffer.from('02037fffff', 'hex').copy(der, der.indexOf(Buffer.from('02030927c0', 'hex')));
    const slow = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${der.toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
    expect(await problem(readPemKey(Buffer.from(slow), passphrase))).toBe('too-slow');
  });
});

describe('a certificate and a key together', () => {
  it('are opened in this order, and looked at without signing anything', async () => {
    const path = join(folder, 'certificate.p12');
    writeFileSync(path, pkcs12File(makeCertificate(), words));
    const made = await service().create({ name: 'Unit 4', passphrase });
    const request = signRequest.parse({
      certificate: { path, passphrase: words },
      key: { id: made.id, passphrase: words },
    });
    const keys = await service().open(request);
    expect(keys.map(({ kind }) => kind)).toEqual(['certificate', 'key']);
    expect(await service().certificate({ path, passphrase })).toEqual({
      signer: keys[0]!.signer,
      validNow: true,
      warnings: [],
    });
  });

  it('cannot be asked for by naming neither', () => {
    expect(signRequest.safeParse({}).success).toBe(false);
  });
});

describe('a secret', () => {
  it('shows itself to nobody who writes it anywhere', () => {
    const request = signRequest.parse({ certificate: { path: '/c.p12', passphrase: words } });
    for (const text of [
      JSON.stringify(request),
      inspect(request, { depth: 9 }),
      `${request.certificate!.passphrase}`,
    ])
      expect(text).not.toContain(words);
    expect(request.certificate!.passphrase.reveal()).toBe(words);
  });
});
