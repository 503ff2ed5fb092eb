import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `npm start`: builds what is stale and opens the application. */
const command = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'descry.js');
const { status } = spawnSync(process.execPath, [command, 'open', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 0;
