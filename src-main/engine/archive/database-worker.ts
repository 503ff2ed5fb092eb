import { parentPort, workerData } from 'node:worker_threads';
import { AuditLog } from '../audit/audit-log.ts';
import { changeKey, openDatabase } from '../case/database.ts';
import { CaseKey } from '../case/encryption/case-key.ts';
import { CaseRepository } from '../case/repositories/case-repository.ts';
import { toDescryError } from '../errors.ts';
import type { DatabaseAnswer, DatabaseKey, DatabaseFacts, DatabaseTask } from './database-messages.ts';

/** Entry of a thread that copies or checks a database: both read all of it in one call. */
function work(task: DatabaseTask): DatabaseFacts | null {
  if (task.type === 'check') return check(task.file, keyOf(task.key));
  if (task.type === 'change-key') {
    changeKey(task.file, keyOf(task.from), keyOf(task.to));
    return null;
  }
  const db = openDatabase(task.source, { readonly: true, key: keyOf(task.key) });
  try {
    db.prepare('VACUUM INTO ?').run(task.target);
    return null;
  } finally {
    db.close();
  }
}

function keyOf(bytes: DatabaseKey): CaseKey | undefined {
  return bytes ? new CaseKey(bytes) : undefined;
}

function check(file: string, key: CaseKey | undefined): DatabaseFacts {
  const db = openDatabase(file, { readonly: true, key });
  try {
    const problems = (db.pragma('integrity_check(20)') as { integrity_check: string }[])
      .map(({ integrity_check: message }) => message)
      .filter((message) => message !== 'ok');
    const references = db.pragma('foreign_key_check') as { table: string; parent: string }[];
    for (const { table, parent } of references.slice(0, 20))
      problems.push(`a row of ${table} refers to a row of ${parent} that is not there`);
    const { id, name, number } = new CaseRepository(db).get();
    return {
      caseId: id,
      name,
      number,
      schemaVersion: db.pragma('user_version', { simple: true }) as number,
      audit: {
        entries: db.prepare('SELECT count(*) FROM audit').pluck().get() as number,
        headHash: new AuditLog(db, () => '').headHash(),
      },
      referenced: db
        .prepare("SELECT count(*) FROM media WHERE storage = 'reference'")
        .pluck()
        .get() as number,
      problems,
    };
  } finally {
    db.close();
  }
}

let answer: DatabaseAnswer;
try {
  answer = { ok: true, facts: work(workerData as DatabaseTask) };
} catch (error) {
  const { kind, message } = toDescryError(error);
  answer = { ok: false, kind, message };
}
parentPort?.postMessage(answer);
