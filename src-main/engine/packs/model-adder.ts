import { rm } from 'node:fs/promises';
import { DescryError, toDescryError } from '../errors.ts';
import type { ModelLibrary } from '../inference/model-library.ts';
import type { PackProgress } from '../inference/pack-files.ts';
import type { PackSummary } from '../inference/schema.ts';
import { convertCheckpoint, examineCheckpoint } from './converted-pack.ts';
import { examinePack, examinePackZip } from './examined-pack.ts';
import { examineExported, takeExported } from './exported-pack.ts';
import { extractPackZip } from './pack-zip.ts';
import { tryPack } from './prepared-pack.ts';
import type { ModelAccount, ModelAnswers } from './schema.ts';
import { findSource, type ModelSource } from './source.ts';

export interface AddProgress {
  progress: PackProgress;
  /** The installed pack, with the last event. */
  pack: PackSummary | null;
}

/** Turns what somebody has (a checkpoint, an exported model, a pack) into an installed pack. */
export class ModelAdder {
  readonly #library: ModelLibrary;

  constructor(library: ModelLibrary) {
    this.#library = library;
  }

  /**
   * A plain account of a file or folder; writes nothing.
   * @throws DescryError `not-found`, `unsupported` and `pack-refused` with the reason.
   */
  async examine(path: string, answers: ModelAnswers): Promise<ModelAccount> {
    return examineSource(await findSource(path), answers);
  }

  /**
   * Makes the pack in a hidden folder, runs it once, and puts it in place; the last event carries it. What was
   * written is deleted when anything fails or the caller stops listening.
   * @throws DescryError as `examine`, and `invalid-input` while a question is open or the id is taken,
   * `disk-full`, `read-only`, `cancelled`.
   */
  async *add(path: string, answers: ModelAnswers, signal?: AbortSignal): AsyncGenerator<AddProgress> {
    const source = await findSource(path);
    if (source.form === 'pack-folder') {
      yield* events((report) => this.#library.add(source.path, report));
      return;
    }
    const stop = new AbortController();
    const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    try {
      yield* events((report) => this.#prepare(source, answers, report, either));
    } finally {
      stop.abort();
    }
  }

  async #prepare(
    source: ModelSource,
    answers: ModelAnswers,
    report: (progress: PackProgress) => void,
    signal: AbortSignal,
  ): Promise<PackSummary> {
    const folder = await this.#library.temporaryFolder();
    try {
      if (source.form === 'pack-zip') await extractPackZip(source.path, folder, report, signal);
      else if (source.form === 'exported') await takeExported(source.path, answers, folder, report, signal);
      else await convertCheckpoint(source.path, answers, folder, report, signal);
      report({ done: 0, total: 1, step: 'Trying it' });
      await tryPack(folder);
      if (signal.aborted) throw new DescryError('cancelled', 'Cancelled.');
      return await this.#library.install(folder);
    } catch (error) {
      throw toDescryError(error);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function examineSource(source: ModelSource, answers: ModelAnswers): Promise<ModelAccount> {
  switch (source.form) {
    case 'pack-folder':
      return examinePack(source.path);
    case 'pack-zip':
      return examinePackZip(source.path);
    case 'exported':
      return examineExported(source.path, answers);
    case 'checkpoint':
      return examineCheckpoint(source.path, answers);
  }
}

/** What a piece of work reports, as events that keep only the newest progress, and its result as the last. */
async function* events(
  work: (report: (progress: PackProgress) => void) => Promise<PackSummary>,
): AsyncGenerator<AddProgress> {
  let newest: PackProgress | undefined = { done: 0, total: 1, step: 'Reading' };
  let wake = (): void => undefined;
  let ended = false;
  const result = work((progress) => {
    newest = progress;
    wake();
  }).finally(() => {
    ended = true;
    wake();
  });
  result.catch(() => undefined);
  while (!ended) {
    if (newest) {
      const progress: PackProgress = newest;
      newest = undefined;
      yield { progress, pack: null };
    } else await new Promise<void>((resolve) => (wake = resolve));
  }
  yield { progress: { done: 1, total: 1, step: 'Installed' }, pack: await result };
}
