import { describe, expect, it } from 'vitest';
import { crops, folderRequest, testCase } from './case-folder.ts';
import { makeFolder } from './scan-folder.ts';

describe('a preview', () => {
  it('counts cameras, tracks and span, shows rejected names first, and writes nothing', async () => {
    const test = await testCase();
    test.openCase.cameras.ensure('cam-0', 'UTC');
    const folder = await makeFolder({
      ...(await crops(8)),
      'holiday.jpg': 'x',
      'cam-0_20260314-996161_1_1.jpg': 'x',
    });
    const before = test.openCase.db.prepare('SELECT count(*) FROM audit').pluck().get();
    const preview = await test.imports.preview(folderRequest(folder));
    expect(preview).toMatchObject({
      total: 10,
      pattern: 'descry',
      parsed: 8,
      rejected: 2,
      cameras: [
        { name: 'cam-0', crops: 4, known: true },
        { name: 'cam-1', crops: 4, known: false },
      ],
      span: { from: '2026-03-14T08:15:00', to: '2026-03-14T08:15:07' },
      tracks: 4,
    });
    expect(preview.rows.slice(0, 3).map(({ path, problem }) => [path, problem?.reason ?? null])).toEqual([
      ['cam-0_20260314-996161_1_1.jpg', 'time-impossible'],
      ['holiday.jpg', 'name-does-not-parse'],
      ['cam-0_20260314-081500_0_0.jpg', null],
    ]);
    expect(test.openCase.db.prepare('SELECT count(*) FROM audit').pluck().get()).toBe(before);
    expect(test.imports.list()).toEqual([]);
  });

  it('points at a mistake in the pattern, and so does a start', async () => {
    const test = await testCase();
    const request = folderRequest(await makeFolder(), { pattern: '{camera}_{persn}' });
    await expect(test.imports.preview(request)).rejects.toMatchObject({
      kind: 'invalid-input',
      detail: { column: 10 },
    });
    await expect(test.imports.start(request)).rejects.toMatchObject({
      kind: 'invalid-input',
      detail: { column: 10 },
    });
    expect(test.imports.list()).toEqual([]);
  });
});
