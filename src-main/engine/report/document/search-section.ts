import type { SearchFilter } from '../../search/schema.ts';
import { formatCount, formatInstant, formatMoment, formatScore, formatWeight } from '../format.ts';
import type { ReportedSearch, ReportModel } from '../schema.ts';
import type { ReportTexts } from '../texts.ts';
import { visibleLine, visibleText } from '../visible-text.ts';
import type { Block, Fact, Section } from './blocks.ts';
import { markedEntry, rowEntry } from './crop-entries.ts';

/** Width that crops get in full entries, in CSS pixels; a smaller crop is shown at its own size. */
const entryPictureWidth = 128;

/** One search: what was said, what was run on what, and the whole list down to the cut-off. */
export function searchSection(model: ReportModel, reported: ReportedSearch, texts: ReportTexts): Section {
  const words = texts.search;
  const { search } = reported;
  const id = `search-${search.id}`;
  const section = (name: string, title: string, blocks: Block[]): Section => ({
    id: `${id}-${name}`,
    title,
    blocks,
    sections: [],
  });
  return {
    id,
    title: words.title(search.id, search.name === null ? null : visibleLine(search.name)),
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: words.ranAt, value: formatMoment(search.at) },
          { label: words.operator, value: visibleLine(search.operator) },
          {
            label: words.model,
            value: `${search.model.id} ${search.model.version} (SHA-256 ${search.model.digest})`,
          },
          {
            label: words.program,
            value: words.programValue(search.appVersion, search.runtime, search.provider),
          },
        ],
      },
    ],
    sections: [
      section('words', words.words, statementBlocks(reported, texts)),
      section('query', words.asRun, queryBlocks(reported, texts)),
      section('gallery', words.gallery, [{ kind: 'facts', facts: galleryFacts(model, reported, texts) }]),
      section('distribution', words.distribution, distributionBlocks(reported, texts)),
      section('list', words.overview, overviewBlocks(reported, texts)),
      section('crops', words.entries, [
        ...originalsNote(model, texts),
        {
          kind: 'entries',
          caption: words.entriesCaption(search.id),
          entries: reported.rows.map((row) => rowEntry(row, model.options, texts)),
          pictureWidth: entryPictureWidth,
        },
      ]),
      section('marked', words.marked, markedBlocks(model, reported, texts)),
    ].filter((part) => part.blocks.every((block) => block.kind !== 'entries' || block.entries.length > 0)),
  };
}

/** Where the pictures' originals are, once for each list of crops. */
function originalsNote(model: ReportModel, texts: ReportTexts): Block[] {
  return model.options.pictures ? [{ kind: 'paragraph', text: texts.search.originals }] : [];
}

function statementBlocks({ search }: ReportedSearch, texts: ReportTexts): Block[] {
  const { statements, avoid } = search.query;
  const blocks: Block[] = statements.map(({ text }, i) => ({
    kind: 'quotation',
    text: visibleText(text),
    caption: texts.search.statement(i + 1, statements.length),
  }));
  if (statements.length === 0) blocks.push({ kind: 'paragraph', text: texts.search.noWords });
  if (avoid.length > 0) {
    blocks.push({
      kind: 'facts',
      facts: avoid.map((text) => ({
        label: texts.search.part.avoid,
        value: visibleText(text),
        style: 'verbatim',
      })),
    });
  }
  return blocks;
}

function queryBlocks({ search, asRun }: ReportedSearch, texts: ReportTexts): Block[] {
  const words = texts.search;
  const [part, text, weight, hash] = words.asRunColumns;
  const blocks: Block[] = [
    { kind: 'paragraph', text: words.asRunIntro },
    {
      kind: 'table',
      caption: words.asRunCaption,
      columns: [
        { title: part!, width: 13 },
        { title: text!, width: 47 },
        { title: weight!, width: 9, align: 'right' },
        { title: hash!, width: 31, style: 'mono' },
      ],
      rows: [
        ...asRun.statements.map((row) => [
          words.part.statement,
          visibleLine(row.text),
          formatWeight(row.weight),
          '',
        ]),
        ...asRun.like.map((row) => [
          words.part.like,
          visibleLine(row.fileName),
          formatWeight(row.weight),
          row.sha256,
        ]),
        ...asRun.avoid.map((row) => [words.part.avoid, visibleLine(row), '', '']),
      ],
    },
  ];
  const ignored =
    search.query.statements.length + search.query.like.length - asRun.statements.length - asRun.like.length;
  if (ignored > 0) blocks.push({ kind: 'paragraph', text: words.ignored(ignored) });
  blocks.push({
    kind: 'facts',
    facts: [{ label: words.folded, value: search.query.foldTracks ? words.foldedYes : words.foldedNo }],
  });
  if (search.warnings.length > 0) {
    blocks.push({
      kind: 'facts',
      facts: search.warnings.map(({ message }) => ({ label: words.warnings, value: visibleText(message) })),
    });
  }
  return blocks;
}

function galleryFacts(model: ReportModel, { search }: ReportedSearch, texts: ReportTexts): Fact[] {
  const words = texts.search;
  const { gallery } = search;
  const rejected = model.batches.reduce((sum, batch) => sum + batch.rejected, 0);
  const leftOut = gallery.excluded
    .filter(({ count }) => count > 0)
    .map(({ reason, count }) => `${formatCount(count)} ${words.excluded[reason]}`);
  return [
    { label: words.held, value: formatCount(gallery.crops) },
    { label: words.searched, value: formatCount(gallery.searched) },
    { label: words.leftOut, value: leftOut.length === 0 ? '0' : texts.list(leftOut) },
    { label: words.rejectedAtImport, value: words.rejectedAtImportValue(rejected) },
    { label: words.rows, value: words.rowsValue(search.rows, gallery.searched) },
    ...filterFacts(search.query.filter, texts),
    { label: words.lastCropId, value: `${gallery.lastCropId}` },
    { label: words.galleryDigest, value: gallery.digest, style: 'mono' },
  ];
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

function distributionBlocks(reported: ReportedSearch, texts: ReportTexts): Block[] {
  const words = texts.search;
  const { distribution, cutOff, nearEqual, search } = reported;
  if (cutOff.score === null) return [{ kind: 'paragraph', text: words.cutOffEmpty }];
  return [
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
    },
    {
      kind: 'facts',
      facts: [
        { label: words.cutOff, value: words.cutOffValue(cutOff.rank, cutOff.score, cutOff.rowsBelow) },
        { label: words.standsOut, value: distribution.explanation },
        { label: words.nearEqual, value: nearEqual.sentence },
      ],
    },
  ];
}

function overviewBlocks({ search, rows }: ReportedSearch, texts: ReportTexts): Block[] {
  const words = texts.search;
  if (rows.length === 0) return [{ kind: 'paragraph', text: words.cutOffEmpty }];
  const [rank, score, camera, time, decision, file] = words.overviewColumns;
  return [
    {
      kind: 'table',
      caption: words.overviewCaption(search.id),
      columns: [
        { title: rank!, width: 7, align: 'right' },
        { title: score!, width: 9, align: 'right' },
        { title: camera!, width: 15 },
        { title: time!, width: 21 },
        { title: decision!, width: 11 },
        { title: file!, width: 37, style: 'mono' },
      ],
      rows: rows.map((row) => [
        `${row.rank}`,
        formatScore(row.score),
        row.camera === null ? texts.unknown : visibleLine(row.camera),
        row.correctedTime === null ? texts.crop.noTime : formatInstant(row.correctedTime),
        texts.crop.verdict[row.verdict ?? 'none'],
        visibleLine(row.fileName),
      ]),
    },
  ];
}

function markedBlocks(
  model: ReportModel,
  { search, marked, rows }: ReportedSearch,
  texts: ReportTexts,
): Block[] {
  const words = texts.search;
  if (marked.length === 0)
    return [{ kind: 'paragraph', text: rows.length === 0 ? texts.none : words.markedNone }];
  return [
    { kind: 'paragraph', text: words.markedIntro },
    ...originalsNote(model, texts),
    {
      kind: 'entries',
      caption: words.markedCaption(search.id),
      entries: marked.map((crop) => markedEntry(crop, model.options, texts)),
      pictureWidth: entryPictureWidth,
    },
  ];
}
