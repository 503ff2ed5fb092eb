import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BatchRepository } from '../../../src-main/engine/case/repositories/batch-repository.ts';
import { crops, folderRequest, MeanColour, testCase } from './case-folder.ts';
import { expectConsistent, until } from './import-checks.ts';
import { makeFolder } from './scan-folder.ts';

describe('stopping and continuing', () => {
  it('pauses and resumes without losing or doubling anything', async () => {
    const test = await testCase({ model: new MeanColour(4, 15) });
    const { id } = await test.imports.start(folderRequest(await makeFolder(await crops(60))));
    await until(() => test.model.batches.length > 3);
    await expect(test.imports.start(folderRequest(await makeFolder()))).rejects.toMatchObject({
      kind: 'busy',
    });
    const paused = await test.imports.pause(id);
    expect(paused.state).toBe('paused');
    expect(paused.imported).toBeGreaterThan(0);
    expect(paused.imported).toBeLessThan(60);
    expectConsistent(test, paused.imported);
    await expect(test.imports.pause(id)).rejects.toMatchObject({ kind: 'invalid-input' });
    expect((await test.imports.resume(id)).state).toBe('running');
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({ state: 'done', total: 60, imported: 60 });
    expectConsistent(test, 60);
    await expect(test.imports.resume(id)).rejects.toMatchObject({ kind: 'invalid-input' });
    expect(test.openCase.audit.list({ limit: 4 }).map(({ action }) => action)).toEqual([
      'import-finished',
      'import-resumed',
      'import-paused',
      'import-started',
    ]);
  });

  it('cancels, keeps what was imported, and cannot be continued', async () => {
    const test = await testCase({ model: new MeanColour(4, 15) });
    const { id } = await test.imports.start(folderRequest(await makeFolder(await crops(60))));
    await until(() => test.model.batches.length > 3);
    const cancelled = await test.imports.cancel(id);
    expect(cancelled).toMatchObject({ state: 'cancelled', error: null });
    expect(cancelled.finishedAt).not.toBeNull();
    expectConsistent(test, cancelled.imported);
    await expect(test.imports.resume(id)).rejects.toMatchObject({ kind: 'invalid-input' });
    await expect(test.imports.cancel(id)).rejects.toMatchObject({ kind: 'invalid-input' });
  });

  it('paused before the scan is over, scans anew', async () => {
    const test = await testCase();
    const { id } = await test.imports.start(folderRequest(await makeFolder(await crops(10))));
    const paused = await test.imports.pause(id);
    expect(paused).toMatchObject({ state: 'paused', total: 0 });
    await test.imports.resume(id);
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({ state: 'done', imported: 10 });
  });

  it('continues by itself when the case was closed meanwhile', async () => {
    const first = await testCase({ model: new MeanColour(4, 15) });
    await first.imports.start(folderRequest(await makeFolder(await crops(40))));
    await until(() => first.model.batches.length > 2);
    await first.imports.stop();
    await expect(first.imports.start(folderRequest('/'))).rejects.toMatchObject({ kind: 'no-case' });
    first.openCase.close();
    const again = await testCase({ path: first.openCase.path });
    expect(again.imports.list()[0]).toMatchObject({ state: 'interrupted', error: null });
    again.imports.resumeInterrupted();
    await again.imports.idle();
    expect(again.imports.list()[0]).toMatchObject({ state: 'done', imported: 40 });
    expectConsistent(again, 40);
  });

  it('reads a half-written work list anew when the process died in the scan', async () => {
    const first = await testCase();
    const batches = new BatchRepository(first.openCase.db);
    const request = folderRequest(await makeFolder(await crops(6)));
    const id = batches.create('Tester', request.source, request.options);
    batches.addItems(id, 0, [{ path: 'cam-0_20260314-081500_0_0.jpg', plan: '{}', problem: null }]);
    first.openCase.close();
    const again = await testCase({ path: first.openCase.path });
    again.imports.resumeInterrupted();
    await again.imports.idle();
    expect(again.imports.list()[0]).toMatchObject({ state: 'done', total: 6, imported: 6 });
  });

  it('leaves out a file that ended the process each time that it was read', async () => {
    const first = await testCase();
    const batches = new BatchRepository(first.openCase.db);
    const files = await crops(3);
    const request = folderRequest(await makeFolder(files));
    const id = batches.create('Tester', request.source, request.options);
    batches.addItems(
      id,
      0,
      Object.keys(files)
        .sort()
        .map((path) => ({ path, plan: '{}', problem: null })),
    );
    batches.setState(id, 'running');
    batches.markTry(id, { sequence: 1, path: '', plan: '', tries: 1 });
    first.openCase.close();
    const again = await testCase({ path: first.openCase.path });
    again.imports.resumeInterrupted();
    await again.imports.idle();
    expect(again.imports.list()[0]).toMatchObject({ state: 'done', imported: 2, rejected: 1 });
    expect(again.imports.rejected(id, { offset: 0, limit: 9 }).rows).toMatchObject([
      { reason: 'unreadable', path: Object.keys(files).sort()[1] },
    ]);
  });

  it('lists files that went away between scan and reading', async () => {
    const test = await testCase({ model: new MeanColour(4, 15) });
    const files = await crops(100);
    const folder = await makeFolder(files);
    const { id } = await test.imports.start(folderRequest(folder));
    await until(() => test.model.batches.length > 1);
    await test.imports.pause(id);
    await unlink(join(folder, Object.keys(files).sort().at(-1)!));
    await test.imports.resume(id);
    await test.imports.idle();
    expect(test.imports.list()[0]).toMatchObject({ state: 'done', imported: 99, rejected: 1 });
    expect(test.imports.rejected(id, { offset: 0, limit: 9 }).rows[0]?.reason).toBe('file-missing');
  });
});
