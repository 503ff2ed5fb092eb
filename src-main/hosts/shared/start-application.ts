import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { applicationRoot } from './application.ts';

/** How long a first fetch of the desktop runtime may take before the browser is used instead. */
const fetchLimitMs = 5 * 60_000;

/**
 * Opens the desktop application, fetching Electron's runtime when it is not there yet.
 * @param casePath a case to open.
 * @returns `started` when the window was open and is closed again, or one line that says why there is none.
 */
export async function startApplication(casePath: string | undefined): Promise<'started' | string> {
  const folder = electronFolder();
  if (folder === undefined)
    return 'The desktop runtime (Electron) is not installed; opening Descry in a browser window.';
  if (process.platform === 'linux' && !(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])) {
    return 'There is no display for the desktop window; serving Descry for a browser.';
  }
  if (runtimeOf(folder) === undefined) {
    process.stderr.write('Fetching the desktop runtime (Electron), once …\n');
    const problem = await fetchRuntime(folder);
    if (problem !== null)
      return `The desktop runtime (Electron) cannot be fetched here (${problem}); opening Descry in a browser window.`;
  }
  const runtime = runtimeOf(folder);
  if (runtime === undefined)
    return 'The desktop runtime (Electron) is incomplete; opening Descry in a browser window.';
  // Chromium refuses its sandbox to root, and so does Electron; a desktop is not run as root but in a container.
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const outcome = await run(
    runtime,
    [...root, applicationRoot(), ...(casePath === undefined ? [] : [casePath])],
    'inherit',
    undefined,
  );
  return outcome.code === 0
    ? 'started'
    : `The desktop window could not be opened (${outcome.reason}); opening Descry in a browser window.`;
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

/** Runs Electron's own installer. @returns null, or why it failed in a few words. */
async function fetchRuntime(folder: string): Promise<string | null> {
  const { code, reason, text } = await run(
    process.execPath,
    [join(folder, 'install.js')],
    'pipe',
    fetchLimitMs,
  );
  if (code === 0) return null;
  // The installer prints a stack trace; a few words of it say enough.
  if (text.includes('fetch failed')) return 'no connection';
  return /\b(E[A-Z_]{4,}|HTTP ?Error[^\n]*|checksum[^\n]*)/i.exec(text)?.[1] ?? reason;
}

function run(
  file: string,
  args: string[],
  stdio: 'inherit' | 'pipe',
  limitMs: number | undefined,
): Promise<{ code: number | null; reason: string; text: string }> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      stdio: stdio === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      ...(limitMs !== undefined && { timeout: limitMs }),
    });
    let text = '';
    const collect = (chunk: Buffer): void => {
      text = (text + chunk.toString('utf8')).slice(-20_000);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('error', (error) => resolve({ code: 1, reason: error.message, text }));
    child.once('exit', (code, signal) =>
      resolve({
        code,
        reason:
          signal === null
            ? `exit code ${code}`
            : signal === 'SIGTERM' && limitMs !== undefined
              ? 'it took too long'
              : signal,
        text,
      }),
    );
  });
}
