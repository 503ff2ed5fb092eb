import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { AuditLog } from '../audit/audit-log.ts';
import { openDatabase, schemaVersion } from '../case/database.ts';
import type { CaseKey } from '../case/encryption/case-key.ts';
import { passphraseRequired, unlockKey } from '../case/encryption/key-file.ts';
import { caseSuffix } from '../case/open-case.ts';
import { DescryError, toDescryError } from '../errors.ts';
import { hashFile } from '../hash-file.ts';
import { requireFreeSpace } from '../report/free-space.ts';
import { ArchiveReader, refused, type ArchivedFile } from './archive-reader.ts';
import { requireHash } from './check-archive.ts';
import type { DatabaseFacts } from './database-messages.ts';
import { checkDatabase } from './database-task.ts';
import { caseFolder, databaseEntry, type ArchiveProgress, type RestoreOutcome } from './format.ts';
import { flushFolder } from './place-file.ts';
import { WorkFolder } from './work-folder.ts';

export interface RestoreJob {
  /** The archive. */
  archive: string;
  /** The case folder that is to be made; gets the suffix `.descry` when it lacks it. */
  folder: string;
  /** Of an encrypted case. */
  passphrase?: string | undefined;
  operator: () => string;
  holder: string;
  signal?: AbortSignal | undefined;
}

export interface RestoreEvent {
  progress: ArchiveProgress;
  outcome: RestoreOutcome | null;
}

/** Files written at once, and up to which size: larger ones are streamed, one after the other. */
const writtenAtOnce = 32;
const smallFile = 1024 * 1024;

/**
 * Makes a case folder of an archive. Everything is compared with the manifest while it is written, the
 * database is checked whole, and only then the folder gets its name; the case's log tells of it.
 * @throws DescryError `invalid-input` when something is there already, `archive-refused`, `passphrase-required`,
 * `wrong-passphrase`, `case-newer`,
 * `disk-full`, `read-only`, `not-found`, `cancelled`.
 */
export async function* restoreArchive(job: RestoreJob): AsyncGenerator<RestoreEvent> {
  const folder = resolve(job.folder.endsWith(caseSuffix) ? job.folder : `${job.folder}${caseSuffix}`);
  requireNew(folder);
  const reader = await ArchiveReader.open(resolve(job.archive), job.signal);
  let last: RestoreEvent;
  try {
    const { facts } = reader;
    if (facts.case.schemaVersion > schemaVersion)
      throw new DescryError(
        'case-newer',
        'The case in this archive was written by a newer Descry. Update Descry to restore it.',
        { archived: facts.case.schemaVersion, newest: schemaVersion },
      );
    const key = await keyOf(reader, job);
    await requireFreeSpace(dirname(folder), facts.bytes + facts.files * 4096, {
      what: 'The restored case',
      help: 'Free some space, or choose another drive.',
    });
    const work = await WorkFolder.create(dirname(folder), job.holder);
    try {
      last = yield* new RestoreRun(
        { ...job, archive: resolve(job.archive), folder, key },
        reader,
        work.file('case'),
      ).run();
    } finally {
      await work.remove();
    }
  } catch (error) {
    throw toDescryError(error);
  } finally {
    await reader.close();
  }
  // Whoever has the outcome may end the process.
  yield last;
}

/** @throws DescryError `invalid-input` when something is at `folder`. */
function requireNew(folder: string): void {
  if (existsSync(folder))
    throw new DescryError(
      'invalid-input',
      `There is already something at ${folder}. Choose another name; nothing is overwritten.`,
      { path: folder },
    );
}

/** The key of the archived case, before anything is written. */
async function keyOf(
  { keyFile }: ArchiveReader,
  { archive, passphrase }: RestoreJob,
): Promise<CaseKey | undefined> {
  if (!keyFile) return undefined;
  if (passphrase === undefined) throw passphraseRequired(archive);
  return unlockKey(keyFile, passphrase);
}

class RestoreRun {
  readonly #job: RestoreJob & { key: CaseKey | undefined };
  readonly #reader: ArchiveReader;
  /** The case folder under its temporary name. */
  readonly #made: string;
  readonly #progress: ArchiveProgress = { done: 0, total: 0, step: '' };
  readonly #folders = new Set<string>();

  constructor(job: RestoreJob & { key: CaseKey | undefined }, reader: ArchiveReader, made: string) {
    this.#job = job;
    this.#reader = reader;
    this.#made = made;
  }

  async *run(): AsyncGenerator<RestoreEvent, RestoreEvent> {
    const { archive, folder, signal } = this.#job;
    const { facts } = this.#reader;
    this.#progress.total = Math.ceil((3 * facts.bytes) / 1e6) + 1;
    yield this.#event('Hash of the archive');
    const hashed = { sha256: '', bytes: 0 };
    hashed.sha256 = await hashFile(archive, signal, (count) => (hashed.bytes += count));
    yield this.#event('Files', hashed.bytes);
    for (const name of ['media', 'thumbnails', 'exports']) this.#prepare(join(this.#made, name, 'file'));
    yield* this.#writeFiles();

    yield this.#event('Check of the database');
    const { name } = await this.#checkDatabase();
    signal?.throwIfAborted();
    this.#tellLog(hashed.sha256);
    for (const made of this.#folders) await flushFolder(made);
    requireNew(folder);
    await rename(this.#made, folder);
    await flushFolder(dirname(folder));
    this.#progress.done = this.#progress.total;
    const { files, missing, referenced, createdAt } = facts;
    const outcome: RestoreOutcome = {
      path: folder,
      name,
      archivedAt: createdAt,
      ...hashed,
      files,
      missing,
      referenced,
    };
    return { ...this.#event('Done'), outcome };
  }

  async *#writeFiles(): AsyncGenerator<RestoreEvent> {
    let writing: Promise<void>[] = [];
    let bytes = 0;
    try {
      for await (const file of this.#reader.files(this.#job.signal)) {
        const path = join(this.#made, file.name.slice(caseFolder.length));
        this.#prepare(path);
        bytes += file.bytes;
        if (file.bytes > smallFile) await this.#writeLarge(file, path);
        else {
          const content = await buffer(await file.read());
          requireHash(this.#job.archive, file, createHash('sha256').update(content).digest('hex'));
          writing.push(this.#writeSmall(file, path, content));
        }
        if (writing.length < writtenAtOnce && bytes < smallFile * writtenAtOnce) continue;
        await Promise.all(writing);
        yield this.#event('Files', bytes);
        writing = [];
        bytes = 0;
      }
      await Promise.all(writing);
      yield this.#event('Files', bytes);
    } finally {
      // The folder is removed after an error: nobody may write there any more.
      await Promise.allSettled(writing);
    }
  }

  async #writeSmall(file: ArchivedFile, path: string, content: Buffer): Promise<void> {
    // A name that this system takes for one that is there is an error, never overwritten.
    const handle = await open(path, 'wx');
    try {
      await handle.writeFile(content);
      // A thumbnail can be made again; an original must survive a power cut.
      if (!file.name.startsWith(`${caseFolder}thumbnails/`)) await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  async #writeLarge(file: ArchivedFile, path: string): Promise<void> {
    const hash = createHash('sha256');
    const handle = await open(path, 'wx');
    try {
      for await (const chunk of await file.read()) {
        this.#job.signal?.throwIfAborted();
        hash.update(chunk as Buffer);
        await handle.writeFile(chunk as Buffer);
      }
      await handle.datasync();
    } finally {
      await handle.close();
    }
    requireHash(this.#job.archive, file, hash.digest('hex'));
  }

  /** Makes the folder of a file. */
  #prepare(path: string): void {
    const folder = dirname(path);
    if (this.#folders.has(folder)) return;
    mkdirSync(folder, { recursive: true });
    this.#folders.add(folder);
  }

  get #database(): string {
    return join(this.#made, databaseEntry.slice(caseFolder.length));
  }

  /** @throws DescryError `archive-refused`, `case-newer`. */
  async #checkDatabase(): Promise<DatabaseFacts> {
    const { archive, key, signal } = this.#job;
    const { case: archived, audit } = this.#reader.facts;
    const found = await checkDatabase(this.#database, key, signal).catch((error: unknown) => {
      if (error instanceof DescryError && error.kind === 'case-damaged')
        throw refused(archive, error.message, error);
      throw error;
    });
    const [problem] = found.problems;
    if (problem !== undefined) throw refused(archive, `its database does not hold: ${problem}.`);
    if (
      found.caseId !== archived.id ||
      (!archived.encrypted && found.name !== archived.name) ||
      found.schemaVersion !== archived.schemaVersion ||
      found.audit.entries !== audit.entries ||
      found.audit.headHash !== audit.headHash
    )
      throw refused(archive, 'its database is of another case, or of another time, than it says.');
    return found;
  }

  /** Brings the schema up to date, as opening does, and writes the restoring into the log. */
  #tellLog(sha256: string): void {
    const { archive, key, operator } = this.#job;
    const { createdAt, application } = this.#reader.facts;
    const db = openDatabase(this.#database, { key });
    try {
      new AuditLog(db, operator).append('case-restored', {
        archive: basename(archive),
        sha256,
        archivedAt: createdAt,
        archivedBy: application,
      });
    } finally {
      db.close();
    }
  }

  /** @param bytes done since the last event. */
  #event(step: string, bytes = 0): RestoreEvent {
    const progress = this.#progress;
    progress.done = Math.min(progress.total, progress.done + bytes / 1e6);
    progress.step = step;
    return { progress: { ...progress, done: Math.floor(progress.done) }, outcome: null };
  }
}
