import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { DoctorReport, PackSummary } from '../../../api/types.ts';
import { bytes, count, exitCodes, table } from '../output.ts';
import { withEngine, type GlobalOptions } from '../session.ts';

/** `models list|add|inspect|use`, `doctor`, `eval`. */
export function addModelCommands(program: Command): void {
  const group = program.command('models').description('model packs');

  group
    .command('list')
    .description('packs that are installed')
    .action(async (_options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const packs = await client.models.list();
        const rows = packs.map((pack) => [
          pack.inUse ? '*' : '',
          pack.id,
          pack.version,
          bytes(pack.bytes),
          pack.dimensions,
          pack.licence,
          pack.name,
        ]);
        output.result(packs, table(['', 'id', 'version', 'size', 'dimensions', 'licence', 'name'], rows));
        return undefined;
      }),
    );

  group
    .command('add')
    .description('install a pack folder after checking its hashes')
    .argument('<folder>', 'a folder with pack.json')
    .action(async (folder: string, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const pack = await client.models.add({ path: resolve(folder) });
        output.result(pack, `Installed ${pack.id} ${pack.version}`);
        return undefined;
      }),
    );

  group
    .command('inspect')
    .description('what is in a pack: its card, files and hashes')
    .argument('<pack>', 'the id of an installed pack, or a folder')
    .action(async (pack: string, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const installed = (await client.models.list()).find((known) => known.id === pack);
        const summary = installed ?? (await client.models.inspect({ path: resolve(pack) }));
        output.result(summary, describePack(summary));
        return undefined;
      }),
    );

  group
    .command('use')
    .description('use this pack for imports and searches from now on')
    .argument('<id>', 'the pack’s id')
    .action(async (id: string, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const pack = await client.models.use({ id });
        output.result(pack, `${pack.id} ${pack.version} is in use`);
        return undefined;
      }),
    );

  program
    .command('doctor')
    .description('what this machine offers for inference, what is used, and why nothing else is')
    .action(async (_options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const report = await client.models.doctor();
        output.result(report, describeDoctor(report));
        return undefined;
      }),
    );

  program
    .command('eval')
    .description('measure a pack on annotated crops (CUHK-PEDES layout)')
    .requiredOption('--annotations <file>', 'JSON list of {split, id, file_path, captions}')
    .requiredOption('--images <folder>', 'folder that the paths are relative to')
    .option('--split <name>', 'split to measure', 'test')
    .option('--pack <id>', 'an installed pack; the one in use when absent')
    .action(
      async (
        flags: { annotations: string; images: string; split: string; pack?: string },
        command: Command,
      ) =>
        withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
          const bar = output.progress('Evaluating', 'steps');
          const input = {
            annotations: resolve(flags.annotations),
            images: resolve(flags.images),
            split: flags.split,
            ...(flags.pack !== undefined && { pack: flags.pack }),
          };
          try {
            for await (const { progress, evaluation } of await client.search.evaluate(input)) {
              bar.update(progress.done, progress.total, progress.step);
              if (!evaluation) continue;
              bar.stop();
              const { rank1, rank5, rank10, meanAveragePrecision, meanInversePenalty } = evaluation;
              const figures = [rank1, rank5, rank10, meanAveragePrecision, meanInversePenalty].map((value) =>
                value.toFixed(2),
              );
              output.result(
                evaluation,
                [
                  `${evaluation.pack}, split ${evaluation.split}: ${count(evaluation.queries, 'query', 'queries')}, ${count(evaluation.gallery, 'crop')}, ${count(evaluation.people, 'person', 'people')}`,
                  table(['R@1', 'R@5', 'R@10', 'mAP', 'mINP'], [figures]),
                  `${evaluation.imagesPerSecond.toFixed(0)} images/s, ${evaluation.queriesPerSecond.toFixed(0)} queries/s`,
                  ...evaluation.rejected.map((file) => `left out: ${file.path}: ${file.reason}`),
                ].join('\n'),
              );
              return evaluation.rejected.length > 0 ? exitCodes.doneWithRejected : exitCodes.done;
            }
          } finally {
            bar.stop();
          }
          throw new Error('The evaluation ended without a result.');
        }),
    );
}

function describePack(pack: PackSummary): string {
  return [
    `${pack.name} (${pack.id} ${pack.version}), ${pack.licence}, ${bytes(pack.bytes)}, ${pack.dimensions} dimensions`,
    `digest ${pack.digest}`,
    pack.intendedUse,
    ...pack.limits.map((limit) => `limit: ${limit}`),
    ...pack.accuracy.map(
      (entry) =>
        `${entry.dataset} (${entry.date}): R@1 ${entry.rank1.toFixed(1)}, R@10 ${entry.rank10.toFixed(1)}, mAP ${entry.meanAveragePrecision.toFixed(1)}; ${entry.queries} queries, ${entry.gallery} crops`,
    ),
    '',
    table(
      ['file', 'size', 'sha256'],
      Object.entries(pack.files).map(([name, file]) => [name, bytes(file.bytes), file.sha256]),
    ),
  ].join('\n');
}

function describeDoctor(report: DoctorReport): string {
  const trials = report.trials.map((trial) => [
    trial.provider === report.provider ? '*' : '',
    trial.provider,
    trial.usable ? 'usable' : 'no',
    trial.imagesPerSecond === null ? '' : trial.imagesPerSecond.toFixed(0),
    trial.batch ?? '',
    trial.difference === null ? '' : trial.difference.toExponential(1),
    trial.reason,
  ]);
  return [
    `Descry ${report.descry}, Node ${report.node}, ONNX Runtime ${report.onnxRuntime}, SQLite ${report.sqlite}`,
    `${report.platform}, ${report.cpu}, ${report.cores} cores, ${bytes(report.memoryBytes)} memory`,
    `Pack ${report.pack.id} ${report.pack.version} (${report.pack.digest.slice(0, 16)}…)`,
    `In use: ${report.provider}, batch ${report.batch}: ${report.imagesPerSecond.toFixed(0)} images/s; a sentence takes ${report.textMilliseconds.toFixed(1)} ms`,
    '',
    table(['', 'provider', 'state', 'images/s', 'batch', 'difference', 'why not'], trials),
    '',
    ...Object.entries(report.paths).map(([name, path]) => `${name}: ${path}`),
  ].join('\n');
}
