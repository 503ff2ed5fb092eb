import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { FreshInstallation, mirror, sha256, zipOf, type Launched } from './launcher-setup.ts';

let installation: FreshInstallation;

beforeAll(async () => {
  installation = await FreshInstallation.create();
});
afterAll(() => installation.remove());
beforeEach(() => installation.withoutRuntime());

function open(args: readonly string[], env: Record<string, string>): Launched {
  const launched = installation.open(args, env);
  onTestFinished(() => launched.kill());
  return launched;
}

async function serverThat(answer: Parameters<typeof mirror>[0]): Promise<string> {
  const server = await mirror(answer);
  onTestFinished(() => server.close());
  return server.url;
}

/** What was said on the way, one line each. */
function said(launched: Launched): string[] {
  return launched.stderr.trimEnd().split('\n');
}

const fetching = 'Fetching the desktop runtime (Electron, about 120 MB), once …';

/** The application is served for a browser, and ends properly. */
async function expectBrowserHost(launched: Launched): Promise<void> {
  const address = await launched.address();
  const entry = await fetch(address, { redirect: 'manual' });
  const cookie = entry.headers.get('set-cookie')!.split(';')[0]!;
  const page = await fetch(new URL('/', address), { headers: { cookie } });
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<title>Descry</title>');
  expect(await launched.interrupt()).toBe(0);
}

describe.skipIf(process.platform === 'win32')('where the desktop runtime is absent', () => {
  test('a refused connection is said in one line, and the browser host opens', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const launched = open([], { ELECTRON_MIRROR: `http://127.0.0.1:${port}/` });
    await expectBrowserHost(launched);
    expect(said(launched)).toEqual([
      fetching,
      'The desktop runtime (Electron) cannot be fetched here (no connection); opening Descry in a browser window.',
    ]);
  });

  test('an answer of 404 is said in one line, and the browser host opens', async () => {
    const asked: string[] = [];
    const url = await serverThat((request, response) => {
      asked.push(request.url!);
      response.writeHead(404).end('nothing here');
    });
    const launched = open([], { ELECTRON_MIRROR: url });
    await expectBrowserHost(launched);
    expect(asked[0]).toContain(`electron-v${installation.electronVersion}-`);
    expect(said(launched)).toEqual([
      fetching,
      'The desktop runtime (Electron) cannot be fetched here (the server answered 404); opening Descry in a browser window.',
    ]);
  });

  test('a download with another checksum than the package lists is not used', async () => {
    const url = await serverThat((_request, response) =>
      response.end(
        zipOf({ electron: '#!/bin/sh\ntouch "$DESCRY_TEST_RAN"\n', version: installation.electronVersion }),
      ),
    );
    const ran = join(installation.folder, 'must-not-run');
    const launched = open([], { ELECTRON_MIRROR: url, DESCRY_TEST_RAN: ran });
    await expectBrowserHost(launched);
    expect(said(launched)).toEqual([
      fetching,
      'The desktop runtime (Electron) cannot be fetched here (the download is not what Electron published: its checksum differs); opening Descry in a browser window.',
    ]);
    expect(existsSync(ran)).toBe(false);
    expect(existsSync(join(installation.electron, 'dist'))).toBe(false);
  });

  test.each([
    ['before it answers', undefined],
    ['in the middle of the download', Buffer.alloc(300_000)],
  ])('a server that stands still %s is given up', async (_when, firstPart) => {
    const url = await serverThat((_request, response) => {
      if (firstPart) response.writeHead(200, { 'content-length': 100_000_000 }).write(firstPart);
    });
    const launched = open(['--patience', '2'], { ELECTRON_MIRROR: url });
    await expectBrowserHost(launched);
    expect(said(launched)).toEqual([
      fetching,
      'The desktop runtime (Electron) cannot be fetched here (nothing came for 2 s); opening Descry in a browser window.',
    ]);
    expect(readdirSync(launched.temporary).filter((name) => name.startsWith('descry-fetch-'))).toEqual([]);
  });

  test('a slow download is waited for as long as it comes', async () => {
    const archive = runtimeArchive(0);
    const url = await serverThat((request, response) => {
      if (request.url!.endsWith('SHASUMS256.txt')) {
        response.end(checksumsOf(archive));
        return;
      }
      response.writeHead(200, { 'content-length': archive.length });
      // Longer in all than the patience, but never standing still for so long.
      let at = 0;
      const part = Math.ceil(archive.length / 10);
      const timer = setInterval(() => {
        response.write(archive.subarray(at, at + part));
        at += part;
        if (at < archive.length) return;
        clearInterval(timer);
        response.end();
      }, 400);
    });
    const record = join(installation.folder, 'slow');
    const launched = open(['--patience', '3'], {
      ELECTRON_MIRROR: url,
      electron_use_remote_checksums: '1',
      DESCRY_TEST_RAN: record,
    });
    expect(await launched.ended()).toBe(0);
    expect(existsSync(record)).toBe(true);
  });
});

/** A script in place of the runtime, which writes down how it was called and ends. */
function runtimeArchive(exitCode: number): Buffer {
  const executable = process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
  return zipOf({
    [executable]: `#!/bin/sh\nfor argument in "$@"; do echo "$argument" >> "$DESCRY_TEST_RAN"; done\nexit ${exitCode}\n`,
    version: installation.electronVersion,
  });
}

function checksumsOf(archive: Buffer): string {
  const name = `electron-v${installation.electronVersion}-${process.platform}-${process.arch}.zip`;
  return `${sha256(archive)} *${name}\n`;
}

describe.skipIf(process.platform === 'win32')('a runtime that comes', () => {
  async function serving(archive: Buffer): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const url = await serverThat((request, response) => {
      asked.push(request.url!);
      response.end(request.url!.endsWith('SHASUMS256.txt') ? checksumsOf(archive) : archive);
    });
    return { url, asked };
  }

  test('is unpacked and run with the application and the case, and not fetched again', async () => {
    const { url, asked } = await serving(runtimeArchive(0));
    const env = (name: string): Record<string, string> => ({
      ELECTRON_MIRROR: url,
      electron_use_remote_checksums: '1',
      DESCRY_TEST_RAN: join(installation.folder, name),
    });
    const first = open(['/cases/one case.descry'], env('first'));
    expect(await first.ended()).toBe(0);
    expect(said(first)).toEqual([fetching]);
    expect(first.stdout).toBe('');
    const args = readFileSync(join(installation.folder, 'first'), 'utf8').trimEnd().split('\n');
    expect(args.filter((argument) => !argument.startsWith('--'))).toEqual([
      installation.app,
      '/cases/one case.descry',
    ]);
    const requests = asked.length;
    const second = open([], env('second'));
    expect(await second.ended()).toBe(0);
    expect(second.stderr).toBe('');
    expect(existsSync(join(installation.folder, 'second'))).toBe(true);
    expect(asked).toHaveLength(requests);
  });

  test('that cannot open its window leads to the browser host', async () => {
    const { url } = await serving(runtimeArchive(7));
    const launched = open([], {
      ELECTRON_MIRROR: url,
      electron_use_remote_checksums: '1',
      DESCRY_TEST_RAN: join(installation.folder, 'failing'),
    });
    await expectBrowserHost(launched);
    expect(said(launched)).toEqual([
      fetching,
      'The desktop window could not be opened (exit code 7); opening Descry in a browser window.',
    ]);
  });
});

test.skipIf(process.platform !== 'linux')(
  'without a display nothing is fetched and the address is printed',
  async () => {
    const asked: string[] = [];
    const url = await serverThat((request, response) => {
      asked.push(request.url!);
      response.end();
    });
    const launched = open([], { ELECTRON_MIRROR: url, DISPLAY: '' });
    await expectBrowserHost(launched);
    expect(said(launched)).toEqual([
      'There is no display for the desktop window; serving Descry for a browser.',
    ]);
    expect(asked).toEqual([]);
  },
);

test.skipIf(process.platform !== 'linux')(
  'a browser that cannot open a window leaves the address',
  async () => {
    const launched = open(['--browser'], { DESCRY_BROWSER: '/bin/false' });
    await expectBrowserHost(launched);
    expect(said(launched)).toEqual(['/bin/false could not open a window.']);
  },
);
