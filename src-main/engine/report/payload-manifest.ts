import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { manifestPath } from './bundle/manifest-lines.ts';

/**
 * A list of hashes in the form that `sha256sum -c` reads (RFC 8493, 2.1.3), written line by line as files
 * come to be: however many there are, they never lie in memory together.
 */
export class PayloadManifest {
  /** Files listed so far, and their bytes: what `Payload-Oxum` says of them. */
  files = 0;
  octets = 0;
  readonly #output: WriteStream;
  #failed: unknown;

  /** @param file where it is written; nothing may be there yet. */
  constructor(file: string) {
    this.#output = createWriteStream(file, { flags: 'wx', flush: true });
    this.#output.on('error', (error) => (this.#failed ??= error));
  }

  /** @param path of the file from the folder of the manifest, with `/` between its parts. */
  async add(path: string, sha256: string, bytes: number): Promise<void> {
    if (this.#failed !== undefined) throw this.#failed;
    this.files++;
    this.octets += bytes;
    if (!this.#output.write(`${sha256}  ${manifestPath(path)}\n`)) await once(this.#output, 'drain');
  }

  /** Writes what is left, so that it lasts through a power cut. */
  async close(): Promise<void> {
    if (this.#failed !== undefined) throw this.#failed;
    this.#output.end();
    await finished(this.#output);
  }

  /** Lets the file go, finished or not. */
  async abandon(): Promise<void> {
    if (this.#output.closed) return;
    // Lines that were not written yet fail now, which is as it should be.
    const closed = new Promise<void>((resolve) => this.#output.once('close', () => resolve()));
    this.#output.destroy();
    await closed;
  }
}
