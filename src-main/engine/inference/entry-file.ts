import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The script of a thread or process of its own: beside the one that starts it as source, beside or above
 * it in a bundle. Threads cannot read Electron's archives; there the unpacked copy is given.
 * @param starter `import.meta.url` of the module that starts it; one of this folder when absent.
 */
export function entryFile(name: string, starter = import.meta.url): string {
  const found = [`./${name}.ts`, `./${name}.js`, `../${name}.js`]
    .map((place) => fileURLToPath(new URL(place, starter)))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${name} is not part of this build`);
  return found.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`);
}
