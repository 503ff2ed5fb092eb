import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../../case/database.ts';
import { CaseKey } from '../../case/encryption/case-key.ts';
import type { DatabaseState } from './check-database.ts';

// SQLite's own checks read whole tables in one call, which must not hold up the engine's thread.
const { file, key } = workerData as { file: string; key: Uint8Array | null };
const db = openDatabase(file, { readonly: true, key: key ? new CaseKey(key) : undefined });
const state: DatabaseState = {
  integrity: (db.pragma('integrity_check') as { integrity_check: string }[]).map(
    (row) => row.integrity_check,
  ),
  references: db
    .prepare<[], DatabaseState['references'][number]>(
      'SELECT "table", rowid, parent FROM pragma_foreign_key_check LIMIT 1000',
    )
    .all(),
};
db.close();
parentPort!.postMessage(state);
