import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { HostClient } from '../../../api/contract.ts';
import type { Batch, ImportPreview, ImportProgress, ImportRequest } from '../../../api/types.ts';
import { duration, exitCodes, table, type Output } from '../output.ts';
import { UsageError, withEngine, type GlobalOptions } from '../session.ts';

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
}

/** `import`: a folder, a manifest, or frames with detections. */
export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('bring person crops into a case; the same command again adds only what is new')
    .argument('<case>', 'the case folder')
    .argument('<path>', 'folder of crops or frames, or one picture')
    .option(
      '--pattern <pattern>',
      'auto, a preset (market1501, msmt17, cuhk-pedes, descry), or a template such as {camera}_{date:yyyyMMdd}-{time:HHmmss}_{track}',
    )
    .option('--manifest <file>', 'CSV or JSON Lines with a row a crop; paths are relative to <path>')
    .option('--detections <file>', 'MOTChallenge text or COCO JSON with boxes in the frames of <path>')
    .option('--reference', 'leave the originals where they are and store only path and hash')
    .option('--dry-run', 'show how the names are read, write nothing')
    .option('--camera <name>', 'camera of crops whose name gives none')
    .option('--time-zone <zone>', 'zone of cameras that are new to the case')
    .option('--accept-unparsed', 'import files whose names do not parse, without camera and time')
    .option('--start-time <time>', 'for frames: wall-clock time of the first one')
    .option('--fps <number>', 'for frames: frames a second', Number)
    .option('--minimum-confidence <number>', 'for detections: leave out less certain boxes, 0 to 1', Number)
    .action(async (casePath: string, path: string, flags: ImportFlags, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const request = toRequest(path, flags);
        await client.case.open({ path: casePath });
        if (flags.dryRun === true) {
          const preview = await client.imports.preview(request);
          output.result(preview, describePreview(preview));
          return preview.rejected > 0 ? exitCodes.doneWithRejected : exitCodes.done;
        }
        const progress = await runImport(client, output, request);
        const { rows: rejected } = await client.imports.rejected({ batchId: progress.batch.id, limit: 500 });
        output.result({ ...progress, rejected }, describeImport(progress, rejected));
        return exitCodeOf(progress.batch);
      }),
    );
}

function toRequest(path: string, flags: ImportFlags): ImportRequest {
  if (flags.manifest !== undefined && flags.detections !== undefined)
    throw new UsageError('--manifest and --detections exclude each other');
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
): Promise<ImportProgress> {
  const unfinished = (await client.imports.list()).find(
    (batch) =>
      (batch.state === 'interrupted' || batch.state === 'paused') &&
      JSON.stringify(batch.source) === JSON.stringify(request.source),
  );
  if (unfinished) output.say(`Continuing import ${unfinished.id}, which was interrupted.`);
  return waitForImport(client, output, () =>
    unfinished ? client.imports.resume({ batchId: unfinished.id }) : client.imports.start(request),
  );
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
  const rows = preview.rows.map((row) => [
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
    '',
    table(['file', 'camera', 'time', 'track', 'problem'], rows),
  ].join('\n');
}

/** One import in words. */
export function describeImport(
  { batch, elapsedMs, stages, done }: ImportProgress,
  rejected: readonly { path: string; reason: string; detail: string }[],
): string {
  const rate = elapsedMs > 0 ? (done / elapsedMs) * 1000 : 0;
  return [
    `Import ${batch.id} ${batch.state}: ${batch.imported} new, ${batch.duplicates} with the same content as another, ${batch.alreadyPresent} already there, ${batch.rejected} rejected`,
    `${duration(elapsedMs)}, ${rate.toFixed(0)} crops/s; work by stage: ${Object.entries(stages)
      .map(([stage, ms]) => `${stage} ${duration(ms)}`)
      .join(', ')}`,
    ...rejected.slice(0, 20).map((file) => `rejected: ${file.path}: ${file.reason}: ${file.detail}`),
    ...(batch.rejected > 20 ? [`… and ${batch.rejected - 20} more; --json lists up to 500`] : []),
  ].join('\n');
}
