import { formatInstant, formatMoment, formatOffset } from '../format.ts';
import type { ReportModel } from '../schema.ts';
import type { ReportTexts } from '../texts.ts';
import { visibleLine, visibleText } from '../visible-text.ts';
import type { Block, Section } from './blocks.ts';

export function caseSection(model: ReportModel, texts: ReportTexts): Section {
  const words = texts.caseFile;
  const details = model.case;
  const given = (text: string): string => (text === '' ? texts.notGiven : visibleText(text));
  return {
    id: 'case',
    title: words.title,
    sections: [],
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: words.number, value: given(details.number) },
          { label: words.name, value: given(details.name) },
          { label: words.investigator, value: given(details.investigator) },
          { label: words.purpose, value: given(details.purpose), style: 'verbatim' },
          { label: words.legalBasis, value: given(details.legalBasis), style: 'verbatim' },
          { label: words.timeZone, value: details.timeZone },
          { label: words.createdAt, value: formatMoment(details.createdAt) },
          { label: words.held, value: words.heldValue(details.crops, details.tracks, model.cameras.length) },
          {
            label: words.span,
            value: details.span
              ? words.spanValue(formatInstant(details.span.from), formatInstant(details.span.to))
              : texts.unknown,
          },
          { label: words.id, value: details.id, style: 'mono' },
        ],
      },
    ],
  };
}

export function camerasSection(model: ReportModel, texts: ReportTexts): Section {
  const words = texts.cameras;
  if (model.cameras.length === 0) {
    return {
      id: 'cameras',
      title: words.title,
      blocks: [{ kind: 'paragraph', text: words.empty }],
      sections: [],
    };
  }
  const unmeasured = model.cameras.filter((camera) => camera.offsetMeasuredBy === '').length;
  const [camera, crops, zone, offset, by, at, note] = words.columns;
  const blocks: Block[] = [
    { kind: 'paragraph', text: words.intro },
    {
      kind: 'table',
      caption: words.caption,
      columns: [
        { title: camera!, width: 17 },
        { title: crops!, width: 8, align: 'right' },
        { title: zone!, width: 16 },
        { title: offset!, width: 14 },
        { title: by!, width: 15 },
        { title: at!, width: 14 },
        { title: note!, width: 16, style: 'verbatim' },
      ],
      rows: model.cameras.map((row) => [
        visibleLine(row.name),
        texts.count(row.crops),
        row.timeZone,
        formatOffset(row.clockOffsetMs),
        row.offsetMeasuredBy === '' ? words.notMeasured : visibleLine(row.offsetMeasuredBy),
        row.offsetMeasuredAt === null ? '' : formatMoment(row.offsetMeasuredAt),
        visibleText(row.note),
      ]),
    },
  ];
  if (unmeasured > 0) blocks.push({ kind: 'paragraph', text: words.notMeasuredNotice(unmeasured) });
  return { id: 'cameras', title: words.title, blocks, sections: [] };
}

export function importsSection(model: ReportModel, texts: ReportTexts): Section {
  const words = texts.imports;
  if (model.batches.length === 0) {
    return {
      id: 'imports',
      title: words.title,
      blocks: [{ kind: 'paragraph', text: words.empty }],
      sections: [],
    };
  }
  const [batch, started, by, source, added, same, present, rejected, reasons] = words.columns;
  return {
    id: 'imports',
    title: words.title,
    sections: [],
    blocks: [
      { kind: 'paragraph', text: words.intro },
      {
        kind: 'table',
        caption: words.caption,
        columns: [
          { title: batch!, width: 8, align: 'right' },
          { title: started!, width: 13 },
          { title: by!, width: 11 },
          { title: source!, width: 20, style: 'mono' },
          { title: added!, width: 8, align: 'right' },
          { title: same!, width: 8, align: 'right' },
          { title: present!, width: 8, align: 'right' },
          { title: rejected!, width: 10, align: 'right' },
          { title: reasons!, width: 16 },
        ],
        rows: model.batches.map((row) => [
          `${row.id}`,
          formatMoment(row.at),
          visibleLine(row.operator),
          visibleLine(row.source),
          texts.count(row.imported),
          texts.count(row.duplicates),
          texts.count(row.alreadyPresent),
          texts.count(row.rejected),
          texts.list(Object.entries(row.reasons).map(([reason, count]) => words.reason(reason, count))),
        ]),
      },
    ],
  };
}
