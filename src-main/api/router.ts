import { implement, ORPCError, ValidationError } from '@orpc/server';
import { browse } from '../engine/browse.ts';
import type { Engine } from '../engine/engine.ts';
import { DescryError, toDescryError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import { shownPicture } from '../engine/ingest/shown-picture.ts';
import { runDoctor } from '../engine/inference/doctor.ts';
import { embedFiles } from '../engine/packs/embed.ts';
import { evaluate } from '../engine/search/evaluate.ts';
import { verifyCase } from '../engine/verify/verify-case.ts';
import { verifyExport } from '../engine/verify/verify-export.ts';
import { hostContract } from './contract.ts';

/** Where errors that nobody foresaw are written. */
export interface RouterLog {
  error(detail: Record<string, unknown>, message: string): void;
  debug(detail: Record<string, unknown>, message: string): void;
}

/**
 * Binds the contract to an engine. Every procedure answers with its output or with the one typed
 * error `DESCRY`; inputs that do not fit are `invalid-input` and name the field.
 * @param log written with the procedure's name and duration.
 */
export function createRouter(engine: Engine, log: RouterLog) {
  const os = implement(hostContract).use(async ({ next, path, errors }) => {
    const started = performance.now();
    const typed = (thrown: unknown): Error => {
      const { kind, message, detail } = describeError(thrown);
      if (loggedOperations.has(path.join('.'))) engine.logFailure(path.join('.'), describeError(thrown));
      if (kind === 'internal') log.error({ procedure: path.join('.'), err: thrown }, message);
      return errors.DESCRY({ message, data: { kind, detail }, cause: thrown });
    };
    try {
      const result = await next();
      // A stream fails later, while it is read.
      return isStream(result.output) ? { ...result, output: typedStream(result.output, typed) } : result;
    } catch (thrown) {
      throw typed(thrown);
    } finally {
      log.debug({ procedure: path.join('.'), ms: Math.round(performance.now() - started) }, 'call');
    }
  });

  const reviewChanged = (cropIds: number[]): void => engine.emit({ type: 'review', cropIds });
  const undone = (outcome: { label: string; cropIds: number[] } | null): string | null => {
    if (outcome) reviewChanged(outcome.cropIds);
    return outcome?.label ?? null;
  };

  return os.router({
    app: {
      info: os.app.info.handler(() =>
        engine.models.with(async (model) => ({
          name: 'Descry',
          version: engine.options.version,
          platform: process.platform,
          casesFolder: engine.options.casesFolder,
          // It may have been loaded before it was taken into use.
          pack: { ...model.summary, inUse: true },
          provider: model.provider,
          runtime: model.runtime,
          operator: engine.operator,
        })),
      ),
      setOperator: os.app.setOperator.handler(({ input }) => engine.setOperator(input.operator)),
      events: os.app.events.handler(({ signal }) => events(engine, signal)),
      verifyExport: os.app.verifyExport.handler(({ input, signal }) => verifyExport(input.path, signal)),
      browse: os.app.browse.handler(({ input }) => browse(input.path, input.show)),
    },
    case: {
      current: os.case.current.handler(() => (engine.hasCase ? engine.caseInfo() : null)),
      create: os.case.create.handler(({ input }) =>
        engine.createCase(input.folder, defined(input.details), input.passphrase),
      ),
      createDemo: os.case.createDemo.handler(({ input }) => engine.createDemoCase(input.folder)),
      open: os.case.open.handler(({ input }) => engine.openCase(input.path, input.passphrase)),
      changePassphrase: os.case.changePassphrase.handler(({ input }) =>
        engine.changePassphrase(input.current, input.next),
      ),
      copy: os.case.copy.handler(({ input, signal }) =>
        engine.copyCase(input.folder, input.passphrase, signal),
      ),
      close: os.case.close.handler(() => engine.closeCase()),
      change: os.case.change.handler(({ input }) => engine.changeCase(defined(input))),
      recent: os.case.recent.handler(() => engine.recent()),
      forget: os.case.forget.handler(({ input }) => engine.settings.forget(input.path)),
      verify: os.case.verify.handler(({ input, signal }) =>
        verifyCase(engine.services.openCase, engine.services.embeddings, { ...input, signal }),
      ),
      archive: os.case.archive.handler(({ input, signal }) =>
        engine.services.archive.write(input.path, signal),
      ),
      restore: os.case.restore.handler(({ input, signal }) =>
        engine.restoreCase(input.archive, input.folder, input.passphrase, signal),
      ),
      audit: os.case.audit.handler(({ input }) => engine.services.openCase.audit.list(input)),
    },
    cameras: {
      list: os.cameras.list.handler(() => engine.services.openCase.cameras.list()),
      change: os.cameras.change.handler(({ input }) => engine.changeCamera(input)),
    },
    imports: {
      patterns: os.imports.patterns.handler(() => engine.services.imports.patterns()),
      preview: os.imports.preview.handler(({ input }) => engine.services.imports.preview(input)),
      start: os.imports.start.handler(({ input }) => engine.services.imports.start(input)),
      pause: os.imports.pause.handler(({ input }) => engine.services.imports.pause(input.batchId)),
      resume: os.imports.resume.handler(({ input }) => engine.services.imports.resume(input.batchId)),
      cancel: os.imports.cancel.handler(({ input }) => engine.services.imports.cancel(input.batchId)),
      list: os.imports.list.handler(() => engine.services.imports.list()),
      current: os.imports.current.handler(() => engine.services.imports.current()),
      rejected: os.imports.rejected.handler(({ input }) =>
        engine.services.imports.rejected(input.batchId, input),
      ),
      rejectedCsv: os.imports.rejectedCsv.handler(({ input }) =>
        engine.services.imports.rejectedCsv(input.batchId),
      ),
    },
    batches: {
      removalPreview: os.batches.removalPreview.handler(({ input }) =>
        engine.services.removals.preview(input.batchId),
      ),
      remove: os.batches.remove.handler(({ input }) =>
        engine.services.removals.start(input.batchId, input.agreed),
      ),
      cancelRemoval: os.batches.cancelRemoval.handler(({ input }) =>
        engine.services.removals.cancel(input.batchId),
      ),
      removal: os.batches.removal.handler(() => engine.services.removals.current()),
    },
    crops: {
      get: os.crops.get.handler(({ input }) =>
        engine.services.openCase.crops.detail(input.cropId, engine.services.openCase.timeZone),
      ),
      track: os.crops.track.handler(({ input }) => {
        const { crops, timeZone } = engine.services.openCase;
        return crops.summaries(crops.idsOfTrack(input.cropId), timeZone);
      }),
      facets: os.crops.facets.handler(({ input, signal }) =>
        engine.services.search.facets(input.filter, input.buckets, signal),
      ),
    },
    search: {
      run: os.search.run.handler(async ({ input, signal }) => {
        const outcome = await engine.services.search.run(input.query, input.top, signal);
        engine.emit({ type: 'searches' });
        return outcome;
      }),
      rows: os.search.rows.handler(({ input }) =>
        engine.services.search.rows(input.searchId, input, input.order),
      ),
      explain: os.search.explain.handler(({ input }) =>
        engine.services.search.explain(input.searchId, input.cropId),
      ),
      history: os.search.history.handler(({ input }) => engine.services.search.history(input)),
      rerun: os.search.rerun.handler(({ input }) => engine.services.search.rerun(input.searchId, input.top)),
      rename: os.search.rename.handler(({ input }) => {
        const record = engine.services.search.rename(input.searchId, input.name);
        engine.emit({ type: 'searches' });
        return record;
      }),
      batch: os.search.batch.handler(({ input }) =>
        engine.services.search.batch(input.queries, input.filter, input.top),
      ),
      evaluate: os.search.evaluate.handler(async function* ({ input, signal }) {
        const { model, release } = await engine.models.borrow({ pack: input.pack, task: 'an evaluation' });
        try {
          yield* evaluate(model, {
            annotations: input.annotations,
            images: input.images,
            split: input.split,
            signal,
          });
        } finally {
          release();
        }
      }),
    },
    review: {
      decide: os.review.decide.handler(({ input }) => {
        engine.services.review.decide(input.cropIds, input.verdict, input.searchId);
        reviewChanged(input.cropIds);
      }),
      undo: os.review.undo.handler(() => undone(engine.services.review.undo())),
      redo: os.review.redo.handler(() => undone(engine.services.review.redo())),
      addNote: os.review.addNote.handler(({ input }) => {
        engine.services.review.addNote(input.cropId, input.text);
        reviewChanged([input.cropId]);
      }),
      removeNote: os.review.removeNote.handler(({ input }) =>
        reviewChanged([engine.services.review.removeNote(input.noteId)]),
      ),
      addTag: os.review.addTag.handler(({ input }) => {
        engine.services.review.addTag(input.cropIds, input.tag);
        reviewChanged(input.cropIds);
      }),
      removeTag: os.review.removeTag.handler(({ input }) => {
        engine.services.review.removeTag(input.cropIds, input.tag);
        reviewChanged(input.cropIds);
      }),
      redact: os.review.redact.handler(({ input }) =>
        reviewChanged(engine.services.review.redact(input.cropId, input.boxes, input.reason)),
      ),
      blind: {
        list: os.review.blind.list.handler(() => engine.services.blindReviews.list()),
        start: os.review.blind.start.handler(({ input }) => engine.services.blindReviews.start(input)),
        crops: os.review.blind.crops.handler(({ input }) =>
          engine.services.blindReviews.crops(input.reviewId, input),
        ),
        decide: os.review.blind.decide.handler(({ input }) =>
          engine.services.blindReviews.decide(input.reviewId, input.cropId, input.verdict),
        ),
        finish: os.review.blind.finish.handler(({ input }) =>
          engine.services.blindReviews.finish(input.reviewId),
        ),
        abandon: os.review.blind.abandon.handler(({ input }) =>
          engine.services.blindReviews.abandon(input.reviewId),
        ),
        outcome: os.review.blind.outcome.handler(({ input }) =>
          engine.services.blindReviews.outcome(input.reviewId),
        ),
      },
      marked: os.review.marked.handler(({ input }) => engine.services.review.marked(input.filter, input)),
    },
    report: {
      template: {
        get: os.report.template.get.handler(() => engine.templates.get()),
        set: os.report.template.set.handler(({ input }) => engine.templates.set(input)),
      },
      model: os.report.model.handler(({ input }) => engine.services.report.model(input)),
      preview: os.report.preview.handler(({ input }) => engine.services.report.preview(input)),
      discovery: os.report.discovery.handler(({ input, signal }) =>
        engine.services.report.discovery(input, signal),
      ),
      export: os.report.export.handler(({ input, signal }) => engine.services.report.export(input, signal)),
      exports: os.report.exports.handler(({ input }) => engine.services.report.exports(input)),
    },
    signing: {
      keys: os.signing.keys.handler(() => engine.signing.keys()),
      create: os.signing.create.handler(({ input }) => engine.signing.create(input)),
      import: os.signing.import.handler(({ input }) => engine.signing.import(input)),
      remove: os.signing.remove.handler(({ input }) => engine.signing.remove(input.id)),
      certificate: os.signing.certificate.handler(({ input }) => engine.signing.certificate(input)),
    },
    models: {
      list: os.models.list.handler(() => engine.library.list()),
      inspect: os.models.inspect.handler(({ input }) => engine.library.inspect(input.path)),
      examine: os.models.examine.handler(({ input }) => engine.adder.examine(input.path, input.answers)),
      add: os.models.add.handler(async function* ({ input, signal }) {
        for await (const event of engine.adder.add(input.path, input.answers, signal)) {
          if (event.pack) engine.emit({ type: 'models' });
          yield event;
        }
      }),
      remove: os.models.remove.handler(({ input }) => engine.removeModel(input.id)),
      use: os.models.use.handler(({ input }) => engine.useModel(input.id)),
      embed: os.models.embed.handler(({ input }) =>
        engine.models.with((model) => embedFiles(model, input), {
          pack: input.pack,
          task: 'the embedding of files',
        }),
      ),
      compare: os.models.compare.handler(({ input }) => engine.compare(input.packs, input.query, input.top)),
      doctor: os.models.doctor.handler(() => runDoctor(engine)),
    },
    embedding: {
      coverage: os.embedding.coverage.handler(() => engine.coverage()),
      current: os.embedding.current.handler(() => engine.services.embedding.current()),
      start: os.embedding.start.handler(({ input }) => engine.services.embedding.start(input.pack)),
      pause: os.embedding.pause.handler(() => engine.services.embedding.pause()),
      resume: os.embedding.resume.handler(() => engine.services.embedding.resume()),
      cancel: os.embedding.cancel.handler(() => engine.services.embedding.cancel()),
    },
    host: {
      media: os.host.media.handler(async ({ input }) => {
        const { bytes, type } = await shownPicture(engine.services.openCase, input.cropId, input.kind);
        return { bytes: new Blob([new Uint8Array(bytes)], { type }), type };
      }),
      locate: os.host.locate.handler(({ input }) => {
        const { crops, media } = engine.services.openCase;
        return { path: media.originalPath(crops.mediaOf(input.cropId)) };
      }),
      shutdown: os.host.shutdown.handler(() => engine.shutdown()),
    },
  });
}

/** Operations whose failure becomes an entry of the case's log. */
const loggedOperations = new Set([
  ...['imports.start', 'imports.resume', 'embedding.start', 'search.run', 'search.rerun', 'search.batch'],
  ...['report.export', 'report.discovery', 'case.verify', 'models.use', 'cameras.change', 'case.change'],
]);

/** Absent members instead of `undefined` ones, as the engine's types ask for. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** The foreseen form of whatever was thrown; a failed input check names the first field that does not fit. */
function describeError(thrown: unknown): DescryError {
  if (thrown instanceof ORPCError && thrown.cause instanceof ValidationError) {
    const issue = thrown.cause.issues[0];
    if (thrown.code !== 'BAD_REQUEST')
      return new DescryError('internal', `An answer did not fit the contract: ${issue?.message ?? ''}`, {
        path: issue?.path,
      });
    const field = issue?.path?.map((part) => (typeof part === 'object' ? part.key : part)).join('.') ?? '';
    return new DescryError(
      'invalid-input',
      `${field === '' ? 'Input' : `"${field}"`}: ${issue?.message ?? 'does not fit'}`,
      { field },
    );
  }
  return toDescryError(thrown);
}

function isStream(output: unknown): output is AsyncGenerator {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

async function* typedStream(stream: AsyncGenerator, typed: (thrown: unknown) => Error): AsyncGenerator {
  try {
    yield* stream;
  } catch (thrown) {
    throw typed(thrown);
  }
}

/** Whether an event makes the one before it old news: the progress of the same import or job. */
function overtakes(event: EngineEvent, before: EngineEvent): boolean {
  if (event.type === 'import' && before.type === 'import')
    return event.progress.batch.id === before.progress.batch.id;
  if (event.type === 'removal' && before.type === 'removal')
    return event.progress.batchId === before.progress.batchId;
  return (
    event.type === 'embedding' &&
    before.type === 'embedding' &&
    before.job.state === 'running' &&
    event.job.startedAt === before.job.startedAt
  );
}

/** The engine's events as an iterator that ends with the caller; a slow reader gets only the newest progress. */
async function* events(engine: Engine, signal: AbortSignal | undefined): AsyncGenerator<EngineEvent> {
  const waiting: EngineEvent[] = [];
  let wake = (): void => undefined;
  const stop = engine.listen((event) => {
    const last = waiting.at(-1);
    if (last && overtakes(event, last)) waiting.pop();
    waiting.push(event);
    wake();
  });
  const ended = (): void => wake();
  signal?.addEventListener('abort', ended);
  try {
    while (!signal?.aborted) {
      const event = waiting.shift();
      if (event) yield event;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    stop();
    signal?.removeEventListener('abort', ended);
  }
}
