/** `npm run bench`: every benchmark in turn, each in a process of its own; they print figures and never fail. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

for (const name of ['vector-index', 'search', 'import', 'pack-rate', 'export', 'case-size']) {
  console.log(`\n=== ${name}`);
  spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`)], { stdio: 'inherit' });
}
