import { readFile, stat } from 'node:fs/promises';
import { signingError } from './signing-error.ts';

/** Key and certificate files are a few kilobytes; nothing larger is read. */
const mostBytes = 1024 * 1024;

/** The bytes of a key or certificate file. @throws DescryError `not-found`; `invalid-input` when it is too large, or no file. */
export async function readKeyFile(path: string): Promise<Buffer> {
  // Asked before it is opened: opening a pipe would wait for whoever writes into it.
  const information = await stat(path);
  if (!information.isFile()) {
    throw signingError('not-a-key-file', `${path} is not a file. Choose the key or certificate file.`, {
      path,
    });
  }
  if (information.size > mostBytes) {
    throw signingError('too-large', `${path} is larger than any key or certificate file (at most 1 MB).`, {
      path,
      bytes: information.size,
    });
  }
  return readFile(path);
}
