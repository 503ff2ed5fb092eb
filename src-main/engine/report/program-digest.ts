import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let known: { sha256: string; files: number } | undefined;

/**
 * SHA-256 over the program files of the engine: of the built one in an installation, of the sources in a
 * checkout. It is the hash of their sha256sum lines, sorted by name, so it can be computed by hand.
 */
export function programDigest(): { sha256: string; files: number } {
  known ??= digestOf(engineFolder());
  return known;
}

/** The folder named `engine` that this file is part of; sources and bundles both have it. */
function engineFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let folder = here; dirname(folder) !== folder; folder = dirname(folder)) {
    if (basename(folder) === 'engine') return folder;
  }
  return here;
}

function digestOf(folder: string): { sha256: string; files: number } {
  const names = globSync('**/*.{js,cjs,mjs,ts}', { cwd: folder })
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
  const digest = createHash('sha256');
  for (const name of names) {
    digest.update(
      `${createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex')}  ${name}\n`,
    );
  }
  return { sha256: digest.digest('hex'), files: names.length };
}
