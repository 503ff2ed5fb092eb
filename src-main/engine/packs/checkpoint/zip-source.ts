import { Readable } from 'node:stream';
import { fromRandomAccessReaderPromise, RandomAccessReader, type Options, type ZipFile } from 'yauzl';
import type { RandomAccessFile } from './random-access-file.ts';

/** A zip's directory is read in hundreds of small steps; blocks of this size serve many at once. */
const blockBytes = 16 * 1024;

/** Bytes of an entry that are streamed at a time. */
const pieceBytes = 1024 * 1024;

/**
 * Gives yauzl the bytes of a file. A place that no file has (a hostile zip64 directory names any) is
 * an error here, where yauzl by itself would throw within a callback and end the process. Whatever else
 * it throws there rejects the promises that were given to `guard`.
 */
export class ZipSource extends RandomAccessReader {
  readonly #file: RandomAccessFile;
  /** Whoever waits within `guard`. */
  readonly #waiting = new Set<(reason: unknown) => void>();
  #failure: { reason: unknown } | undefined;
  #block = new Uint8Array(0);
  #blockStart = 0;

  constructor(file: RandomAccessFile) {
    super();
    this.#file = file;
  }

  /** Reads the end of the zip. The file stays its opener's to close; closing the zip does not close it. */
  open(options: Options = {}): Promise<ZipFile> {
    return this.guard(
      fromRandomAccessReaderPromise(this, this.#file.bytes, { ...options, autoClose: false }),
    );
  }

  /** The same promise, which also rejects when yauzl throws where nobody else could catch it. */
  guard<T>(work: Promise<T>): Promise<T> {
    // No race with one promise that lasts as long as the zip: it would hold on to every entry that was read.
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure.reason as Error);
      this.#waiting.add(reject);
      work.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const finish = (error: Error | null): void => {
      try {
        callback(error);
      } catch (thrown) {
        this.#failure ??= { reason: thrown };
        for (const reject of this.#waiting) reject(thrown);
      }
    };
    this.#bytes(position, length).then(
      (bytes) => {
        buffer.set(bytes, offset);
        finish(null);
      },
      (error: unknown) => finish(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#pieces(start, end), { objectMode: false });
  }

  async *#pieces(start: number, end: number): AsyncIterable<Uint8Array> {
    for (let from = start; from < end; from += pieceBytes)
      yield this.#file.read(from, Math.min(pieceBytes, end - from));
  }

  async #bytes(position: number, length: number): Promise<Uint8Array> {
    const from = position - this.#blockStart;
    if (from >= 0 && from + length <= this.#block.length) return this.#block.subarray(from, from + length);
    if (length > blockBytes || position + length > this.#file.bytes) return this.#file.read(position, length);
    const block = await this.#file.read(position, Math.min(blockBytes, this.#file.bytes - position));
    this.#block = block;
    this.#blockStart = position;
    return block.subarray(0, length);
  }
}
