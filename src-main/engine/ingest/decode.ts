import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import sharp, { type Metadata } from 'sharp';
import { errorCode } from '../errors.ts';
import type { DecodedImage } from '../inference/embedding-model.ts';
import { ImageRejection } from './image-rejection.ts';
import { describeContent, isCutShort, sniffFormat, type ImageFormat } from './image-signature.ts';

// Crops are small: many pictures at once, one thread each, is faster than many threads for one picture.
sharp.concurrency(1);
sharp.cache(false);

export interface ImageLimits {
  /** Largest file, bytes. */
  bytes: number;
  /** Largest picture, pixels. */
  pixels: number;
  /** Least length of the shorter side, pixels. */
  shorterSide: number;
  /** Longer pictures are reduced to this side while decoding; a model sees far less. */
  longerSide: number;
}

export const imageLimits: ImageLimits = {
  bytes: 256 * 1024 * 1024,
  pixels: 100_000_000,
  shorterSide: 8,
  longerSide: 2048,
};

/** A picture as the importer and the search use it. */
export interface DecodedPicture extends DecodedImage {
  format: ImageFormat;
  /** Size in the file, upright (EXIF orientation applied); `width` and `height` are smaller for a reduced picture. */
  fileWidth: number;
  fileHeight: number;
  hasExif: boolean;
  /** The file itself is what any viewer would make of it: a JPEG in sRGB or grey, upright, without profile or EXIF. */
  isPlainJpeg: boolean;
}

/**
 * Reads a picture into 8-bit sRGB, three channels, upright. Colour profiles, CMYK, 16 bits and grey are
 * converted; transparent parts become black; of several pages or frames the first is taken.
 * @param input the file's bytes, or its path.
 * @throws ImageRejection with the reason, for every file that cannot be used.
 */
export async function decodeImage(
  input: Uint8Array | string | Buffer,
  limits: Partial<ImageLimits> = {},
): Promise<DecodedPicture> {
  const limit = { ...imageLimits, ...limits };
  const bytes =
    typeof input === 'string'
      ? await readImageFile(input, limit)
      : Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const format = checkBytes(bytes, limit);
  const metadata = await sharp(bytes, { failOn: 'error', limitInputPixels: limit.pixels })
    .metadata()
    .catch((error: unknown) => {
      throw explain(error, bytes, format, limit);
    });
  const { width, height } = uprightSize(metadata);
  if (width * height > limit.pixels) throw overPixelLimit(limit);
  if (Math.min(width, height) < limit.shorterSide) {
    throw new ImageRejection(
      'too-small',
      `The picture is ${width} x ${height} pixels; at least ${limit.shorterSide} are needed on each side.`,
    );
  }
  const reduce = Math.max(width, height) > limit.longerSide ? limit.longerSide : null;
  const pixels = await decodePixels(bytes, reduce, limit).catch((error: unknown) => {
    throw explain(error, bytes, format, limit);
  });
  const hasExif = metadata.exif !== undefined;
  const isPlainJpeg = format === 'jpeg' && !hasExif && !metadata.hasProfile && metadata.space !== 'cmyk';
  return { ...pixels, format, fileWidth: width, fileHeight: height, hasExif, isPlainJpeg };
}

/**
 * The bytes of a file that may be a picture.
 * @param path as text, or as bytes where the name is not UTF-8.
 * @throws ImageRejection `zero-bytes`, `too-large`, `file-missing`, `unreadable`, `not-an-image`.
 */
export async function readImageFile(
  path: string | Buffer,
  limits: Pick<ImageLimits, 'bytes'> = imageLimits,
): Promise<Buffer> {
  let handle;
  try {
    // Opening a named pipe would otherwise wait for ever for somebody to write into it.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const { size } = await handle.stat().then((stat) => {
      if (!stat.isFile()) throw new ImageRejection('not-an-image', 'This is not a regular file.');
      return stat;
    });
    if (size === 0) throw new ImageRejection('zero-bytes', 'The file is empty.');
    if (size > limits.bytes) {
      throw new ImageRejection(
        'too-large',
        `The file has ${megabytes(size)}; the limit is ${megabytes(limits.bytes)}.`,
      );
    }
    return await handle.readFile();
  } catch (error) {
    if (error instanceof ImageRejection) throw error;
    if (errorCode(error) === 'ENOENT')
      throw new ImageRejection('file-missing', 'The file is not there.', {}, error);
    const message = error instanceof Error ? error.message : String(error);
    throw new ImageRejection(
      'unreadable',
      `The file cannot be read: ${message.replace(/, (open|read|stat) .*$/s, '')}.`,
      {},
      error,
    );
  } finally {
    await handle?.close();
  }
}

function checkBytes(bytes: Buffer, limit: ImageLimits): ImageFormat {
  if (bytes.length === 0) throw new ImageRejection('zero-bytes', 'The file is empty.');
  if (bytes.length > limit.bytes) {
    throw new ImageRejection(
      'too-large',
      `The file has ${megabytes(bytes.length)}; the limit is ${megabytes(limit.bytes)}.`,
    );
  }
  const format = sniffFormat(bytes);
  if (!format) throw new ImageRejection('not-an-image', `The file is ${describeContent(bytes)}.`);
  return format;
}

function uprightSize(metadata: Metadata): { width: number; height: number } {
  const turned = (metadata.orientation ?? 1) >= 5;
  return turned
    ? { width: metadata.height, height: metadata.width }
    : { width: metadata.width, height: metadata.height };
}

async function decodePixels(bytes: Buffer, reduce: number | null, limit: ImageLimits): Promise<DecodedImage> {
  try {
    return await decodeStrictly(bytes, 'warning', reduce, limit);
  } catch (error) {
    // Odd tags, stray bytes between segments and the like leave every pixel intact; a picture that
    // ends early or has broken pixel data is refused.
    if (/premature|truncat|bad huffman|unexpected end|corrupt data|pixel limit/i.test(String(error)))
      throw error;
    return decodeStrictly(bytes, 'error', reduce, limit);
  }
}

async function decodeStrictly(
  bytes: Buffer,
  failOn: 'warning' | 'error',
  reduce: number | null,
  limit: ImageLimits,
): Promise<DecodedImage> {
  const picture = sharp(bytes, { failOn, limitInputPixels: limit.pixels })
    .autoOrient()
    .flatten({ background: '#000' })
    .toColourspace('srgb');
  if (reduce !== null) picture.resize(reduce, reduce, { fit: 'inside', withoutEnlargement: true });
  const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Turns the decoder's words into a reason. */
function explain(error: unknown, bytes: Buffer, format: ImageFormat, limit: ImageLimits): ImageRejection {
  const message = error instanceof Error ? error.message : String(error);
  if (/pixel limit|dimensions? (is|are) too|image too large|exceeds/i.test(message))
    return overPixelLimit(limit, error);
  if (isCutShort(bytes, format) || /premature|truncat|unexpected end|bad seek/i.test(message)) {
    return new ImageRejection(
      'truncated',
      `The ${format.toUpperCase()} file ends too early; the copy may be incomplete.`,
      { decoder: message },
      error,
    );
  }
  return new ImageRejection(
    'unreadable',
    `The ${format.toUpperCase()} file is damaged: ${firstLine(message)}`,
    { decoder: message },
    error,
  );
}

function overPixelLimit(limit: ImageLimits, cause?: unknown): ImageRejection {
  return new ImageRejection(
    'over-pixel-limit',
    `The picture has more than ${Math.round(limit.pixels / 1e6)} million pixels.`,
    {},
    cause,
  );
}

function firstLine(message: string): string {
  const line = message.split('\n')[0]!.replace(/^Input buffer has corrupt header: |^\w+: /g, '');
  return `${line.trim().replace(/\.$/, '').slice(0, 200) || 'it cannot be decoded'}.`;
}

function megabytes(bytes: number): string {
  return `${Math.max(1, Math.round(bytes / 1024 / 1024))} MB`;
}
