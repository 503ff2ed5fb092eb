import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * SHA-256 of a file, read as a stream, in lower-case hexadecimal.
 * @param onBytes told how many more bytes were read.
 */
export async function hashFile(
  file: string,
  signal?: AbortSignal,
  onBytes?: (count: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  const stream = createReadStream(file);
  if (onBytes) stream.on('data', (chunk) => onBytes(chunk.length));
  await pipeline(stream, hash, { ...(signal && { signal }) });
  return hash.digest('hex');
}
