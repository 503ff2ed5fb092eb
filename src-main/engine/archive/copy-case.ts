import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AuditLog } from '../audit/audit-log.ts';
import { keyOf, openDatabase, type CaseDatabase } from '../case/database.ts';
import { writeKeyFile, type ProtectedKey } from '../case/encryption/key-file.ts';
import { MediaStore } from '../case/media-store.ts';
import { caseSuffix, type OpenCase } from '../case/open-case.ts';
import { CropRepository, type MediaRow } from '../case/repositories/crop-repository.ts';
import { DescryError, toDescryError } from '../errors.ts';
import { extensionOf, type ImageFormat } from '../ingest/image-signature.ts';
import { requireFreeSpace } from '../report/free-space.ts';
import { checkDatabase, runDatabaseTask } from './database-task.ts';
import type { ArchiveProgress, CopyOutcome } from './format.ts';
import { flushFolder, requireFree } from './place-file.ts';
import { WorkFolder } from './work-folder.ts';

export interface CopyJob {
  openCase: OpenCase;
  /** The case folder that is to be made; gets the suffix `.descry` when it lacks it. */
  folder: string;
  /** The key of the copy; without it the copy is not encrypted. */
  protection: ProtectedKey | undefined;
  holder: string;
  signal?: AbortSignal | undefined;
}

export interface CopyEvent {
  progress: ArchiveProgress;
  outcome: CopyOutcome | null;
}

/** Contents copied at once, and rows read at once. */
const copiedAtOnce = 16;
const eventEvery = 10 * copiedAtOnce;

/**
 * Makes a new case of an open one, encrypted or not, whatever that one is. Everything that the database
 * names is taken along and compared with its hash; exports stay where they are. The old case is not changed
 * but for its log.
 * @throws DescryError `invalid-input` when something is there already, `case-damaged`, `disk-full`,
 * `read-only`, `cancelled`.
 */
export async function* copyCase(job: CopyJob): AsyncGenerator<CopyEvent> {
  const folder = resolve(job.folder.endsWith(caseSuffix) ? job.folder : `${job.folder}${caseSuffix}`);
  requireFree(folder);
  const work = await WorkFolder.create(dirname(folder), job.holder);
  let last: CopyEvent;
  try {
    last = yield* new CopyRun({ ...job, folder }, work.file('case')).run();
  } catch (error) {
    throw toDescryError(error);
  } finally {
    await work.remove();
  }
  // Whoever has the outcome may end the process.
  yield last;
}

class CopyRun {
  readonly #job: CopyJob;
  /** The new case folder under its temporary name. */
  readonly #made: string;
  #contents = 0;
  #missing = 0;

  constructor(job: CopyJob, made: string) {
    this.#job = job;
    this.#made = made;
  }

  async *run(): AsyncGenerator<CopyEvent, CopyEvent> {
    const { openCase, folder, protection, signal } = this.#job;
    const from = keyOf(openCase.db);
    const to = protection?.key;
    const { total, bytes } = openCase.db
      .prepare<[], { total: number; bytes: number }>(
        'SELECT count(*) AS total, coalesce(sum(bytes), 0) AS bytes FROM media',
      )
      .get()!;
    await requireFreeSpace(dirname(folder), bytes, {
      what: 'The copy of the case',
      help: 'Free some space, or choose another drive.',
    });
    yield this.#event('Database', total);
    mkdirSync(this.#made);
    // Before anything is encrypted: a key that is lost is lost for good.
    if (protection) await writeKeyFile(this.#made, protection.file);
    const file = join(this.#made, 'case.sqlite');
    const keys = { from: from?.reveal() ?? null, to: to?.reveal() ?? null };
    await runDatabaseTask({ type: 'copy', source: openCase.db.name, target: file, key: keys.from }, signal);
    await runDatabaseTask({ type: 'change-key', file, ...keys }, signal);

    const db = openDatabase(file, { key: to });
    try {
      const media = new MediaStore(this.#made, to);
      media.prepare();
      yield* this.#copyContents(db, media, total);
      const about = { encrypted: protection !== undefined, missing: this.#missing };
      new AuditLog(db, openCase.operator).append('case-copied', { from: openCase.path, ...about });
    } finally {
      db.close();
    }
    yield this.#event('Check of the database', total);
    const { problems } = await checkDatabase(file, to, signal);
    if (problems.length > 0)
      throw new DescryError('case-damaged', `The case's database does not hold: ${problems[0]}`, {
        problems,
      });
    signal?.throwIfAborted();
    requireFree(folder);
    await rename(this.#made, folder);
    await flushFolder(dirname(folder));
    openCase.audit.append('case-copied', { to: folder, encrypted: protection !== undefined });
    const outcome = {
      path: folder,
      encrypted: protection !== undefined,
      originals: this.#contents,
      missing: this.#missing,
    };
    return { ...this.#event('Done', total), outcome };
  }

  async *#copyContents(db: CaseDatabase, media: MediaStore, total: number): AsyncGenerator<CopyEvent> {
    const crops = new CropRepository(db);
    const moved = db.prepare('UPDATE media SET stored_path = ? WHERE id = ?');
    let done = 0;
    // The rows of the copy: the old case may get further ones meanwhile.
    for (let rows = crops.mediaAfter(0, copiedAtOnce); rows.length > 0;) {
      this.#job.signal?.throwIfAborted();
      const paths = await allOf(rows.map((row) => this.#copyContent(row, media)));
      db.transaction(() => {
        for (const [i, { id }] of rows.entries()) if (paths[i] !== undefined) moved.run(paths[i], id);
      })();
      done += rows.length;
      if (done % eventEvery === 0) yield this.#event('Originals', total, Math.min(done, total));
      rows = crops.mediaAfter(rows.at(-1)!.id, copiedAtOnce);
    }
  }

  /** @returns the new path of a copied original; undefined where there is none. */
  async #copyContent(row: MediaRow, target: MediaStore): Promise<string | undefined> {
    const source = this.#job.openCase.media;
    const thumbnail = await source.readThumbnail(row);
    if (thumbnail) await target.storeThumbnail(row.sha256, thumbnail);
    if (row.storage !== 'copy') return undefined;
    let bytes: Buffer;
    try {
      bytes = await source.readOriginal(row);
    } catch (error) {
      if (!(error instanceof DescryError) || error.kind !== 'not-found') throw error;
      this.#missing++;
      return target.storedPathOf(row.sha256, extensionOf(row.format as ImageFormat));
    }
    if (createHash('sha256').update(bytes).digest('hex') !== row.sha256)
      throw new DescryError(
        'case-damaged',
        `The original at ${source.originalPath(row)} was changed since its import. Check the case with "descry verify"; no copy was made.`,
        { sha256: row.sha256 },
      );
    this.#contents++;
    return target.storeOriginal(row.sha256, extensionOf(row.format as ImageFormat), bytes);
  }

  #event(step: string, total: number, done = 0): CopyEvent {
    return { progress: { done: step === 'Done' ? total : done, total, step }, outcome: null };
  }
}

/** All results; nothing goes on once one has failed. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
