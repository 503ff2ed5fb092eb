import { formatInstant, formatMoment, formatScore, formatWeight } from '../format.ts';
import type { ReportedSearch, ReportModel } from '../schema.ts';
import type { ReportTexts } from '../texts.ts';
import { visibleLine, visibleText } from '../visible-text.ts';
import type { Block, Section } from './blocks.ts';
import { markedEntry, rowEntry } from './crop-entries.ts';
import { distributionBlocks } from './distribution-section.ts';
import { galleryBlocks } from './gallery-section.ts';

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
    ownPage: true,
    title: words.title(search.id, search.name === null ? null : visibleLine(search.name)),
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: words.ranAt, value: formatMoment(search.at) },
          { label: words.operator, value: visibleLine(search.operator) },
          {
            label: words.model,
            value: words.modelValue(search.model.id, visibleLine(search.model.version), search.model.digest),
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
      section('gallery', words.gallery, galleryBlocks(model, reported, texts)),
      section('distribution', words.distribution, distributionBlocks(reported, texts)),
      section('list', words.overview, overviewBlocks(reported, texts)),
      section('crops', words.entries, [
        ...shownNote(reported.rows.length, reported.listed.rows, words.shownOf),
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
  const { originals, attached, noPictures } = texts.search;
  if (!model.options.pictures) return [{ kind: 'paragraph', text: noPictures }];
  const text = model.options.attachOriginals ? `${originals} ${attached}` : originals;
  return [{ kind: 'paragraph', text }];
}

/** Says so where a document shows the beginning of a list only. */
function shownNote(shown: number, listed: number, words: (shown: number, listed: number) => string): Block[] {
  return shown < listed ? [{ kind: 'callout', text: words(shown, listed) }] : [];
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
  const warnings = search.warnings.filter(({ kind }) => kind !== 'sensitive');
  if (warnings.length > 0) {
    blocks.push({
      kind: 'facts',
      facts: warnings.map(({ message }) => ({ label: words.warnings, value: visibleText(message) })),
    });
  }
  for (const { kind, message } of search.warnings)
    if (kind === 'sensitive') blocks.push({ kind: 'callout', text: visibleText(message) });
  return blocks;
}

function overviewBlocks({ search, rows, listed }: ReportedSearch, texts: ReportTexts): Block[] {
  const words = texts.search;
  if (rows.length === 0) return [{ kind: 'paragraph', text: words.cutOffEmpty }];
  const [rank, score, camera, time, decision, file] = words.overviewColumns;
  return [
    ...shownNote(rows.length, listed.rows, words.shownOf),
    {
      kind: 'table',
      caption: words.overviewCaption(search.id),
      columns: [
        { title: rank!, width: 7, align: 'right' },
        { title: score!, width: 8, align: 'right' },
        { title: camera!, width: 15 },
        { title: time!, width: 25 },
        { title: decision!, width: 11 },
        { title: file!, width: 34, style: 'mono' },
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
  { search, marked, rows, listed }: ReportedSearch,
  texts: ReportTexts,
): Block[] {
  const words = texts.search;
  if (marked.length === 0)
    return [{ kind: 'paragraph', text: rows.length === 0 ? texts.none : words.markedNone }];
  return [
    { kind: 'paragraph', text: words.markedIntro },
    ...shownNote(marked.length, listed.marked, words.markedShownOf),
    ...originalsNote(model, texts),
    {
      kind: 'entries',
      caption: words.markedCaption(search.id),
      entries: marked.map((crop) => markedEntry(crop, model.options, texts)),
      pictureWidth: entryPictureWidth,
    },
  ];
}
