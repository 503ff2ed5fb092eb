import { spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Engine } from '../../src-main/engine/engine.ts';
import { applicationRoot, engineStartFor } from '../../src-main/hosts/shared/application.ts';
import { temporaryFolder } from '../support/temporary.ts';

const demo = join(applicationRoot(), 'resources', 'demo', 'crops');

/** Forty crops are enough to go through every stage. */
function someCrops(folder: string): string {
  const target = join(folder, 'crops');
  mkdirSync(target);
  for (const name of readdirSync(demo).sort().slice(0, 40)) cpSync(join(demo, name), join(target, name));
  return target;
}

describe('no request leaves the machine', () => {
  it('opens no socket and looks up no name from import to report', async () => {
    const asked: unknown[][] = [];
    const record =
      (what: string) =>
      (...args: unknown[]): never => {
        asked.push([what, ...args]);
        throw new Error(`${what} was called`);
      };
    // fetch, http and https all end in these.
    vi.spyOn(net.Socket.prototype, 'connect').mockImplementation(record('connect'));
    vi.spyOn(dgram, 'createSocket').mockImplementation(record('datagram'));
    vi.spyOn(dns, 'lookup').mockImplementation(record('lookup') as never);
    onTestFinished(() => void vi.restoreAllMocks());
    await expect(fetch('http://127.0.0.1:49151/')).rejects.toThrow();
    expect(asked.length).toBeGreaterThan(0);
    asked.length = 0;

    const folder = temporaryFolder();
    const engine = new Engine({
      ...engineStartFor('the tests'),
      dataFolder: join(folder, 'data'),
      casesFolder: folder,
    });
    await engine.createCase(join(folder, 'case'), { name: 'Offline' });
    const finished = new Promise<void>((resolve) =>
      engine.listen((event) => {
        if (event.type === 'import' && event.progress.batch.finishedAt !== null) resolve();
      }),
    );
    await engine.services.imports.start({
      source: { kind: 'folder', path: someCrops(folder) },
      options: { pattern: 'auto', reference: false, acceptUnparsed: false, minimumConfidence: 0 },
    });
    await finished;
    const query = {
      statements: [{ text: 'a man in a red jacket', weight: 1 }],
      avoid: [],
      like: [],
      filter: {},
      foldTracks: true,
    };
    const { search } = await engine.services.search.run(query, 10);
    const options = {
      searchIds: [search.id],
      rows: 10,
      includeNotes: true,
      includeAudit: true,
      pictures: true,
      attachOriginals: false,
      redact: true,
      pageSize: 'A4' as const,
    };
    let files = 0;
    for await (const { outcome } of engine.services.report.export({
      options,
      formats: ['html', 'pdf', 'csv', 'json'],
    }))
      files = outcome?.files.length ?? 0;
    expect(files).toBeGreaterThanOrEqual(4);
    await engine.shutdown();
    expect(asked).toEqual([]);
  });

  it('works in a network namespace that has no network at all', (context) => {
    const isolated = spawnSync('unshare', ['--net', 'true']).status === 0;
    if (!isolated) context.skip('network namespaces need Linux and root');
    const folder = temporaryFolder();
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      [
        '--net',
        process.execPath,
        join(applicationRoot(), 'bin', 'descry.js'),
        'demo',
        '--json',
        '--out',
        join(folder, 'demo'),
      ],
      { encoding: 'utf8', env: { ...process.env, DESCRY_DATA: join(folder, 'data') } },
    );
    expect(stderr).not.toMatch(/ENETUNREACH|EAI_AGAIN/);
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { searches: unknown[] }).searches).toHaveLength(3);
  });
});
