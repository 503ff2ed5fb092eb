import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkArchive } from '../../../src-main/engine/archive/check-archive.ts';
import type { OpenCase } from '../../../src-main/engine/case/open-case.ts';
import { EmbeddingStore } from '../../../src-main/engine/inference/embedding-store.ts';
import { verifyCase } from '../../../src-main/engine/verify/verify-case.ts';
import { addCrops } from '../../support/crops.ts';
import { identity, temporaryFolder } from '../../support/temporary.ts';
import {
  archive,
  archiverOf,
  caseWithFiles,
  entriesOf,
  filesOf,
  restore,
  sha256Of,
} from './archived-case.ts';
import { encrypted, reopenCase } from '../../support/cases.ts';

/** Rows of every table but the log. */
function rowsOf(openCase: OpenCase): Record<string, unknown[]> {
  const tables = openCase.db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .pluck()
    .all();
  return Object.fromEntries(
    tables
      .filter((name) => name !== 'audit')
      .map((name) => [name, openCase.db.prepare(`SELECT * FROM "${name}"`).all()]),
  );
}

describe('archiving a case', () => {
  it('gives back the same rows and files in a new folder, and both logs tell of it', async () => {
    const openCase = await caseWithFiles(40);
    const folder = temporaryFolder();
    const path = join(folder, 'case.zip');
    const outcome = await archive(openCase, path);
    expect(outcome).toMatchObject({
      path,
      missing: 0,
      referenced: 0,
      files: 1 + 2 * 40 + (encrypted ? 1 : 3),
    });
    expect(outcome.sha256).toBe(sha256Of(readFileSync(path)));
    expect(openCase.audit.list({ limit: 1 })[0]).toMatchObject({
      action: 'case-archived',
      detail: { sha256: outcome.sha256, path },
    });

    const restored = await restore(path, join(folder, 'again'));
    expect(restored).toMatchObject({ path: join(folder, 'again.descry'), sha256: outcome.sha256 });
    // Exports of an encrypted case do not lie in it.
    const files = Object.entries(filesOf(openCase.path)).filter(
      ([name]) => !encrypted || !name.startsWith('exports'),
    );
    expect(filesOf(restored.path)).toEqual(Object.fromEntries(files));
    const opened = reopenCase(restored.path, identity);
    expect(rowsOf(opened)).toEqual(rowsOf(openCase));
    expect(opened.audit.list({ limit: 2 })[1]).toMatchObject({
      action: 'case-restored',
      detail: { sha256: outcome.sha256, archive: 'case.zip' },
    });
    for await (const { verification } of verifyCase(opened, new EmbeddingStore(opened.db), { media: false }))
      // The log of this case knows nothing of its exports.
      expect(verification?.findings.filter(({ check }) => check !== 'exports') ?? []).toEqual([]);
    opened.close();
    expect(readdirSync(folder).sort()).toEqual(['again.descry', 'case.zip']);
  });

  it('keeps what was in the case at one instant while others write to it', async () => {
    const openCase = await caseWithFiles(3);
    const folder = temporaryFolder();
    addCrops(openCase, [{}, {}]);
    const events = archiverOf(openCase).write(join(folder, 'case.zip'));
    let steps = 0;
    for await (const { outcome } of events) {
      if (outcome) break;
      steps++;
      addCrops(openCase, [{}]);
    }
    expect(steps).toBeGreaterThan(3);
    const { path } = await restore(join(folder, 'case.zip'), join(folder, 'again'));
    const opened = reopenCase(path, identity);
    // The first event comes before the copy, the others after it.
    expect(opened.info(undefined).counts.crops).toBe(3);
    opened.close();
  });

  it('lists every file in a manifest that sha256sum reads', async () => {
    const openCase = await caseWithFiles(2);
    const path = join(temporaryFolder(), 'case.zip');
    await archive(openCase, path);
    const entries = entriesOf(path);
    const manifest = entries.find(({ name }) => name === 'manifest-sha256.txt')!.content.toString();
    const listed = entries
      .filter(({ name }) => name.startsWith('case/'))
      .map(({ name, content }) => `${sha256Of(content)}  ${name}\n`);
    expect(manifest).toBe(listed.join(''));
  });

  it('never writes over what is there, and leaves nothing beside it', async () => {
    const openCase = await caseWithFiles(1);
    const folder = temporaryFolder();
    const path = join(folder, 'case.zip');
    writeFileSync(path, 'precious');
    await expect(archive(openCase, path)).rejects.toMatchObject({ kind: 'invalid-input' });
    expect(readFileSync(path, 'utf8')).toBe('precious');
    expect(readdirSync(folder)).toEqual(['case.zip']);
  });

  it('counts originals that are not there any more and those that stayed at their place', async () => {
    const openCase = await caseWithFiles(3);
    const [lost] = [...openCase.crops.allMedia()];
    rmSync(openCase.media.originalPath(lost!));
    openCase.crops.ensureMedia({
      sha256: 'a'.repeat(64),
      bytes: 1,
      format: 'jpeg',
      width: 1,
      height: 1,
      storage: 'reference',
      storedPath: '/footage/elsewhere.jpg',
    });
    const folder = temporaryFolder();
    expect(await archive(openCase, join(folder, 'case.zip'))).toMatchObject({ missing: 1, referenced: 1 });
    expect(await restore(join(folder, 'case.zip'), join(folder, 'again'))).toMatchObject({
      missing: 1,
      referenced: 1,
    });
  });

  it.each([1, 2, 3, 4, 5])('leaves nothing when it is cancelled at event %i', async (at) => {
    const openCase = await caseWithFiles(10);
    const folder = temporaryFolder();
    const stop = new AbortController();
    let events = 0;
    const run = async (): Promise<void> => {
      for await (const _ of archiverOf(openCase).write(join(folder, 'case.zip'), stop.signal))
        if (++events === at) stop.abort();
    };
    await expect(run()).rejects.toMatchObject({ kind: 'cancelled' });
    expect(readdirSync(folder)).toEqual([]);
    expect(openCase.audit.list({ limit: 1 })[0]!.action).toBe('error');
  });

  it('writes one archive at a time, and ends it when the case is closed', async () => {
    const openCase = await caseWithFiles(1);
    const folder = temporaryFolder();
    const service = archiverOf(openCase);
    const first = service.write(join(folder, 'one.zip'));
    await first.next();
    await expect(service.write(join(folder, 'two.zip')).next()).rejects.toMatchObject({ kind: 'busy' });
    const rest = expect(
      (async () => {
        for await (const _ of first);
      })(),
    ).rejects.toMatchObject({ kind: 'cancelled' });
    await service.stop();
    await rest;
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses to archive a database that does not hold', async () => {
    const openCase = await caseWithFiles(1);
    openCase.db.pragma('foreign_keys = OFF');
    openCase.db.exec("INSERT INTO notes (crop_id, at, operator, text) VALUES (4711, 0, 'x', 'x')");
    const folder = temporaryFolder();
    await expect(archive(openCase, join(folder, 'case.zip'))).rejects.toMatchObject({ kind: 'case-damaged' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves no archive when it is killed, and the next one clears away what it left', async () => {
    const openCase = await caseWithFiles(10);
    const { path: casePath } = openCase;
    openCase.close();
    const folder = temporaryFolder();
    const path = join(folder, 'case.zip');
    const child = spawn(process.execPath, [join(import.meta.dirname, 'archive-child.ts'), casePath, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // It says so when all files are written, and waits before it goes on.
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', () => reject(new Error('the child ended early')));
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder)).toHaveLength(1);

    const opened = reopenCase(casePath, identity);
    await archive(opened, path);
    expect(readdirSync(folder)).toEqual(['case.zip']);
    opened.close();
  });

  it('reads an archive back as it is', async () => {
    const openCase = await caseWithFiles(2);
    const path = join(temporaryFolder(), 'case.zip');
    const { sha256 } = await archive(openCase, path);
    let read = 0;
    for await (const bytes of checkArchive(path)) read += bytes;
    const payload = entriesOf(path).filter(({ name }) => name.startsWith('case/'));
    expect(read).toBe(payload.reduce((sum, { content }) => sum + content.length, 0));
    expect(sha256).toBe(sha256Of(readFileSync(path)));
  });
});
