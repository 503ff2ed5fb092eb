import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import { ModelLibrary } from '../../../src-main/engine/inference/model-library.ts';
import { packDigest } from '../../../src-main/engine/inference/pack-files.ts';
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

describe('packDigest', () => {
  it('of a pack that says nothing about uncertainty stays what it was in older cases', () => {
    const { files, image, text, embeddings, patches } = tinyManifest();
    const hashes = Object.fromEntries(Object.entries(files).map(([name, { sha256 }]) => [name, sha256]));
    const identity = canonicalize({ files: hashes, image, text, embeddings, patches })!;
    expect(packDigest(tinyManifest())).toBe(createHash('sha256').update(identity).digest('hex'));
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
