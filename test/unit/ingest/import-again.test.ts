import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crop, crops, testCase } from './case-folder.ts';
import { expectConsistent, importAll } from './import-checks.ts';
import { makeFolder } from './scan-folder.ts';

describe('importing again', () => {
  it('adds nothing of the same files and says so', async () => {
    const test = await testCase();
    const folder = await makeFolder(await crops(9));
    await importAll(test, folder);
    const seen = test.model.batches.length;
    expect(await importAll(test, folder)).toMatchObject({
      state: 'done',
      total: 9,
      imported: 0,
      alreadyPresent: 9,
    });
    expectConsistent(test, 9);
    expect(test.model.batches.length).toBe(seen);
  });

  it('stacks the same bytes under another name, without asking the model again', async () => {
    const test = await testCase();
    const [first, second] = [await crop(1), await crop(2)];
    expect(
      await importAll(
        test,
        await makeFolder({ 'a.jpg': first, 'b.jpg': first, 'c.jpg': second, 'd.jpg': first }),
      ),
    ).toMatchObject({ imported: 2, duplicates: 2 });
    expect(await importAll(test, await makeFolder({ 'e.jpg': second }))).toMatchObject({
      imported: 0,
      duplicates: 1,
    });
    expectConsistent(test, 5);
    expect(test.model.batches.reduce((a, b) => a + b, 0)).toBe(2);
    expect(test.openCase.crops.detail(1, 'UTC').duplicates.map(({ fileName }) => fileName)).toEqual([
      'b.jpg',
      'd.jpg',
    ]);
    expect(test.embeddings.vectorOf(1, 4)).toEqual(test.embeddings.vectorOf(1, 1));
  });

  it('takes a changed file at a known path as a new crop', async () => {
    const test = await testCase();
    const folder = await makeFolder({ 'a.jpg': await crop(1) });
    await importAll(test, folder);
    await writeFile(join(folder, 'a.jpg'), await crop(99));
    expect(await importAll(test, folder)).toMatchObject({ imported: 1, alreadyPresent: 0 });
    expectConsistent(test, 2);
  });

  it('gives crops of an earlier import vectors of the model that is now in use', async () => {
    const folder = await makeFolder(await crops(5));
    const test = await testCase();
    await importAll(test, folder);
    test.openCase.db.exec('DELETE FROM embeddings; DELETE FROM vector_pieces;');
    expect(await importAll(test, folder)).toMatchObject({ imported: 0, alreadyPresent: 5 });
    expectConsistent(test, 5);
  });
});
