import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddingJob, PackCoverage, SearchOutcome } from '../../src-main/api/types.ts';
import { CommandLine, type Failure } from './cli-setup.ts';
import { writeCrops } from './import-setup.ts';

const count = 200;
let descry: CommandLine;

beforeAll(async () => {
  descry = await CommandLine.create();
  await writeCrops(descry.path('crops'), count);
  addOtherPack();
  expect((await descry.run('models', 'add', 'other')).code).toBe(0);
  await descry.run('case', 'create', 'made', '--time-zone', 'UTC');
  expect((await descry.run('import', 'made', 'crops')).code).toBe(0);
});
afterAll(() => descry.remove());

/** A copy of the built-in pack that is another model, as far as its hashes tell. */
function addOtherPack(): void {
  cpSync(join(import.meta.dirname, '..', '..', 'models', 'descry-s'), descry.path('other'), {
    recursive: true,
  });
  const card = 'Another model.';
  writeFileSync(descry.path('other', 'MODEL_CARD.md'), card);
  const manifest = descry.path('other', 'pack.json');
  const pack = JSON.parse(readFileSync(manifest, 'utf8')) as { files: Record<string, object> };
  const sha256 = createHash('sha256').update(card).digest('hex');
  const files = { ...pack.files, 'MODEL_CARD.md': { bytes: card.length, sha256 } };
  writeFileSync(manifest, JSON.stringify({ ...pack, files, id: 'other', version: '9.0.0' }));
}

/** A case with the crops, which the built-in pack has read. */
function newCase(name: string): void {
  cpSync(descry.path('made.descry'), descry.path(`${name}.descry`), { recursive: true });
}

interface Status {
  coverage: PackCoverage[];
  job: EmbeddingJob | null;
}

/** Waits until a job has begun in a case that another process has open. */
async function begun(name: string): Promise<void> {
  const db = new Database(descry.path(`${name}.descry`, 'case.sqlite'), { readonly: true });
  try {
    while (db.prepare("SELECT 1 FROM embedding_jobs WHERE state = 'running'").get() === undefined)
      await sleep(5);
  } finally {
    db.close();
  }
}

describe('descry embedding', () => {
  test('lets another pack read a case, which can be searched with it then', async () => {
    newCase('two');
    const before = await descry.json<Status>('embedding', 'status', 'two');
    expect(before.document).toEqual({
      coverage: [
        { packId: 'descry-s', crops: count, total: count },
        { packId: 'other', crops: 0, total: count },
      ],
      job: null,
    });
    const { code, document } = await descry.json<EmbeddingJob>(
      'embedding',
      'start',
      'two',
      '--pack',
      'other',
    );
    expect(code).toBe(0);
    expect(document).toMatchObject({ packId: 'other', packVersion: '9.0.0', state: 'finished', done: count });
    const words = await descry.run('embedding', 'status', 'two');
    expect(words.stdout).toMatch(/other +200 +0\n/);
    expect(words.stdout).toContain('Last job: other 9.0.0 finished');
    await descry.run('models', 'use', 'other');
    try {
      const found = await descry.json<SearchOutcome>('search', 'two', 'man in red');
      expect(found.document.search).toMatchObject({ model: { id: 'other' }, gallery: { searched: count } });
    } finally {
      await descry.run('models', 'use', 'descry-s');
    }
    expect((await descry.run('verify', 'two')).code).toBe(0);
  });

  test('takes the pack in use when none is named, and tells of crops that cannot be read', async () => {
    const gone = descry.path('gone');
    cpSync(descry.path('crops'), gone, { recursive: true });
    await descry.run('case', 'create', 'gone', '--time-zone', 'UTC');
    expect((await descry.run('import', 'gone', 'gone', '--reference')).code).toBe(0);
    rmSync(gone, { recursive: true });
    const nothing = await descry.run('embedding', 'start', 'gone');
    expect(nothing).toMatchObject({ code: 0 });
    expect(nothing.stdout).toMatch(/^descry-s .* finished .*read 200 of 200 crops\n$/);
    const { code, document } = await descry.json<EmbeddingJob>(
      'embedding',
      'start',
      'gone',
      '--pack',
      'other',
    );
    expect(code).toBe(3);
    expect(document).toMatchObject({ state: 'finished', done: 0, failed: count });
    expect(document.failures[0]!.reason).toContain('any more');
  });

  test.skipIf(process.platform === 'win32').each([
    ['SIGINT', 130],
    ['SIGKILL', null],
  ] as const)('goes on with the same command after %s', async (signal, code) => {
    const name = `stopped-${signal}`;
    newCase(name);
    const { child, ended } = descry.start(['embedding', 'start', name, '--pack', 'other']);
    await begun(name);
    child.kill(signal);
    expect((await ended).code).toBe(code);
    const { document: status } = await descry.json<Status>('embedding', 'status', name);
    expect(status.job).toMatchObject({ packId: 'other', state: 'paused' });
    const again = await descry.json<EmbeddingJob>('embedding', 'start', name, '--pack', 'other');
    expect(again.stderr).toContain('Continuing with other');
    expect(again.document).toMatchObject({
      state: 'finished',
      done: count,
      startedAt: status.job!.startedAt,
    });
    expect((await descry.run('verify', name)).code).toBe(0);
  });

  test('gives up a stopped job, and refuses what makes no sense', async () => {
    newCase('given-up');
    const none = await descry.json<Failure>('embedding', 'cancel', 'given-up');
    expect(none.code).toBe(2);
    const unknown = await descry.json<Failure>('embedding', 'start', 'given-up', '--pack', 'nothing');
    expect(unknown.code).toBe(1);
    expect(unknown.document.error.kind).toBe('not-found');
    const { child, ended } = descry.start(['embedding', 'start', 'given-up', '--pack', 'other']);
    await begun('given-up');
    child.kill('SIGINT');
    await ended;
    const { code, document } = await descry.json<EmbeddingJob>('embedding', 'cancel', 'given-up');
    expect(code).toBe(0);
    expect(document).toMatchObject({ packId: 'other', state: 'cancelled' });
  });
});
