import { createWriteStream } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile } from 'yauzl';
import { DescryError, errorCode, toDescryError } from '../errors.ts';
import {
  manifestLimit,
  manifestName,
  packBytes,
  parseManifest,
  type PackProgress,
} from '../inference/pack-files.ts';
import type { PackManifest } from '../inference/schema.ts';
import { RandomAccessFile } from './checkpoint/random-access-file.ts';
import { ZipSource } from './checkpoint/zip-source.ts';
import { checkEntries } from './zip-entries.ts';

/** A pack in a zip whose names and sizes were checked; its hashes are checked when it is installed. */
interface ZippedPack {
  zip: ZipFile;
  manifest: PackManifest;
  /** pack.json and the files that it lists, by their names in the pack. */
  entries: ReadonlyMap<string, Entry>;
}

/**
 * Describes the pack in a zip; writes nothing.
 * @returns its pack.json, and the size of the zip.
 * @throws DescryError `pack-refused` with the reason, `unsupported` when the zip holds no pack, `not-found`.
 */
export async function readPackZip(path: string): Promise<{ manifest: PackManifest; bytes: number }> {
  return withPackZip(path, async ({ manifest }) => ({ manifest, bytes: (await stat(path)).size }));
}

/**
 * Unpacks pack.json and the files that it lists into an empty folder; nothing else that the zip may hold.
 * @throws DescryError as `readPackZip`, and `disk-full`, `read-only`, `cancelled`.
 */
export async function extractPackZip(
  path: string,
  folder: string,
  report?: (progress: PackProgress) => void,
  signal?: AbortSignal,
): Promise<void> {
  await withPackZip(path, async ({ zip, manifest, entries }) => {
    const total = packBytes(manifest);
    await requireSpace(folder, total);
    let done = 0;
    for (const [name, entry] of entries) {
      const content = await zip.openReadStreamPromise(entry);
      content.on('data', (chunk: Buffer) =>
        report?.({ done: (done += chunk.length), total, step: 'Unpacking' }),
      );
      await pipeline(content, createWriteStream(join(folder, name), { flags: 'wx' }), {
        ...(signal && { signal }),
      });
    }
  });
}

async function withPackZip<T>(path: string, work: (pack: ZippedPack) => Promise<T>): Promise<T> {
  let file: RandomAccessFile | undefined;
  try {
    file = await RandomAccessFile.open(path);
    const source = new ZipSource(file);
    const zip = await source.open({ strictFileNames: true, validateEntrySizes: true });
    return await source.guard(openPack(zip, basename(path)).then(work));
  } catch (error) {
    throw explain(error, basename(path));
  } finally {
    await file?.close();
  }
}

async function openPack(zip: ZipFile, zipName: string): Promise<ZippedPack> {
  const files = await checkEntries(zip, zipName);
  const descriptions = [...files.keys()].filter(
    (name) => basename(name) === manifestName && name.split('/').length <= 2,
  );
  const [place, ...others] = descriptions;
  if (place === undefined)
    throw new DescryError(
      'unsupported',
      `${zipName} is not a Descry pack: it has no ${manifestName} at its top or in one folder. If it is a checkpoint, give it the ending .pth.`,
      { zip: zipName },
    );
  if (others.length > 0)
    throw refused(zipName, `it holds several packs (${descriptions.slice(0, 3).join(', ')}).`);
  const description = files.get(place)!;
  if (description.uncompressedSize > manifestLimit)
    throw refused(zipName, `its ${manifestName} is larger than a page of text.`);
  const text = (await buffer(await zip.openReadStreamPromise(description))).toString('utf8');
  const manifest = parseManifest(text, zipName);
  const entries = new Map([[manifestName, description]]);
  for (const [name, { bytes }] of Object.entries(manifest.files)) {
    const entry = files.get(posix.join(posix.dirname(place), name));
    if (!entry) throw refused(zipName, `its file ${name} is missing.`);
    if (entry.uncompressedSize !== bytes)
      throw refused(zipName, `${name} has ${entry.uncompressedSize} bytes; ${manifestName} names ${bytes}.`);
    entries.set(name, entry);
  }
  return { zip, manifest, entries };
}

/** @throws DescryError `disk-full` before anything is written. */
async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes) return;
  throw new DescryError(
    'disk-full',
    `The pack needs ${Math.ceil(bytes / 1e6)} MB, but only ${Math.floor((bavail * bsize) / 1e6)} MB are free in ${folder}.`,
    { bytes, free: bavail * bsize },
  );
}

/** yauzl throws plain errors for what is wrong with a zip. */
function explain(error: unknown, zipName: string): DescryError {
  if (error instanceof DescryError) return error;
  const isZipError = error instanceof Error && error.name !== 'AbortError' && errorCode(error) === undefined;
  const isInflateError = errorCode(error)?.startsWith('Z_') === true;
  if (!isZipError && !isInflateError) return toDescryError(error);
  const message = error instanceof Error ? error.message : String(error);
  const reason = /relative path|absolute path|invalid characters/u.test(message)
    ? `it holds a name that leads out of it (${message}).`
    : `it is damaged or no zip at all (${message}).`;
  return refused(zipName, reason, error);
}

function refused(zipName: string, reason: string, cause?: unknown): DescryError {
  return new DescryError('pack-refused', `${zipName} was refused: ${reason}`, { zip: zipName }, cause);
}
