import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Electron from 'electron';
import { _electron, chromium, type Browser, type Page } from 'playwright-core';

/** The desktop application under test: on Electron itself where it is installed, on the stand-in elsewhere. */
export interface Desktop {
  readonly kind: 'electron' | 'stand-in';
  /** Runs a self-contained function in the main process. */
  evaluate<Input, Output>(
    work: (electron: typeof Electron, input: Input) => Output | Promise<Output>,
    input?: Input,
  ): Promise<Output>;
  /** The window's page; asked again after it crashed. */
  page(): Promise<Page>;
  /** What the main process said on stderr. */
  stderr(): string;
  readonly exited: Promise<number>;
  close(): Promise<void>;
}

export interface DesktopOptions {
  /** Folder of the user's data. */
  data: string;
  arguments?: string[];
  /** Folder of the application; this checkout when absent. */
  folder?: string;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** Electron's executable, when its runtime is installed and can show a window. */
export function electronRuntime(): string | undefined {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const executable = join(
    process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'),
    readFileSync(pathFile, 'utf8'),
  );
  const display = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  return existsSync(executable) && display ? executable : undefined;
}

function environment(data: string): Record<string, string> {
  mkdirSync(data, { recursive: true });
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(VITEST|NODE_OPTIONS$)/.test(entry[0]),
  );
  return {
    ...Object.fromEntries(inherited),
    DESCRY_DATA: data,
    DESCRY_CASES: join(data, 'cases'),
    STAND_IN_NETWORK_LOG: join(data, 'network.log'),
    STAND_IN_CHROMIUM_NETWORK_LOG: join(data, 'chromium-network.json'),
  };
}

export async function launchDesktop(options: DesktopOptions): Promise<Desktop> {
  const runtime = electronRuntime();
  return runtime === undefined ? launchStandIn(options) : launchElectron(runtime, options);
}

async function launchElectron(executablePath: string, options: DesktopOptions): Promise<Desktop> {
  const noSandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const application = await _electron.launch({
    executablePath,
    args: [
      ...noSandbox,
      `--log-net-log=${join(options.data, 'chromium-network.json')}`,
      options.folder ?? root,
      ...(options.arguments ?? []),
    ],
    env: environment(options.data),
  });
  let stderr = '';
  application.process().stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const exited = new Promise<number>((resolve) =>
    application.process().once('exit', (code) => resolve(code ?? 1)),
  );
  return {
    kind: 'electron',
    evaluate: (work, input) => application.evaluate(work as never, input as never),
    page: () => application.firstWindow(),
    stderr: () => stderr,
    exited,
    close: () => application.close(),
  };
}

async function launchStandIn(options: DesktopOptions): Promise<Desktop> {
  const child = fork(
    join(root, 'test/e2e/electron/stand-in/run.ts'),
    [options.folder ?? root, ...(options.arguments ?? [])],
    {
      execPath: process.execPath,
      execArgv: [],
      env: environment(options.data),
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    },
  );
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const exited = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  const evaluate = evaluator(child, exited, () => stderr);
  let browser: Browser | undefined;
  return {
    kind: 'stand-in',
    evaluate: evaluate as Desktop['evaluate'],
    page: async () => {
      if (!browser) {
        const port = await evaluate(async ({ BrowserWindow }) => {
          while (BrowserWindow.getAllWindows().length === 0)
            await new Promise((wait) => setTimeout(wait, 20));
          const [window] = BrowserWindow.getAllWindows();
          return (window?.webContents as unknown as { debuggingPort(): Promise<number> }).debuggingPort();
        });
        browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
      }
      const [context] = browser.contexts();
      for (;;) {
        const shown = context?.pages().find((page) => page.url().startsWith('https://descry.app.'));
        if (shown) return shown;
        await new Promise((wait) => setTimeout(wait, 20));
      }
    },
    stderr: () => stderr,
    exited,
    close: async () => {
      if (child.connected) await evaluate(({ app }) => app.quit()).catch(() => undefined);
      await exited;
    },
  };
}

/** Sends functions as text to the stand-in's main process. */
function evaluator(child: ChildProcess, exited: Promise<number>, stderr: () => string) {
  let next = 1;
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  child.on('message', (answer: { id: number; value?: unknown; error?: string }) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.error !== undefined) call?.reject(new Error(answer.error));
    else call?.resolve(answer.value as never);
  });
  void exited.then((code) => {
    for (const { reject } of waiting.values())
      reject(new Error(`the application ended (${code}): ${stderr()}`));
    waiting.clear();
  });
  return <Input, Output>(
    work: (electron: typeof Electron, input: Input) => Output | Promise<Output>,
    input?: Input,
  ): Promise<Output> =>
    new Promise((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve, reject });
      if (!child.connected) reject(new Error(`the application has ended: ${stderr()}`));
      else child.send({ id, code: work.toString(), input });
    });
}
