import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { HostClient } from '../../../api/contract.ts';
import type { Batch, RemovalPreview, RemovalProgress } from '../../../api/types.ts';
import { bytes, count, exitCodes, table, type Output } from '../output.ts';
import { openCase, UsageError, withEngine, type GlobalOptions } from '../session.ts';
import { wholeNumber } from '../values.ts';

interface RemoveFlags {
  yes?: boolean;
  dryRun?: boolean;
  cancel?: boolean;
}

/** `batch list`, `batch remove`. */
export function addBatchCommands(program: Command): void {
  const group = program
    .command('batch')
    .description('see the imports of a case, or take one out of it again');

  group
    .command('list')
    .description('every import of a case, newest first')
    .argument('<case>', 'the case folder')
    .action(async (casePath: string, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, casePath);
        const batches = await client.imports.list();
        output.result(batches, describeBatches(batches));
        return undefined;
      }),
    );

  group
    .command('remove')
    .description(
      'take an import out of a case: its crops, their vectors and copies; the same command again goes on where it stopped',
    )
    .argument('<case>', 'the case folder')
    .argument('<batch>', 'number of the import, as batch list gives it', wholeNumber(1))
    .option('--yes', 'do not ask')
    .option('--dry-run', 'say what would go, remove nothing')
    .option('--cancel', 'give up a removal that was interrupted; what is out stays out')
    .action(async (casePath: string, batchId: number, flags: RemoveFlags, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, casePath);
        if (flags.cancel === true) {
          const progress = await client.batches.cancelRemoval({ batchId });
          output.result(progress, describeProgress(progress));
          return undefined;
        }
        const preview = await client.batches.removalPreview({ batchId });
        if (flags.dryRun === true) {
          output.result(preview, describePreview(preview));
          return undefined;
        }
        if (flags.yes !== true && !(await isAgreed(preview, output))) {
          output.result(preview, 'Nothing was removed.');
          return undefined;
        }
        const progress = await remove(client, output, preview);
        output.result(progress, describeProgress(progress));
        return progress.state === 'done' ? exitCodes.done : exitCodes.failed;
      }),
    );
}

/** @throws UsageError where nobody can be asked. */
async function isAgreed(preview: RemovalPreview, output: Output): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UsageError(`${describePreview(preview)}\nGive --yes to remove it.`);
  output.warn(describePreview(preview));
  const question = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await question.question(`Take import ${preview.batchId} out of the case? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    question.close();
  }
}

async function remove(client: HostClient, output: Output, preview: RemovalPreview): Promise<RemovalProgress> {
  const { batchId, crops, marked } = preview;
  const bar = output.progress('Removing', 'crops');
  const events = await client.app.events();
  try {
    await client.batches.remove({ batchId, agreed: { crops, marked } });
    for await (const event of events) {
      if (event.type !== 'removal' || event.progress.batchId !== batchId) continue;
      const { progress } = event;
      bar.update(progress.removed + progress.kept, progress.total, `${progress.rate.toFixed(0)}/s`);
      if (progress.state === 'failed') throw new Error(progress.error ?? 'The removal stopped.');
      if (progress.state !== 'running') return progress;
    }
    throw new Error('The engine stopped telling about the removal.');
  } finally {
    bar.stop();
  }
}

function describeBatches(batches: readonly Batch[]): string {
  if (batches.length === 0) return 'This case has no imports yet.';
  return table(
    ['import', 'state', 'begun', 'imported', 'duplicates', 'already there', 'rejected', 'source'],
    batches.map((batch) => [
      batch.id,
      batch.state,
      batch.createdAt,
      batch.imported,
      batch.duplicates,
      batch.alreadyPresent,
      batch.rejected,
      batch.source.path,
    ]),
  );
}

function describePreview(preview: RemovalPreview): string {
  const { batchId, crops, kept, files, marked, decided, noted, tagged, searches, reports } = preview;
  return [
    `Import ${batchId}: ${count(crops, 'crop')} and ${count(files, 'file')} (${bytes(preview.bytes)}) would go for good.`,
    ...(kept > 0 ? [`${count(kept, 'crop')} would stay, since another import met the same files.`] : []),
    marked > 0
      ? `${count(marked, 'crop')} of it ${marked === 1 ? 'is' : 'are'} marked: ${decided} with a decision, ${noted} with notes, ${tagged} with tags. What was written stays on record.`
      : 'Nobody has marked any of it.',
    ...(searches > 0
      ? [
          `${count(searches, 'stored search', 'stored searches')} and ${count(reports, 'report')} show crops of it; they stay as they are.`,
        ]
      : []),
  ].join('\n');
}

function describeProgress({ batchId, state, removed, kept, total, filesLeft }: RemovalProgress): string {
  const how = state === 'done' ? 'is out of the case' : 'is not wholly out of the case';
  return [
    `Import ${batchId} ${how}: ${removed} of ${count(total, 'crop')} removed${kept > 0 ? `, ${kept} kept by another import` : ''}.`,
    ...(filesLeft > 0
      ? [`${count(filesLeft, 'file')} could not be deleted yet; this is tried again when the case is opened.`]
      : []),
  ].join('\n');
}
