import { Argument, type Command } from 'commander';
import type { Agreement, BlindCrop, BlindOutcome, BlindReview, Verdict } from '../../../api/types.ts';
import { count, table } from '../output.ts';
import { openCase, withEngine, type GlobalOptions } from '../session.ts';
import { wholeNumber } from '../values.ts';

const id = wholeNumber(1, Number.MAX_SAFE_INTEGER);
const pageLength = 500;

/** `review …`: a second review of a list by somebody who sees neither scores, ranks nor the first decisions. */
export function addReviewCommands(program: Command): void {
  const group = program
    .command('review')
    .description('a blind second review: no scores, no ranks, no earlier decisions, in a shuffled order');
  const onCase = (name: string, description: string): Command =>
    group.command(name).description(description).argument('<case>', 'the case folder');
  const onReview = (name: string, description: string): Command =>
    onCase(name, description).argument('<review>', 'number of the review', id);

  onCase('start', 'begin one over the first rows of a search’s list; --operator names the second reviewer')
    .requiredOption('--search <id>', 'the search whose list was reviewed', id)
    .option('--rows <count>', 'rows of its list', wholeNumber(1, 1000), 50)
    .option('--seed <text>', 'for the same order again')
    .action(async (path: string, flags: { search: number; rows: number; seed?: string }, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, path);
        const { search: searchId, rows, seed } = flags;
        const review = await client.review.blind.start({ searchId, rows, seed });
        output.result(review, describeReview(review));
        return undefined;
      }),
    );

  onCase('list', 'the blind reviews of a case').action(
    async (path: string, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, path);
        const reviews = await client.review.blind.list();
        output.result(reviews, reviews.map(describeReview).join('\n') || 'There is none.');
        return undefined;
      }),
  );

  onReview('crops', 'the crops of a review in their order, with the second reviewer’s own verdicts').action(
    async (path: string, reviewId: number, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, path);
        const crops: BlindCrop[] = [];
        for (let total = 1; crops.length < total;) {
          const page = await client.review.blind.crops({ reviewId, offset: crops.length, limit: pageLength });
          total = page.total;
          crops.push(...page.rows);
          if (page.rows.length === 0) break;
        }
        output.result(
          crops,
          table(
            ['place', 'crop', 'camera', 'corrected time', 'verdict'],
            crops.map((crop) => [
              ...[crop.place, crop.cropId, crop.camera ?? '', crop.correctedTime ?? '', crop.verdict ?? ''],
            ]),
          ),
        );
        return undefined;
      }),
  );

  onReview('decide', 'the second reviewer’s verdict on a crop')
    .argument('<crop>', 'number of the crop', id)
    .addArgument(
      new Argument('<verdict>', 'what it is to the second reviewer').choices([
        ...['possible', 'excluded', 'unsure', 'none'],
      ]),
    )
    .action(
      async (
        path: string,
        reviewId: number,
        cropId: number,
        verdict: Verdict | 'none',
        _options: unknown,
        command: Command,
      ) =>
        withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
          await openCase(client, output, path);
          await client.review.blind.decide({
            reviewId,
            cropId,
            verdict: verdict === 'none' ? null : verdict,
          });
          output.result({ reviewId, cropId, verdict }, `Crop ${cropId}: ${verdict}`);
          return undefined;
        }),
    );

  onReview('finish', 'end a review and see both side by side').action(
    async (path: string, reviewId: number, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, path);
        const outcome = await client.review.blind.finish({ reviewId });
        output.result(outcome, describeOutcome(outcome));
        return undefined;
      }),
  );

  onReview('abandon', 'end a review without looking at it; its decisions are kept').action(
    async (path: string, reviewId: number, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, path);
        await client.review.blind.abandon({ reviewId });
        output.result({ reviewId, state: 'abandoned' }, `Blind review ${reviewId} was abandoned.`);
        return undefined;
      }),
  );

  onReview('agreement', 'both reviews of a finished blind review, and how they agree').action(
    async (path: string, reviewId: number, _options: unknown, command: Command) =>
      withEngine(command.optsWithGlobals<GlobalOptions>(), async (client, output) => {
        await openCase(client, output, path);
        const outcome = await client.review.blind.outcome({ reviewId });
        output.result(outcome, describeOutcome(outcome));
        return undefined;
      }),
  );
}

function describeReview({
  id: number,
  searchId,
  operator,
  state,
  crops,
  decided,
  seed,
}: BlindReview): string {
  return `Blind review ${number} of search ${searchId} by ${operator || 'nobody named'}: ${state}, ${decided} of ${count(crops, 'crop')} decided, seed ${seed}`;
}

function describeOutcome({ review, firstOperators, agreement, crops }: BlindOutcome): string {
  return [
    describeReview(review),
    `First review: ${firstOperators.join(', ') || 'no decisions'}`,
    describeAgreement(agreement),
    '',
    table(
      ['rank', 'crop', 'first', 'second', 'file'],
      crops.map(({ rank, cropId, first, second, fileName }) => [
        ...[rank ?? '', cropId, first.verdict ?? '', second.verdict ?? '', fileName],
      ]),
    ),
  ].join('\n');
}

function describeAgreement({
  same,
  decidedByBoth,
  onlyFirst,
  onlySecond,
  neither,
  kappa,
  verdicts,
  table: rows,
}: Agreement): string {
  return [
    `The same verdict on ${same} of ${count(decidedByBoth, 'crop')} that both decided; only the first ${onlyFirst}, only the second ${onlySecond}, neither ${neither}`,
    `Cohen's kappa: ${kappa === null ? 'not defined' : kappa.toFixed(3)}`,
    '',
    table(
      ['first \\ second', ...verdicts],
      verdicts.map((verdict, i) => [verdict, ...rows[i]!]),
    ),
  ].join('\n');
}
