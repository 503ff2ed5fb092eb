import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpenCase } from '../../src-main/engine/case/open-case.ts';
import { EmbeddingStore } from '../../src-main/engine/inference/embedding-store.ts';
import { verifyCase } from '../../src-main/engine/verify/verify-case.ts';

const identity = { operator: () => 'A. Tester', holder: 'the tests' };
const count = 300;
/** Of the other batch, in the same blocks of vectors. */
const others = 50;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'descry-removal-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** A case with two batches whose crops come by turns; their pictures are a few bytes each. */
async function makeCase(): Promise<string> {
  const openCase = OpenCase.create(join(folder, 'case'), { name: 'Removal', timeZone: 'UTC' }, identity);
  const { db, crops, media } = openCase;
  const store = new EmbeddingStore(db);
  for (const id of [1, 2])
    db.prepare(
      "INSERT INTO batches (id, state, created_at, operator, source, options) VALUES (?, 'done', 0, '', ?, '{}')",
    ).run(id, JSON.stringify({ kind: 'folder', path: `/footage/${id}` }));
  db.prepare(
    "INSERT INTO models (pack_id, version, digest, dimensions, manifest, added_at) VALUES ('m', '1', 'd', 8, '{}', 0)",
  ).run();
  for (let n = 0; n < count + others; n++) {
    const bytes = Buffer.from(`picture ${n}`);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const storedPath = await media.storeOriginal(sha256, '.jpg', bytes);
    await media.storeThumbnail(sha256, bytes);
    const { id: mediaId } = crops.ensureMedia({
      ...{ sha256, bytes: bytes.length, format: 'jpeg', width: 8, height: 16, storage: 'copy', storedPath },
    });
    const cropId = crops.insert({
      ...{ mediaId, batchId: n % 7 === 0 ? 2 : 1, sourcePath: `/footage/${n}.jpg`, fileName: `${n}.jpg` },
      ...{ cameraId: null, track: null, frame: null, box: null, frameSha256: null, recordedTime: null },
      ...{ timeSource: 'none', recordedAt: null, correctedAt: null, sourceKey: `${n}` },
    });
    store.append(1, [cropId], new Float32Array(8).fill(cropId));
  }
  openCase.close();
  return openCase.path;
}

/** Runs the remover in a process of its own. @returns whether it came to its end before it had taken out `killAt` crops. */
function removeInChild(path: string, killAt: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'removal-child.ts'), [path], { stdio: 'inherit' });
    let ended = false;
    child.on('message', (message) => {
      if (message === 'ended') ended = true;
      else if (Number(message) >= killAt) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('exit', () => resolve(ended));
  });
}

function filesOf(path: string): number {
  return ['media', 'thumbnails'].reduce(
    (sum, name) =>
      sum +
      readdirSync(join(path, name), { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      ).length,
    0,
  );
}

describe('a removal whose process is killed', () => {
  it('goes on where it was, loses nothing of other batches and leaves nothing behind', async () => {
    const path = await makeCase();
    const ends: boolean[] = [];
    for (const killAt of [1, 60, 61, 150]) ends.push(await removeInChild(path, killAt));
    expect(ends).toEqual([false, false, false, false]);
    expect(await removeInChild(path, Infinity)).toBe(true);

    const openCase = OpenCase.open(path, identity);
    const store = new EmbeddingStore(openCase.db);
    const left = openCase.db
      .prepare<[], number>('SELECT id FROM crops WHERE removed_at IS NULL ORDER BY id')
      .pluck()
      .all();
    expect(left).toEqual(
      Array.from({ length: count + others }, (_, n) => n)
        .filter((n) => n % 7 === 0)
        .map((n) => n + 1),
    );
    for (const cropId of left) expect(store.vectorOf(1, cropId)).toEqual(new Float32Array(8).fill(cropId));
    expect(store.count(1)).toBe(left.length);
    expect(filesOf(path)).toBe(2 * left.length);
    const log = openCase.audit.list({ limit: 500 }).map(({ action }) => action);
    expect(log.filter((action) => action === 'batch-removal-resumed').length).toBe(4);
    expect(
      openCase.audit.list({ limit: 500 }).find(({ action }) => action === 'batch-removed')?.detail,
    ).toEqual(expect.objectContaining({ removed: count, files: count, filesLeft: 0 }));
    for await (const { verification } of verifyCase(openCase, store, { media: true })) {
      // The rows were written by the test itself, which the log knows nothing of, and its thumbnails are no pictures.
      const ofTest = ['imports', 'crops', 'thumbnails'];
      const found = verification?.findings.filter(({ check }) => !ofTest.includes(check));
      expect(found ?? []).toEqual([]);
    }
    openCase.close();
  });
});
