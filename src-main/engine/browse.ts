import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DescryError, errorCode } from './errors.ts';

export interface BrowseEntry {
  name: string;
  path: string;
  kind: 'folder' | 'file' | 'case';
}

/**
 * Lists a folder for hosts without native dialogs. Hidden entries and those that cannot be read are left out.
 * @param path null for the home folder.
 * @throws DescryError `not-found`, `read-only` when the folder may not be read.
 */
export function browse(
  path: string | null,
  show: 'folders' | 'files' | 'cases',
): { path: string; parent: string | null; entries: BrowseEntry[] } {
  const folder = resolve(path ?? homedir());
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EACCES' || code === 'EPERM')
      throw new DescryError('read-only', `${folder} may not be read.`, { folder }, error);
    throw new DescryError('not-found', `There is no folder ${folder}.`, { folder }, error);
  }
  const entries: BrowseEntry[] = [];
  for (const name of names) {
    if (name.startsWith('.')) continue;
    const entry = describe(folder, name);
    if (entry && (entry.kind !== 'file' || show === 'files')) entries.push(entry);
  }
  const order = { case: 0, folder: 1, file: 2 };
  entries.sort(
    (a, b) => order[a.kind] - order[b.kind] || a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
  const parent = dirname(folder);
  return { path: folder, parent: parent === folder ? null : parent, entries: entries.slice(0, 5000) };
}

function describe(folder: string, name: string): BrowseEntry | undefined {
  const path = join(folder, name);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile()) return { name, path, kind: 'file' };
  if (!stat?.isDirectory()) return undefined;
  return { name, path, kind: name.endsWith('.descry') ? 'case' : 'folder' };
}
