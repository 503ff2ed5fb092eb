import { existsSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DescryError, errorCode, toDescryError } from '../errors.ts';

/** @throws DescryError `invalid-input` when something is at `path`. */
export function requireFree(path: string): void {
  if (existsSync(path)) throw taken(path);
}

/**
 * Gives a whole file its name; what has that name already stays as it is.
 * @throws DescryError `invalid-input` when something is at `path`.
 */
export async function placeFile(temporary: string, path: string): Promise<void> {
  try {
    // A second name refuses one that is taken, where a rename would replace it.
    await link(temporary, path);
    await rm(temporary);
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'EEXIST') throw taken(path, error);
    // Some file systems of removable drives have no second names.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'].includes(code)) throw toDescryError(error);
    requireFree(path);
    await rename(temporary, path);
  }
  await flushFolder(dirname(path));
}

/** Sees to it that names in a folder last through a power cut, where the system can. */
export async function flushFolder(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows opens no folders; its file system writes names in order.
  }
}

function taken(path: string, cause?: unknown): DescryError {
  return new DescryError(
    'invalid-input',
    `There is already something at ${path}. Choose another name; nothing is overwritten.`,
    { path },
    cause,
  );
}
