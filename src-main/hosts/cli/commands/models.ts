import { resolve } from 'node:path';
import type { Command } from 'commander';
import type {
  DoctorReport,
  EmbedOutcome,
  ModelAccount,
  ModelAnswers,
  PackSummary,
} from '../../../api/types.ts';
import { bytes, count, exitCodes, table } from '../output.ts';
import { UsageError, withEngine, type GlobalOptions } from '../session.ts';

interface AddFlags {
  vocab?: string;
  licence?: string;
  name?: string;
  activation?: string;
  weights: string;
  examine?: boolean;
}

/** `models list|add|inspect|use|remove`, `embed`, `doctor`, `eval`. */
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
    .description('install a model: a checkpoint, an exported model, a pack folder or a pack zip')
    .argument('<path>', 'a .pth, .pt or .safetensors file, a .zip, or a folder')
    .option('--vocab <file>', 'CLIP’s vocabulary, where it does not lie beside the checkpoint')
    .option('--licence <text>', 'the licence that the weights came with; written into the pack')
    .option('--name <id>', 'id of the new pack')
    .option('--activation <name>', 'quickgelu or gelu, where the weights do not tell')
    .option('--weights <type>', 'stored, float32 or float16', 'stored')
    .option('--examine', 'only say what it is')
    .action(async (path: string, flags: AddFlags, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        const answers = answersOf(flags);
        if (flags.examine) {
          const account = await client.models.examine({ path: resolve(path), answers });
          output.result(account, describeAccount(account));
          return undefined;
        }
        const bar = output.progress('Adding', '');
        try {
          for await (const { progress, pack } of await client.models.add({ path: resolve(path), answers })) {
            bar.update(progress.done, progress.total, progress.step);
            if (!pack) continue;
            bar.stop();
            output.result(
              pack,
              `Installed ${pack.id} ${pack.version}. "descry models use ${pack.id}" takes it into use.`,
            );
          }
        } finally {
          bar.stop();
        }
        return undefined;
      }),
    );

  group
    .command('remove')
    .description('delete a pack of yours; cases keep the vectors and searches made with it')
    .argument('<id>', 'the pack’s id')
    .action(async (id: string, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await client.models.remove({ id });
        output.result({ removed: id }, `Removed ${id}`);
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
    .command('embed')
    .description('what a pack makes of pictures and sentences: every named embedding, and the scores')
    .option('--pack <id>', 'an installed pack; the one in use when absent')
    .option('--image <file>', 'a picture; may be repeated', collect, [])
    .option('--text <text>', 'a sentence; may be repeated', collect, [])
    .action(async (flags: { pack?: string; image: string[]; text: string[] }, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        if (flags.image.length + flags.text.length === 0)
          throw new UsageError('Give at least one --image or --text.');
        const outcome = await client.models.embed({
          ...(flags.pack !== undefined && { pack: flags.pack }),
          images: flags.image.map((file) => resolve(file)),
          texts: flags.text,
        });
        output.result(outcome, describeEmbedded(outcome));
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

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** The contract checks them; a wrong value is named there. */
function answersOf(flags: AddFlags): ModelAnswers {
  return {
    weights: flags.weights as ModelAnswers['weights'],
    ...(flags.vocab !== undefined && { vocabulary: resolve(flags.vocab) }),
    ...(flags.licence !== undefined && { licence: flags.licence }),
    ...(flags.name !== undefined && { id: flags.name }),
    ...(flags.activation !== undefined && { activation: flags.activation as ModelAnswers['activation'] }),
  };
}

function describeAccount(account: ModelAccount): string {
  return [
    account.summary,
    ...account.facts.map(({ label, value }) => `${label}: ${value}`),
    ...account.leftOut.map(
      (group) =>
        `left out: ${group.name} (${count(group.tensors, 'tensor')}, ${bytes(group.bytes)}): ${group.reason}`,
    ),
    ...account.questions.map(({ text }) => `to be answered: ${text}`),
    `It would be installed as ${account.id}.`,
  ].join('\n');
}

function describeEmbedded(outcome: EmbedOutcome): string {
  const names = (items: EmbedOutcome['images']): string =>
    Object.entries(items[0]?.embeddings ?? {})
      .map(([name, numbers]) => `${name} (${numbers.length})`)
      .join(', ');
  return [
    `${outcome.pack}: ${count(outcome.images.length, 'picture')}: ${names(outcome.images)}; ${count(outcome.texts.length, 'sentence')}: ${names(outcome.texts)}`,
    ...(outcome.images.length > 0 && outcome.texts.length > 0
      ? [
          table(
            ['', ...outcome.images.map((_, i) => `picture ${i + 1}`)],
            outcome.texts.map(({ source }, row) => [
              source,
              ...outcome.scores[row]!.map((score) => score.toFixed(4)),
            ]),
          ),
        ]
      : []),
    'The numbers themselves come with --json.',
  ].join('\n');
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
