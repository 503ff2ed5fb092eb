import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { errorCode } from '../../errors.ts';
import { isSkippedFolder, kindOfFile } from '../file-kinds.ts';
import type { Problem } from '../image-rejection.ts';
import { folderOf, isInside, requireFile, RootFolder } from './root-folder.ts';
import type { CropSource, Found } from './source.ts';

/** A name in a folder: as text, and as bytes where it is not UTF-8. */
interface Place {
  text: string;
  raw: Buffer | null;
}

/**
 * A folder of crops with all its sub-folders, or one picture. Side files (notes, tables, what systems
 * leave behind) are passed over; any other file that is not a picture is listed as rejected.
 * @throws DescryError `not-found`, `invalid-input`.
 */
export async function openFolderSource(path: string): Promise<CropSource> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isFile) {
    await requireFile(path, 'a picture');
    const folder = await folderOf(await realpath(path));
    const name = basename(await realpath(path));
    return { root: folder.path, namesMatter: true, exif: true, found: () => single(name) };
  }
  const root = await RootFolder.open(path);
  return {
    root: root.path,
    namesMatter: true,
    exif: true,
    found: (signal) => walk(root, { text: '', raw: null }, signal),
  };
}

async function* single(name: string): AsyncGenerator<Found> {
  yield { path: name, known: {}, problem: null };
}

async function* walk(root: RootFolder, folder: Place, signal: AbortSignal): AsyncGenerator<Found> {
  signal.throwIfAborted();
  let entries: Dirent<Buffer>[];
  try {
    entries = await readdir(absolute(root, folder), { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    if (folder.text === '') throw error;
    yield found(folder, {
      reason: 'unreadable',
      detail: `The folder cannot be read (${errorCode(error) ?? 'unknown error'}).`,
    });
    return;
  }
  entries.sort((a, b) => Buffer.compare(a.name, b.name));
  for (const entry of entries) {
    const place = placeIn(folder, entry.name);
    if (entry.isDirectory()) {
      if (!isSkippedFolder(entry.name.toString())) yield* walk(root, place, signal);
      continue;
    }
    const kind = kindOfFile(entry.name.toString());
    if (kind === 'side-file') continue;
    if (entry.isSymbolicLink()) {
      const link = await readLink(root, place);
      if (link !== 'passed-over') yield found(place, link ?? (kind === 'other' ? notAPicture(place) : null));
    } else if (!entry.isFile()) {
      yield found(place, { reason: 'not-an-image', detail: 'This is not a regular file.' });
    } else {
      yield found(place, kind === 'other' ? notAPicture(place) : null);
    }
  }
}

/** A link to a folder inside the root is passed over: what it shows is found at its own place, and loops end here. */
async function readLink(root: RootFolder, place: Place): Promise<Problem | 'passed-over' | null> {
  const path = absolute(root, place);
  const target = await stat(path).catch(() => undefined);
  if (target?.isDirectory() && (await isInside(root.path, path))) return 'passed-over';
  return root.linkProblem(path);
}

function notAPicture(place: Place): Problem {
  const extension = /\.[^.]+$/.exec(place.text)?.[0] ?? '';
  const video = /^\.(mp4|mov|avi|mkv|m4v|ts|mts|wmv|webm|h26[45]|dav|asf|mpe?g)$/i.test(extension);
  return {
    reason: 'not-an-image',
    detail: video
      ? 'Video is not read; extract frames first.'
      : `Files of the kind ${extension} are not read.`,
  };
}

function found(place: Place, problem: Problem | null): Found {
  return { path: place.text, known: place.raw ? { rawPath: place.raw.toString('base64') } : {}, problem };
}

function placeIn(folder: Place, name: Buffer): Place {
  const prefix = folder.text === '' ? '' : `${folder.text}/`;
  const text = prefix + name.toString();
  if (folder.raw === null && isUtf8(name)) return { text, raw: null };
  return {
    text,
    raw: Buffer.concat([
      folder.raw ? Buffer.concat([folder.raw, Buffer.from('/')]) : Buffer.from(prefix),
      name,
    ]),
  };
}

function absolute(root: RootFolder, place: Place): string | Buffer {
  if (place.raw) return Buffer.concat([Buffer.from(root.path + sep), place.raw]);
  return join(root.path, place.text);
}
