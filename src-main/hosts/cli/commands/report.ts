import type { HostClient } from '../../../api/contract.ts';
import type { ReportContainer, ReportFormat, ReportOptions, ReportOutcome } from '../../../api/types.ts';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { bytes, type Output } from '../output.ts';
import { Passphrases } from '../passphrases.ts';
import { openCase, withEngine, type GlobalOptions } from '../session.ts';
import {
  addSigningOptions,
  describeSignatures,
  withSigning,
  type Signing,
  type SigningFlags,
} from '../signing.ts';
import { wholeNumber } from '../values.ts';

const formats: readonly ReportFormat[] = ['html', 'pdf', 'csv', 'json'];

/** `report`: a ranked list as documents that can be read and checked without Descry. */
export function addReportCommand(program: Command): void {
  addSigningOptions(program.command('report'))
    .description('export stored searches as a report')
    .argument('<case>', 'the case folder')
    .requiredOption('--search <ids>', 'search to report; several with commas', toIds)
    .option('--format <formats>', `any of ${formats.join(', ')}, with commas`, toFormats, [...formats])
    .option('--out <folder>', 'where the report’s folder is made; the case’s exports when absent')
    .option('--bundle', 'an evidence bundle: a BagIt bag that holds more than the plain folder')
    .option('--zip', 'the bundle as one zip file; implies --bundle')
    .option('--rows <count>', 'rows of each list', wholeNumber(1, 50_000), 50)
    .option('--no-notes', 'leave out notes')
    .option('--no-audit', 'leave out the extract of the audit log')
    .option('--no-pictures', 'leave out pictures')
    .option('--attach', 'put the original bytes of every shown crop into the PDF as attachments')
    .option('--no-redaction', 'show what was covered in the case, and export its originals')
    .addOption(
      new Option('--page-size <size>', 'paper; that of the template when absent').choices(['A4', 'LETTER']),
    )
    .option('--letter', 'the same as --page-size LETTER')
    .action(
      async (
        casePath: string,
        flags: {
          search: number[];
          format: ReportFormat[];
          out?: string;
          bundle?: boolean;
          zip?: boolean;
          rows: number;
          notes: boolean;
          audit: boolean;
          pictures: boolean;
          attach?: boolean;
          redaction: boolean;
          pageSize?: 'A4' | 'LETTER';
          letter?: boolean;
        } & SigningFlags,
        command: Command,
      ) =>
        withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
          await openCase(client, output, casePath);
          const options: ReportOptions = {
            searchIds: flags.search,
            rows: flags.rows,
            includeNotes: flags.notes,
            includeAudit: flags.audit,
            pictures: flags.pictures,
            attachOriginals: flags.attach === true,
            redact: flags.redaction,
            pageSize: flags.letter === true ? 'LETTER' : flags.pageSize,
          };
          const outcome = await withSigning(client, flags, new Passphrases(flags.passphraseFile), (sign) =>
            exportReport(client, output, options, flags.format, flags.out, sign, containerOf(flags)),
          );
          output.result(outcome, describeReport(outcome));
          return undefined;
        }),
    );
}

/** Writes a report and waits for it. */
export async function exportReport(
  client: HostClient,
  output: Output,
  options: ReportOptions,
  wanted: ReportFormat[],
  folder: string | undefined,
  sign?: Signing,
  container: ReportContainer = 'folder',
): Promise<ReportOutcome> {
  const bar = output.progress('Exporting', 'steps');
  try {
    for await (const event of await client.report.export({
      options,
      formats: wanted,
      container,
      ...(folder !== undefined && { folder }),
      ...(sign && { sign }),
    })) {
      bar.update(event.progress.done, event.progress.total, event.progress.step);
      if (!event.outcome) continue;
      for (const { warnings } of event.outcome.signatures) warnings.forEach((each) => output.warn(each));
      return event.outcome;
    }
  } finally {
    bar.stop();
  }
  throw new Error('The export ended without a report.');
}

/** An export in words. */
export function describeReport(outcome: ReportOutcome): string {
  return [
    `Report ${outcome.reportId}: ${outcome.folder}`,
    ...outcome.files.map((file) => `  ${file.path}  ${bytes(file.bytes)}  sha256 ${file.sha256}`),
    ...describeSignatures(outcome.signatures),
    outcome.container === 'bag-zip'
      ? 'To check it later: descry verify with this file, or unpack it and use any BagIt validator.'
      : `To check it later: descry verify with this folder, or sha256sum -c manifest-sha256.txt in it.`,
  ].join('\n');
}

function containerOf({ bundle, zip }: { bundle?: boolean; zip?: boolean }): ReportContainer {
  if (zip === true) return 'bag-zip';
  return bundle === true ? 'bag' : 'folder';
}

function toIds(value: string): number[] {
  const ids = value.split(',').map(Number);
  if (ids.some((id) => !Number.isSafeInteger(id) || id < 1))
    throw new InvalidArgumentError('Give the numbers of searches, such as 3 or 3,5.');
  return ids;
}

function toFormats(value: string): ReportFormat[] {
  return value.split(',').map((name) => {
    const format = formats.find((known) => known === name.trim());
    if (!format) throw new InvalidArgumentError(`Give any of ${formats.join(', ')}.`);
    return format;
  });
}
