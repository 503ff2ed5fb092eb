import type { MeasuredAccuracy } from '../../inference/schema.ts';
import { wilsonInterval } from '../accuracy.ts';
import { formatInstant } from '../format.ts';
import { logCheckProgram } from '../log-check-program.ts';
import type { ReportedModel, ReportModel } from '../schema.ts';
import type { ReportTexts } from '../texts.ts';
import { visibleLine, visibleText } from '../visible-text.ts';
import type { Block, Fact, Section } from './blocks.ts';

/** Longest detail of a log entry that is printed; the JSON has all of it. */
const detailLength = 240;
/** Lines for sha256sum that are printed: every crop's entry has its hash, and the manifest all lines. */
const mostSums = 100;

export function methodSection(model: ReportModel, texts: ReportTexts): Section {
  const { runtime } = model.application;
  return {
    id: 'method',
    title: texts.method.title,
    blocks: [
      { kind: 'facts', facts: model.method.map(({ label, text }) => ({ label, value: text })) },
      ...(runtime.files.length === 0
        ? []
        : [filesTable(texts.method.runtimeFilesCaption(visibleLine(runtime.name)), runtime.files, texts)]),
    ],
    sections: model.models.map((pack, i) => ({
      id: `model-${i + 1}`,
      title: texts.method.model(visibleLine(pack.name), visibleLine(pack.version)),
      blocks: modelBlocks(pack, texts),
      sections: [],
    })),
  };
}

function modelBlocks(pack: ReportedModel, texts: ReportTexts): Block[] {
  const words = texts.method.modelFacts;
  const facts: Fact[] = [
    { label: words.id, value: `${pack.id} ${visibleLine(pack.version)}` },
    { label: words.digest, value: pack.digest, style: 'mono' },
    { label: words.preprocessing, value: pack.preprocessing },
    { label: words.tokenizer, value: pack.tokenizer },
    { label: words.similarity, value: visibleLine(pack.similarity) },
    { label: words.dimensions, value: texts.count(pack.dimensions) },
    { label: words.intendedUse, value: visibleText(pack.intendedUse) },
    { label: words.provenance, value: provenance(pack.provenance, texts) },
    { label: words.licence, value: visibleLine(pack.licence) },
  ];
  return [
    { kind: 'facts', facts },
    filesTable(
      texts.method.filesCaption(visibleLine(pack.name)),
      Object.entries(pack.files).map(([name, file]) => ({ name, ...file })),
      texts,
    ),
  ];
}

function filesTable(
  caption: string,
  files: readonly { name: string; bytes: number; sha256: string }[],
  texts: ReportTexts,
): Block {
  const [file, bytes, hash] = texts.method.filesColumns;
  return {
    kind: 'table',
    caption,
    columns: [
      { title: file!, width: 26, style: 'mono' },
      { title: bytes!, width: 14, align: 'right' },
      { title: hash!, width: 60, style: 'mono' },
    ],
    rows: files.map(({ name, bytes: size, sha256 }) => [visibleLine(name), texts.count(size), sha256]),
  };
}

function provenance(origin: Record<string, unknown>, texts: ReportTexts): string {
  const parts = members(origin);
  return parts.length === 0 ? texts.notGiven : visibleLine(texts.list(parts));
}

/** Members of an object as `name: value`, those of inner objects as `outer.inner: value`. */
function members(value: Record<string, unknown>, prefix = ''): string[] {
  return Object.entries(value).flatMap(([name, member]) => {
    if (typeof member === 'string') return [`${prefix}${name}: ${member}`];
    if (typeof member !== 'object' || member === null || Array.isArray(member))
      return [`${prefix}${name}: ${JSON.stringify(member)}`];
    return members(member as Record<string, unknown>, `${prefix}${name}.`);
  });
}

export function accuracySection(model: ReportModel, texts: ReportTexts): Section {
  const words = texts.accuracy;
  const blocks: Block[] = [{ kind: 'paragraph', text: words.intro }];
  for (const pack of model.models) {
    blocks.push(
      pack.accuracy.length === 0
        ? { kind: 'callout', text: words.none(visibleLine(pack.name)) }
        : accuracyTable(pack, texts),
    );
  }
  if (model.models.some((pack) => pack.accuracy.length > 0))
    blocks.push({ kind: 'paragraph', text: words.noInterval });
  blocks.push({ kind: 'callout', text: words.transfer });
  return {
    id: 'accuracy',
    title: words.title,
    blocks,
    sections: [
      {
        id: 'limits',
        title: words.limits,
        sections: [],
        blocks: [
          { kind: 'list', ordered: false, items: model.limits },
          ...model.models.flatMap((pack): Block[] =>
            pack.limits.length === 0
              ? []
              : [
                  { kind: 'paragraph', text: `${words.modelLimits(visibleLine(pack.name))}:` },
                  { kind: 'list', ordered: false, items: pack.limits.map(visibleText) },
                ],
          ),
        ],
      },
    ],
  };
}

function accuracyTable(pack: ReportedModel, texts: ReportTexts): Block {
  const words = texts.accuracy;
  // The pack gives per cent of queries; counts and shares cannot be misread as a statement about one row.
  const share = (perCent: number, { queries }: MeasuredAccuracy): string => {
    const [low, high] = wilsonInterval(perCent / 100, queries);
    return words.share(Math.round((perCent / 100) * queries), queries, low, high);
  };
  const widths = [17, 10, 14, 13, 13, 13, 10, 10];
  return {
    kind: 'table',
    caption: words.caption(visibleLine(pack.name)),
    columns: words.columns.map((title, i) => ({ title, width: widths[i] ?? 10 })),
    rows: pack.accuracy.map((row) => [
      visibleLine(row.dataset),
      visibleLine(row.date),
      words.sizes(row.queries, row.gallery, row.people),
      share(row.rank1, row),
      share(row.rank5, row),
      share(row.rank10, row),
      (row.meanAveragePrecision / 100).toFixed(3),
      (row.meanInversePenalty / 100).toFixed(3),
    ]),
  };
}

export function auditSection(model: ReportModel, texts: ReportTexts): Section {
  const words = texts.audit;
  const { entries, headHash, total } = model.audit;
  const first = entries[0];
  const last = entries.at(-1);
  const blocks: Block[] = [
    { kind: 'paragraph', text: words.intro },
    {
      kind: 'facts',
      facts: [
        { label: words.headHash, value: headHash, style: 'mono' },
        { label: words.total, value: texts.count(total) },
        {
          label: words.shown,
          value: first && last ? words.shownValue(first.sequence, last.sequence) : words.notShown,
        },
      ],
    },
  ];
  if (entries.length > 0) {
    const [number, time, by, action, detail, hash] = words.columns;
    blocks.push({
      kind: 'table',
      caption: words.caption,
      columns: [
        { title: number!, width: 6, align: 'right' },
        { title: time!, width: 13 },
        { title: by!, width: 11 },
        { title: action!, width: 16 },
        { title: detail!, width: 38 },
        { title: hash!, width: 16, style: 'mono' },
      ],
      rows: entries.map((entry) => [
        `${entry.sequence}`,
        formatInstant(entry.at).replace(/ UTC$/, ''),
        visibleLine(entry.operator),
        entry.action,
        entryDetail(entry.detail, texts),
        entry.hash.slice(0, 16),
      ]),
    });
  }
  return { id: 'audit', title: words.title, blocks, sections: [] };
}

function entryDetail(detail: Record<string, unknown>, texts: ReportTexts): string {
  // Words that mark a search stand before what is cut off.
  const { sensitiveWords, ...rest } = detail;
  const shown = sensitiveWords === undefined ? rest : { sensitiveWords, ...rest };
  const text = visibleLine(texts.list(members(shown)));
  const characters = [...text];
  return characters.length <= detailLength
    ? text
    : characters.slice(0, detailLength).join('') + texts.audit.shortened;
}

export function checkSection(model: ReportModel, texts: ReportTexts): Section {
  const words = texts.check;
  const files = new Map<string, string>();
  for (const { rows, marked } of model.searches) {
    for (const crop of [...rows, ...marked]) if (crop.file !== null) files.set(crop.file, crop.sha256);
  }
  const blocks: Block[] = [{ kind: 'list', ordered: true, items: model.howToCheck }];
  if (model.audit.entries.length > 0)
    blocks.push({ kind: 'code', caption: words.program, text: logCheckProgram.trimEnd() });
  const withheld = withheldOriginals(model, texts);
  if (withheld.length > 0) {
    const [hash, where, file] = words.withheldColumns;
    blocks.push({
      kind: 'table',
      caption: words.withheld,
      columns: [
        { title: hash!, width: 48, style: 'mono' },
        { title: where!, width: 20 },
        { title: file!, width: 32, style: 'mono' },
      ],
      rows: withheld,
    });
  }
  if (files.size > mostSums) {
    blocks.push({ kind: 'paragraph', text: words.sumsElsewhere(files.size) });
  } else if (files.size > 0) {
    const sums = [...files].map(([file, hash]) => `${hash}  ${file}`).sort();
    const isPart = model.searches.some(
      ({ rows, marked, listed }) => rows.length + marked.length < listed.rows + listed.marked,
    );
    const caption = `${isPart ? words.sumsShown : words.sums}. ${words.sumsCaption}`;
    blocks.push({ kind: 'code', caption, text: sums.join('\n') });
  }
  return { id: 'check', title: words.title, blocks, sections: [] };
}

/** Hash, place and name of each crop that is shown covered, and whose original is therefore left out. */
function withheldOriginals(model: ReportModel, texts: ReportTexts): string[][] {
  if (!model.options.pictures) return [];
  const { crop } = texts;
  return model.searches.flatMap(({ search, rows, marked }) =>
    [...rows, ...marked]
      .filter(({ redacted }) => redacted)
      .map(({ sha256, rank, fileName }) => [
        sha256,
        texts.check.withheldWhere(search.id, rank === null ? crop.notRanked : crop.rank(rank)),
        visibleLine(fileName),
      ]),
  );
}
