import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The path of the first of several files that is there: beside this one as source, beside the bundle or
 * above its chunks in a build. Threads cannot read Electron's archives; there the unpacked copy is given.
 */
export function besideThis(...names: string[]): string {
  const places = names
    .flatMap((name) => [name, `../${name}`])
    .map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`${names[0]} is not part of this build`);
  return found.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`);
}
