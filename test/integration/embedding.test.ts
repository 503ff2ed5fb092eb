import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddingModel } from '../../src-main/engine/inference/embedding-model.ts';
import { importOptions } from '../../src-main/engine/ingest/schema.ts';
import { verifyCase } from '../../src-main/engine/verify/verify-case.ts';
import { jobsOf, otherPack } from './embedding-setup.ts';
import { importsOf, loadModel, writeCrops } from './import-setup.ts';
import { createCase, reopenCase } from '../support/cases.ts';

const identity = { operator: () => 'A. Tester', holder: 'the tests' };
const count = 300;

let folder: string;
let model: EmbeddingModel;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'descry-embedding-'));
  await writeCrops(join(folder, 'crops'), count);
  model = await loadModel(join(folder, 'user'));
});
afterAll(async () => {
  await model.dispose();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('a job with the built-in model', () => {
  it('killed twice in the middle and resumed, gives the vectors of the import', async () => {
    const made = createCase(join(folder, 'killed'), { name: 'killed', timeZone: 'UTC' }, identity);
    const { imports } = importsOf(made, model);
    await imports.start({
      source: { kind: 'folder', path: join(folder, 'crops') },
      options: importOptions.parse({}),
    });
    await imports.idle();
    await imports.stop();
    const { path } = made;
    made.close();

    const reached: number[] = [];
    for (const share of [0.2, 0.5]) reached.push(await killAt(path, share * count));
    expect(reached[0]).toBeLessThan(count);
    expect(reached[1]).toBeGreaterThan(reached[0]!);

    const openCase = reopenCase(path, identity);
    const pack = otherPack(model);
    const { jobs, embeddings } = jobsOf(openCase, pack);
    const before = jobs.current()!;
    expect(before).toMatchObject({ state: 'paused', total: count, failed: 0 });
    expect(before.done).toBeGreaterThan(0);
    expect(before.done).toBeLessThan(count);
    jobs.resumeInterrupted();
    await jobs.idle();
    expect(jobs.current()).toMatchObject({ state: 'finished', done: count, total: count, failed: 0 });
    const imported = embeddings.modelRow(model.summary.digest)!;
    const again = embeddings.modelRow(pack.summary.digest)!;
    for (let crop = 1; crop <= count; crop++) {
      const one = embeddings.vectorOf(imported, crop)!;
      const other = embeddings.vectorOf(again, crop)!;
      expect(Math.max(...one.map((value, i) => Math.abs(value - other[i]!)))).toBeLessThan(1e-4);
    }
    for await (const { verification } of verifyCase(openCase, embeddings, { media: true }))
      if (verification) expect(verification.findings).toEqual([]);
    const actions = openCase.audit.list({ limit: 100 }).map(({ action }) => action);
    expect(actions.filter((action) => action.startsWith('embedding'))).toEqual([
      'embedding-finished',
      'embedding-resumed',
      'embedding-paused',
      'embedding-resumed',
      'embedding-paused',
      'embedding-started',
    ]);
    openCase.close();
  });
});

/** Runs the process that makes vectors until so many are made, and kills it. @returns how many were. */
async function killAt(path: string, crops: number): Promise<number> {
  const child = fork(join(import.meta.dirname, 'embedding-child.ts'), [path, join(folder, 'user')], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    let reached = 0;
    child.on('message', (message) => {
      if (typeof message !== 'number') return reject(new Error('the job ended before it could be killed'));
      reached = message;
      if (message >= crops) child.kill('SIGKILL');
    });
    child.on('exit', (_code, signal) =>
      signal === 'SIGKILL' ? resolve(reached) : reject(new Error('the child ended by itself')),
    );
  });
}
