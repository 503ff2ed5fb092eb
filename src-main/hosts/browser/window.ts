import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { spawn } from 'node:child_process';

/** Where browsers that know app windows lie, best first. */
function candidates(): string[] {
  if (process.platform === 'win32') {
    const roots = ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].flatMap(
      (name) => process.env[name] ?? [],
    );
    return [
      'Google/Chrome/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe',
      'Chromium/Application/chrome.exe',
    ].flatMap((path) => roots.map((root) => join(root, path)));
  }
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Microsoft Edge', 'Chromium'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'].flatMap(
    (name) => folders.map((folder) => join(folder, name)),
  );
}

/** The system's Chromium, Chrome or Edge; `DESCRY_BROWSER` names another. */
export function findBrowser(): string | undefined {
  const chosen = process.env['DESCRY_BROWSER'];
  return chosen !== undefined && existsSync(chosen) ? chosen : candidates().find((path) => existsSync(path));
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

export interface BrowserWindow {
  browser: string;
  /** Settles when the window is gone: false when the browser could not run. */
  closed: Promise<boolean>;
}

/**
 * Opens an address as an app window with a profile of its own, which is removed afterwards.
 * @returns undefined without a display or a browser.
 */
export function openBrowserWindow(url: string, start: typeof spawn): BrowserWindow | undefined {
  const browser = hasDisplay() ? findBrowser() : undefined;
  if (browser === undefined) return undefined;
  const profile = mkdtempSync(join(tmpdir(), 'descry-window-'));
  const quiet = [
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  // Chromium refuses its sandbox to root; the page is ours and can reach nothing but this machine.
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = start(
    browser,
    [`--app=${url}`, `--user-data-dir=${profile}`, '--window-size=1440,900', ...quiet, ...root],
    { stdio: 'ignore' },
  );
  const closed = new Promise<boolean>((resolve) => {
    const end = (properly: boolean): void => {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
      resolve(properly);
    };
    child.once('exit', (code) => end(code === 0));
    child.once('error', () => end(false));
  });
  return { browser, closed };
}
