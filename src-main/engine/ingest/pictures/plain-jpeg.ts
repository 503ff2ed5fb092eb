import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import createModule, { type JpegModule } from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs';
import { imageLimits, type DecodedPicture } from '../decode.ts';
import { plainJpegHeader } from './jpeg-header.ts';

/** From about this size on the general decoder is faster: it needs longer to prepare and half as long for a pixel. */
const mostPixels = 200_000;

let compiled: Promise<WebAssembly.Module> | undefined;

function compile(): Promise<WebAssembly.Module> {
  const file = createRequire(import.meta.url).resolve('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm');
  return WebAssembly.compile(readFileSync(file));
}

/**
 * Decodes the JPEG files that most crops are, with libjpeg-turbo as WebAssembly: the same pixels as
 * `decodeImage` gives, at a third of its cost, which for small pictures is mostly preparation.
 */
export class PlainJpegDecoder {
  readonly #program: WebAssembly.Module;
  #decoder: InstanceType<JpegModule['JPEGDecoder']> | undefined;

  private constructor(program: WebAssembly.Module) {
    this.#program = program;
  }

  static async load(): Promise<PlainJpegDecoder> {
    compiled ??= compile();
    const decoder = new PlainJpegDecoder(await compiled);
    await decoder.#start();
    return decoder;
  }

  /**
   * @returns null for what is not a plain JPEG of moderate size, or not a sound one: `decodeImage` says
   * what is to be said of it.
   */
  async decode(bytes: Buffer): Promise<DecodedPicture | null> {
    const header = plainJpegHeader(bytes);
    if (!header) return null;
    const { width, height } = header;
    if (width * height > mostPixels) return null;
    if (Math.min(width, height) < imageLimits.shorterSide) return null;
    if (Math.max(width, height) > imageLimits.longerSide) return null;
    const data = await this.#pixels(bytes);
    if (data?.length !== width * height * 3) return null;
    return {
      data,
      width,
      height,
      format: 'jpeg',
      fileWidth: width,
      fileHeight: height,
      hasExif: false,
      isPlainJpeg: true,
    };
  }

  /** Interleaved RGB; null when the decoder has anything to say against the file, be it only a warning. */
  async #pixels(bytes: Buffer): Promise<Uint8Array | null> {
    const decoder = this.#decoder ?? (await this.#start());
    try {
      decoder.getEncodedBuffer(bytes.length).set(bytes);
      decoder.decode();
      const { buffer, byteOffset, length } = decoder.getDecodedBuffer();
      return new Uint8Array(buffer, byteOffset, length);
    } catch {
      // The error went through compiled code without clearing up: this instance is not used again.
      this.#decoder = undefined;
      return null;
    }
  }

  async #start(): Promise<InstanceType<JpegModule['JPEGDecoder']>> {
    const { JPEGDecoder } = await createModule({
      instantiateWasm: (imports, ready) => {
        const instance = new WebAssembly.Instance(this.#program, imports);
        ready(instance, this.#program);
        return instance.exports;
      },
    });
    return (this.#decoder = new JPEGDecoder());
  }
}
