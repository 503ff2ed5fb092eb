import type { Command } from 'commander';
import type { HostClient } from '../../../api/contract.ts';
import type { EmbeddingJob, PackCoverage } from '../../../api/types.ts';
import { count, duration, exitCodes, table, type Output } from '../output.ts';
import { openCase, withEngine, type GlobalOptions } from '../session.ts';

/** `embedding start|status|cancel`. */
export function addEmbeddingCommands(program: Command): void {
  const group = program
    .command('embedding')
    .description('let a model read a case, so that it can be searched with it');

  group
    .command('start')
    .description('make the vectors that a case lacks; the same command again goes on where it stopped')
    .argument('<case>', 'the case folder')
    .option('--pack <id>', 'an installed pack; the one in use when absent')
    .action(async (casePath: string, { pack }: { pack?: string }, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, casePath);
        const chosen = pack ?? (await packInUse(client));
        const job = await runJob(client, output, chosen);
        output.result(job, describeJob(job));
        if (job.state !== 'finished') return exitCodes.failed;
        return job.failed > 0 ? exitCodes.doneWithRejected : exitCodes.done;
      }),
    );

  group
    .command('status')
    .description('how much of a case each installed pack has read, and what the last job did')
    .argument('<case>', 'the case folder')
    .action(async (casePath: string, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, casePath);
        const coverage = await client.embedding.coverage();
        const job = await client.embedding.current();
        output.result({ coverage, job }, describeStatus(coverage, job));
        return undefined;
      }),
    );

  group
    .command('cancel')
    .description('give up a job that was stopped; the vectors it has made stay')
    .argument('<case>', 'the case folder')
    .action(async (casePath: string, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, casePath);
        const job = await client.embedding.cancel();
        output.result(job, describeJob(job));
        return undefined;
      }),
    );
}

async function packInUse(client: HostClient): Promise<string> {
  return (await client.app.info()).pack.id;
}

/** Starts a job, or continues the one with this pack that was stopped, and follows it to its end. */
async function runJob(client: HostClient, output: Output, pack: string): Promise<EmbeddingJob> {
  const before = await client.embedding.current();
  const goesOn = before?.state === 'paused' && before.packId === pack;
  if (goesOn) output.say(`Continuing with ${pack}; ${before.done} of ${before.total} crops are done.`);
  const bar = output.progress(`${pack} reads`, 'crops');
  const events = await client.app.events();
  try {
    const { startedAt } = goesOn ? await client.embedding.resume() : await client.embedding.start({ pack });
    for await (const event of events) {
      if (event.type !== 'embedding' || event.job.startedAt !== startedAt) continue;
      const { job } = event;
      bar.update(
        job.done + job.failed,
        job.total,
        job.rate === null ? job.message : `${job.rate.toFixed(0)}/s`,
      );
      if (job.state === 'failed') throw new Error(job.message);
      if (job.state !== 'running') return job;
    }
    throw new Error('The engine stopped telling about the job.');
  } finally {
    bar.stop();
  }
}

function describeJob(job: EmbeddingJob): string {
  const time = job.finishedAt === null ? '' : ` in ${duration(job.finishedAt - job.startedAt)}`;
  const failed = job.failed > 0 ? `; ${count(job.failed, 'crop')} could not be read` : '';
  return [
    `${job.packId} ${job.packVersion} ${job.state}${time}: it has read ${job.done} of ${count(job.total, 'crop')}${failed}`,
    ...(job.message === '' ? [] : [job.message]),
    ...job.failures.map(({ cropId, fileName, reason }) => `crop ${cropId} (${fileName}): ${reason}`),
    ...(job.failed > job.failures.length ? [`… and ${job.failed - job.failures.length} more`] : []),
  ].join('\n');
}

function describeStatus(coverage: readonly PackCoverage[], job: EmbeddingJob | null): string {
  const rows = coverage.map(({ packId, crops, total }) => [packId, crops, total - crops]);
  return [
    table(['pack', 'crops read', 'crops left'], rows),
    ...(job ? ['', `Last job: ${describeJob(job)}`] : []),
  ].join('\n');
}
