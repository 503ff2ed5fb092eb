import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm run test:training`: the tests of models/training, in a Python environment of their own under
 * node_modules/.cache. The environment is made anew when requirements.txt or the Python changes.
 */
const root = join(import.meta.dirname, '..');
const training = join(root, 'models', 'training');
const requirements = join(training, 'requirements.txt');
const environment = join(root, 'node_modules', '.cache', 'training-venv');
const mark = join(environment, 'made-from');
const windows = process.platform === 'win32';
const oldest = { major: 3, minor: 11 };

interface Python {
  command: string;
  arguments: string[];
  version: string;
}

/** The first Python on the path that is new enough; `PYTHON` names another one. */
function findPython(): Python | undefined {
  const named = process.env['PYTHON'];
  const candidates = named
    ? [[named]]
    : [['python3'], ['python'], ['python3.14'], ['python3.13'], ['python3.12'], ['python3.11'], ['py', '-3']];
  for (const [command = '', ...rest] of candidates) {
    const { status, stdout } = spawnSync(command, [...rest, '--version'], { encoding: 'utf8' });
    const [, version = '', major = '0', minor = '0'] = /^Python ((\d+)\.(\d+)\S*)/.exec(stdout ?? '') ?? [];
    const fits = Number(major) === oldest.major && Number(minor) >= oldest.minor;
    if (status === 0 && fits) return { command, arguments: rest, version };
  }
  return undefined;
}

/** Runs a command, its output shown. Whoever calls it stops on `false`. */
function run(command: string, parameters: string[], folder = root): boolean {
  const { status, error } = spawnSync(command, parameters, { cwd: folder, stdio: 'inherit' });
  if (error) console.error(error.message);
  return status === 0;
}

function prepare({ command, arguments: rest, version }: Python, inside: string): boolean {
  const madeFrom = createHash('sha256').update(version).update(readFileSync(requirements)).digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === madeFrom) return true;
  console.log(`Making a Python ${version} environment in ${environment}.`);
  rmSync(environment, { recursive: true, force: true });
  if (!run(command, [...rest, '-m', 'venv', environment])) {
    console.error('Python could not make an environment. On Debian and Ubuntu: apt-get install python3-venv');
    return false;
  }
  if (!run(inside, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements])) {
    console.error(`What ${requirements} names could not be installed.`);
    return false;
  }
  writeFileSync(mark, madeFrom);
  return true;
}

const python = findPython();
const inside = windows ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python');
if (!python) {
  console.error(
    `The tests of models/training were NOT run: they need Python ${oldest.major}.${oldest.minor} or later, and none was found. ` +
      'Install it, or name one in PYTHON.',
  );
  process.exitCode = 1;
} else if (!prepare(python, inside) || !run(inside, ['-m', 'unittest'], training)) {
  process.exitCode = 1;
}
