import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AuditLog } from '../audit/audit-log.ts';
import { DescryError, toDescryError } from '../errors.ts';
import { openDatabase, schemaVersion, type CaseDatabase } from './database.ts';
import { CaseLock } from './lock.ts';
import { MediaStore } from './media-store.ts';
import { CameraRepository } from './repositories/camera-repository.ts';
import { CaseRepository } from './repositories/case-repository.ts';
import { CropRepository } from './repositories/crop-repository.ts';
import { caseDetails, type CaseDetails, type CaseInfo } from './schema.ts';
import { toInstant } from './times.ts';

const databaseName = 'case.sqlite';
/** What case folders are called. */
export const caseSuffix = '.descry';

export interface SessionIdentity {
  /** Who is at work, as the person at the screen said. */
  operator: () => string;
  /** The program, shown to others who find the case locked ("Descry desktop"). */
  holder: string;
}

/**
 * A case folder that this process holds: database, media, thumbnails, exports and the audit log.
 * Services are built on top of it and must be stopped before `close`.
 */
export class OpenCase {
  readonly path: string;
  readonly db: CaseDatabase;
  readonly audit: AuditLog;
  readonly details: CaseRepository;
  readonly cameras: CameraRepository;
  readonly crops: CropRepository;
  readonly media: MediaStore;
  readonly operator: () => string;
  readonly #lock: CaseLock;

  private constructor(path: string, db: CaseDatabase, lock: CaseLock, identity: SessionIdentity) {
    this.path = path;
    this.db = db;
    this.#lock = lock;
    this.operator = identity.operator;
    this.audit = new AuditLog(db, identity.operator);
    this.details = new CaseRepository(db);
    this.cameras = new CameraRepository(db);
    this.crops = new CropRepository(db);
    this.media = new MediaStore(path);
  }

  /**
   * Makes a new case. `folder` gets the suffix `.descry` when it lacks it.
   * @throws DescryError `invalid-input` when something is already there; `read-only`, `disk-full`.
   */
  static create(
    folder: string,
    details: Partial<CaseDetails> & { name: string },
    identity: SessionIdentity,
  ): OpenCase {
    const path = resolve(folder.endsWith(caseSuffix) ? folder : `${folder}${caseSuffix}`);
    if (existsSync(path) && (!statSync(path).isDirectory() || readdirSync(path).length > 0)) {
      throw new DescryError(
        'invalid-input',
        `There is already something at ${path}. Choose another name or an empty folder.`,
        { path },
      );
    }
    const complete = caseDetails.parse({
      number: '',
      investigator: '',
      purpose: '',
      legalBasis: '',
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      ...details,
    });
    try {
      new MediaStore(path).prepare();
    } catch (error) {
      throw toDescryError(error);
    }
    const lock = CaseLock.acquire(path, identity.holder);
    try {
      const db = openDatabase(join(path, databaseName), { create: true });
      const created = new OpenCase(path, db, lock, identity);
      db.transaction(() => {
        created.details.insert(randomUUID(), complete);
        created.audit.append('case-created', { name: complete.name, number: complete.number, schemaVersion });
      })();
      return created;
    } catch (error) {
      lock.release();
      throw toDescryError(error);
    }
  }

  /** @throws DescryError `not-found`, `case-locked`, `case-newer`, `case-damaged`, `read-only`. */
  static open(folder: string, identity: SessionIdentity): OpenCase {
    const path = OpenCase.locate(folder);
    try {
      accessSync(path, constants.W_OK);
    } catch (error) {
      throw new DescryError(
        'read-only',
        `The case at ${path} cannot be written. Copy it to a writable drive to work on it.`,
        { path },
        error,
      );
    }
    const lock = CaseLock.acquire(path, identity.holder);
    try {
      const db = openDatabase(join(path, databaseName));
      const opened = new OpenCase(path, db, lock, identity);
      opened.details.get();
      opened.media.prepare();
      opened.audit.append('case-opened', { holder: identity.holder });
      return opened;
    } catch (error) {
      lock.release();
      throw toDescryError(error);
    }
  }

  /** The case folder that a path means: the folder itself, or the database inside it. @throws DescryError `not-found`. */
  static locate(path: string): string {
    const folder = resolve(basename(path) === databaseName ? join(path, '..') : path);
    for (const candidate of [folder, `${folder}${caseSuffix}`]) {
      if (existsSync(join(candidate, databaseName))) return candidate;
    }
    throw new DescryError('not-found', `There is no case at ${folder}.`, { path: folder });
  }

  /** Zone in which the case shows its times. */
  get timeZone(): string {
    return this.details.get().timeZone;
  }

  get exportsFolder(): string {
    return join(this.path, 'exports');
  }

  /** @param modelId row of the model in use, for the count of embedded crops. */
  info(modelId: number | undefined): CaseInfo {
    const details = this.details.get();
    const span = this.details.span();
    return {
      ...details,
      createdAt: toInstant(Date.parse(details.createdAt), details.timeZone),
      path: this.path,
      schemaVersion: this.db.pragma('user_version', { simple: true }) as number,
      counts: this.details.counts(modelId),
      span: span
        ? { from: toInstant(span.from, details.timeZone), to: toInstant(span.to, details.timeZone) }
        : null,
    };
  }

  close(): void {
    try {
      if (this.db.open) this.audit.append('case-closed');
    } catch {
      // The folder may be gone (a drive pulled out): closing must still release what is held.
    }
    this.db.close();
    this.#lock.release();
  }
}
