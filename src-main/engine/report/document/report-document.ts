import { formatMoment } from '../format.ts';
import type { ReportModel } from '../schema.ts';
import type { ReportTexts } from '../texts.ts';
import { visibleLine, visibleText } from '../visible-text.ts';
import { plainTemplate } from '../template.ts';
import { templateDigest } from '../template-digest.ts';
import type { Block, Letterhead, ReportDocument } from './blocks.ts';
import { blindSections } from './blind-section.ts';
import { camerasSection, caseSection, importsSection } from './case-sections.ts';
import { accuracySection, auditSection, checkSection, methodSection } from './method-sections.ts';
import { searchSection } from './search-section.ts';

/** Characters of a query on the first page. */
const summaryLength = 90;

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
    letterhead: letterhead(model, texts),
    agency: visibleLine(model.template.agency),
    footer: bodySha256 === null ? '' : texts.footer(bodySha256),
    header: texts.header,
    headerDetail: texts.headerDetail(caseNumber, model.id),
    pageOf: texts.pageOf,
    front: frontBlocks(model, bodySha256, texts),
    contents: texts.contents,
    sections: [
      {
        id: 'meaning',
        title: texts.meaning.title,
        blocks: [
          {
            kind: 'list',
            ordered: false,
            items:
              coveredCrops(model) > 0
                ? [...texts.meaning.points, texts.meaning.redacted]
                : texts.meaning.points,
          },
        ],
        sections: [],
      },
      caseSection(model, texts),
      ...model.searches.map((search) => searchSection(model, search, texts)),
      ...blindSections(model, texts),
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
    bodySha256,
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
  const sensitive = sensitiveWords(model);
  if (sensitive.words.length > 0)
    blocks.push({ kind: 'callout', text: words.sensitive(sensitive.searches, sensitive.words) });
  const covered = coveredCrops(model);
  const { agency, digest } = model.template;
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
          .map(({ search, asRun, listed }) =>
            words.searchSummary(
              search.id,
              search.name === null ? null : visibleLine(search.name),
              shortened(asRun.statements.map((statement) => visibleLine(statement.text)).join(' / ')),
              listed.rows,
              search.rows,
            ),
          )
          .join('\n'),
        style: 'verbatim',
      },
      bodySha256 === null
        ? { label: words.bodyHash, value: words.noBodyHash }
        : { label: words.bodyHash, value: bodySha256, style: 'mono' },
      {
        label: words.signature,
        value: model.signers.length === 0 ? words.unsigned : visibleText(words.signed(model.signers)),
        style: 'verbatim',
      },
      {
        label: words.template,
        value:
          model.template.digest === templateDigest(plainTemplate)
            ? words.noTemplate
            : words.templateValue(visibleLine(agency), digest),
      },
      ...(covered > 0 ? [{ label: words.covered, value: words.coveredValue(covered) }] : []),
    ],
  });
  return blocks;
}

function letterhead({ template }: ReportModel, texts: ReportTexts): Letterhead | null {
  const agency = visibleLine(template.agency);
  const unit = visibleLine(template.unit);
  const contact = template.contact.filter((line) => line !== '').map(visibleLine);
  const { logo } = template;
  if (agency === '' && unit === '' && contact.length === 0 && logo === null) return null;
  return {
    agency,
    unit,
    contact,
    logo: logo && {
      data: logo.data,
      width: logo.width,
      height: logo.height,
      alternative: texts.front.logo(agency),
    },
  };
}

/** The beginning of what a search was about; its section has all of it. */
function shortened(words: string): string {
  const characters = [...words];
  return characters.length <= summaryLength ? words : `${characters.slice(0, summaryLength).join('')} ...`;
}

/** Crops whose pictures this document shows covered, each once. */
function coveredCrops({ options, searches }: ReportModel): number {
  if (!options.pictures) return 0;
  const hashes = searches.flatMap(({ rows, marked }) =>
    [...rows, ...marked].filter(({ redacted }) => redacted).map(({ sha256 }) => sha256),
  );
  return new Set(hashes).size;
}

/** Words of the searches that a picture cannot answer. */
function sensitiveWords({ searches }: ReportModel): { searches: number[]; words: string[] } {
  const found = searches.flatMap(({ search }) =>
    search.warnings
      .filter(({ kind }) => kind === 'sensitive')
      .map((warning) => ({ id: search.id, words: warning.words })),
  );
  return {
    searches: [...new Set(found.map(({ id }) => id))],
    words: [...new Set(found.flatMap(({ words }) => words.map(visibleLine)))],
  };
}
