import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { installApplication } from './cli-setup.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * An application folder as it is after `npm ci`: the built application, the models, and Electron's
 * package without its runtime. The real package is never touched.
 */
export class FreshInstallation {
  readonly folder = mkdtempSync(join(tmpdir(), 'descry-launcher-'));
  readonly app = join(this.folder, 'app');
  readonly electron = join(this.app, 'node_modules', 'electron');

  static async create(): Promise<FreshInstallation> {
    const made = new FreshInstallation();
    await installApplication(made.app, ['electron']);
    made.withoutRuntime();
    return made;
  }

  /** Electron's package as npm unpacks it. */
  withoutRuntime(): void {
    rmSync(this.electron, { recursive: true, force: true });
    mkdirSync(this.electron);
    for (const name of ['package.json', 'install.js', 'checksums.json', 'index.js', 'cli.js'])
      cpSync(join(root, 'node_modules', 'electron', name), join(this.electron, name));
  }

  get electronVersion(): string {
    const { version } = JSON.parse(readFileSync(join(this.electron, 'package.json'), 'utf8')) as {
      version: string;
    };
    return version;
  }

  /** `descry open`, with a display that nobody looks at and no browser to be found. */
  open(args: readonly string[], env: Record<string, string>): Launched {
    const own = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(npm_|electron_|node_options$|wayland)/i.test(name)),
    );
    const temporary = mkdtempSync(join(this.folder, 'run-'));
    return new Launched(
      temporary,
      spawn(process.execPath, [join(this.app, 'bin', 'descry.js'), 'open', ...args], {
        env: {
          ...own,
          PATH: dirname(process.execPath),
          DISPLAY: ':99',
          TMPDIR: temporary,
          DESCRY_DATA: join(temporary, 'data'),
          DESCRY_CASES: join(temporary, 'cases'),
          electron_config_cache: join(temporary, 'cache'),
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** A running `descry open`. */
export class Launched {
  /** What it takes for the system's temporary folder. */
  readonly temporary: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor(temporary: string, child: ChildProcess) {
    this.temporary = temporary;
    this.#child = child;
    child.stdout!.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.#ended = new Promise((resolve) => child.once('close', resolve));
  }

  /** The exit code. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** The address that the browser host printed. @throws when it ends without one. */
  async address(): Promise<string> {
    for (;;) {
      const found = /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(this.stdout)?.[0];
      if (found !== undefined) return found;
      const ended = await Promise.race([
        this.#ended.then(() => true),
        new Promise<false>((resolve) => this.#child.stdout!.once('data', () => resolve(false))),
      ]);
      if (ended) throw new Error(`it ended without an address:\n${this.stdout}${this.stderr}`);
    }
  }

  async interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return this.#ended;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/** A server on the loopback address in place of Electron's. */
export async function mirror(answer: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A ZIP archive of stored files (APPNOTE 4.3) whose modes say that they can be run. */
export function zipOf(files: Record<string, string>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    // Version, flags, method, time, date, checksum, sizes, length of the name, of the extra field.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), content]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((0o100755 << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    // Made by version 2.0 on Unix.
    central.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, rest, Buffer.from(name)]),
    );
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
