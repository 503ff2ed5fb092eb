import { existsSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Command } from 'commander';
import type { HostClient } from '../../../api/contract.ts';
import type { Batch, ImportPreview, ImportProgress, ImportRequest } from '../../../api/types.ts';
import { duration, exitCodes, oneLine, table, type Output } from '../output.ts';
import { openCase, UsageError, withEngine, type GlobalOptions } from '../session.ts';
import { decimalNumber, timeZone } from '../values.ts';

interface ImportFlags {
  pattern?: string;
  manifest?: string;
  detections?: string;
  reference?: boolean;
  dryRun?: boolean;
  camera?: string;
  timeZone?: string;
  acceptUnparsed?: boolean;
  startTime?: string;
  fps?: number;
  minimumConfidence?: number;
  rejected?: string;
}

/** Rows of a dry run that are shown in words; --json gives the first 200. */
const rowsShown = 40;

/** `import`: a folder, a manifest, or frames with detections. */
export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('bring person crops into a case; the same command again adds only what is new')
    .argument('<case>', 'the case folder')
    .argument('<path>', 'folder of crops or frames, or one picture')
    .option(
      '--pattern <pattern>',
      'auto, none, a preset (descry, market1501, msmt17, cuhk-pedes), or a template such as {camera}_{date:yyyyMMdd}-{time:HHmmss}_{track}',
    )
    .option('--manifest <file>', 'CSV or JSON Lines with a row a crop; paths are relative to <path>')
    .option('--detections <file>', 'MOTChallenge text or COCO JSON with boxes in the frames of <path>')
    .option('--reference', 'leave the originals where they are and store only path and hash')
    .option('--dry-run', 'show how the names are read, write nothing')
    .option('--camera <name>', 'camera of crops whose name gives none')
    .option('--time-zone <zone>', 'zone of cameras that are new to the case', timeZone)
    .option('--accept-unparsed', 'import files whose names do not parse, without camera and time')
    .option('--start-time <time>', 'for frames: wall-clock time of the first one')
    .option('--fps <number>', 'for frames: frames a second', decimalNumber(0, 1000, 'above'))
    .option(
      '--minimum-confidence <number>',
      'for detections: leave out less certain boxes, 0 to 1',
      decimalNumber(0, 1),
    )
    .option('--rejected <file>', 'write the whole list of rejected files as CSV')
    .action(async (casePath: string, path: string, flags: ImportFlags, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const request = toRequest(path, flags);
        await openCase(client, output, casePath);
        if (flags.dryRun === true) {
          const preview = await client.imports.preview(request);
          output.result(preview, describePreview(preview));
          return preview.rejected > 0 ? exitCodes.doneWithRejected : exitCodes.done;
        }
        const { progress, doneBefore } = await runImport(client, output, request);
        const batchId = progress.batch.id;
        const { rows: rejected } = await client.imports.rejected({ batchId, limit: 500 });
        output.result({ ...progress, rejected }, describeImport(progress, rejected, doneBefore));
        if (flags.rejected !== undefined)
          writeFileSync(flags.rejected, await client.imports.rejectedCsv({ batchId }));
        return exitCodeOf(progress.batch);
      }),
    );
}

function toRequest(path: string, flags: ImportFlags): ImportRequest {
  if (flags.manifest !== undefined && flags.detections !== undefined)
    throw new UsageError('--manifest and --detections exclude each other');
  if (flags.rejected !== undefined && !existsSync(dirname(resolve(flags.rejected))))
    throw new UsageError(`the folder of ${flags.rejected} does not exist`);
  const root = resolve(path);
  const source: ImportRequest['source'] =
    flags.manifest !== undefined
      ? { kind: 'manifest', path: resolve(flags.manifest), root }
      : flags.detections !== undefined
        ? { kind: 'detections', path: resolve(flags.detections), frames: root }
        : { kind: 'folder', path: root };
  return {
    source,
    options: {
      pattern: flags.pattern ?? 'auto',
      reference: flags.reference ?? false,
      acceptUnparsed: flags.acceptUnparsed ?? false,
      minimumConfidence: flags.minimumConfidence ?? 0,
      ...(flags.camera !== undefined && { camera: flags.camera }),
      ...(flags.timeZone !== undefined && { timeZone: flags.timeZone }),
      ...(flags.startTime !== undefined && { startTime: flags.startTime }),
      ...(flags.fps !== undefined && { framesPerSecond: flags.fps }),
    },
  };
}

/** Starts an import, or continues the same one where it was interrupted, and waits for its end. */
async function runImport(
  client: HostClient,
  output: Output,
  request: ImportRequest,
): Promise<{ progress: ImportProgress; doneBefore: number }> {
  const unfinished = (await client.imports.list()).filter(
    (batch) =>
      (batch.state === 'interrupted' || batch.state === 'paused') &&
      isDeepStrictEqual(batch.source, request.source),
  );
  const same = unfinished.find((batch) => isDeepStrictEqual(batch.options, request.options));
  if (same) {
    output.say(`Continuing import ${same.id}, which was interrupted.`);
    const progress = await waitForImport(client, output, () => client.imports.resume({ batchId: same.id }));
    return { progress, doneBefore: same.imported + same.duplicates + same.alreadyPresent + same.rejected };
  }
  // Asked for anew in another way: the rest of the old one must not come in by itself later.
  for (const { id } of unfinished) {
    await client.imports.cancel({ batchId: id });
    output.say(`Import ${id} of the same source was interrupted; it had other options and is cancelled.`);
  }
  return {
    progress: await waitForImport(client, output, () => client.imports.start(request)),
    doneBefore: 0,
  };
}

/** Follows an import to its end. @param begin starts it; called when the events are already being heard. */
export async function waitForImport(
  client: HostClient,
  output: Output,
  begin: () => Promise<Pick<Batch, 'id'>>,
): Promise<ImportProgress> {
  const bar = output.progress('Importing', 'crops');
  const events = await client.app.events();
  try {
    const { id } = await begin();
    for await (const event of events) {
      if (event.type !== 'import' || event.progress.batch.id !== id) continue;
      const { progress } = event;
      bar.update(progress.done, progress.batch.total, `${progress.rate.toFixed(0)}/s`);
      if (progress.batch.state === 'failed') throw new Error(progress.batch.error ?? 'The import failed.');
      if (progress.batch.state !== 'scanning' && progress.batch.state !== 'running') return progress;
    }
    throw new Error('The engine stopped telling about the import.');
  } finally {
    bar.stop();
  }
}

function exitCodeOf(batch: Batch): number {
  if (batch.state !== 'done') return exitCodes.failed;
  return batch.rejected > 0 ? exitCodes.doneWithRejected : exitCodes.done;
}

function describePreview(preview: ImportPreview): string {
  const rows = preview.rows
    .slice(0, rowsShown)
    .map((row) => [
      row.path,
      row.camera ?? '',
      row.recordedTime ?? '',
      row.track ?? '',
      row.problem ? `${row.problem.reason}: ${row.problem.detail}` : '',
    ]);
  return [
    `${preview.total} found, pattern ${preview.pattern}: ${preview.parsed} parse, ${preview.rejected} would be rejected`,
    `Cameras: ${preview.cameras.map((camera) => `${camera.name} (${camera.crops}${camera.known ? '' : ', new'})`).join(', ') || 'none'}`,
    preview.span ? `Times: ${preview.span.from} to ${preview.span.to}` : 'Times: none',
    ...(rows.length === 0 ? [] : ['', table(['file', 'camera', 'time', 'track', 'problem'], rows)]),
    ...(preview.total > rows.length ? [`… and ${preview.total - rows.length} more`] : []),
  ].join('\n');
}

/** One import in words. @param doneBefore items of it that an earlier run had finished. */
export function describeImport(
  { batch, elapsedMs, stages, done }: ImportProgress,
  rejected: readonly { path: string; reason: string; detail: string }[],
  doneBefore = 0,
): string {
  const rate = elapsedMs > 0 ? ((done - doneBefore) / elapsedMs) * 1000 : 0;
  if (batch.total === 0)
    return `Import ${batch.id} ${batch.state}: no pictures were found in ${batch.source.path}`;
  return [
    `Import ${batch.id} ${batch.state}: ${batch.imported} new, ${batch.duplicates} with the same content as another, ${batch.alreadyPresent} already there, ${batch.rejected} rejected`,
    `${duration(elapsedMs)}, ${rate.toFixed(0)} crops/s; time by stage, summed over the crops in work at a time: ${Object.entries(
      stages,
    )
      .map(([stage, ms]) => `${stage} ${duration(ms)}`)
      .join(', ')}`,
    ...rejected
      .slice(0, 20)
      .map((file) => `rejected: ${oneLine(file.path)}: ${file.reason}: ${oneLine(file.detail)}`),
    ...(batch.rejected > 20
      ? [`… and ${batch.rejected - 20} more; --rejected FILE writes the whole list`]
      : []),
  ].join('\n');
}
