import type { Command } from 'commander';
import type { DiscoveryOutcome } from '../../../api/types.ts';
import { count } from '../output.ts';
import { openCase, withEngine, type GlobalOptions } from '../session.ts';

/** `discovery`: everything that anyone wrote in a case, for disclosure. */
export function addDiscoveryCommand(program: Command): void {
  program
    .command('discovery')
    .description('export everything that anyone wrote in a case, with its whole audit log')
    .argument('<case>', 'the case folder')
    .argument('[out]', 'folder in which the export’s own folder is made; the case’s exports when absent')
    .action(async (path: string, folder: string | undefined, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, path);
        const bar = output.progress('Exporting', 'parts');
        try {
          for await (const event of await client.report.discovery({ folder })) {
            bar.update(event.progress.done, event.progress.total, event.progress.step);
            if (event.outcome) output.result(event.outcome, describeDiscovery(event.outcome));
          }
        } finally {
          bar.stop();
        }
        return undefined;
      }),
    );
}

function describeDiscovery({ discoveryId, folder, files, parts }: DiscoveryOutcome): string {
  const manifest = files.find(({ format }) => format === 'manifest');
  return [
    `Discovery export ${discoveryId}: ${folder}`,
    ...parts.map(({ title, rows }) => `  ${title}: ${count(rows, 'row')}`),
    ...(manifest ? [`  ${manifest.path}  sha256 ${manifest.sha256}`] : []),
    'To check it later: descry verify with this folder, or sha256sum -c manifest-sha256.txt in it.',
  ].join('\n');
}
