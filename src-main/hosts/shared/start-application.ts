import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { applicationRoot } from './application.ts';
import { fetchRuntime } from './fetch-runtime.ts';

/**
 * Opens the desktop application, fetching Electron's runtime when it is not there yet.
 * @param casePath a case to open.
 * @param options.patienceMs how long a fetch may stand still before it is given up.
 * @returns `started` when the window was open and is closed again, or one line that says why there is none.
 */
export async function startApplication(
  casePath: string | undefined,
  options: { patienceMs: number },
): Promise<'started' | string> {
  const folder = electronFolder();
  if (folder === undefined)
    return 'The desktop runtime (Electron) is not installed; opening Descry in a browser window.';
  if (process.platform === 'linux' && !(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'])) {
    return 'There is no display for the desktop window; serving Descry for a browser.';
  }
  if (runtimeOf(folder) === undefined) {
    process.stderr.write('Fetching the desktop runtime (Electron, about 120 MB), once …\n');
    const problem = await fetchRuntime(folder, options.patienceMs);
    if (problem !== null)
      return `The desktop runtime (Electron) cannot be fetched here (${problem}); opening Descry in a browser window.`;
  }
  const runtime = runtimeOf(folder);
  if (runtime === undefined)
    return 'The desktop runtime (Electron) is incomplete; opening Descry in a browser window.';
  // Chromium refuses its sandbox to root, and so does Electron; a desktop is not run as root but in a container.
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const problem = await runWindow(runtime, [
    ...root,
    applicationRoot(),
    ...(casePath === undefined ? [] : [casePath]),
  ]);
  return problem === null
    ? 'started'
    : `The desktop window could not be opened (${problem}); opening Descry in a browser window.`;
}

function electronFolder(): string | undefined {
  try {
    return dirname(createRequire(join(applicationRoot(), 'package.json')).resolve('electron/package.json'));
  } catch {
    return undefined;
  }
}

/** The runtime's executable, or undefined while it has not been fetched. */
function runtimeOf(folder: string): string | undefined {
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const executable = join(
    process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'),
    readFileSync(pathFile, 'utf8'),
  );
  return existsSync(executable) ? executable : undefined;
}

/** Runs the window until it is closed. @returns null, or why there was none; a person who ends it is no reason. */
function runWindow(file: string, args: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'inherit' });
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    child.once('exit', (code, signal) => {
      const asked = signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGHUP';
      const asCode = code === 128 + constants.signals.SIGINT || code === 128 + constants.signals.SIGTERM;
      resolve(code === 0 || asked || asCode ? null : (signal ?? `exit code ${code}`));
    });
  });
}
