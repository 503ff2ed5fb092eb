import type { Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import { DescryError } from '../../errors.ts';
import { RandomAccessFile } from '../../packs/checkpoint/random-access-file.ts';
import { ZipSource } from '../../packs/checkpoint/zip-source.ts';
import type { ExportFiles, FoundFile } from './export-files.ts';

/** No export has more files; a directory of more would only fill the memory. */
const mostEntries = 2_500_000;
/** Kinds of a Unix file mode (`S_IFMT`), which a zip keeps in the upper half of the external attributes. */
const fileKind = { mask: 0o170000, none: 0, regular: 0o100000 };

/** An export within a zip file, read where it lies: nothing is unpacked. */
export class ZipFiles implements ExportFiles {
  readonly #file: RandomAccessFile;
  readonly #source: ZipSource;
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(
    file: RandomAccessFile,
    source: ZipSource,
    zip: ZipFile,
    entries: ReadonlyMap<string, Entry>,
  ) {
    this.#file = file;
    this.#source = source;
    this.#zip = zip;
    this.#entries = entries;
  }

  /**
   * @param path of a zip whose files lie in one folder, or at its top.
   * @throws DescryError `invalid-input` when it is damaged, holds names that lead out of it or names twice.
   */
  static async open(path: string): Promise<ZipFiles> {
    const file = await RandomAccessFile.open(path);
    try {
      const source = new ZipSource(file);
      const zip = await source.open({ strictFileNames: true, validateEntrySizes: true });
      const entries = await source.guard(readEntries(zip, path));
      return new ZipFiles(file, source, zip, withoutTop(entries));
    } catch (error) {
      await file.close();
      if (error instanceof DescryError) throw error;
      throw new DescryError(
        'invalid-input',
        `${path} cannot be read as a zip file: ${error instanceof Error ? error.message : String(error)}`,
        { path },
        error,
      );
    }
  }

  async *list(): AsyncGenerator<FoundFile> {
    for (const path of this.#entries.keys()) yield (await this.find(path))!;
  }

  find(path: string): Promise<FoundFile | undefined> {
    const entry = this.#entries.get(path);
    return Promise.resolve(entry && { path, bytes: entry.uncompressedSize, problem: problemOf(entry) });
  }

  async read(path: string): Promise<Readable> {
    const entry = this.#entries.get(path);
    if (!entry) throw new DescryError('not-found', `There is no file ${path}.`, { path });
    return this.#source.guard(this.#zip.openReadStreamPromise(entry));
  }

  close(): Promise<void> {
    this.#zip.close();
    return this.#file.close();
  }
}

async function readEntries(zip: ZipFile, path: string): Promise<Map<string, Entry>> {
  if (zip.entryCount > mostEntries)
    throw new DescryError('invalid-input', `${path} holds more than ${mostEntries} files.`, { path });
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    if (entries.has(entry.fileName))
      throw new DescryError('invalid-input', `${path} holds ${entry.fileName} more than once.`, { path });
    entries.set(entry.fileName, entry);
  }
  return entries;
}

/** The same files from the one folder that they all lie in. */
function withoutTop(entries: Map<string, Entry>): Map<string, Entry> {
  const [first = ''] = entries.keys();
  const top = first.slice(0, first.indexOf('/') + 1);
  if (top === '' || ![...entries.keys()].every((name) => name.startsWith(top))) return entries;
  return new Map([...entries].map(([name, entry]) => [name.slice(top.length), entry]));
}

function problemOf(entry: Entry): string | undefined {
  const kind = (entry.externalFileAttributes >>> 16) & fileKind.mask;
  if (kind !== fileKind.none && kind !== fileKind.regular) return 'a link leads elsewhere';
  return entry.isEncrypted() ? 'it is encrypted' : undefined;
}
