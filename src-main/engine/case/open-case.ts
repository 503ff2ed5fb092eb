import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AuditLog } from '../audit/audit-log.ts';
import { DescryError, toDescryError } from '../errors.ts';
import { keyOf, openDatabase, schemaVersion, type CaseDatabase } from './database.ts';
import type { CaseKey } from './encryption/case-key.ts';
import { isEncrypted, keyFileName, passphraseRequired, type ProtectedKey } from './encryption/key-file.ts';
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
  readonly isEncrypted: boolean;
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
    this.isEncrypted = keyOf(db) !== undefined;
    this.media = new MediaStore(path, keyOf(db));
  }

  /**
   * Makes a new case. `folder` gets the suffix `.descry` when it lacks it.
   * @param protection the key of an encrypted case; without it the case is not encrypted.
   * @throws DescryError `invalid-input` when something is already there; `read-only`, `disk-full`.
   */
  static create(
    folder: string,
    details: Partial<CaseDetails> & { name: string },
    identity: SessionIdentity,
    protection?: ProtectedKey,
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
      // Before anything is encrypted: a key that is lost is lost for good.
      if (protection)
        writeFileSync(join(path, keyFileName), protection.file, { flag: 'wx', mode: 0o600, flush: true });
      const db = openDatabase(join(path, databaseName), { create: true, key: protection?.key });
      const created = new OpenCase(path, db, lock, identity);
      db.transaction(() => {
        const id = randomUUID();
        const at = Date.now();
        created.details.insert(id, complete, at);
        created.audit.append('case-created', { id, ...complete, schemaVersion }, at);
      })();
      return created;
    } catch (error) {
      lock.release();
      throw toDescryError(error);
    }
  }

  /**
   * @param key of an encrypted case, from `unlock`.
   * @throws DescryError `not-found`, `case-locked`, `case-newer`, `case-damaged`, `read-only`, `passphrase-required`.
   */
  static open(folder: string, identity: SessionIdentity, key?: CaseKey): OpenCase {
    const path = OpenCase.locate(folder);
    if (isEncrypted(path) && !key) throw passphraseRequired(path);
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
      const db = openDatabase(join(path, databaseName), { key });
      const opened = new OpenCase(path, db, lock, identity);
      opened.details.get();
      opened.media.prepare();
      opened.audit.append('case-opened', { holder: identity.holder, schemaVersion });
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

  /** Where exports go when nobody chooses. They are not encrypted: those of an encrypted case lie beside it. */
  get exportsFolder(): string {
    if (!this.isEncrypted) return join(this.path, 'exports');
    const name = this.path.endsWith(caseSuffix) ? this.path.slice(0, -caseSuffix.length) : this.path;
    return `${name} exports`;
  }

  /** @param modelId row of the model in use, for the count of embedded crops. */
  info(modelId: number | undefined): CaseInfo {
    const details = this.details.get();
    const span = this.details.span();
    return {
      ...details,
      createdAt: toInstant(Date.parse(details.createdAt), details.timeZone),
      path: this.path,
      encrypted: this.isEncrypted,
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
