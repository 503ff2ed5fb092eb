import { formatMoment } from '../format.ts';
import type { ReportModel } from '../schema.ts';
import type { ReportTexts } from '../texts.ts';
import { visibleLine, visibleText } from '../visible-text.ts';
import type { Block, ReportDocument } from './blocks.ts';
import { camerasSection, caseSection, importsSection } from './case-sections.ts';
import { accuracySection, auditSection, checkSection, methodSection } from './method-sections.ts';
import { searchSection } from './search-section.ts';

/**
 * A report as blocks of text, tables and pictures.
 * @param bodySha256 SHA-256 of the report body as it was written; null for a preview.
 */
export function reportDocument(
  model: ReportModel,
  bodySha256: string | null,
  texts: ReportTexts,
): ReportDocument {
  const caseNumber = visibleLine(model.case.number);
  return {
    language: model.language,
    title: visibleLine(model.title),
    header: texts.header,
    headerDetail: texts.headerDetail(caseNumber, model.id),
    pageOf: texts.pageOf,
    front: frontBlocks(model, bodySha256, texts),
    contents: texts.contents,
    sections: [
      {
        id: 'meaning',
        title: texts.meaning.title,
        blocks: [{ kind: 'list', ordered: false, items: texts.meaning.points }],
        sections: [],
      },
      caseSection(model, texts),
      ...model.searches.map((search) => searchSection(model, search, texts)),
      camerasSection(model, texts),
      importsSection(model, texts),
      methodSection(model, texts),
      accuracySection(model, texts),
      auditSection(model, texts),
      checkSection(model, texts),
    ],
    words: {
      thumbnail: texts.crop.thumbnail,
      noPicture: texts.crop.noPicture,
      missingGlyphs: texts.pdf.missingGlyphs,
    },
    createdAt: model.createdAt,
    author: visibleLine(model.operator),
    subject: texts.header,
    pageSize: model.options.pageSize,
  };
}

function frontBlocks(model: ReportModel, bodySha256: string | null, texts: ReportTexts): Block[] {
  const words = texts.front;
  const given = (text: string): string => (text === '' ? texts.notGiven : visibleText(text));
  const blocks: Block[] = [{ kind: 'callout', text: texts.meaning.callout }];
  if (bodySha256 === null) blocks.push({ kind: 'callout', text: words.previewNotice });
  blocks.push({
    kind: 'facts',
    facts: [
      { label: words.reportId, value: model.id, style: 'mono' },
      { label: words.createdAt, value: formatMoment(model.createdAt) },
      { label: words.operator, value: given(model.operator) },
      { label: texts.caseFile.number, value: given(model.case.number) },
      { label: texts.caseFile.purpose, value: given(model.case.purpose), style: 'verbatim' },
      { label: texts.caseFile.legalBasis, value: given(model.case.legalBasis), style: 'verbatim' },
      {
        label: words.searches,
        value: model.searches
          .map(({ search, rows }) =>
            words.searchSummary(
              search.id,
              search.name === null ? null : visibleLine(search.name),
              rows.length,
              search.rows,
            ),
          )
          .join('\n'),
        style: 'verbatim',
      },
      bodySha256 === null
        ? { label: words.bodyHash, value: words.noBodyHash }
        : { label: words.bodyHash, value: bodySha256, style: 'mono' },
      { label: words.signature, value: words.unsigned },
    ],
  });
  return blocks;
}
