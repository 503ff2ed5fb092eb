import { readFileSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { HostClient } from '../../../api/contract.ts';
import type { RerunOutcome, SearchFilter, SearchOutcome } from '../../../api/types.ts';
import { count, exitCodes, table, type Output } from '../output.ts';
import { openCase, UsageError, withEngine, type GlobalOptions } from '../session.ts';
import { collect, wholeNumber } from '../values.ts';

interface SearchFlags {
  avoid: string[];
  like: number[];
  camera: string[];
  notCamera: string[];
  from?: string;
  to?: string;
  timeOfDay?: { from: string; to: string };
  batch: number[];
  track: string[];
  decision: Decision[];
  tag: string[];
  text?: string;
  top: number;
  fold: boolean;
  queries?: string;
  rerun?: number;
}

const decisions = ['possible', 'excluded', 'unsure', 'none'] as const;
type Decision = (typeof decisions)[number];

const texts = collect(String);
const cropIds = collect(wholeNumber(1));

/** `search`: one sentence, a batch of them, or a stored search again. */
export function addSearchCommand(program: Command): void {
  program
    .command('search')
    .description('rank the crops of a case by what a witness said')
    .argument('<case>', 'the case folder')
    .argument('[sentence]', 'what the witness said')
    .option('--avoid <phrase>', 'what counts against a crop; may be given several times', texts, [])
    .option('--like <crop>', 'id of an example crop; may be given several times', cropIds, [])
    .option('--camera <name>', 'search only this camera; may be given several times', texts, [])
    .option('--not-camera <name>', 'leave this camera out; may be given several times', texts, [])
    .option('--from <time>', 'corrected time, ISO 8601; in the case’s zone without an offset')
    .option('--to <time>', 'end of the time range, exclusive')
    .option(
      '--time-of-day <HH:mm-HH:mm>',
      'time of day in the case’s zone; may run over midnight',
      readTimeOfDay,
    )
    .option('--batch <id>', 'only crops of this import; may be given several times', cropIds, [])
    .option('--track <track>', 'only this track; may be given several times', texts, [])
    .option(
      '--decision <decision>',
      `only crops so decided (${decisions.join(', ')}); may be given several times`,
      collect(readDecision),
      [],
    )
    .option('--tag <tag>', 'only crops with this tag; may be given several times', texts, [])
    .option('--text <text>', 'file name, note or tag contains this')
    .option('--top <count>', 'rows to show', wholeNumber(1, 500), 20)
    .option('--no-fold', 'show every crop of a track')
    .option('--queries <file>', 'JSON Lines of {"id","text"}: run them all, store none')
    .option(
      '--rerun <id>',
      'run a stored search again and compare; exit code 1 when the list differs',
      wholeNumber(1),
    )
    .action(async (casePath: string, sentence: string | undefined, flags: SearchFlags, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        checkWays(sentence, flags, command);
        const queries = flags.queries === undefined ? undefined : readQueries(flags.queries);
        const info = await openCase(client, output, casePath);
        if (flags.rerun !== undefined) {
          const outcome = await client.search.rerun({ searchId: flags.rerun, top: flags.top });
          output.result(outcome, describeRerun(outcome));
          return outcome.identical ? exitCodes.done : exitCodes.failed;
        }
        const filter = toFilter(flags, info.timeZone);
        await checkCameras(client, [...flags.camera, ...flags.notCamera]);
        if (queries !== undefined) {
          const answers = await client.search.batch({ queries, filter, top: flags.top });
          await warnOfMissingVectors(client, output);
          output.result(
            answers,
            answers
              .map(
                (answer) =>
                  `${answer.id}: ${answer.error ?? answer.results.map((row) => `${row.fileName} ${row.score.toFixed(4)}`).join(', ')}`,
              )
              .join('\n'),
          );
          return answers.some((answer) => answer.error !== null)
            ? exitCodes.doneWithRejected
            : exitCodes.done;
        }
        const query = {
          statements: sentence === undefined ? [] : [{ text: sentence, weight: 1 }],
          avoid: flags.avoid,
          like: flags.like.map((cropId) => ({ cropId, weight: 1 })),
          filter,
          foldTracks: flags.fold,
        };
        const outcome = await client.search.run({ query, top: flags.top });
        for (const warning of outcome.search.warnings) output.warn(warning.message);
        output.result(outcome, describeSearch(outcome));
        return exitCodes.done;
      }),
    );
}

/** A search is a new one, a batch, or a stored one; what would be passed over in silence is refused. */
function checkWays(sentence: string | undefined, flags: SearchFlags, command: Command): void {
  const described = sentence !== undefined || flags.like.length > 0;
  const ways = [described, flags.queries !== undefined, flags.rerun !== undefined].filter(Boolean).length;
  if (ways !== 1) throw new UsageError('give a sentence (or --like), or --queries, or --rerun: one of them');
  const kept =
    flags.rerun !== undefined
      ? ['rerun', 'top']
      : flags.queries !== undefined
        ? Object.keys(flags).filter((name) => !['avoid', 'fold'].includes(name))
        : Object.keys(flags);
  const given = Object.keys(flags).filter((name) => command.getOptionValueSource(name) === 'cli');
  const passedOver = given.filter((name) => !kept.includes(name) && name !== 'json' && name !== 'operator');
  if (passedOver.length === 0) return;
  const option =
    command.options.find((known) => known.attributeName() === passedOver[0])?.long ?? passedOver[0];
  throw new UsageError(
    `${option} has no meaning with ${flags.rerun === undefined ? '--queries' : '--rerun'}, which ${flags.rerun === undefined ? 'takes sentences and filters only' : 'repeats a search as it was'}`,
  );
}

function readTimeOfDay(value: string): { from: string; to: string } {
  const [, from, to] = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)$/.exec(value) ?? [];
  if (from === undefined || to === undefined)
    throw new InvalidArgumentError('Give two times of day such as 22:00-05:30.');
  return { from, to };
}

function readDecision(value: string): Decision {
  const decision = decisions.find((known) => known === value);
  if (!decision) throw new InvalidArgumentError(`Give one of ${decisions.join(', ')}.`);
  return decision;
}

/** A batch answers with empty lists where the case was imported with another model. */
async function warnOfMissingVectors(client: HostClient, output: Output): Promise<void> {
  const info = await client.case.current();
  const missing = info === null ? 0 : info.counts.crops - info.counts.embedded;
  if (missing > 0)
    output.warn(
      `${count(missing, 'crop')} have not been read with the model in use and took no part; "descry embedding start" lets it read them.`,
    );
}

function toFilter(flags: SearchFlags, timeZone: string): SearchFilter {
  return {
    ...(flags.camera.length > 0 && { cameras: flags.camera }),
    ...(flags.notCamera.length > 0 && { notCameras: flags.notCamera }),
    ...(flags.from !== undefined && { from: toInstant(flags.from, timeZone) }),
    ...(flags.to !== undefined && { to: toInstant(flags.to, timeZone) }),
    ...(flags.timeOfDay !== undefined && { timeOfDay: flags.timeOfDay }),
    ...(flags.batch.length > 0 && { batches: flags.batch }),
    ...(flags.track.length > 0 && { tracks: flags.track }),
    ...(flags.decision.length > 0 && { verdicts: flags.decision }),
    ...(flags.tag.length > 0 && { tags: flags.tag }),
    ...(flags.text !== undefined && { text: flags.text }),
  };
}

/** ISO 8601 with an offset as it is; without one, in the case's zone. */
function toInstant(text: string, timeZone: string): string {
  try {
    if (/([zZ]|[+-]\d\d:\d\d)$/.test(text)) return Temporal.Instant.from(text).toString({ timeZone });
    return Temporal.PlainDateTime.from(text, { overflow: 'reject' })
      .toZonedDateTime(timeZone)
      .toInstant()
      .toString({ timeZone });
  } catch {
    throw new UsageError(`"${text}" is not a time such as 2026-03-14T08:15 or 2026-03-14T08:15:00+01:00`);
  }
}

/** A mistyped camera would silently give an empty list: say which there are. */
async function checkCameras(client: HostClient, wanted: readonly string[]): Promise<void> {
  if (wanted.length === 0) return;
  const known = new Set((await client.cameras.list()).map((camera) => camera.name));
  const unknown = wanted.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new UsageError(
      `there is no camera ${unknown.map((name) => `"${name}"`).join(', ')} in this case; it has ${[...known].join(', ') || 'none'}`,
    );
}

const queryLine = z.object({ id: z.union([z.string(), z.number()]).transform(String), text: z.string() });

function readQueries(file: string): { id: string; text: string }[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read`);
  }
  const queries = text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [queryLine.parse(JSON.parse(line))];
    } catch {
      throw new UsageError(`${file}, line ${index + 1}: not {"id", "text"}`);
    }
  });
  if (queries.length === 0) throw new UsageError(`${file} has no queries`);
  return queries;
}

/** A ranked list in words. */
export function describeSearch({ search, distribution, top }: SearchOutcome): string {
  const rows = top.map((row) => [
    row.rank,
    row.score.toFixed(4),
    row.id,
    row.camera ?? '',
    row.correctedTime ?? '',
    row.track ?? '',
    row.folded,
    row.fileName,
  ]);
  return [
    `Search ${search.id}: ${search.gallery.searched} of ${count(search.gallery.crops, 'crop')} searched, ${count(search.rows, 'row')}, ${search.elapsedMs.toFixed(0)} ms`,
    distribution.explanation,
    ...(rows.length === 0
      ? []
      : [
          '',
          table(['rank', 'score', 'crop', 'camera', 'corrected time', 'track', 'crops', 'file'], rows),
          '',
        ]),
    'A ranked result is an investigative lead, not an identification.',
  ].join('\n');
}

function describeRerun(outcome: RerunOutcome): string {
  return [
    outcome.identical
      ? 'The same list came out.'
      : `The list differs:\n${outcome.differences.map((line) => `  ${line}`).join('\n')}`,
    '',
    describeSearch(outcome),
  ].join('\n');
}
