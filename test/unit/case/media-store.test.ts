import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MediaStore } from '../../../src-main/engine/case/media-store.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const hash = 'ab'.padEnd(64, '0');

describe('MediaStore', () => {
  it('stores a content once, by its hash, and leaves no partial file', async () => {
    const folder = temporaryFolder();
    const store = new MediaStore(folder);
    const bytes = new TextEncoder().encode('original');
    const paths = await Promise.all([1, 2, 3].map(() => store.storeOriginal(hash, '.jpg', bytes)));
    expect(new Set(paths)).toEqual(new Set([`ab/${hash}.jpg`]));
    expect(readdirSync(join(folder, 'media', 'ab'))).toEqual([`${hash}.jpg`]);
    expect(readFileSync(join(folder, 'media', paths[0]!), 'utf8')).toBe('original');
  });

  it('clears away what a killed process was writing', () => {
    const folder = temporaryFolder();
    const unfinished = join(folder, 'unfinished');
    mkdirSync(unfinished, { recursive: true });
    writeFileSync(join(unfinished, 'half'), 'hal');
    new MediaStore(folder).prepare();
    expect(existsSync(unfinished)).toBe(false);
  });

  it('cleans up when the place cannot be written', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'media'), 'a file where the folder should be');
    await expect(new MediaStore(folder).storeOriginal(hash, '.jpg', new Uint8Array(4))).rejects.toThrow();
    expect(existsSync(join(folder, 'media', 'ab'))).toBe(false);
  });

  it('says which original is gone', async () => {
    const store = new MediaStore(temporaryFolder());
    const media = {
      id: 1,
      sha256: hash,
      bytes: 1,
      format: 'jpeg',
      width: 1,
      height: 1,
      storage: 'reference' as const,
      storedPath: '/nowhere/a.jpg',
    };
    await expect(store.readOriginal(media)).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('/nowhere/a.jpg') as string,
    });
  });
});
