import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { engineStartFor } from '../../shared/application.ts';
import { duration, table } from '../output.ts';
import { withEngine, type GlobalOptions } from '../session.ts';
import { describeImport, waitForImport } from './import.ts';
import { describeReport, exportReport } from './report.ts';

const demoSearches = z.array(z.object({ text: z.string(), person: z.int() })).min(1);

/** `demo`: the whole way from crops to a report, with the generated crops that ship with Descry. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('make the demo case, run three searches, write a report')
    .option('--out <folder>', 'the case folder to make; a new one among your cases when absent')
    .action(async (flags: { out?: string }, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const searches = demoSearches.parse(
          JSON.parse(readFileSync(join(engineStartFor('').demoFolder, 'searches.json'), 'utf8')),
        );
        const steps: { step: string; ms: number }[] = [];
        const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
          const started = performance.now();
          const value = await work();
          steps.push({ step, ms: performance.now() - started });
          return value;
        };

        const imported = await timed('import', () =>
          waitForImport(client, output, async () => {
            const demo = await client.case.createDemo(
              flags.out === undefined ? {} : { folder: resolve(flags.out) },
            );
            output.say(`Made ${demo.case.path}`);
            return { id: demo.batchId };
          }),
        );
        output.say(describeImport(imported, []));
        const found = [];
        for (const { text } of searches) {
          const outcome = await timed('search', () =>
            client.search.run({ query: { statements: [{ text, weight: 1 }] }, top: 3 }),
          );
          found.push(outcome);
          output.say(
            `\n“${text}”: ${outcome.search.gallery.searched} crops in ${duration(outcome.search.elapsedMs)}`,
          );
          output.say(
            table(
              ['rank', 'score', 'camera', 'time', 'file'],
              outcome.top.map((row) => [
                row.rank,
                row.score.toFixed(4),
                row.camera ?? '',
                row.correctedTime ?? '',
                row.fileName,
              ]),
            ),
          );
        }
        const options = {
          searchIds: found.map((outcome) => outcome.search.id),
          rows: 20,
          includeNotes: true,
          includeAudit: true,
          pictures: true,
          attachOriginals: false,
          redact: true,
        };
        const report = await timed('report', () =>
          exportReport(client, output, options, ['html', 'pdf', 'csv', 'json'], undefined),
        );
        const current = await client.case.current();
        output.say(
          `\n${table(
            ['step', 'time'],
            steps.map(({ step, ms }) => [step, duration(ms)]),
          )}`,
        );
        output.result(
          { case: current, import: imported, searches: found, report, steps },
          `\nCase: ${current?.path ?? ''}\n${describeReport(report)}\n\nRanked results are investigative leads, not identifications. The people of the demo are generated.`,
        );
        return undefined;
      }),
    );
}
