import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { HostClient } from '../../../api/contract.ts';
import type { ArchiveOutcome, CopyOutcome, RestoreOutcome } from '../../../api/types.ts';
import { bytes, count, type Output } from '../output.ts';
import { casePassphrases, describe, openCase, withEngine, type GlobalOptions } from '../session.ts';

/** `archive`, `restore`, `encrypt`, `decrypt`, `passphrase`. */
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
        const places = { archive: resolve(file), folder: resolve(folder) };
        const restored = async (passphrase?: string): Promise<RestoreOutcome> => {
          const events = await client.case.restore({ ...places, passphrase });
          return outcomeOf<RestoreOutcome>(output, 'Restoring', events);
        };
        const outcome = await restored().catch(async (error: unknown) => {
          if (describe(error).kind !== 'passphrase-required') throw error;
          return restored(await casePassphrases(client).ask(`Passphrase of the case in ${file}`));
        });
        output.result(outcome, describeRestored(outcome));
        return undefined;
      }),
    );

  program
    .command('encrypt')
    .description('make an encrypted copy of a case; the case itself stays as it is')
    .argument('<case>', 'the case folder')
    .argument('<folder>', 'the new case folder; gets the ending .descry')
    .action(async (path: string, folder: string, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, path);
        const passphrase = await casePassphrases(client).choose('Passphrase of the new case');
        return copyCase(client, output, folder, passphrase);
      }),
    );

  program
    .command('decrypt')
    .description('make a copy of an encrypted case that is not encrypted')
    .argument('<case>', 'the case folder')
    .argument('<folder>', 'the new case folder; gets the ending .descry')
    .action(async (path: string, folder: string, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, path);
        return copyCase(client, output, folder, null);
      }),
    );

  program
    .command('passphrase')
    .description('give an encrypted case another passphrase')
    .argument('<case>', 'the case folder')
    .action(async (path: string, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const passphrases = casePassphrases(client);
        const current = await passphrases.ask(`Passphrase of the case ${path}`);
        const info = await client.case.open({ path, passphrase: current });
        const next = await passphrases.choose('New passphrase');
        await client.case.changePassphrase({ current, next });
        output.result(
          { path: info.path },
          `${info.path} has another passphrase. Archives and copies of the case keep the one that they were made with.`,
        );
        return undefined;
      }),
    );
}

async function copyCase(
  client: HostClient,
  output: Output,
  folder: string,
  passphrase: string | null,
): Promise<undefined> {
  const events = await client.case.copy({ folder: resolve(folder), passphrase });
  const outcome = await outcomeOf<CopyOutcome>(output, 'Copying', events);
  output.result(outcome, describeCopy(outcome));
}

async function outcomeOf<T>(
  output: Output,
  label: string,
  events: AsyncIterable<{ progress: { done: number; total: number; step: string }; outcome: T | null }>,
): Promise<T> {
  const bar = output.progress(label, label === 'Copying' ? 'originals' : 'MB');
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

function describeCopy({ path, encrypted, originals, missing }: CopyOutcome): string {
  return [
    `Made: ${path}`,
    `${encrypted ? 'Encrypted' : 'Not encrypted'}; ${count(originals, 'original')} taken along, exports are not`,
    ...(missing > 0 ? [`${count(missing, 'copied original')} of the case was not there.`] : []),
    ...(encrypted
      ? [
          'It opens with its passphrase only; nobody can bring back a lost one.',
          'The case that it was made of is still there as it was: delete it yourself once this one opens.',
        ]
      : []),
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
