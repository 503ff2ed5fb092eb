import { open, stat, type FileHandle } from 'node:fs/promises';
import { DescryError } from '../../errors.ts';

/** One file, read in places. What it says of its size holds until it is closed, or reading fails. */
export class RandomAccessFile {
  readonly path: string;
  readonly bytes: number;
  readonly #handle: FileHandle;
  readonly #changed: number;

  private constructor(path: string, handle: FileHandle, bytes: number, changed: number) {
    this.path = path;
    this.bytes = bytes;
    this.#handle = handle;
    this.#changed = changed;
  }

  /** @throws DescryError `invalid-input` for a folder or device; the file system's errors as they are. */
  static async open(path: string): Promise<RandomAccessFile> {
    // Before opening: a pipe that nobody writes to would never open.
    const found = await stat(path);
    if (!found.isFile())
      throw new DescryError(
        'invalid-input',
        `${path} is ${found.isDirectory() ? 'a folder' : 'no plain file'}; choose the checkpoint file itself.`,
        { path },
      );
    const handle = await open(path, 'r');
    try {
      const { size, mtimeMs } = await handle.stat();
      return new RandomAccessFile(path, handle, size, mtimeMs);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * Reads exactly `length` bytes.
   * @throws DescryError `invalid-input` when the file has fewer, or was changed since it was opened.
   */
  async read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!(position >= 0 && position + length <= this.bytes)) throw this.#ended();
    const { size, mtimeMs } = await this.#handle.stat();
    if (size !== this.bytes || mtimeMs !== this.#changed) throw this.#ended();
    const target = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await this.#handle.read(target, done, length - done, position + done);
      if (bytesRead === 0) throw this.#ended();
      done += bytesRead;
    }
    return target;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #ended(): DescryError {
    return new DescryError(
      'invalid-input',
      `${this.path} ends early or was changed while it was read. Wait until it is complete, then try again.`,
      { path: this.path },
    );
  }
}
