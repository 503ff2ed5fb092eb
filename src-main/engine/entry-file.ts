import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The script of a thread or process of its own: beside the one that starts it as source, beside or above
 * it in a bundle.
 * @param starter `import.meta.url` of the module that starts it.
 */
export function entryFile(name: string, starter: string): string {
  return fileBeside([`${name}.ts`, `${name}.js`], starter);
}

/**
 * The first of several files that is there, beside a module or above the chunk that it became in a build.
 * Threads cannot read Electron's archives; there the unpacked copy is given.
 * @param module its `import.meta.url`.
 */
export function fileBeside(names: readonly string[], module: string): string {
  const found = names
    .flatMap((name) => [`./${name}`, `../${name}`])
    .map((place) => fileURLToPath(new URL(place, module)))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${names[0]} is not part of this build`);
  return found.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`);
}
