import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ArchiveOutcome, RestoreOutcome } from '../../../api/types.ts';
import { bytes, count, type Output } from '../output.ts';
import { openCase, withEngine, type GlobalOptions } from '../session.ts';

/** `archive`, `restore`. */
export function addArchiveCommands(program: Command): void {
  program
    .command('archive')
    .description('write a whole case into one file, and read it back')
    .argument('<case>', 'the case folder')
    .argument('<file>', 'the archive, a zip file that is not there yet')
    .action(async (path: string, file: string, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, path);
        const events = await client.case.archive({ path: resolve(file) });
        const outcome = await outcomeOf<ArchiveOutcome>(output, 'Archiving', events);
        output.result(outcome, describeArchive(outcome));
        return undefined;
      }),
    );

  program
    .command('restore')
    .description('make a new case folder of an archive')
    .argument('<file>', 'the archive')
    .argument('<folder>', 'the new case folder; gets the ending .descry')
    .action(async (file: string, folder: string, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const events = await client.case.restore({ archive: resolve(file), folder: resolve(folder) });
        const outcome = await outcomeOf<RestoreOutcome>(output, 'Restoring', events);
        output.result(outcome, describeRestored(outcome));
        return undefined;
      }),
    );
}

async function outcomeOf<T>(
  output: Output,
  label: string,
  events: AsyncIterable<{ progress: { done: number; total: number; step: string }; outcome: T | null }>,
): Promise<T> {
  const bar = output.progress(label, 'MB');
  try {
    for await (const { progress, outcome } of events) {
      bar.update(progress.done, progress.total, progress.step);
      if (outcome) return outcome;
    }
  } finally {
    bar.stop();
  }
  throw new Error(`${label} ended without an outcome.`);
}

function describeArchive(outcome: ArchiveOutcome): string {
  return [
    `Archived: ${outcome.path}`,
    `${count(outcome.files, 'file')}, ${bytes(outcome.bytes)}; every one was read back and has its hash`,
    `sha256 ${outcome.sha256}`,
    ...leftOut(outcome),
  ].join('\n');
}

function describeRestored(outcome: RestoreOutcome): string {
  return [
    `Restored: ${outcome.path}`,
    `${outcome.name}, as it was at ${outcome.archivedAt}; ${count(outcome.files, 'file')}`,
    `sha256 of the archive ${outcome.sha256}`,
    ...leftOut(outcome),
  ].join('\n');
}

function leftOut({ missing, referenced }: { missing: number; referenced: number }): string[] {
  return [
    ...(missing > 0
      ? [`${count(missing, 'copied original')} of the case was not there to be archived.`]
      : []),
    ...(referenced > 0
      ? [`${count(referenced, 'original')} stayed in place at import and is not part of the archive.`]
      : []),
  ];
}
