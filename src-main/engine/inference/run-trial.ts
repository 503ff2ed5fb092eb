import { fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { entryFile } from '../entry-file.ts';
import type { TrialRequest } from './measure-provider.ts';
import type { TrialAnswer } from './provider-trial.ts';

export interface TrialPlace {
  /** Script that answers a TrialRequest; Descry's own when absent. */
  entry?: string;
  /** A trial without an answer is given up after this many milliseconds. */
  timeLimit?: number;
  /** Environment of the trial's process, instead of this one's. */
  env?: NodeJS.ProcessEnv;
}

/** Loading a large model on a graphics card for the first time compiles its shaders. */
const defaultTimeLimit = 120_000;

/** Electron's processes cannot start plain Node where its fuses forbid it; a thread shares their fate. */
export const trialsAreIsolated = process.versions['electron'] === undefined;

/**
 * Tries a provider out of the way: in a child process where that can be had, so that a crash
 * costs nothing, and in a thread otherwise.
 * @returns always an answer; a crash, a hang or a failed start is `ok: false` with the reason.
 */
export function runTrial(request: TrialRequest, place: TrialPlace = {}): Promise<TrialAnswer> {
  const entry = place.entry ?? entryFile('provider-trial', import.meta.url);
  const limit = place.timeLimit ?? defaultTimeLimit;
  return trialsAreIsolated
    ? inProcess(request, entry, limit, place.env ?? process.env)
    : inThread(request, entry, limit);
}

function inProcess(
  request: TrialRequest,
  entry: string,
  limit: number,
  env: NodeJS.ProcessEnv,
): Promise<TrialAnswer> {
  return new Promise((resolve) => {
    const child = fork(entry, {
      env: { ...env, NODE_OPTIONS: '' },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const finish = (answer: TrialAnswer): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      child.on('error', () => undefined);
      if (child.exitCode === null) child.kill('SIGKILL');
      resolve(answer);
    };
    const timer = setTimeout(() => finish(failed(`it gave no result within ${limit / 1000} s`)), limit);
    child.on('message', (answer: TrialAnswer) => finish(answer));
    child.on('error', (error) => finish(failed(`its trial could not be started (${error.message})`)));
    child.on('exit', (code, signal) =>
      finish(failed(`it crashed in its trial run (${signal ?? `exit code ${code}`})`)),
    );
    child.send(request);
  });
}

/** Tries a provider in a thread of this process; a hung thread is left behind. */
export function inThread(
  request: TrialRequest,
  entry = entryFile('provider-trial', import.meta.url),
  limit = defaultTimeLimit,
): Promise<TrialAnswer> {
  return new Promise((resolve) => {
    const worker = new Worker(entry, { execArgv: [] });
    const finish = (answer: TrialAnswer): void => {
      clearTimeout(timer);
      worker.removeAllListeners();
      worker.on('error', () => undefined);
      worker.unref();
      resolve(answer);
    };
    const timer = setTimeout(() => finish(failed(`it gave no result within ${limit / 1000} s`)), limit);
    worker.on('message', finish);
    worker.on('error', (error) => finish(failed(error instanceof Error ? error.message : String(error))));
    worker.on('exit', (code) => finish(failed(`its trial ended early (exit code ${code})`)));
    worker.postMessage(request);
  });
}

function failed(message: string): TrialAnswer {
  return { ok: false, message, refused: false };
}
