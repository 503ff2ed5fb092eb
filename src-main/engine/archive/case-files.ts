import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../errors.ts';
import { caseFolder } from './format.ts';

export interface CaseFile {
  /** In the archive. */
  name: string;
  path: string;
}

/**
 * Files of a case folder but its database, by the order of their names: one folder's names are in memory at
 * a time. Links are not followed and not listed; names that begin with a dot are work under way.
 */
export async function* caseFiles(
  casePath: string,
  folders: readonly string[] = ['exports', 'media', 'thumbnails'],
): AsyncGenerator<CaseFile> {
  for (const folder of folders) yield* filesOf(join(casePath, folder), `${caseFolder}${folder}/`);
}

async function* filesOf(path: string, prefix: string): AsyncGenerator<CaseFile> {
  const names: string[] = [];
  try {
    for await (const entry of await opendir(path)) {
      if (entry.name.startsWith('.')) continue;
      // With its slash a folder has the place among the files that the whole paths have.
      if (entry.isDirectory()) names.push(`${entry.name}/`);
      else if (entry.isFile()) names.push(entry.name);
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  for (const name of names.sort(byCodeUnits)) {
    if (name.endsWith('/')) yield* filesOf(join(path, name.slice(0, -1)), `${prefix}${name}`);
    else yield { name: `${prefix}${name}`, path: join(path, name) };
  }
}

/** The order of names in an archive: of UTF-16 code units, the same in every language. */
export function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Size of a file in bytes; undefined when it is gone. */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
