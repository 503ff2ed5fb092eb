import { createHash } from 'node:crypto';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { keyOf } from '../case/database.ts';
import { keyFileName } from '../case/encryption/key-file.ts';
import type { OpenCase } from '../case/open-case.ts';
import { DescryError, errorCode, toDescryError } from '../errors.ts';
import { hashFile } from '../hash-file.ts';
import { ZipWriter } from '../report/bundle/zip-writer.ts';
import { requireFreeSpace } from '../report/free-space.ts';
import { caseFiles, sizeOf, type CaseFile } from './case-files.ts';
import { checkArchive } from './check-archive.ts';
import { checkDatabase, runDatabaseTask } from './database-task.ts';
import {
  databaseEntry,
  factsName,
  isCaseEntry,
  keyEntry,
  manifestName,
  type ArchiveFacts,
  type ArchiveOutcome,
  type ArchiveProgress,
} from './format.ts';
import { placeFile, requireFree } from './place-file.ts';
import { WorkFolder } from './work-folder.ts';

export interface ArchiveJob {
  openCase: OpenCase;
  application: { name: string; version: string };
  holder: string;
  /** Of the archive that is to be made. */
  path: string;
  signal: AbortSignal;
}

export interface ArchiveEvent {
  progress: ArchiveProgress;
  outcome: ArchiveOutcome | null;
}

/** Files read at once; larger ones than this are streamed. */
const readAtOnce = 64;
const smallFile = 1024 * 1024;
/** A thumbnail is seldom larger. */
const thumbnailBytes = 12_000;
/** Headers and names of one file, and its line in the manifest. */
const entryBytes = 500;

/**
 * Writes a whole case into one file: docs/archive.md. The database is copied as it is at one instant, then
 * come the files that lie beside it; what it names was there before it was named, so that a case at work
 * gives a whole archive. The archive is read back and compared before it gets its name.
 * @throws DescryError `invalid-input` when something is there, `disk-full`, `read-only`, `cancelled`,
 * `case-damaged` when the database does not hold, `archive-refused` when reading back gives something else.
 */
export async function* writeArchive(job: ArchiveJob): AsyncGenerator<ArchiveEvent> {
  const path = resolve(job.path);
  requireFree(path);
  const work = await WorkFolder.create(dirname(path), job.holder);
  let last: ArchiveEvent;
  try {
    last = yield* new ArchiveRun({ ...job, path }, work).run();
  } catch (error) {
    throw toDescryError(error);
  } finally {
    await work.remove();
  }
  // Whoever has the outcome may end the process.
  yield last;
}

class ArchiveRun {
  readonly #job: ArchiveJob;
  readonly #work: WorkFolder;
  readonly #progress: ArchiveProgress = { done: 0, total: 0, step: '' };
  readonly #manifestHash = createHash('sha256');
  #files = 0;
  #bytes = 0;

  constructor(job: ArchiveJob, work: WorkFolder) {
    this.#job = job;
    this.#work = work;
  }

  async *run(): AsyncGenerator<ArchiveEvent, ArchiveEvent> {
    const { openCase, path, signal } = this.#job;
    const { db } = openCase;
    const database = this.#work.file('case.sqlite');
    const archive = this.#work.file('archive.zip');
    const databaseBytes =
      (db.pragma('page_count', { simple: true }) as number) *
      (db.pragma('page_size', { simple: true }) as number);
    const expected = databaseBytes + (await this.#expectedBytes());
    await requireFreeSpace(dirname(path), expected + databaseBytes, {
      what: 'The archive',
      help: 'Free some space, or choose another drive.',
    });
    this.#progress.total = megabytes(2 * databaseBytes + 3 * expected);

    yield this.#event('Database');
    const key = keyOf(db);
    await runDatabaseTask(
      { type: 'copy', source: db.name, target: database, key: key?.reveal() ?? null },
      signal,
    );
    yield this.#event('Check of the database', databaseBytes);
    const facts = await checkDatabase(database, key, signal);
    if (facts.problems.length > 0)
      throw new DescryError(
        'case-damaged',
        `The case's database does not hold, so that no archive was made: ${facts.problems[0]}`,
        { problems: facts.problems },
      );

    const zip = await ZipWriter.create(archive, this.#work.file('directory'), new Date());
    const manifest = await open(this.#work.file('manifest'), 'wx');
    try {
      yield this.#event('Files', databaseBytes);
      yield* this.#writeFiles(zip, manifest, database);
      await manifest.close();
      await zip.add(manifestName, this.#work.file('manifest'), signal);
      const about: ArchiveFacts = {
        format: 'descry-case-archive',
        version: 1,
        createdAt: new Date().toISOString(),
        application: this.#job.application,
        case: {
          id: facts.caseId,
          name: key ? '' : facts.name,
          number: key ? '' : facts.number,
          schemaVersion: facts.schemaVersion,
          encrypted: key !== undefined,
        },
        audit: facts.audit,
        files: this.#files,
        bytes: this.#bytes,
        missing: await this.#missing(),
        referenced: facts.referenced,
        manifestSha256: this.#manifestHash.digest('hex'),
      };
      await zip.addBytes(factsName, Buffer.from(`${JSON.stringify(about, null, 2)}\n`));
      await zip.finish();
      return yield* this.#checkAndPlace(archive, about);
    } finally {
      await manifest.close();
      await zip.close();
    }
  }

  /** Reads back what was written, and gives it its name. */
  async *#checkAndPlace(archive: string, facts: ArchiveFacts): AsyncGenerator<ArchiveEvent, ArchiveEvent> {
    const { openCase, path, signal } = this.#job;
    for await (const bytes of checkArchive(archive, signal)) yield this.#event('Reading back', bytes);
    yield this.#event('Hash of the archive');
    const sha256 = await hashFile(archive, signal);
    const bytes = (await sizeOf(archive))!;
    signal.throwIfAborted();
    await placeFile(archive, path);
    const { files, missing, referenced } = facts;
    openCase.audit.append('case-archived', { path, sha256, bytes, files, missing, referenced });
    this.#progress.done = this.#progress.total;
    return { ...this.#event('Done'), outcome: { path, sha256, bytes, files, missing, referenced } };
  }

  async *#writeFiles(zip: ZipWriter, manifest: FileHandle, database: string): AsyncGenerator<ArchiveEvent> {
    let waiting: CaseFile[] = [{ name: databaseEntry, path: database }];
    const { path, isEncrypted } = this.#job.openCase;
    if (isEncrypted) waiting.push({ name: keyEntry, path: join(path, keyFileName) });
    // Exports are in plain text: those of an encrypted case do not lie in it.
    for await (const file of caseFiles(path, isEncrypted ? ['media', 'thumbnails'] : undefined)) {
      // A name that no archive may hold could not be restored.
      if (!isCaseEntry(file.name))
        throw new DescryError(
          'unsupported',
          `${file.path} has a name that not every system can have. Rename or remove it, then archive again.`,
          { path: file.path },
        );
      waiting.push(file);
      if (waiting.length < readAtOnce) continue;
      yield this.#event('Files', await this.#add(zip, manifest, waiting));
      waiting = [];
    }
    yield this.#event('Files', await this.#add(zip, manifest, waiting));
  }

  /** @returns how many bytes were added. */
  async #add(zip: ZipWriter, manifest: FileHandle, files: readonly CaseFile[]): Promise<number> {
    const { signal } = this.#job;
    signal.throwIfAborted();
    const read = await Promise.all(files.map((file) => readSmall(file)));
    let added = 0;
    let lines = '';
    for (const { file, size, bytes } of read) {
      // Deleted since its name was read; whether the case still names it is looked at in the end.
      if (size === undefined) continue;
      const hash = bytes
        ? createHash('sha256').update(bytes).digest('hex')
        : await hashFile(file.path, signal);
      if (bytes) await zip.addBytes(file.name, bytes);
      else await zip.add(file.name, file.path, signal);
      lines += `${hash}  ${file.name}\n`;
      this.#files++;
      added += size;
    }
    this.#bytes += added;
    this.#manifestHash.update(lines);
    await manifest.appendFile(lines);
    return added;
  }

  /** Copied originals that the case names and that are not there. */
  async #missing(): Promise<number> {
    const { openCase, signal } = this.#job;
    const { crops, media } = openCase;
    let missing = 0;
    for (
      let rows = crops.mediaAfter(0, 500);
      rows.length > 0;
      rows = crops.mediaAfter(rows.at(-1)!.id, 500)
    ) {
      signal.throwIfAborted();
      const copies = rows.filter(({ storage }) => storage === 'copy');
      const sizes = await Promise.all(copies.map((row) => sizeOf(media.originalPath(row))));
      missing += sizes.filter((size) => size === undefined).length;
    }
    return missing;
  }

  /** Bytes of everything but the database, about. */
  async #expectedBytes(): Promise<number> {
    const { db, path } = this.#job.openCase;
    const { count, bytes } = db
      .prepare<[], { count: number; bytes: number }>(
        "SELECT count(*) AS count, coalesce(sum(CASE storage WHEN 'copy' THEN bytes END), 0) AS bytes FROM media",
      )
      .get()!;
    let exported = 0;
    for await (const file of caseFiles(path, ['exports'])) exported += (await sizeOf(file.path)) ?? 0;
    return bytes + exported + count * (thumbnailBytes + 2 * entryBytes);
  }

  /** @param bytes done since the last event. */
  #event(step: string, bytes = 0): ArchiveEvent {
    const progress = this.#progress;
    progress.done = Math.min(progress.total, progress.done + bytes / 1e6);
    progress.step = step;
    return { progress: { ...progress, done: Math.floor(progress.done) }, outcome: null };
  }
}

async function readSmall(
  file: CaseFile,
): Promise<{ file: CaseFile; size: number | undefined; bytes?: Buffer }> {
  const size = await sizeOf(file.path);
  if (size === undefined || size > smallFile) return { file, size };
  try {
    const bytes = await readFile(file.path);
    return { file, size: bytes.length, bytes };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { file, size: undefined };
    throw error;
  }
}

function megabytes(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1e6));
}
