import { formatInstant, formatScore } from '../format.ts';
import type { ReportedSearch } from '../schema.ts';
import type { ReportTexts } from '../texts.ts';
import { visibleLine } from '../visible-text.ts';
import type { Block } from './blocks.ts';

/** Where the cut-off lies among all scores, and which rows beyond it could as well stand above it. */
export function distributionBlocks(reported: ReportedSearch, texts: ReportTexts): Block[] {
  const words = texts.search;
  const { distribution, cutOff, nearEqual, search } = reported;
  if (cutOff.score === null) return [{ kind: 'paragraph', text: words.cutOffEmpty }];
  const place = [
    words.cutOffValue(cutOff.rank, cutOff.score, cutOff.rowsBelow),
    cutOff.deviations === null ? '' : words.deviations(cutOff.deviations),
  ];
  const blocks: Block[] = [
    {
      kind: 'chart',
      caption: words.distributionCaption(search.gallery.searched),
      description: words.distributionDescription(
        distribution.minimum,
        distribution.maximum,
        distribution.mean,
        distribution.standardDeviation,
      ),
      distribution,
      cutOff: { score: cutOff.score, label: words.cutOffLabel(cutOff.rank, cutOff.score) },
      axis: words.distributionAxis,
      count: texts.count,
    },
    {
      kind: 'facts',
      facts: [
        { label: words.cutOff, value: place.filter((part) => part !== '').join(' ') },
        { label: words.standsOut, value: distribution.explanation },
        { label: words.nearEqual, value: nearEqual.sentence },
      ],
    },
  ];
  if (nearEqual.below.length > 0) blocks.push(belowTable(nearEqual, texts));
  return blocks;
}

function belowTable({ below, acrossCutOff }: ReportedSearch['nearEqual'], texts: ReportTexts): Block {
  const words = texts.search;
  const [rank, score, camera, time, file] = words.belowColumns;
  return {
    kind: 'table',
    caption: words.belowCaption(below.length, acrossCutOff),
    columns: [
      { title: rank!, width: 7, align: 'right' },
      { title: score!, width: 9, align: 'right' },
      { title: camera!, width: 18 },
      { title: time!, width: 23 },
      { title: file!, width: 43, style: 'mono' },
    ],
    rows: below.map((row) => [
      `${row.rank}`,
      formatScore(row.score),
      row.camera === null ? texts.unknown : visibleLine(row.camera),
      row.correctedTime === null ? texts.crop.noTime : formatInstant(row.correctedTime),
      visibleLine(row.fileName),
    ]),
  };
}
