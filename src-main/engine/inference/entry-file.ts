import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The script of a thread or process of its own: beside this file as source, beside or above it in a
 * bundle. Threads cannot read Electron's archives; there the unpacked copy is given.
 */
export function entryFile(name: string): string {
  const found = [`./${name}.ts`, `./${name}.js`, `../${name}.js`]
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${name} is not part of this build`);
  return found.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`);
}
