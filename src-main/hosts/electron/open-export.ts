import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/** Every export lies beside the list of its hashes; what a bag describes, in its folder `data`. */
const manifest = 'manifest-sha256.txt';
const readable = new Set(['.html', '.pdf', '.csv', '.json', '.txt']);

/**
 * What may be opened with the system's own program: the folder of an export, or a readable file in
 * one. The page names the path, so nothing that could be run is ever opened.
 * @returns `open` the path, only `show` it in its folder, or `refuse` when it is not part of an export.
 */
export function howToOpen(path: string): 'open' | 'show' | 'refuse' {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'refuse';
  if (stat.isDirectory()) {
    if (!existsSync(join(path, manifest))) return 'refuse';
    // On macOS a folder with a dot in its name may be a program.
    return extname(path) === '' ? 'open' : 'show';
  }
  if (!stat.isFile()) return 'refuse';
  // A bundle in one file has no list beside it. It is never opened, only pointed at.
  if (/^report-.+\.zip$/.test(basename(path))) return 'show';
  const folder = dirname(path);
  const isInBag = basename(folder) === 'data' && existsSync(join(dirname(folder), manifest));
  if (!isInBag && !existsSync(join(folder, manifest))) return 'refuse';
  return readable.has(extname(path).toLowerCase()) ? 'open' : 'show';
}
