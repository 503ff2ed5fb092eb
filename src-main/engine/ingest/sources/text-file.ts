import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { DescryError } from '../../errors.ts';

const mostBytes = 400 * 1024 * 1024;

/**
 * The text of a manifest or detection file: UTF-8 or UTF-16 with a byte order mark; anything else is
 * read as Windows-1252, which is what spreadsheet programs of western Europe and America write.
 * @throws DescryError `invalid-input` for a file that is too large or not a text.
 */
export async function readTextFile(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > mostBytes) {
    throw new DescryError(
      'invalid-input',
      `${path} is too large to be read at once; split it into files of less than ${mostBytes / 1024 / 1024} MB.`,
      { path, size },
    );
  }
  const bytes = await readFile(path);
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return decode(bytes, 'utf-16le');
  if (bytes.length >= 2 && bytes[0] === 0xfe && bytes[1] === 0xff) return decode(bytes, 'utf-16be');
  if (bytes.includes(0)) throw new DescryError('invalid-input', `${path} is not a text file.`, { path });
  return decode(bytes, isUtf8(bytes) ? 'utf-8' : 'windows-1252');
}

function decode(bytes: Buffer, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}
