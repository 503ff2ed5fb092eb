import { createReadStream, readFileSync, statSync } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Read in one go, without asking another thread: that takes longer than reading what was just written. */
const smallFile = 1024 * 1024;
/** Bytes gathered before they are written. */
const largePiece = 256 * 1024;
const most32 = 0xffffffff;
const most16 = 0xffff;

/**
 * Writes files into a zip archive as they are, without compressing them: APPNOTE 6.3, zip64 where a
 * number needs it, sizes and checksums before each file, names in UTF-8. The directory at its end is
 * gathered in a file of its own, so that however many files there are none of it lies in memory: the
 * archive writers at hand keep it there, 2 KB a file, or look through it again for every file.
 */
export class ZipWriter {
  readonly #output: GatheredFile;
  readonly #directory: GatheredFile;
  readonly #time: Buffer;
  #entries = 0;

  private constructor(output: GatheredFile, directory: GatheredFile, at: Date) {
    this.#output = output;
    this.#directory = directory;
    this.#time = dosTime(at);
  }

  /**
   * @param path of the archive, and `scratch` of the file that gathers its directory; neither may be there yet.
   * @param at the time that all entries have, in UTC.
   */
  static async create(path: string, scratch: string, at: Date): Promise<ZipWriter> {
    const output = await GatheredFile.create(path);
    try {
      return new ZipWriter(output, await GatheredFile.create(scratch), at);
    } catch (error) {
      await output.close();
      throw error;
    }
  }

  /** @param name in the archive, with `/` between its parts. */
  async add(name: string, path: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { size } = statSync(path);
    if (size <= smallFile) return this.addBytes(name, readFileSync(path));
    let checksum = 0;
    for await (const chunk of createReadStream(path, { signal })) checksum = crc32(chunk as Buffer, checksum);
    await this.#header(name, checksum, size);
    const end = this.#output.position + size;
    for await (const chunk of createReadStream(path, { signal })) await this.#output.write(chunk as Buffer);
    if (this.#output.position !== end) throw new Error(`${path} changed while it was archived`);
  }

  /** Adds a file that is in memory. */
  async addBytes(name: string, bytes: Buffer): Promise<void> {
    await this.#header(name, crc32(bytes), bytes.length);
    await this.#output.write(bytes);
  }

  /** Writes the directory and sees to it that the archive lasts through a power cut. */
  async finish(): Promise<void> {
    const start = this.#output.position;
    const size = this.#directory.position;
    await this.#directory.flush();
    for await (const chunk of createReadStream(this.#directory.path))
      await this.#output.write(chunk as Buffer);
    const large = this.#entries >= most16 || start >= most32 || size >= most32;
    if (large) {
      const end = Buffer.alloc(56 + 20);
      end.writeUInt32LE(0x06064b50, 0);
      end.writeBigUInt64LE(44n, 4);
      end.writeUInt16LE(45, 12);
      end.writeUInt16LE(45, 14);
      end.writeBigUInt64LE(BigInt(this.#entries), 24);
      end.writeBigUInt64LE(BigInt(this.#entries), 32);
      end.writeBigUInt64LE(BigInt(size), 40);
      end.writeBigUInt64LE(BigInt(start), 48);
      end.writeUInt32LE(0x07064b50, 56);
      end.writeBigUInt64LE(BigInt(start + size), 64);
      end.writeUInt32LE(1, 72);
      await this.#output.write(end);
    }
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    const entries = Math.min(this.#entries, most16);
    end.writeUInt16LE(entries, 8);
    end.writeUInt16LE(entries, 10);
    end.writeUInt32LE(Math.min(size, most32), 12);
    end.writeUInt32LE(Math.min(start, most32), 16);
    await this.#output.write(end);
    await this.#output.flush({ durable: true });
  }

  /** To be called in any case. */
  async close(): Promise<void> {
    await this.#output.close();
    await this.#directory.close();
    await rm(this.#directory.path, { force: true });
  }

  async #header(name: string, checksum: number, size: number): Promise<void> {
    const offset = this.#output.position;
    const fileName = Buffer.from(name);
    const isLarge = size >= most32;
    const extra = zip64Extra(isLarge ? [size, size] : []);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    this.#common(local, 4, { checksum, size, nameLength: fileName.length, extraLength: extra.length });
    await this.#output.write(Buffer.concat([local, fileName, extra]));

    const isFar = offset >= most32;
    const further = zip64Extra([...(isLarge ? [size, size] : []), ...(isFar ? [offset] : [])]);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    // Made by: version 4.5 on Unix, so that the permissions below count.
    central.writeUInt16LE((3 << 8) | 45, 4);
    this.#common(central, 6, { checksum, size, nameLength: fileName.length, extraLength: further.length });
    central.writeUInt32LE((0o100644 << 16) >>> 0, 38);
    central.writeUInt32LE(isFar ? most32 : offset, 42);
    await this.#directory.write(Buffer.concat([central, fileName, further]));
    this.#entries++;
  }

  /** The members that both headers have in the same order, from the version needed on. */
  #common(
    header: Buffer,
    at: number,
    about: { checksum: number; size: number; nameLength: number; extraLength: number },
  ): void {
    const size = Math.min(about.size, most32);
    header.writeUInt16LE(about.extraLength > 0 ? 45 : 20, at);
    // Bit 11: the name is UTF-8. Method 0: stored.
    header.writeUInt16LE(0x0800, at + 2);
    this.#time.copy(header, at + 6);
    header.writeUInt32LE(about.checksum, at + 10);
    header.writeUInt32LE(size, at + 14);
    header.writeUInt32LE(size, at + 18);
    header.writeUInt16LE(about.nameLength, at + 22);
    header.writeUInt16LE(about.extraLength, at + 24);
  }
}

/** Numbers that do not fit into 32 bits, in the order that APPNOTE 4.5.3 gives them. */
function zip64Extra(numbers: readonly number[]): Buffer {
  if (numbers.length === 0) return Buffer.alloc(0);
  const extra = Buffer.alloc(4 + 8 * numbers.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * numbers.length, 2);
  numbers.forEach((number, i) => extra.writeBigUInt64LE(BigInt(number), 4 + 8 * i));
  return extra;
}

/** Time, then date, as MS-DOS writes them: two seconds is the smallest step, 1980 the first year. */
function dosTime(at: Date): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt16LE((at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1), 0);
  const year = Math.max(0, at.getUTCFullYear() - 1980);
  buffer.writeUInt16LE((year << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(), 2);
  return buffer;
}

/** A file that is appended to in large pieces. */
class GatheredFile {
  position = 0;
  readonly path: string;
  readonly #handle: FileHandle;
  #gathered: Buffer[] = [];
  #waiting = 0;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  static async create(path: string): Promise<GatheredFile> {
    return new GatheredFile(path, await open(path, 'wx'));
  }

  async write(bytes: Buffer): Promise<void> {
    this.#gathered.push(bytes);
    this.#waiting += bytes.length;
    this.position += bytes.length;
    if (this.#waiting >= largePiece) await this.flush();
  }

  async flush({ durable = false } = {}): Promise<void> {
    const bytes = Buffer.concat(this.#gathered);
    this.#gathered = [];
    this.#waiting = 0;
    for (let written = 0; written < bytes.length;)
      written += (await this.#handle.write(bytes, written)).bytesWritten;
    if (durable) await this.#handle.sync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
