import { createHash, randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import { ModelLibrary } from '../../../src-main/engine/inference/model-library.ts';
import { packDigest, readPack, type PackProgress } from '../../../src-main/engine/inference/pack-files.ts';
import type { PackManifest } from '../../../src-main/engine/inference/schema.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { tinyManifest, writeTinyPack } from './tiny-pack.ts';

interface Place {
  root: string;
  shipped: string;
  user: string;
  library: ModelLibrary;
}

/** A library with the pack "tiny" shipped. */
function place(): Place {
  const root = temporaryFolder();
  const shipped = join(root, 'models');
  const user = join(root, 'packs');
  writeTinyPack(join(shipped, 'tiny'));
  return { root, shipped, user, library: open(shipped, user) };
}

function open(shipped: string, user: string): ModelLibrary {
  return new ModelLibrary({ folders: [shipped], userFolder: user });
}

const named = (id: string) => (manifest: PackManifest) => void (manifest.id = id);

describe('ModelLibrary', () => {
  it('lists packs with what is known about them', async () => {
    const { library, shipped } = place();
    mkdirSync(join(shipped, 'training'));
    const [pack, ...others] = await library.list();
    expect(others).toEqual([]);
    expect(pack).toMatchObject({ id: 'tiny', dimensions: 6, builtIn: true, inUse: false, explains: true });
    expect(pack!.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(pack!.bytes).toBe(Object.values(tinyManifest().files).reduce((sum, { bytes }) => sum + bytes, 0));
  });

  it.each(['image.onnx', 'text.onnx', 'tokenizer.json', 'known-words.txt'])(
    'refuses a pack whose %s was changed, and names the file',
    async (name) => {
      const { library, shipped } = place();
      const file = join(shipped, 'tiny', name);
      const bytes = readFileSync(file);
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(file, bytes);
      const refused = expect.objectContaining({
        kind: 'pack-refused',
        message: expect.stringContaining(name) as string,
      }) as Error;
      await expect(library.load('tiny')).rejects.toThrow(refused);
      await expect(library.inspect(join(shipped, 'tiny'))).rejects.toThrow(refused);
      await expect(library.add(join(shipped, 'tiny'))).rejects.toThrow(refused);
      expect(await library.list()).toEqual([]);
    },
  );

  it('notices a file that changes after it was checked', async () => {
    const { library, shipped } = place();
    await library.use('tiny');
    writeFileSync(join(shipped, 'tiny', 'known-words.txt'), 'other\n');
    await expect(library.use('tiny')).rejects.toThrow(/known-words\.txt/);
  });

  it('refuses packs with missing, longer, linked or unlisted files', async () => {
    const { library, root } = place();
    const file = (folder: string): string => join(folder, 'known-words.txt');
    const missing = writeTinyPack(join(root, 'missing'));
    rmSync(file(missing));
    await expect(library.inspect(missing)).rejects.toThrow(/known-words\.txt is missing/);
    const longer = writeTinyPack(join(root, 'longer'));
    writeFileSync(file(longer), `${readFileSync(file(longer), 'utf8')}\n`);
    await expect(library.inspect(longer)).rejects.toThrow(/bytes/);
    const linked = writeTinyPack(join(root, 'linked'));
    copyFileSync(file(linked), join(root, 'outside.txt'));
    rmSync(file(linked));
    symlinkSync(join(root, 'outside.txt'), file(linked));
    await expect(library.inspect(linked)).rejects.toThrow(/not a plain file/);
    const unlisted = writeTinyPack(join(root, 'unlisted'), ({ files }) => delete files['text.onnx']);
    await expect(library.inspect(unlisted)).rejects.toThrow(/does not list its hash/);
  });

  it.each([
    ['a path out of the folder', (manifest: PackManifest) => void (manifest.image.file = '../image.onnx')],
    [
      'an absolute path',
      (manifest: PackManifest) => void (manifest.files['/etc/passwd'] = tinyManifest().files['text.onnx']!),
    ],
    ['an id that is a path', named('../tiny')],
    ['no embedding', (manifest: PackManifest) => void (manifest.embeddings = [])],
  ])('refuses a description with %s', async (_, change) => {
    const { library, root } = place();
    await expect(library.inspect(writeTinyPack(join(root, 'odd'), change))).rejects.toThrow(
      expect.objectContaining({ kind: 'pack-refused' }),
    );
  });

  it('tells a folder without a pack from a pack that cannot be read', async () => {
    const { library, root } = place();
    await expect(library.inspect(join(root, 'nowhere'))).rejects.toThrow(
      expect.objectContaining({ kind: 'not-found' }),
    );
    mkdirSync(join(root, 'broken'));
    writeFileSync(join(root, 'broken', 'pack.json'), '{');
    await expect(library.inspect(join(root, 'broken'))).rejects.toThrow(
      expect.objectContaining({ kind: 'pack-refused' }),
    );
  });

  it('installs a copy, and keeps the choice for the next start', async () => {
    const { library, root, shipped, user } = place();
    const source = writeTinyPack(join(root, 'new'), named('new'));
    const added = await library.add(join(source, 'pack.json'));
    expect(added).toMatchObject({ id: 'new', builtIn: false, inUse: false });
    rmSync(source, { recursive: true });
    expect(await library.use('new')).toMatchObject({ id: 'new', inUse: true });
    const packs = await open(shipped, user).list();
    expect(packs.map(({ id, inUse }) => [id, inUse])).toEqual([
      ['tiny', false],
      ['new', true],
    ]);
    expect(readdirSync(user).sort()).toEqual(['in-use.json', 'new']);
  });

  it('adds the same pack twice without harm, and never replaces a model by another of its name', async () => {
    const { library, root, user } = place();
    await library.add(writeTinyPack(join(root, 'one'), named('new')));
    const again = await library.add(writeTinyPack(join(root, 'two'), named('new')));
    expect(again.id).toBe('new');
    const other = writeTinyPack(join(root, 'three'), (manifest) => {
      manifest.id = 'new';
      manifest.image.mean = [0, 0, 0];
    });
    await expect(library.add(other)).rejects.toThrow(expect.objectContaining({ kind: 'invalid-input' }));
    expect(readdirSync(user)).toEqual(['new']);
    await expect(
      library.add(writeTinyPack(join(root, 'four'), ({ files }) => delete files['image.onnx'])),
    ).rejects.toThrow();
    expect(existsSync(join(user, 'tiny'))).toBe(false);
  });

  it('says which packs there are when one is not', async () => {
    const { library } = place();
    await expect(library.use('nothing')).rejects.toThrow(/There are: tiny\./);
    await expect(library.load('nothing')).rejects.toThrow(expect.objectContaining({ kind: 'not-found' }));
  });

  it('takes the pack that ships with Descry when the choice is damaged', async () => {
    const { library, shipped, user } = place();
    writeTinyPack(join(shipped, 'descry-s'), named('descry-s'));
    await library.use('tiny');
    writeFileSync(join(user, 'in-use.json'), '{"id":');
    expect((await library.list()).filter(({ inUse }) => inUse).map(({ id }) => id)).toEqual(['descry-s']);
  });
});

describe('a prepared pack', () => {
  /** A pack in a folder of the library's own, as a converter leaves it. */
  async function prepared(
    library: ModelLibrary,
    change: (manifest: PackManifest) => void = named('new'),
  ): Promise<string> {
    return writeTinyPack(await library.temporaryFolder(), change);
  }

  it('is moved to its place, and nothing else is left', async () => {
    const { library, user } = place();
    const folder = await prepared(library);
    const steps: PackProgress[] = [];
    const pack = await library.install(folder, (progress) => steps.push(progress));
    expect(pack).toMatchObject({ id: 'new', builtIn: false, path: join(realpathSync(user), 'new') });
    expect(steps.at(-1)).toEqual({ done: pack.bytes, total: pack.bytes, step: 'Checking' });
    expect(readdirSync(user)).toEqual(['new']);
    expect((await library.list()).map(({ id }) => id)).toEqual(['tiny', 'new']);
  });

  it('gives way to the same pack that is there, and never replaces another', async () => {
    const { library, user } = place();
    const { digest } = await library.install(await prepared(library));
    expect(await library.install(await prepared(library))).toMatchObject({ id: 'new', digest });
    const other = await prepared(library, (manifest) => {
      manifest.id = 'new';
      manifest.image.mean = [0, 0, 0];
    });
    await expect(library.install(other)).rejects.toThrow(
      expect.objectContaining({
        kind: 'invalid-input',
        detail: expect.objectContaining({ installed: digest }),
      }),
    );
    const asBuiltIn = await prepared(library, (manifest) => (manifest.image.mean = [0, 0, 0]));
    await expect(library.install(asBuiltIn)).rejects.toThrow(/ships with Descry/);
    expect(readdirSync(user)).toEqual(['new']);
    expect(await library.inspect(join(user, 'new'))).toMatchObject({ digest });
  });

  it('is deleted when it does not fit', async () => {
    const { library, user } = place();
    const folder = await prepared(library);
    writeFileSync(join(folder, 'known-words.txt'), 'other\n');
    await expect(library.install(folder)).rejects.toThrow(expect.objectContaining({ kind: 'pack-refused' }));
    expect(readdirSync(user)).toEqual([]);
  });

  it('must lie in a folder that the library gave: no other is moved or deleted', async () => {
    const { library, root } = place();
    await library.temporaryFolder();
    const own = writeTinyPack(join(root, 'mine'), named('new'));
    await expect(library.install(own)).rejects.toThrow(/not a folder in which a pack was prepared/);
    expect(readdirSync(own)).toContain('pack.json');
  });

  it('cannot take the place of a damaged pack before that is removed', async () => {
    const { library, user } = place();
    mkdirSync(join(user, 'new'), { recursive: true });
    writeFileSync(join(user, 'new', 'pack.json'), '{');
    await expect(library.install(await prepared(library))).rejects.toThrow(/is in the way/);
    await library.remove('new');
    expect(await library.install(await prepared(library))).toMatchObject({ id: 'new' });
  });

  it.each([
    ['a process that is gone', `.${2 ** 22 + 1}-0123abcd-${randomUUID()}.part`, false],
    ['an earlier process with this number', `.${process.pid}-0123abcd-${randomUUID()}.part`, false],
    ['an earlier version', `.${randomUUID()}.part`, false],
    ['a process that runs', `.${process.ppid}-0123abcd-${randomUUID()}.part`, true],
  ])('that %s left unfinished is cleared at the next start, or kept: %s', async (_, name, kept) => {
    const { library, shipped, user } = place();
    const own = await library.temporaryFolder();
    writeTinyPack(join(user, name), named('half'));
    const next = open(shipped, user);
    expect((await next.list()).map(({ id }) => id)).toEqual(['tiny']);
    expect(existsSync(join(user, name))).toBe(kept);
    expect(existsSync(own)).toBe(true);
  });
});

describe('removing a pack', () => {
  const kind = (wanted: string): Error => expect.objectContaining({ kind: wanted }) as Error;

  it('deletes it, and it can be added again', async () => {
    const { library, root, user } = place();
    const source = writeTinyPack(join(root, 'source'), named('new'));
    await library.add(source);
    await library.remove('new');
    expect(readdirSync(user)).toEqual([]);
    await expect(library.load('new')).rejects.toThrow(kind('not-found'));
    expect(await library.add(source)).toMatchObject({ id: 'new' });
  });

  it('is refused for the pack in use, until another one is', async () => {
    const { library, root, user } = place();
    await library.add(writeTinyPack(join(root, 'source'), named('new')));
    await library.use('new');
    await expect(library.remove('new')).rejects.toThrow(/Take another one into use first/);
    await library.use('tiny');
    await library.remove('new');
    expect(readdirSync(user)).toEqual(['in-use.json']);
  });

  it('is refused for what ships with Descry, what is not there and what is no pack', async () => {
    const { library, shipped, user, root } = place();
    await expect(library.remove('tiny')).rejects.toThrow(kind('unsupported'));
    await expect(library.remove('nothing')).rejects.toThrow(kind('not-found'));
    mkdirSync(user, { recursive: true });
    for (const id of ['..', '.', '../models', 'in-use.json', ''])
      await expect(library.remove(id)).rejects.toThrow(kind('not-found'));
    const elsewhere = writeTinyPack(join(root, 'elsewhere'), named('linked'));
    symlinkSync(elsewhere, join(user, 'linked'));
    await expect(library.remove('linked')).rejects.toThrow(kind('unsupported'));
    expect(readdirSync(elsewhere)).toContain('pack.json');
    expect(readdirSync(shipped)).toEqual(['tiny']);
  });
});

describe('the speed of a pack', () => {
  it('is told once it was measured, for that pack alone', async () => {
    const { root, shipped, user } = place();
    const env = {
      ...process.env,
      DESCRY_TEST_TRIAL: 'fast',
      DESCRY_TEST_TRIAL_LOG: join(root, 'trials.log'),
    };
    const entry = join(import.meta.dirname, '../../fixtures/inference/trial-stand-in.ts');
    const library = new ModelLibrary({ folders: [shipped], userFolder: user, trials: { entry, env } });
    await library.add(
      writeTinyPack(join(root, 'other'), (manifest) => {
        manifest.id = 'other';
        manifest.image.mean = [0, 0, 0];
      }),
    );
    expect((await library.list()).map(({ speed }) => speed)).toEqual([null, null]);
    await library.measureProviders('other');
    expect(await library.summary('other')).toMatchObject({
      speed: { provider: 'webgpu', batch: 8, imagesPerSecond: 970 },
    });
    expect(await library.summary('tiny')).toMatchObject({ speed: null });
    await expect(library.measureProviders('nothing')).rejects.toThrow(
      expect.objectContaining({ kind: 'not-found' }),
    );
  });
});

describe('packDigest', () => {
  it('of a pack that says nothing about uncertainty stays what it was in older cases', () => {
    const { files, image, text, embeddings, patches } = tinyManifest();
    const hashes = Object.fromEntries(Object.entries(files).map(([name, { sha256 }]) => [name, sha256]));
    const identity = canonicalize({ files: hashes, image, text, embeddings, patches })!;
    expect(packDigest(tinyManifest())).toBe(createHash('sha256').update(identity).digest('hex'));
  });

  it('of the built-in pack is that of its pack.json as it is written, without anything that was added since', async () => {
    const folder = join(import.meta.dirname, '../../../models/descry-s');
    const written = JSON.parse(readFileSync(join(folder, 'pack.json'), 'utf8')) as PackManifest;
    const { image, text, embeddings, patches, uncertainty } = written;
    const files = Object.fromEntries(
      Object.entries(written.files).map(([name, { sha256 }]) => [name, sha256]),
    );
    const identity = canonicalize({ files, image, text, embeddings, patches, uncertainty })!;
    expect(packDigest((await readPack(folder)).manifest)).toBe(
      createHash('sha256').update(identity).digest('hex'),
    );
  });

  it('changes with the files and with how they are used, not with words about them', () => {
    const digest = packDigest(tinyManifest());
    const changed = (change: (manifest: PackManifest) => void): string => {
      const manifest = tinyManifest();
      change(manifest);
      return packDigest(manifest);
    };
    expect(changed((manifest) => (manifest.name = 'Other'))).toBe(digest);
    expect(changed((manifest) => (manifest.licence = 'MIT'))).toBe(digest);
    expect(changed((manifest) => (manifest.image.std = [1, 1, 1]))).not.toBe(digest);
    expect(changed((manifest) => (manifest.embeddings[0]!.weight = 0.3))).not.toBe(digest);
    expect(changed((manifest) => delete manifest.patches)).not.toBe(digest);
    const uncertainty = { imageOutput: 'first_raw', textOutput: 'first' };
    expect(changed((manifest) => (manifest.uncertainty = uncertainty))).not.toBe(digest);
    expect(changed((manifest) => (manifest.files['text.onnx']!.sha256 = '0'.repeat(64)))).not.toBe(digest);
  });
});
