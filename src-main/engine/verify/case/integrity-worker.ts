import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../../case/database.ts';
import type { DatabaseState } from './check-database.ts';

// SQLite's own checks read whole tables in one call, which must not hold up the engine's thread.
const { file } = workerData as { file: string };
const db = openDatabase(file, { readonly: true });
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
