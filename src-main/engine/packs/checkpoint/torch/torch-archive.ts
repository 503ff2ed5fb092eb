import type { Entry, ZipFile } from 'yauzl';
import { DescryError } from '../../../errors.ts';
import type { RandomAccessFile } from '../random-access-file.ts';
import { ZipSource } from '../zip-source.ts';

/** Names of an archive's entries, together; a checkpoint of a thousand tensors has 50 kB. */
const mostDirectoryBytes = 64 * 1024 * 1024;
const mostEntries = 200_000;

/** Largest list of contents (data.pkl); a full-size checkpoint with optimizer state has 0.2 MB. */
const mostPickleBytes = 64 * 1024 * 1024;

/** PyTorch's zip container (torch 1.6 and newer): a directory at the end, stored entries, read in places. */
export class TorchArchive {
  readonly file: RandomAccessFile;
  readonly #source: ZipSource;
  readonly #zip: ZipFile;
  /** By name within the root folder ("data/17"). */
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(
    source: ZipSource,
    file: RandomAccessFile,
    zip: ZipFile,
    entries: ReadonlyMap<string, Entry>,
  ) {
    this.file = file;
    this.#source = source;
    this.#zip = zip;
    this.#entries = entries;
  }

  /**
   * Reads the directory of a zip file.
   * @throws DescryError `invalid-input` when it is cut off or damaged, `unsupported` when it is no
   * checkpoint or one of a kind that cannot be read.
   */
  static async open(file: RandomAccessFile): Promise<TorchArchive> {
    const source = new ZipSource(file);
    const zip = await source.open().catch((error: unknown) => {
      throw new DescryError(
        'invalid-input',
        `${file.path} ends too early: the directory at its end is missing. The download was probably cut off; fetch it again.`,
        { path: file.path },
        error,
      );
    });
    const entries = await source.guard(directory(file, zip)).catch((error: unknown) => {
      throw error instanceof DescryError ? error : damaged(file, 'its directory cannot be read', error);
    });
    const [root, second] = [...entries.keys()]
      .filter((name) => /^[^/]+\/data\.pkl$/.test(name))
      .map((name) => name.slice(0, -'data.pkl'.length));
    if (root === undefined)
      throw new DescryError(
        'unsupported',
        `${file.path} is a zip archive without a checkpoint in it (no data.pkl).`,
        { path: file.path },
      );
    if (second !== undefined)
      throw new DescryError('invalid-input', `${file.path} holds more than one checkpoint.`, {
        path: file.path,
      });
    const inRoot = [...entries]
      .filter(([name]) => name.startsWith(root))
      .map(([name, entry]) => [name.slice(root.length), entry] as const);
    const archive = new TorchArchive(source, file, zip, new Map(inRoot));
    await archive.#checkByteOrder();
    return archive;
  }

  /** Whether torch.jit.save wrote it. */
  get isTorchScript(): boolean {
    if (this.#entries.has('constants.pkl')) return true;
    for (const name of this.#entries.keys()) if (name.startsWith('code/')) return true;
    return false;
  }

  async pickle(): Promise<Uint8Array<ArrayBuffer>> {
    const entry = this.#stored('data.pkl');
    if (entry.uncompressedSize > mostPickleBytes)
      throw new DescryError(
        'invalid-input',
        `The list of contents (data.pkl) of ${this.file.path} has ${entry.uncompressedSize} bytes; no checkpoint's is that large.`,
        { path: this.file.path },
      );
    return this.read('data.pkl', 0, entry.uncompressedSize);
  }

  /** Size of an entry whose bytes can be read in place, or undefined when there is none of that name. */
  storedSize(name: string): number | undefined {
    return this.#entries.has(name) ? this.#stored(name).uncompressedSize : undefined;
  }

  /** Size of an entry, or undefined when there is none of that name. */
  size(name: string): number | undefined {
    return this.#entries.get(name)?.uncompressedSize;
  }

  /**
   * Bytes of a stored entry.
   * @throws DescryError `invalid-input` when the entry has no such bytes or the file was changed.
   */
  async read(name: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const entry = this.#stored(name);
    if (offset + length > entry.uncompressedSize) throw damaged(this.file, `${name} is too short`);
    const { fileDataStart } = await this.#source
      .guard(this.#zip.readLocalFileHeaderPromise(entry, { minimal: true }))
      .catch((error: unknown) => {
        throw damaged(this.file, `${name} is not where the directory says`, error);
      });
    return this.file.read(fileDataStart + offset, length);
  }

  #stored(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw damaged(this.file, `${name} is missing`);
    if (entry.compressionMethod !== 0 || entry.isEncrypted())
      throw new DescryError(
        'unsupported',
        `${this.file.path} was packed again by another program: ${name} is ${entry.isEncrypted() ? 'encrypted' : 'compressed'}, which torch never does. Use the file as torch saved it.`,
        { path: this.file.path },
      );
    return entry;
  }

  async #checkByteOrder(): Promise<void> {
    const size = this.size('byteorder');
    if (size === undefined) return;
    const order = Buffer.from(await this.read('byteorder', 0, Math.min(size, 16))).toString('latin1');
    if (order !== 'little')
      throw new DescryError(
        'unsupported',
        `${this.file.path} was saved on a machine with the byte order "${order}"; only little-endian checkpoints can be read.`,
        { path: this.file.path },
      );
  }
}

async function directory(file: RandomAccessFile, zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  if (zip.entryCount > mostEntries) throw damaged(file, `it names ${zip.entryCount} entries`);
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    bytes += entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
    if (bytes > mostDirectoryBytes) throw damaged(file, 'its directory is too large');
    if (entries.has(entry.fileName)) throw damaged(file, `${entry.fileName} is in it twice`);
    entries.set(entry.fileName, entry);
  }
  return entries;
}

function damaged(file: RandomAccessFile, reason: string, cause?: unknown): DescryError {
  return new DescryError('invalid-input', `${file.path} is damaged: ${reason}.`, { path: file.path }, cause);
}
