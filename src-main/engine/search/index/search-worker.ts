import { parentPort, workerData } from 'node:worker_threads';
import { tidyBetweenJobs } from './collect-garbage.ts';
import { loadBlocks, sealBlocks } from './fill-blocks.ts';
import type { SearchJob, ThreadAnswer, ThreadMessage, ThreadSetup } from './jobs.ts';
import { scan } from './scan.ts';
import { scoreRows } from './score-rows.ts';
import { ThreadIndex } from './thread-index.ts';

/** Entry of a search thread. All threads get the same messages, and take pieces of each job until none is left. */
const { module, thread } = workerData as ThreadSetup;
const indexes = new Map<number, ThreadIndex>();

function work(message: ThreadMessage): Extract<ThreadAnswer, { ok: true }>['result'] {
  if (message.type === 'job') return runJob(message.job);
  if (message.type === 'attach') {
    indexes.set(message.handle.id, new ThreadIndex(message.handle, module, thread));
    return null;
  }
  indexes.get(message.index)?.source?.close();
  indexes.delete(message.index);
  return null;
}

function runJob(job: SearchJob): Extract<ThreadAnswer, { ok: true }>['result'] {
  const index = indexes.get(job.index);
  if (!index) throw new Error(`index ${job.index} is not attached`);
  switch (job.type) {
    case 'scan':
      return scan(index, job);
    case 'score':
      scoreRows(index, job);
      return null;
    case 'seal':
      sealBlocks(index, job);
      return null;
    case 'load':
      return loadBlocks(index, job);
  }
}

parentPort?.on('message', (message: ThreadMessage) => {
  let answer: ThreadAnswer;
  try {
    answer = { ok: true, result: work(message) };
  } catch (error) {
    answer = { ok: false, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const best = answer.ok && answer.result && 'best' in answer.result ? answer.result.best : [];
  parentPort?.postMessage(
    answer,
    best.map(({ buffer }) => buffer),
  );
  for (const { source } of indexes.values()) source?.tidy(tidyBetweenJobs);
});
