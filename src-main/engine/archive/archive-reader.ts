import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { keyFileLimit } from '../case/encryption/key-file.ts';
import { DescryError, errorCode, toDescryError } from '../errors.ts';
import { RandomAccessFile } from '../packs/checkpoint/random-access-file.ts';
import { ZipSource } from '../packs/checkpoint/zip-source.ts';
import {
  archiveFacts,
  databaseEntry,
  factsLimit,
  factsName,
  isCaseEntry,
  keyEntry,
  manifestName,
  nameLimit,
  type ArchiveFacts,
} from './format.ts';
import { manifestLines } from './manifest-lines.ts';

/** An archive of more files than this would be no case's. */
const mostFiles = 20_000_000;
/** Kinds of a Unix file mode (`S_IFMT`), which a zip keeps in the upper half of the external attributes. */
const fileKind = { mask: 0o170000, none: 0, regular: 0o100000 };

/** One file of the case, with what the manifest says of it; its content is not checked yet. */
export interface ArchivedFile {
  name: string;
  bytes: number;
  sha256: string;
  read(): Promise<Readable>;
}

/**
 * An archive of a case, read where it lies and taken for hostile. Its files lie in the order of their names
 * and its manifest names them in the same order, so that neither list is ever in memory, and no name can be
 * there twice; nothing in it is compressed, so that it cannot hold more than it is large.
 */
export class ArchiveReader {
  readonly facts: ArchiveFacts;
  /** The key file of an encrypted case, not checked yet; null for one that is not encrypted. */
  readonly keyFile: Buffer | null;
  readonly #file: RandomAccessFile;
  readonly #manifest: Entry;

  private constructor(file: RandomAccessFile, { facts, keyFile, manifest }: Examined) {
    this.#file = file;
    this.facts = facts;
    this.keyFile = keyFile;
    this.#manifest = manifest;
  }

  /** Reads the directory, archive.json and the manifest. @throws DescryError `archive-refused` with the reason; `not-found`. */
  static async open(path: string, signal?: AbortSignal): Promise<ArchiveReader> {
    const file = await RandomAccessFile.open(path).catch((error: unknown) => {
      throw toDescryError(error);
    });
    try {
      return new ArchiveReader(file, await inZip(file, (zip) => examine(zip, file, signal)));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** What lies in the case folder, in the archive's order. @throws DescryError `archive-refused`. */
  async *files(signal?: AbortSignal): AsyncGenerator<ArchivedFile> {
    const sources = [new ZipSource(this.#file), new ZipSource(this.#file)] as const;
    try {
      const directory = await sources[0].open({ strictFileNames: true, validateEntrySizes: true });
      const other = await sources[1].open({ strictFileNames: true, validateEntrySizes: true });
      const lines = manifestLines(await sources[1].guard(other.openReadStreamPromise(this.#manifest)));
      const entries = directory.eachEntry();
      for (;;) {
        signal?.throwIfAborted();
        const { value: entry, done } = await sources[0].guard(entries.next());
        if (done) break;
        if (entry.fileName === manifestName || entry.fileName === factsName) continue;
        const line = await sources[1].guard(lines.next());
        if (line.done || line.value.name !== entry.fileName)
          throw this.#refused(`its manifest does not list ${JSON.stringify(entry.fileName)} at its place.`);
        yield {
          name: entry.fileName,
          bytes: entry.uncompressedSize,
          sha256: line.value.sha256,
          read: () => sources[0].guard(directory.openReadStreamPromise(entry)),
        };
      }
      if (!(await sources[1].guard(lines.next())).done)
        throw this.#refused('its manifest lists files that are not there.');
    } catch (error) {
      throw explain(error, this.#file.path);
    }
  }

  /** What the archive is called in messages. */
  get name(): string {
    return basename(this.#file.path);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #refused(reason: string): DescryError {
    return refused(this.#file.path, reason);
  }
}

interface Examined {
  facts: ArchiveFacts;
  keyFile: Buffer | null;
  manifest: Entry;
}

/** Looks at every entry of the directory, before any is read. */
async function examine(zip: ZipFile, file: RandomAccessFile, signal?: AbortSignal): Promise<Examined> {
  const refuse = (reason: string): DescryError => refused(file.path, reason);
  if (zip.entryCount > mostFiles) throw refuse(`it holds more than ${mostFiles} files.`);
  let manifest: Entry | undefined;
  let about: Entry | undefined;
  let key: Entry | undefined;
  let before = '';
  let files = 0;
  let bytes = 0;
  let hasDatabase = false;
  for await (const entry of zip.eachEntry()) {
    signal?.throwIfAborted();
    const name = entry.fileName;
    const problem = problemOf(entry);
    if (problem !== undefined) throw refuse(`${JSON.stringify(name.slice(0, nameLimit))} ${problem}.`);
    bytes += entry.uncompressedSize;
    if (bytes > file.bytes) throw refuse('its files overlap: it would unpack to more than it is large.');
    if (name === manifestName && !manifest) manifest = entry;
    else if (name === factsName && !about) about = entry;
    else {
      if (!isCaseEntry(name)) throw refuse(`${JSON.stringify(name)} is no file of a case.`);
      if (name <= before) throw refuse(`${JSON.stringify(name)} is not at its place, or is there twice.`);
      before = name;
      hasDatabase ||= name === databaseEntry;
      if (name === keyEntry) key = entry;
      files++;
    }
  }
  if (!manifest || !about || !hasDatabase)
    throw refuse(`it is no archive of a case: ${factsName}, ${manifestName} or the database is missing.`);
  const facts = await readFacts(zip, about, refuse);
  if (facts.case.encrypted !== (key !== undefined))
    throw refuse(`${factsName} does not say truly whether the case is encrypted.`);
  if (key && key.uncompressedSize > keyFileLimit) throw refuse(`${keyEntry} is larger than a page of text.`);
  const payload = bytes - manifest.uncompressedSize - about.uncompressedSize;
  if (facts.files !== files || facts.bytes !== payload)
    throw refuse(
      `${factsName} speaks of ${facts.files} files with ${facts.bytes} bytes, and it holds ${files} with ${payload}.`,
    );
  const hash = createHash('sha256');
  for await (const chunk of await zip.openReadStreamPromise(manifest)) hash.update(chunk as Buffer);
  if (hash.digest('hex') !== facts.manifestSha256) throw refuse(`${manifestName} was changed.`);
  const keyFile = key ? await buffer(await zip.openReadStreamPromise(key)) : null;
  // It is used before its hash is compared.
  if (key && keyFile && crc32(keyFile) !== key.crc32) throw refuse(`${keyEntry} was changed.`);
  return { facts, keyFile, manifest };
}

async function readFacts(
  zip: ZipFile,
  entry: Entry,
  refuse: (reason: string) => DescryError,
): Promise<ArchiveFacts> {
  if (entry.uncompressedSize > factsLimit) throw refuse(`${factsName} is larger than a page of text.`);
  const bytes = await buffer(await zip.openReadStreamPromise(entry));
  // The one file whose hash is nowhere in the archive.
  if (crc32(bytes) !== entry.crc32) throw refuse(`${factsName} was changed.`);
  let content: unknown;
  try {
    content = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw refuse(`${factsName} is no JSON text.`);
  }
  const version = (content as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > archiveFacts.shape.version.value)
    throw new DescryError(
      'case-newer',
      'This archive was written by a newer Descry. Update Descry to restore it.',
    );
  const facts = archiveFacts.safeParse(content);
  if (facts.success) return facts.data;
  const [issue] = facts.error.issues;
  throw refuse(`${factsName} does not fit: ${issue?.path.join('.')}: ${issue?.message}.`);
}

function problemOf(entry: Entry): string | undefined {
  const kind = (entry.externalFileAttributes >>> 16) & fileKind.mask;
  if (kind !== fileKind.none && kind !== fileKind.regular) return 'is a link, a folder or a device';
  if (entry.isEncrypted()) return 'is encrypted';
  if (entry.compressionMethod !== 0 || entry.compressedSize !== entry.uncompressedSize)
    return 'is compressed, which nothing in an archive of a case is';
  return undefined;
}

async function inZip<T>(file: RandomAccessFile, work: (zip: ZipFile) => Promise<T>): Promise<T> {
  const source = new ZipSource(file);
  try {
    const zip = await source.open({ strictFileNames: true, validateEntrySizes: true });
    return await source.guard(work(zip));
  } catch (error) {
    throw explain(error, file.path);
  }
}

/** yauzl throws plain errors for what is wrong with a zip; a file that ends early is `invalid-input` here. */
function explain(error: unknown, path: string): DescryError {
  if (error instanceof DescryError && error.kind === 'invalid-input')
    return refused(path, 'it ends early or was changed while it was read.', error);
  if (error instanceof DescryError) return error;
  const isZipError = error instanceof Error && error.name !== 'AbortError' && errorCode(error) === undefined;
  if (!isZipError) return toDescryError(error);
  return refused(path, `it is damaged or no zip at all (${error.message}).`, error);
}

export function refused(path: string, reason: string, cause?: unknown): DescryError {
  return new DescryError('archive-refused', `${basename(path)} was refused: ${reason}`, { path }, cause);
}
