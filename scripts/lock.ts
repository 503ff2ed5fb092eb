import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm run lock`, after a change of dependencies: writes into the lock file that better-sqlite3 brings its
 * binaries and is not to be built. Its package says so, but npm 10 reads only the lock file, sees a
 * binding.gyp and starts a compiler, which a fresh machine need not have. npm leaves the mark out whenever
 * it writes the file anew.
 */
const file = join(import.meta.dirname, '..', 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, { gypfile?: boolean }> };
lock.packages['node_modules/better-sqlite3']!.gypfile = false;
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
