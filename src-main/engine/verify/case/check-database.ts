import { Worker } from 'node:worker_threads';
import type { CaseDatabase } from '../../case/database.ts';
import type { CaseKey } from '../../case/encryption/case-key.ts';
import { entryFile } from '../../entry-file.ts';
import { fault, type CaseFinding } from './case-finding.ts';

/** What SQLite says of a database. */
export interface DatabaseState {
  integrity: string[];
  /** References to rows that are not there. */
  references: { table: string; rowid: number | null; parent: string }[];
}

/**
 * SQLite's checks of pages, indexes, constraints and references, in a thread of their own.
 * @throws an AbortError.
 */
export async function checkDatabase(
  { name: file }: CaseDatabase,
  key: CaseKey | undefined,
  signal: AbortSignal | undefined,
): Promise<CaseFinding[]> {
  signal?.throwIfAborted();
  const worker = new Worker(entryFile('integrity-worker', import.meta.url), {
    execArgv: [],
    workerData: { file, key: key?.reveal() ?? null },
  });
  const stop = (): void => void worker.terminate();
  signal?.addEventListener('abort', stop);
  try {
    const { integrity, references } = await new Promise<DatabaseState>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the check was ended')));
    });
    return [
      ...integrity
        .filter((message) => message !== 'ok')
        .map((message) => fault('database', 'case.sqlite', message)),
      ...references.map(({ table, rowid, parent }) =>
        fault(
          'references',
          rowid === null ? `a row of ${table}` : `${table} row ${rowid}`,
          `It refers to a row of ${parent} that is not there.`,
        ),
      ),
    ];
  } catch (error) {
    signal?.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    return [fault('database', 'case.sqlite', `It cannot be read as a whole: ${message}`)];
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
