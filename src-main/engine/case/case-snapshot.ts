import { AuditLog } from '../audit/audit-log.ts';
import { keyOf, openDatabase, type CaseDatabase } from './database.ts';
import type { MediaStore } from './media-store.ts';
import type { OpenCase } from './open-case.ts';
import { CameraRepository } from './repositories/camera-repository.ts';
import { CaseRepository } from './repositories/case-repository.ts';
import { CropRepository } from './repositories/crop-repository.ts';

/** What of a case is read, by whoever only reads it. */
export type ReadableCase = Pick<
  OpenCase,
  'db' | 'audit' | 'details' | 'cameras' | 'crops' | 'media' | 'operator' | 'timeZone'
>;

/**
 * An open case as it is at one instant: what others write meanwhile is not seen. For work that reads
 * page by page and lets others go on between two pages. It must be closed, and holds back the
 * database's clearing of its log until then.
 */
export class CaseSnapshot implements ReadableCase {
  readonly db: CaseDatabase;
  readonly audit: AuditLog;
  readonly details: CaseRepository;
  readonly cameras: CameraRepository;
  readonly crops: CropRepository;
  readonly media: MediaStore;
  readonly operator: () => string;
  readonly timeZone: string;

  private constructor(openCase: OpenCase, db: CaseDatabase) {
    this.db = db;
    this.media = openCase.media;
    this.audit = new AuditLog(db, openCase.operator);
    this.details = new CaseRepository(db);
    this.cameras = new CameraRepository(db);
    this.crops = new CropRepository(db);
    const operator = openCase.operator();
    this.operator = () => operator;
    this.timeZone = this.details.get().timeZone;
  }

  /** @throws DescryError `case-gone`, `case-damaged`. */
  static take(openCase: OpenCase): CaseSnapshot {
    const db = openDatabase(openCase.db.name, { readonly: true, key: keyOf(openCase.db) });
    try {
      // A read transaction begins with its first read, which the constructor makes.
      db.exec('BEGIN');
      return new CaseSnapshot(openCase, db);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  close(): void {
    this.db.close();
  }
}
