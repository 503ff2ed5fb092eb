import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RemovalRepository } from '../../../src-main/engine/case/repositories/removal-repository.ts';
import { ReviewService } from '../../../src-main/engine/review/review-service.ts';
import { countFacets } from '../../../src-main/engine/search/facets.ts';
import { verifyCase } from '../../../src-main/engine/verify/verify-case.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { crop, crops, MeanColour } from '../ingest/case-folder.ts';
import {
  cropsOf,
  filesOf,
  importFolder,
  removalCase,
  removeBatch,
  type RemovalCase,
} from './removal-case.ts';

function folderOf(files: Record<string, Buffer>): string {
  const folder = temporaryFolder();
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}

async function expectSound({ openCase, embeddings }: RemovalCase): Promise<void> {
  for await (const { verification } of verifyCase(openCase, embeddings, { media: true }))
    if (verification) expect(verification.findings).toEqual([]);
}

function logOf({ openCase }: RemovalCase, action: string): Record<string, unknown>[] {
  return openCase.audit
    .list({ limit: 500 })
    .filter((entry) => entry.action === action)
    .map(({ detail }) => detail)
    .reverse();
}

describe('a batch that is taken out of the case', () => {
  it('takes its crops, their vectors and their files with it, and nothing of other batches', async () => {
    const made = await removalCase();
    const first = await importFolder(made, folderOf(await crops(10)));
    const before = filesOf(made);
    const other = await importFolder(made, folderOf({ 'x.jpg': await crop(99) }));
    await removeBatch(made, first);
    expect(cropsOf(made)).toEqual([{ id: 11, batchId: other, fileName: 'x.jpg' }]);
    expect(made.removed).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(made.embeddings.count(1)).toBe(1);
    expect(made.embeddings.vectorOf(1, 11)).toBeDefined();
    expect(filesOf(made).filter((file) => before.includes(file))).toEqual([]);
    expect(filesOf(made).length).toBeGreaterThan(0);
    expect(made.imports.list().map(({ id, state }) => [id, state])).toEqual([
      [other, 'done'],
      [first, 'removed'],
    ]);
    expect(made.progress.at(-1)).toMatchObject({
      state: 'done',
      total: 10,
      removed: 10,
      kept: 0,
      filesLeft: 0,
    });
    await expectSound(made);
  });

  it('is written into the log with its numbers and the digest of what its files held', async () => {
    const made = await removalCase();
    const files = await crops(5);
    const batchId = await importFolder(made, folderOf(files));
    await removeBatch(made, batchId);
    const hashes = Object.values(files).map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    const digest = createHash('sha256')
      .update(
        hashes
          .sort()
          .map((hash) => `${hash}\n`)
          .join(''),
      )
      .digest('hex');
    const bytes = Object.values(files).reduce((sum, { length }) => sum + length, 0);
    expect(logOf(made, 'batch-removal-started')).toEqual([
      expect.objectContaining({ batchId, crops: 5, files: 5, bytes, marked: 0 }),
    ]);
    expect(logOf(made, 'batch-removed')).toEqual([
      { batchId, crops: 5, removed: 5, kept: 0, files: 5, bytes, filesSha256: digest, filesLeft: 0 },
    ]);
  });

  it('can be imported again, as new crops with vectors of their own', async () => {
    const made = await removalCase();
    const folder = folderOf(await crops(4));
    await removeBatch(made, await importFolder(made, folder));
    const again = await importFolder(made, folder);
    expect(made.imports.get(again)).toMatchObject({ imported: 4, alreadyPresent: 0, duplicates: 0 });
    expect(cropsOf(made).map(({ id }) => id)).toEqual([5, 6, 7, 8]);
    expect(made.embeddings.count(1)).toBe(4);
    await expectSound(made);
  });

  it('leaves those crops that another import met again, with that import', async () => {
    const made = await removalCase();
    const folder = folderOf(await crops(4));
    const first = await importFolder(made, folder);
    writeFileSync(join(folder, 'cam-1_20260314-090000_9_9.jpg'), await crop(77));
    const second = await importFolder(made, folder);
    expect(await made.removals.preview(first)).toMatchObject({ crops: 0, kept: 4, files: 0 });
    await removeBatch(made, first);
    expect(cropsOf(made).map(({ batchId }) => batchId)).toEqual([second, second, second, second, second]);
    await removeBatch(made, second);
    expect(cropsOf(made)).toEqual([]);
    expect(filesOf(made)).toEqual([]);
    await expectSound(made);
  });

  it('leaves a file as long as any crop has its bytes', async () => {
    const made = await removalCase();
    const bytes = await crop(5);
    const first = await importFolder(made, folderOf({ 'a.jpg': bytes, 'b.jpg': await crop(6) }));
    const second = await importFolder(made, folderOf({ 'c.jpg': bytes }));
    expect(await made.removals.preview(first)).toMatchObject({ crops: 2, files: 1 });
    await removeBatch(made, first);
    const hash = createHash('sha256').update(bytes).digest('hex');
    expect(filesOf(made)).toContain(`media/${hash}.jpg`);
    await expectSound(made);
    await removeBatch(made, second);
    expect(filesOf(made)).toEqual([]);
  });

  it('never touches originals that were left at their place', async () => {
    const made = await removalCase();
    const folder = folderOf({ 'a.jpg': await crop(1, 300, 600) });
    const batchId = await importFolder(made, folder, true);
    expect(filesOf(made).length).toBe(1);
    await removeBatch(made, batchId);
    expect(filesOf(made)).toEqual([]);
    expect(existsSync(join(folder, 'a.jpg'))).toBe(true);
  });

  it('deletes nothing outside of the case, whatever a row says', async () => {
    const made = await removalCase();
    const batchId = await importFolder(made, folderOf({ 'a.jpg': await crop(1) }));
    const outside = join(made.openCase.path, '..', 'precious.jpg');
    writeFileSync(outside, 'precious');
    made.openCase.db.prepare("UPDATE media SET stored_path = '../../precious.jpg'").run();
    await removeBatch(made, batchId);
    expect(existsSync(outside)).toBe(true);
  });

  it('is not in counts, lists and new decisions any more, and its decisions stay on record', async () => {
    const made = await removalCase();
    const { openCase } = made;
    const batchId = await importFolder(made, folderOf(await crops(6)));
    const review = new ReviewService(openCase);
    review.decide([1, 2], 'possible');
    review.addTag([3], 'red bag');
    review.addNote(3, 'limps');
    expect(await made.removals.preview(batchId)).toMatchObject({
      marked: 3,
      decided: 2,
      noted: 1,
      tagged: 1,
    });
    await removeBatch(made, batchId);
    const facets = countFacets(openCase.db, {}, 'UTC', 96);
    expect(facets).toMatchObject({ total: 0, cameras: [], batches: [], tags: [], histogram: null });
    expect(facets.verdicts.every(({ count }) => count === 0)).toBe(true);
    expect(openCase.info(1)).toMatchObject({
      counts: { crops: 0, batches: 0, tracks: 0, marked: 0 },
      span: null,
    });
    expect(openCase.cameras.list().map((camera) => camera.crops)).toEqual([0, 0]);
    expect(review.marked({}, { offset: 0, limit: 10 })).toEqual({ total: 0, rows: [] });
    expect(() => review.decide([1], 'excluded')).toThrow('no crop 1');
    expect(openCase.crops.detail(1, 'UTC')).toMatchObject({
      verdict: 'possible',
      removedAt: expect.stringMatching(/^20\d\d-/) as string,
    });
  });
});

describe('asking for a removal', () => {
  it('is refused when the numbers are not those that were agreed to', async () => {
    const made = await removalCase();
    const batchId = await importFolder(made, folderOf(await crops(3)));
    const seen = await made.removals.preview(batchId);
    new ReviewService(made.openCase).decide([2], 'possible');
    await expect(made.removals.start(batchId, seen)).rejects.toThrow('not what was agreed to');
    expect(cropsOf(made).length).toBe(3);
    expect(logOf(made, 'batch-removal-started')).toEqual([]);
  });

  it('is refused for an import that is not there, or is out already', async () => {
    const made = await removalCase();
    await expect(made.removals.preview(7)).rejects.toThrow('no import 7');
    const batchId = await importFolder(made, folderOf(await crops(1)));
    await removeBatch(made, batchId);
    await expect(made.removals.start(batchId, { crops: 0, marked: 0 })).rejects.toThrow('already');
  });

  it('is refused while the import itself runs; a paused one ends for good', async () => {
    const made = await removalCase({ model: new MeanColour(2, 20) });
    const folder = folderOf(await crops(40));
    const { id } = await made.imports.start({
      source: { kind: 'folder', path: folder },
      options: { pattern: 'auto', reference: false, acceptUnparsed: false, minimumConfidence: 0 },
    });
    const seen = await made.removals.preview(id);
    await expect(made.removals.start(id, seen)).rejects.toMatchObject({ kind: 'busy' });
    await made.imports.pause(id);
    await removeBatch(made, id);
    expect(made.imports.get(id).state).toBe('removed');
    await expect(made.imports.resume(id)).rejects.toThrow('taken out of the case');
    expect(cropsOf(made)).toEqual([]);
  });
});

describe('a removal under way', () => {
  it('can be cancelled, and goes on when it is asked for again', async () => {
    const made: RemovalCase = await removalCase({
      mostCrops: 2,
      onRemoved: () => void made.removals.cancel(1),
    });
    await importFolder(made, folderOf(await crops(9)));
    await removeBatch(made, 1);
    expect(made.progress.at(-1)).toMatchObject({ state: 'cancelled', total: 9, removed: 2 });
    expect(made.imports.get(1).state).toBe('done');
    expect(cropsOf(made).length).toBe(7);
    expect(logOf(made, 'batch-removal-cancelled')).toEqual([{ batchId: 1, crops: 9, removed: 2, kept: 0 }]);
    await expectSound(made);
    while (cropsOf(made).length > 0) await removeBatch(made, 1);
    await removeBatch(made, 1);
    expect(made.imports.get(1).state).toBe('removed');
    expect(made.progress.at(-1)).toMatchObject({ state: 'done', total: 9, removed: 9 });
    expect(logOf(made, 'batch-removed')).toEqual([expect.objectContaining({ files: 9 })]);
  });

  it('lets an import go first', async () => {
    const made: RemovalCase = await removalCase({ mostCrops: 2, model: new MeanColour(2, 5) });
    const batchId = await importFolder(made, folderOf(await crops(6)));
    const { id } = await made.imports.start({
      source: { kind: 'folder', path: folderOf({ 'x.jpg': await crop(50) }) },
      options: { pattern: 'none', reference: false, acceptUnparsed: true, minimumConfidence: 0 },
    });
    await removeBatch(made, batchId);
    expect(made.progress.some(({ waiting, removed }) => waiting && removed === 0)).toBe(true);
    expect(cropsOf(made)).toEqual([{ id: 7, batchId: id, fileName: 'x.jpg' }]);
  });

  it('goes on after the case was closed, with the files that were still to be deleted', async () => {
    const made: RemovalCase = await removalCase({ mostCrops: 2 });
    const batchId = await importFolder(made, folderOf(await crops(5)));
    // As a process leaves it that dies between the transaction and the deletion of the files.
    const repository = new RemovalRepository(made.openCase.db);
    made.openCase.db.transaction(() => {
      repository.begin(batchId, 'A. Tester', 5);
      made.embeddings.remove(repository.takeCrops(batchId, 2).cropIds);
    })();
    expect(repository.filesLeft()).toBe(2);
    made.removals.resumeInterrupted();
    await made.removals.idle();
    expect(cropsOf(made)).toEqual([]);
    expect(filesOf(made)).toEqual([]);
    expect(repository.filesLeft()).toBe(0);
    expect(logOf(made, 'batch-removed')).toEqual([expect.objectContaining({ removed: 5, files: 5 })]);
  });

  it('does not delete a file that an import brought back before its turn came', async () => {
    const made = await removalCase();
    const folder = folderOf({ 'a.jpg': await crop(3) });
    const batchId = await importFolder(made, folder);
    const repository = new RemovalRepository(made.openCase.db);
    made.openCase.db.transaction(() => {
      repository.begin(batchId, 'A. Tester', 1);
      made.embeddings.remove(repository.takeCrops(batchId, 10).cropIds);
    })();
    await importFolder(made, folder);
    made.removals.resumeInterrupted();
    await made.removals.idle();
    expect(cropsOf(made).length).toBe(1);
    await expectSound(made);
  });

  it('leaves a file that cannot be deleted on the list, and says so', async () => {
    const made = await removalCase();
    const bytes = await crop(3);
    const batchId = await importFolder(made, folderOf({ 'a.jpg': bytes }));
    const hash = createHash('sha256').update(bytes).digest('hex');
    const thumbnail = join(made.openCase.path, 'thumbnails', hash.slice(0, 2), `${hash}.jpg`);
    // A folder in its place cannot be unlinked.
    mkdirSync(thumbnail, { recursive: true });
    await removeBatch(made, batchId);
    expect(made.progress.at(-1)).toMatchObject({ state: 'done', filesLeft: 1 });
    expect(logOf(made, 'batch-removed')).toEqual([expect.objectContaining({ filesLeft: 1 })]);
  });

  it('stops where the case cannot be written, and is taken up again', async () => {
    let fails = true;
    const made: RemovalCase = await removalCase({
      removeVectors: (cropIds) => {
        if (fails) throw new Error('the disk is full');
        made.embeddings.remove(cropIds);
      },
    });
    const batchId = await importFolder(made, folderOf(await crops(3)));
    await removeBatch(made, batchId);
    expect(made.progress.at(-1)).toMatchObject({ state: 'failed', removed: 0 });
    expect(made.progress.at(-1)?.error).not.toBeNull();
    expect(cropsOf(made).length).toBe(3);
    fails = false;
    made.removals.resumeInterrupted();
    await made.removals.idle();
    expect(cropsOf(made)).toEqual([]);
  });
});
