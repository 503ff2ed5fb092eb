import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../scripts/build.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * Puts the built application into a folder, as it lies after `npm ci` and a build but without its
 * sources: what is tested stays the same while it is tested.
 * @param without packages that are left out.
 */
export async function installApplication(folder: string, without: readonly string[] = []): Promise<void> {
  await build();
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  for (const part of ['dist', 'bin', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  for (const part of ['models', 'resources']) symlinkSync(join(root, part), join(folder, part), 'junction');
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name.startsWith('.') || without.includes(name)) continue;
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  }
}

/** A finished command. */
export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** The built command line with a data folder, a cases folder and a working folder of its own. */
export class CommandLine {
  readonly folder = mkdtempSync(join(tmpdir(), 'descry-cli-'));
  readonly #running = new Set<ChildProcess>();

  static async create(): Promise<CommandLine> {
    const made = new CommandLine();
    await installApplication(made.path('application'));
    return made;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Starts `descry` with these arguments. */
  start(args: readonly string[]): { child: ChildProcess; ended: Promise<Finished> } {
    const child = spawn(process.execPath, [this.path('application', 'bin', 'descry.js'), ...args], {
      cwd: this.folder,
      env: { ...process.env, DESCRY_DATA: this.path('data'), DESCRY_CASES: this.path('cases') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    const ended = new Promise<Finished>((resolve) =>
      child.once('close', (code, signal) => {
        this.#running.delete(child);
        resolve({ code, signal, ...output });
      }),
    );
    return { child, ended };
  }

  /** Runs `descry` to its end. */
  run(...args: string[]): Promise<Finished> {
    return this.start(args).ended;
  }

  /** Runs `descry --json` to its end. @throws when standard output is not exactly one JSON document. */
  async json<T = unknown>(...args: string[]): Promise<Finished & { document: T }> {
    const finished = await this.run('--json', ...args);
    return { ...finished, document: JSON.parse(finished.stdout) as T };
  }

  remove(): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** What `--json` writes instead of a result. */
export interface Failure {
  error: { kind: string; message: string };
}
