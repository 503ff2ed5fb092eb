import type { SearchFilter } from '../../search/schema.ts';
import { formatInstant } from '../format.ts';
import type { ReportedBatch, ReportedSearch, ReportModel } from '../schema.ts';
import type { ReportTexts } from '../texts.ts';
import { visibleLine, visibleText } from '../visible-text.ts';
import type { Block, Fact } from './blocks.ts';

/** What was searched and what was left out: an account from the imported files to the reported rows. */
export function galleryBlocks(model: ReportModel, reported: ReportedSearch, texts: ReportTexts): Block[] {
  const words = texts.search;
  const { gallery, query } = reported.search;
  const before = model.batches.filter(({ at }) => Date.parse(at) <= Date.parse(reported.search.at));
  const blocks: Block[] = [{ kind: 'paragraph', text: words.galleryIntro }, account(before, reported, texts)];
  if (before.some((batch) => isRunning(batch, reported)))
    blocks.push({ kind: 'paragraph', text: words.stillImporting });
  blocks.push({ kind: 'facts', facts: filterFacts(query.filter, texts) }, searchedByCamera(reported, texts));
  if (reported.clockChangesSince > 0)
    blocks.push({ kind: 'callout', text: words.clocksChanged(reported.clockChangesSince) });
  blocks.push({
    kind: 'facts',
    facts: [
      { label: words.lastCropId, value: `${gallery.lastCropId}` },
      { label: words.galleryDigest, value: gallery.digest, style: 'mono' },
    ],
  });
  return blocks;
}

function isRunning({ finishedAt }: ReportedBatch, { search }: ReportedSearch): boolean {
  return finishedAt === null || Date.parse(finishedAt) > Date.parse(search.at);
}

function account(batches: readonly ReportedBatch[], reported: ReportedSearch, texts: ReportTexts): Block {
  const words = texts.search;
  const { gallery, rows } = reported.search;
  const sum = (count: (batch: ReportedBatch) => number): number =>
    batches.reduce((total, batch) => total + count(batch), 0);
  const reasons = texts.list(
    [...rejectionReasons(batches)].map(([reason, count]) => texts.imports.reason(reason, count)),
  );
  const left = (reason: 'filter' | 'no-vector' | 'no-time'): number =>
    gallery.excluded.find((part) => part.reason === reason)?.count ?? 0;
  const offered = sum(({ total }) => total);
  const rejected = sum((batch) => batch.rejected);
  const present = sum(({ alreadyPresent }) => alreadyPresent);
  // Files that an import has not read yet, or that were taken out of the case again before the search or after it.
  const elsewhere = offered - rejected - present - gallery.crops;
  const lines: { name: keyof typeof words.account; count: number; why?: string; isRest?: true }[] = [
    { name: 'offered', count: offered },
    { name: 'rejected', count: rejected, why: reasons },
    { name: 'present', count: present },
    ...(elsewhere === 0
      ? []
      : [{ name: elsewhere > 0 ? ('elsewhere' as const) : ('gone' as const), count: Math.abs(elsewhere) }]),
    { name: 'held', count: gallery.crops, isRest: true },
    { name: 'duplicates', count: sum(({ duplicates }) => duplicates) },
    { name: 'filter', count: left('filter') },
    { name: 'no-time', count: left('no-time') },
    { name: 'no-vector', count: left('no-vector') },
    { name: 'searched', count: gallery.searched, isRest: true },
    { name: 'folded', count: gallery.searched - rows },
    { name: 'rows', count: rows, isRest: true },
    { name: 'below', count: reported.cutOff.rowsBelow },
    { name: 'listed', count: reported.listed.rows, isRest: true },
  ];
  const [what, number, because] = words.accountColumns;
  return {
    kind: 'table',
    caption: words.accountCaption,
    columns: [
      { title: what!, width: 44 },
      { title: number!, width: 12, align: 'right' },
      { title: because!, width: 44 },
    ],
    rowHeads: true,
    strong: lines.flatMap(({ isRest }, i) => (isRest ? [i] : [])),
    rows: lines.map(({ name, count, why = '' }) => {
      const [title, reason] = words.account[name];
      return [title!, texts.count(count), why === '' ? reason! : why];
    }),
  };
}

function rejectionReasons(batches: readonly ReportedBatch[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { reasons } of batches)
    for (const [reason, count] of Object.entries(reasons))
      counts.set(reason, (counts.get(reason) ?? 0) + count);
  return counts;
}

function searchedByCamera({ searched }: ReportedSearch, texts: ReportTexts): Block {
  const words = texts.search;
  const [camera, crops, withoutTime, first, last] = words.searchedColumns;
  return {
    kind: 'table',
    caption: words.searchedCaption,
    columns: [
      { title: camera!, width: 28 },
      { title: crops!, width: 13, align: 'right' },
      { title: withoutTime!, width: 13, align: 'right' },
      { title: first!, width: 23 },
      { title: last!, width: 23 },
    ],
    rows: searched.map((row) => [
      row.camera === null ? texts.unknown : visibleLine(row.camera),
      texts.count(row.crops),
      texts.count(row.withoutTime),
      row.from === null ? texts.crop.noTime : formatInstant(row.from),
      row.to === null ? texts.crop.noTime : formatInstant(row.to),
    ]),
  };
}

function filterFacts(filter: SearchFilter, texts: ReportTexts): Fact[] {
  const words = texts.search.filter;
  const facts: Fact[] = [];
  const add = (label: string, value: string | undefined): void => {
    if (value !== undefined) facts.push({ label, value });
  };
  const names = (list: readonly string[] | undefined): string | undefined =>
    list && texts.list(list.map(visibleLine));
  add(words.cameras, names(filter.cameras));
  add(words.notCameras, names(filter.notCameras));
  add(words.from, filter.from && formatInstant(filter.from));
  add(words.to, filter.to && formatInstant(filter.to));
  add(words.timeOfDay, filter.timeOfDay && words.timeOfDayValue(filter.timeOfDay.from, filter.timeOfDay.to));
  add(words.batches, filter.batches && texts.list(filter.batches.map(String)));
  add(words.tracks, names(filter.tracks));
  add(
    words.verdicts,
    filter.verdicts && texts.list(filter.verdicts.map((verdict) => texts.crop.verdict[verdict])),
  );
  add(words.tags, names(filter.tags));
  add(words.text, filter.text === undefined || filter.text === '' ? undefined : visibleText(filter.text));
  return facts.length === 0 ? [{ label: texts.search.filters, value: texts.search.noFilters }] : facts;
}
