import type { BlindOutcome } from '../../review/schema.ts';
import { formatCount, formatMoment } from '../format.ts';
import type { ReportModel } from '../schema.ts';
import type { ReportTexts } from '../texts.ts';
import { visibleLine } from '../visible-text.ts';
import type { Block, Section } from './blocks.ts';

/** Crops on which two reviews differ that the documents list; report.json has all. */
const shownDifferences = 200;

/** Second, blind reviews of the reported searches; none when there is none. */
export function blindSections({ blindReviews = [] }: ReportModel, texts: ReportTexts): Section[] {
  if (blindReviews.length === 0) return [];
  const words = texts.blind;
  return [
    {
      id: 'blind-reviews',
      title: words.title,
      blocks: [{ kind: 'paragraph', text: words.intro }],
      sections: blindReviews.map((outcome) => ({
        id: `blind-review-${outcome.review.id}`,
        title: words.reviewTitle(outcome.review.id, outcome.review.searchId),
        blocks: reviewBlocks(outcome, texts),
        sections: [],
      })),
    },
  ];
}

function reviewBlocks(
  { review, firstOperators, agreement, crops }: BlindOutcome,
  texts: ReportTexts,
): Block[] {
  const words = texts.blind;
  const { verdict } = texts.crop;
  const by = (operator: string): string => (operator === '' ? texts.notGiven : visibleLine(operator));
  const blocks: Block[] = [
    {
      kind: 'facts',
      facts: [
        { label: words.first, value: texts.list(firstOperators.map(by)) || words.noDecisions },
        { label: words.second, value: by(review.operator) },
        { label: words.finished, value: review.endedAt === null ? '' : formatMoment(review.endedAt) },
        { label: words.crops, value: formatCount(agreement.crops) },
        { label: words.same, value: words.sameValue(agreement.same, agreement.decidedByBoth) },
        {
          label: words.oneOnly,
          value: words.oneOnlyValue(agreement.onlyFirst, agreement.onlySecond, agreement.neither),
        },
        {
          label: words.kappa,
          value: agreement.kappa === null ? words.noKappa : agreement.kappa.toFixed(3),
        },
        { label: words.seed, value: review.seed, style: 'mono' },
      ],
    },
    {
      kind: 'table',
      caption: words.tableCaption,
      columns: [
        { title: words.tableCorner, width: 28 },
        ...agreement.verdicts.map((name) => ({ title: verdict[name], width: 24, align: 'right' as const })),
      ],
      rows: agreement.verdicts.map((name, i) => [verdict[name], ...agreement.table[i]!.map(formatCount)]),
      rowHeads: true,
    },
  ];
  const differing = crops.filter(({ first, second }) => first.verdict !== second.verdict);
  if (differing.length === 0) return blocks;
  const [rank, crop, file, first, second] = words.columns;
  blocks.push({
    kind: 'table',
    caption: words.differingCaption(Math.min(differing.length, shownDifferences), differing.length),
    columns: [
      { title: rank!, width: 10, align: 'right' },
      { title: crop!, width: 10, align: 'right' },
      { title: file!, width: 40 },
      { title: first!, width: 20 },
      { title: second!, width: 20 },
    ],
    rows: differing
      .slice(0, shownDifferences)
      .map((row) => [
        ...[row.rank === null ? '' : formatCount(row.rank), `${row.cropId}`, visibleLine(row.fileName)],
        ...[verdict[row.first.verdict ?? 'none'], verdict[row.second.verdict ?? 'none']],
      ]),
  });
  return blocks;
}
