import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs Electron's own installer, which downloads the runtime, checks it against the package's list of
 * hashes, and unpacks it. It is not limited in time, since connections can be slow, but given up when
 * nothing comes for `patienceMs`.
 * @param folder Electron's package.
 * @returns null when the runtime is there, or why not in a few words.
 */
export async function fetchRuntime(folder: string, patienceMs: number): Promise<string | null> {
  // A temporary folder of its own: what grows in it is the download, and a killed installer leaves nothing.
  const temporary = mkdtempSync(join(tmpdir(), 'descry-fetch-'));
  try {
    const { code, reason, text } = await runInstaller(join(folder, 'install.js'), temporary, patienceMs, () =>
      Math.max(bytesIn(temporary), bytesIn(join(folder, 'dist'))),
    );
    return code === 0 ? null : explain(text, reason);
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Outcome {
  code: number | null;
  reason: string;
  /** The end of what it wrote. */
  text: string;
}

function runInstaller(
  script: string,
  temporary: string,
  patienceMs: number,
  measure: () => number,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        TMPDIR: temporary,
        TMP: temporary,
        TEMP: temporary,
        ELECTRON_GET_NO_PROGRESS: '1',
      },
    });
    let text = '';
    let size = 0;
    let grewAt = performance.now();
    let stalled = false;
    const watch = setInterval(
      () => {
        const now = measure();
        if (now !== size) grewAt = performance.now();
        size = now;
        if (performance.now() - grewAt < patienceMs) return;
        stalled = true;
        child.kill('SIGKILL');
      },
      Math.min(1000, patienceMs / 4),
    );
    const end = (outcome: Omit<Outcome, 'text'>): void => {
      clearInterval(watch);
      resolve({ ...outcome, text });
    };
    const collect = (chunk: Buffer): void => {
      text = (text + chunk.toString('utf8')).slice(-20_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => end({ code: 1, reason: error.message }));
    child.once('close', (code, signal) =>
      end({
        code,
        reason: stalled
          ? `nothing came for ${Math.round(patienceMs / 1000)} s`
          : (signal ?? `exit code ${code}`),
      }),
    );
  });
}

/** The installer prints a stack trace; a few words of it say enough. */
function explain(text: string, reason: string): string {
  if (text.includes('fetch failed')) return 'no connection';
  const status = /Response code (\d+)/.exec(text)?.[1];
  if (status !== undefined) return `the server answered ${status}`;
  if (/checksum/i.test(text)) return 'the download is not what Electron published: its checksum differs';
  return /\b(E[A-Z]{4,})\b/.exec(text)?.[1] ?? reason;
}

function bytesIn(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true }).reduce(
      (sum, name) => sum + (statSync(join(folder, String(name)), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  } catch {
    return 0;
  }
}
