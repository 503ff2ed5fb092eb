import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AuditLog } from '../../../src-main/engine/audit/audit-log.ts';
import { openDatabase, schemaVersion } from '../../../src-main/engine/case/database.ts';
import type { OpenCase } from '../../../src-main/engine/case/open-case.ts';
import { CaseRepository } from '../../../src-main/engine/case/repositories/case-repository.ts';
import { CropRepository } from '../../../src-main/engine/case/repositories/crop-repository.ts';
import { EmbeddingStore } from '../../../src-main/engine/inference/embedding-store.ts';
import { identity, temporaryFolder } from '../../support/temporary.ts';
import { vectorFindings } from '../../support/vectors.ts';
import { Colours, JobCase, picture } from './job-case.ts';
import { reopenCase } from '../../support/cases.ts';

const known = new Colours('dim', 0.5);

/** A case as a Descry before there were jobs wrote it: three crops, read by "dim". */
async function oldCase(): Promise<{ folder: string; content: Record<string, unknown[]> }> {
  const folder = join(temporaryFolder(), 'old.descry');
  mkdirSync(join(folder, 'media'), { recursive: true });
  const db = openDatabase(join(folder, 'case.sqlite'), { create: true, upTo: 10 });
  const details = { name: 'Old', number: '', investigator: '', purpose: '', legalBasis: '', timeZone: 'UTC' };
  new CaseRepository(db).insert('0000', details, 0);
  new AuditLog(db, identity.operator).append('case-created', { name: 'Old' });
  db.exec(
    "INSERT INTO batches (id, state, created_at, operator, source, options) VALUES (1, 'done', 0, 'A. Tester', '{}', '{}')",
  );
  const crops = new CropRepository(db);
  const store = new EmbeddingStore(db);
  const modelId = store.ensureModel(known.summary, known.manifest);
  for (const number of [1, 2, 3]) {
    const bytes = await picture(number);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const storedPath = `${sha256}.png`;
    writeFileSync(join(folder, 'media', storedPath), bytes);
    const { id: mediaId } = crops.ensureMedia({
      ...{ sha256, bytes: bytes.length, format: 'png', width: 16, height: 32, storage: 'copy', storedPath },
    });
    const cropId = crops.insert({
      ...{ mediaId, batchId: 1, sourcePath: `/footage/${number}.png`, fileName: `${number}.png` },
      ...{ cameraId: null, track: null, frame: null, box: null, frameSha256: null },
      ...{
        recordedTime: null,
        timeSource: 'none',
        recordedAt: null,
        correctedAt: null,
        sourceKey: `${number}`,
      },
    });
    db.prepare('INSERT INTO embeddings VALUES (?, ?, ?)').run(modelId, number - 1, cropId);
  }
  const vectors = Buffer.from(Float32Array.from([1, 2, 3, 2, 2, 3, 3, 2, 3]).buffer);
  const block = db.prepare('INSERT INTO embedding_blocks VALUES (?, 0, 3, ?, ?)');
  block.run(modelId, vectors, createHash('sha256').update(vectors).digest('hex'));
  // Another model's block, whose bytes are not those that were written.
  const other = store.ensureModel({ ...known.summary, digest: 'f'.repeat(64) }, known.manifest);
  db.prepare('INSERT INTO embeddings VALUES (?, 0, 1)').run(other);
  db.prepare('INSERT INTO embedding_blocks VALUES (?, 0, 1, ?, ?)').run(
    other,
    vectors.subarray(0, 12),
    '0'.repeat(64),
  );
  const content = contentOf(db);
  db.close();
  return { folder, content };
}

const tables = ['case_file', 'batches', 'media', 'crops', 'models', 'embeddings', 'audit'];

function contentOf(db: OpenCase['db']): Record<string, unknown[]> {
  return Object.fromEntries(tables.map((name) => [name, db.prepare(`SELECT * FROM ${name}`).all()]));
}

describe('a case of schema 10', () => {
  it('keeps all that is in it, and can have jobs', async () => {
    const { folder, content } = await oldCase();
    const openCase = reopenCase(folder, identity);
    onTestFinished(() => openCase.close());
    expect(openCase.db.pragma('user_version', { simple: true })).toBe(schemaVersion);
    const { audit, ...rest } = contentOf(openCase.db);
    // Columns that came with later schemas are there besides.
    expect({ ...rest, audit: audit!.slice(0, 1) }).toMatchObject(content);
    expect(openCase.audit.verify().findings).toEqual([]);

    const place = new JobCase(openCase);
    expect(place.service.current()).toBeNull();
    expect(place.service.coverage([known.summary])).toEqual([{ packId: 'dim', crops: 3, total: 3 }]);
    expect(await place.run('red')).toMatchObject({ state: 'finished', done: 3, total: 3 });
    expect(place.vector('dim', 2)).toEqual([2, 2, 3]);
    expect(vectorFindings(place.embeddings)).toMatchObject([
      { severity: 'error', where: expect.stringContaining('rows 0 to 0 of dim') as string },
    ]);
    expect(openCase.db.pragma('foreign_key_check')).toEqual([]);
  });
});
