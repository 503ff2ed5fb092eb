import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import yazl from 'yazl';
import { ModelLibrary } from '../../../../src-main/engine/inference/model-library.ts';
import type { PackManifest } from '../../../../src-main/engine/inference/schema.ts';
import { extractPackZip, readPackZip } from '../../../../src-main/engine/packs/pack-zip.ts';
import { temporaryFolder } from '../../../support/temporary.ts';
import { writeTinyPack } from '../../inference/tiny-pack.ts';

type Add = (zip: yazl.ZipFile) => void;

interface ZipOptions {
  /** Folder in the zip that holds the pack. */
  inside?: string;
  /** What else is in it. */
  more?: Add;
  change?: (manifest: PackManifest) => void;
  /** Changes the finished bytes. */
  spoil?: (bytes: Buffer) => Buffer;
}

/** The tiny pack as a zip. */
async function zipped({ inside = '', more, change, spoil }: ZipOptions = {}): Promise<string> {
  const root = temporaryFolder();
  const pack = writeTinyPack(join(root, 'pack'), change);
  const zip = new yazl.ZipFile();
  for (const name of readdirSync(pack)) zip.addFile(join(pack, name), `${inside}${name}`);
  more?.(zip);
  zip.end();
  const bytes = await buffer(zip.outputStream);
  const path = join(root, 'model.zip');
  writeFileSync(path, spoil ? spoil(bytes) : bytes);
  return path;
}

const text =
  (name: string, content = 'x', options: Partial<yazl.Options> = {}): Add =>
  (zip) =>
    zip.addBuffer(Buffer.from(content), name, options);

/** Writes another name of the same length wherever a name stands. */
const rename =
  (from: string, to: string) =>
  (bytes: Buffer): Buffer =>
    Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');

/** Changes the record of a name in the zip's directory, which starts 46 bytes before the name. */
const patchDirectory =
  (name: string, change: (record: Buffer) => void) =>
  (bytes: Buffer): Buffer => {
    const at = bytes.lastIndexOf(name) - 46;
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50);
    change(bytes.subarray(at, at + 46));
    return bytes;
  };

const refused = (message: RegExp): Error =>
  expect.objectContaining({
    kind: 'pack-refused',
    message: expect.stringMatching(message) as string,
  }) as Error;

describe('a pack in a zip', () => {
  it.each(['', 'descry-model/'])('is read and unpacked from "%s"', async (inside) => {
    const path = await zipped({ inside });
    const { manifest, bytes } = await readPackZip(path);
    expect(manifest.id).toBe('tiny');
    expect(bytes).toBe(statSync(path).size);
    const folder = temporaryFolder();
    let last = { done: 0, total: 0 };
    await extractPackZip(path, folder, (progress) => (last = progress));
    expect(readdirSync(folder).sort()).toEqual(['pack.json', ...Object.keys(manifest.files)].sort());
    expect(last.done).toBeGreaterThanOrEqual(last.total);
  });

  it('is installed after its hashes were checked', async () => {
    const library = new ModelLibrary({ folders: [], userFolder: join(temporaryFolder(), 'packs') });
    const folder = await library.temporaryFolder();
    await extractPackZip(await zipped(), folder);
    expect(await library.install(folder)).toMatchObject({ id: 'tiny', builtIn: false });
    const other = await library.temporaryFolder();
    const swapped = await zipped({
      change: (manifest) => {
        manifest.id = 'other';
        manifest.files['known-words.txt']!.sha256 = '0'.repeat(64);
      },
    });
    await extractPackZip(swapped, other);
    await expect(library.install(other)).rejects.toThrow(refused(/known-words\.txt/));
    expect((await library.list()).map(({ id }) => id)).toEqual(['tiny']);
  });

  it('leaves behind what pack.json does not list', async () => {
    const path = await zipped({
      inside: 'pack/',
      more: (zip) => {
        text('__MACOSX/._pack.json')(zip);
        text('pack/notes/readme.txt')(zip);
        zip.addEmptyDirectory('pack/empty');
      },
    });
    const folder = temporaryFolder();
    await extractPackZip(path, folder);
    expect(readdirSync(folder)).toHaveLength(5);
  });
});

describe('a zip that is no sound pack is refused:', () => {
  it.each<[string, ZipOptions, RegExp]>([
    [
      'a path upwards',
      { more: text('aa/evil.txt'), spoil: rename('aa/evil.txt', '../evil.txt') },
      /leads out of it/,
    ],
    [
      'an absolute name',
      { more: text('a/evil.txt'), spoil: rename('a/evil.txt', '//evil.txt') },
      /leads out/,
    ],
    ['a drive', { more: text('aa/evil.txt'), spoil: rename('aa/evil.txt', 'C:/evil.txt') }, /leads out/],
    ['a backslash', { more: text('aa/evil.txt'), spoil: rename('aa/evil.txt', '..\\evil.txt') }, /leads out/],
    ['a link', { more: text('evil', '/etc/passwd', { mode: 0o120777 }) }, /"evil" is a link/],
    ['a device', { more: text('evil', '', { mode: 0o060644 }) }, /"evil" is a link or a device/],
    [
      'the same name twice',
      { more: text('image.onny'), spoil: rename('image.onny', 'image.onnx') },
      /"image\.onnx" is in it more than once/,
    ],
    ['names that differ by case', { more: text('Image.ONNX') }, /"Image\.ONNX" is in it more than once/],
    [
      'an encrypted file',
      {
        more: text('secret'),
        spoil: patchDirectory('secret', (record) => record.writeUInt16LE(1, 8)),
      },
      /"secret" is encrypted/,
    ],
    [
      'an unknown compression',
      {
        more: text('strange'),
        spoil: patchDirectory('strange', (record) => record.writeUInt16LE(14, 10)),
      },
      /"strange" is compressed in a way/,
    ],
    [
      'a file that grows a thousandfold',
      { more: (zip) => zip.addBuffer(Buffer.alloc(4e6), 'weights') },
      /"weights" is compressed more than any model is/,
    ],
    [
      'a size other than pack.json names',
      { change: ({ files }) => void files['image.onnx']!.bytes++ },
      /image\.onnx has \d+ bytes; pack\.json names/,
    ],
    [
      'a file that is missing',
      { change: ({ files }) => void (files['more.bin'] = files['image.onnx']!) },
      /more\.bin is missing/,
    ],
    ['two packs', { more: text('other/pack.json', '{}') }, /several packs/],
    [
      'a pack.json that does not fit',
      { change: (manifest) => void (manifest.id = '../tiny') },
      /pack\.json does not fit: id/,
    ],
  ])('%s', async (_, options, message) => {
    const path = await zipped(options);
    await expect(readPackZip(path)).rejects.toThrow(refused(message));
    const folder = temporaryFolder();
    await expect(extractPackZip(path, folder)).rejects.toThrow(refused(message));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('more content than its directory says', async () => {
    const path = await zipped({
      spoil: patchDirectory('known-words.txt', (record) =>
        record.writeUInt32LE(record.readUInt32LE(24) - 1, 24),
      ),
      change: ({ files }) => void files['known-words.txt']!.bytes--,
    });
    await expect(extractPackZip(path, temporaryFolder())).rejects.toThrow(refused(/damaged/));
  });

  it('a zip of something else, a file that is no zip, and no file', async () => {
    const zip = new yazl.ZipFile();
    text('archive/data.pkl')(zip);
    zip.end();
    const path = join(temporaryFolder(), 'weights.zip');
    writeFileSync(path, await buffer(zip.outputStream));
    await expect(readPackZip(path)).rejects.toThrow(
      expect.objectContaining({
        kind: 'unsupported',
        message: expect.stringMatching(/\.pth/) as string,
      }) as Error,
    );
    writeFileSync(path, 'not a zip');
    await expect(readPackZip(path)).rejects.toThrow(refused(/no zip at all/));
    await expect(readPackZip(`${path}.gone`)).rejects.toThrow(expect.objectContaining({ kind: 'not-found' }));
  });

  it('a zip that ends early, wherever it is cut, and a zip with a byte changed', async () => {
    const whole = readFileSync(await zipped());
    const path = join(temporaryFolder(), 'cut.zip');
    const isDescryError = expect.objectContaining({ name: 'DescryError' }) as Error;
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
        writeFileSync(path, whole.subarray(0, length));
        await expect(readPackZip(path)).rejects.toThrow(isDescryError);
      }),
      { numRuns: 30 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Buffer.from(whole);
        bytes[at]! ^= flip;
        writeFileSync(path, bytes);
        await readPackZip(path).catch((error: unknown) => expect(error).toEqual(isDescryError));
      }),
      { numRuns: 60 },
    );
  });

  it('is left alone when somebody cancels', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(extractPackZip(await zipped(), temporaryFolder(), undefined, stop.signal)).rejects.toThrow(
      expect.objectContaining({ kind: 'cancelled' }),
    );
  });
});
