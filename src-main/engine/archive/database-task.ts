import { Worker } from 'node:worker_threads';
import type { CaseKey } from '../case/encryption/case-key.ts';
import { DescryError } from '../errors.ts';
import { entryFile } from '../entry-file.ts';
import type { DatabaseAnswer, DatabaseFacts, DatabaseTask } from './database-messages.ts';

/**
 * Copies or checks a database in a thread of its own. SQLite cannot be stopped in the middle of either, so
 * an abort is answered when it has ended.
 * @throws DescryError as `openDatabase`.
 */
export async function runDatabaseTask(
  task: DatabaseTask,
  signal?: AbortSignal,
): Promise<DatabaseFacts | null> {
  signal?.throwIfAborted();
  const worker = new Worker(entryFile('database-worker', import.meta.url), {
    workerData: task,
    execArgv: [],
  });
  const answer = await new Promise<DatabaseAnswer>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread of the database ended with ${code}`)));
  });
  await worker.terminate();
  signal?.throwIfAborted();
  if (!answer.ok) throw new DescryError(answer.kind, answer.message);
  return answer.facts;
}

/** @throws DescryError as `openDatabase`. */
export async function checkDatabase(
  file: string,
  key: CaseKey | undefined,
  signal?: AbortSignal,
): Promise<DatabaseFacts> {
  const facts = await runDatabaseTask({ type: 'check', file, key: key?.reveal() ?? null }, signal);
  if (!facts) throw new Error('a check answers with facts');
  return facts;
}
