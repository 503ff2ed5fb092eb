import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { signDigest } from '../cms.ts';
import type { CertificateKey } from '../signing-key.ts';
import { rangePlaceholder, type SignatureField } from './signature-field.ts';

/** Two stretches of a file that a signature covers: everything but the signature itself. */
export type ByteRange = readonly [start: number, length: number, secondStart: number, secondLength: number];

/** A signature's dictionary up to its contents is shorter than this, in bytes. */
const headBytes = 1024;

/**
 * Signs a finished PDF in place: fills the room that `addSignatureField` left with a detached CMS
 * signature (PAdES baseline B-B, ETSI EN 319 142-1) over all other bytes. The file is read once as a
 * stream; memory does not grow with it.
 * @param field of the document that was written into this file.
 */
export async function signPdf(
  path: string,
  field: SignatureField,
  key: CertificateKey,
  signal?: AbortSignal,
): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { rangeAt, rangeLength, contentsAt, contentsEnd } = await locate(file, field);
    const { size } = await file.stat();
    const range: ByteRange = [0, contentsAt, contentsEnd, size - contentsEnd];
    const stated = `/ByteRange [${range.join(' ')}]`.padEnd(rangeLength);
    if (stated.length > rangeLength) throw new Error('the PDF is too large for its signature field');
    await writeAt(file, stated, rangeAt);
    const digest = await digestRange(path, range, 'sha256', signal);
    const signature = await signDigest(digest, key);
    const room = contentsEnd - contentsAt - 2;
    const hex = Buffer.from(signature).toString('hex');
    if (hex.length > room) throw new Error(`a signature of ${hex.length} characters in room for ${room}`);
    await writeAt(file, `<${hex.padEnd(room, '0')}>`, contentsAt);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Hashes the two stretches, as a stream. @param hash of Node's name. */
export async function digestRange(
  path: string,
  [start, length, secondStart, secondLength]: ByteRange,
  hash: string,
  signal?: AbortSignal,
): Promise<Buffer> {
  const digest = createHash(hash);
  for (const [from, count] of [
    [start, length],
    [secondStart, secondLength],
  ] as const) {
    if (count === 0) continue;
    const stream = createReadStream(path, { start: from, end: from + count - 1, ...(signal && { signal }) });
    for await (const chunk of stream) digest.update(chunk as Buffer);
  }
  return digest.digest();
}

/** Finds the placeholders, in bytes from the beginning of the file; `contentsEnd` is behind the closing bracket. */
async function locate(
  file: FileHandle,
  field: SignatureField,
): Promise<{ rangeAt: number; rangeLength: number; contentsAt: number; contentsEnd: number }> {
  const at = field.offset();
  const length = headBytes + 2 * field.reserved;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  const head = buffer.subarray(0, bytesRead).toString('latin1');
  const rangeAt = head.indexOf(`/ByteRange [0 /${rangePlaceholder}`);
  const rangeEnd = head.indexOf(']', rangeAt) + 1;
  const contentsAt = head.indexOf('<', head.indexOf('/Contents ', rangeEnd));
  const contentsEnd = head.indexOf('>', contentsAt) + 1;
  if (rangeAt < 0 || contentsEnd - contentsAt !== 2 * field.reserved + 2)
    throw new Error('the PDF has no room for a signature');
  return {
    rangeAt: at + rangeAt,
    rangeLength: rangeEnd - rangeAt,
    contentsAt: at + contentsAt,
    contentsEnd: at + contentsEnd,
  };
}

async function writeAt(file: FileHandle, text: string, position: number): Promise<void> {
  const { bytesWritten } = await file.write(text, position, 'latin1');
  if (bytesWritten !== text.length) throw new Error('the signature was not written whole');
}
