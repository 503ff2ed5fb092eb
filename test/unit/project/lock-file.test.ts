import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<
    string,
    { gypfile?: boolean; hasInstallScript?: boolean; optionalDependencies?: Record<string, string> }
  >;
};

describe('the lock file', () => {
  it('lets no npm compile anything (npm run lock writes the mark again)', () => {
    for (const [path, entry] of Object.entries(lock.packages)) {
      if (existsSync(join(root, path, 'binding.gyp')) && path !== '') expect(entry.gypfile, path).toBe(false);
    }
  });

  it('knows the install scripts that run, and no others', () => {
    const scripts = Object.keys(lock.packages).filter((path) => lock.packages[path]!.hasInstallScript);
    expect(scripts.map((path) => path.replace(/^.*node_modules\//, '')).sort()).toEqual([
      'electron-winstaller',
      'node',
      'onnxruntime-node',
    ]);
  });

  it('holds the binaries of every platform, whoever wrote it', () => {
    for (const [path, { optionalDependencies }] of Object.entries(lock.packages)) {
      for (const name of Object.keys(optionalDependencies ?? {})) {
        const places = [`${path}/node_modules/${name}`, `node_modules/${name}`];
        expect(
          places.some((place) => place in lock.packages),
          `${name} of ${path}`,
        ).toBe(true);
      }
    }
  });
});
