import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { HostClient } from '../../../api/contract.ts';
import type { Camera, CaseInfo, ExportVerification, Finding, Verification } from '../../../api/types.ts';
import { count, exitCodes, table, type Output } from '../output.ts';
import { casePassphrases, openCase, withEngine, type GlobalOptions } from '../session.ts';
import { decimalNumber, timeZone } from '../values.ts';

/** Ten years, in seconds. */
const longestOffset = 10 * 366 * 86_400;

interface CreateOptions {
  number?: string;
  name?: string;
  investigator?: string;
  purpose?: string;
  legalBasis?: string;
  timeZone?: string;
  encrypt?: boolean;
}

/** `case create`, `case info`, `case cameras`, `case camera`, `verify`. */
export function addCaseCommands(program: Command): void {
  const group = program.command('case').description('make a case, or see what is in one');

  group
    .command('create')
    .description('make a new, empty case')
    .argument('<folder>', 'the new case folder; gets the ending .descry')
    .option('--name <name>', 'what the case is called; the folder’s name when absent')
    .option('--number <number>', 'the agency’s own number')
    .option('--investigator <name>', 'who works on it')
    .option('--purpose <text>', 'what the search is for')
    .option('--legal-basis <text>', 'legal basis or authorisation reference')
    .option(
      '--time-zone <zone>',
      'zone of the case, such as Europe/Berlin; this computer’s when absent',
      timeZone,
    )
    .option('--encrypt', 'encrypt it with a passphrase; whoever loses the passphrase has lost the case')
    .action(async (folder: string, options: CreateOptions, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const { number, investigator, purpose, legalBasis, timeZone } = options;
        const name =
          options.name ??
          folder
            .replace(/[\\/]+$/, '')
            .replace(/^.*[\\/]/, '')
            .replace(/\.descry$/, '');
        const passphrase =
          options.encrypt === true
            ? await casePassphrases(client).choose('Passphrase of the new case')
            : undefined;
        const info = await client.case.create({
          folder,
          passphrase,
          details: { name, number, investigator, purpose, legalBasis, timeZone },
        });
        output.result(
          info,
          `Created ${info.path}${info.encrypted ? '\nIt opens with its passphrase only. Nobody can bring back a lost one.' : ''}`,
        );
      }),
    );

  group
    .command('info')
    .description('what a case holds')
    .argument('<case>', 'the case folder')
    .action(async (path: string, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const info = await openCase(client, output, path);
        const cameras = await client.cameras.list();
        const batches = await client.imports.list();
        output.result({ ...info, cameras, batches }, describeCase(info, cameras));
      }),
    );

  group
    .command('camera')
    .description('set a camera’s zone or the measured error of its clock')
    .argument('<case>', 'the case folder')
    .argument('<camera>', 'the camera’s name')
    .option('--time-zone <zone>', 'zone in which its clock runs', timeZone)
    .option(
      '--offset <seconds>',
      'seconds to add to what the clock showed to get the true time',
      decimalNumber(-longestOffset, longestOffset),
    )
    .option('--measured-by <name>', 'who measured the offset')
    .option('--measured-at <time>', 'when, ISO 8601 with an offset')
    .option('--note <text>', 'how it was measured')
    .action(
      async (
        path: string,
        name: string,
        options: {
          timeZone?: string;
          offset?: number;
          measuredBy?: string;
          measuredAt?: string;
          note?: string;
        },
        command: Command,
      ) =>
        withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
          await openCase(client, output, path);
          const { timeZone, offset, measuredBy, measuredAt, note } = options;
          const camera = await client.cameras.change({
            name,
            timeZone,
            note,
            clockOffsetMs: offset === undefined ? undefined : Math.round(offset * 1000),
            offsetMeasuredBy: measuredBy,
            offsetMeasuredAt: measuredAt,
          });
          output.result(
            camera,
            `${camera.name}: ${camera.timeZone}, clock offset ${camera.clockOffsetMs / 1000} s`,
          );
        }),
    );

  program
    .command('verify')
    .description('check a case, or an exported report, against its own hashes')
    .argument('<path>', 'a case folder, the folder of an export, or a bundle: its folder or its zip file')
    .option('--no-media', 'leave out reading every original')
    .option(
      '--against <export>',
      'an export of the case kept elsewhere: the log must have the entry that it ends with; several times for several',
      (value: string, before: string[]) => [...before, resolve(value)],
      [] as string[],
    )
    .action(async (path: string, options: VerifyFlags, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const verification = await verify(client, output, path, options);
        output.result(verification, describeVerification(verification, isCase(path)));
        return verification.ok ? exitCodes.done : exitCodes.failed;
      }),
    );
}

interface VerifyFlags {
  media: boolean;
  against: string[];
}

async function verify(
  client: HostClient,
  output: Output,
  path: string,
  { media, against }: VerifyFlags,
): Promise<Verification | ExportVerification> {
  if (!isCase(path)) return client.app.verifyExport({ path });
  await openCase(client, output, path);
  const progress = output.progress('Verifying', 'steps');
  try {
    for await (const event of await client.case.verify({ media, exports: against })) {
      progress.update(event.progress.done, event.progress.total, event.progress.step);
      if (event.verification) return event.verification;
    }
  } finally {
    progress.stop();
  }
  throw new Error('The check ended without a verdict.');
}

/** The ending .descry may be left out. */
function isCase(path: string): boolean {
  return existsSync(join(path, 'case.sqlite')) || existsSync(join(`${path}.descry`, 'case.sqlite'));
}

function describeCase(info: CaseInfo, cameras: Camera[]): string {
  const { counts } = info;
  return [
    `${info.name}${info.number === '' ? '' : `  (${info.number})`}`,
    info.path,
    `${count(counts.crops, 'crop')} of ${count(counts.cameras, 'camera')}, ${count(counts.tracks, 'track')}; ${counts.embedded} ready for search`,
    info.span ? `${info.span.from} to ${info.span.to}` : 'no times',
    `${count(counts.batches, 'import')}, ${count(counts.searches, 'search', 'searches')}, ${count(counts.marked, 'crop')} marked`,
    ...(cameras.length === 0
      ? []
      : [
          '',
          table(
            ['camera', 'crops', 'zone', 'clock offset s'],
            cameras.map((camera) => [
              camera.name,
              camera.crops,
              camera.timeZone,
              camera.clockOffsetMs / 1000,
            ]),
          ),
        ]),
  ].join('\n');
}

function describeVerification(verification: Verification | ExportVerification, ofCase: boolean): string {
  const { ok, path, checked, findings } = verification;
  const signatures = 'signatures' in verification ? verification.signatures : [];
  return [
    `${ok ? 'In order' : 'NOT in order'}: ${path}`,
    ofCase
      ? `${count(checked.media, 'original')}, ${count(checked.vectors, 'vector')}, ${count(checked.auditEntries, 'audit entry', 'audit entries')}, ${count(checked.records ?? 0, 'row')}, ${count(checked.exports ?? 0, 'export')} checked`
      : `${count(checked.media, 'file')} checked against manifest-sha256.txt; ${signatures.length === 0 ? 'not signed' : count(signatures.length, 'signature')}`,
    ...signatures
      .filter(({ fits }) => fits)
      .map(({ file, message }) => `signature: ${file}: the signature fits. ${message}`),
    ...findings.map(
      (finding) =>
        `${finding.severity}: ${finding.check}: ${finding.where}: ${finding.message}${describeSince(finding)}`,
    ),
  ].join('\n');
}

/** Since when something is wrong, as far as the log knows. */
function describeSince({ lastSound }: Finding): string {
  if (lastSound === undefined) return '';
  if (lastSound === null) return ' When it was right last is not known.';
  const { at, sequence, by } = lastSound;
  return by === 'verification'
    ? ` Last found right ${at} (verification, audit entry ${sequence}).`
    : ` Written ${at} (audit entry ${sequence}), and not verified since.`;
}
