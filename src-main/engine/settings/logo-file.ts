import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import sharp from 'sharp';
import { DescryError, errorCode, toDescryError } from '../errors.ts';
import type { TemplateLogo } from '../report/template.ts';

/** Largest file that is read, bytes. */
const largestFile = 8 * 1024 * 1024;
/** Most pixels that are decoded. */
const mostPixels = 40_000_000;
/** Size that a larger logo is reduced to; printed it is never larger than a third of this. */
const kept = { width: 720, height: 300 };

/**
 * A logo from a file that somebody chose: decoded, and written anew as a PNG without anything else that
 * the file may hold.
 * @throws DescryError `not-found`, `invalid-input` when it is not a PNG or JPEG of a bearable size.
 */
export async function readLogo(path: string): Promise<TemplateLogo> {
  const bytes = await readBounded(path);
  try {
    const picture = sharp(bytes, { failOn: 'error', limitInputPixels: mostPixels });
    const { format } = await picture.metadata();
    if (format !== 'png' && format !== 'jpeg') throw new Error(`the format is ${format}`);
    const { data, info } = await picture
      .rotate()
      .resize({ ...kept, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .png({ compressionLevel: 9 })
      .toBuffer({ resolveWithObject: true });
    const sha256 = createHash('sha256').update(data).digest('hex');
    return { format: 'png', width: info.width, height: info.height, sha256, data: data.toString('base64') };
  } catch (error) {
    throw new DescryError(
      'invalid-input',
      `${path} cannot be used as a logo. Choose a PNG or JPEG picture.`,
      { path },
      error,
    );
  }
}

async function readBounded(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > largestFile) {
        throw new DescryError(
          'invalid-input',
          `${path} is too large for a logo: ${size} bytes, where at most ${largestFile} are read.`,
          { path, bytes: size },
        );
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT')
      throw new DescryError('not-found', `There is no file at ${path}.`, { path }, error);
    throw toDescryError(error);
  }
}
