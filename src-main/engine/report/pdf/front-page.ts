import type { Letterhead, ReportDocument, Section } from '../document/blocks.ts';
import { fitWithin } from '../pictures.ts';
import { colours, lineHeight, type PageWriter } from './page-writer.ts';
import { headings, small, strong, text, title } from './styles.ts';

/** Where the number of a page is still to be written. */
export interface ContentsLine {
  page: number;
  y: number;
  /** Page of what it names; negative until that is drawn. */
  target: number;
}

/** Pixels of a logo that are printed on a point. */
const logoPixels = 3;
const largestLogo = { width: 170, height: 64 };

/** Logo, agency and address above the title. */
export function drawLetterhead(writer: PageWriter, { agency, unit, contact, logo }: Letterhead): void {
  const { tags } = writer;
  let left = writer.left;
  let logoHeight = 0;
  if (logo) {
    const size = fitWithin({ width: logo.width / logoPixels, height: logo.height / logoPixels }, largestLogo);
    tags.element(
      'Figure',
      () => {
        tags.openContent();
        writer.doc.image(Buffer.from(logo.data, 'base64'), left, writer.y, {
          width: size.width,
          height: size.height,
        });
      },
      { alt: logo.alternative, bbox: [left, writer.y, left + size.width, writer.y + size.height] },
    );
    logoHeight = size.height;
    left += size.width + 16;
  }
  const lines = [
    { line: agency, style: strong },
    { line: unit, style: text },
    ...contact.map((line) => ({ line, style: small })),
  ].filter(({ line }) => line !== '');
  const begin = writer.y;
  let y = begin;
  for (const { line, style } of lines)
    tags.element('P', () => {
      for (const part of writer.breakLines(line, style, writer.right - left)) {
        writer.drawLine(part, left, y, style);
        y += lineHeight(style);
      }
    });
  writer.y = Math.max(y, begin + logoHeight) + 8;
  writer.rule(writer.y, colours.rule, 0.6);
  writer.y += 14;
}

export function drawTitle(writer: PageWriter, document: ReportDocument): void {
  writer.tags.element('H1', () => writer.flow(writer.breakLines(document.title, title, writer.width), title));
  writer.y += 6;
}

/** The list of sections, which leads to them; page numbers come when all pages are known. */
export function drawContents(
  writer: PageWriter,
  document: ReportDocument,
  pageIndex: () => number,
): Map<string, ContentsLine> {
  const { tags } = writer;
  const contents = new Map<string, ContentsLine>();
  writer.space(10);
  writer.need(80);
  tags.element('H2', () =>
    writer.flow(writer.breakLines(document.contents, headings[1]!, writer.width), headings[1]!),
  );
  writer.y += 2;
  const entry = (section: Section, depth: number): void => {
    const style = depth === 0 ? text : small;
    writer.need(lineHeight(style));
    const x = writer.left + depth * 14;
    const line = writer.breakLines(section.title, style, writer.width - 60 - depth * 14)[0] ?? '';
    const width = writer.fonts.width(line, style.font, style.size);
    tags.element('TOCI', () =>
      tags.element('Link', () => {
        writer.drawLine(line, x, writer.y, style);
        tags.closeContent();
        tags.link({ x, y: writer.y, width, height: lineHeight(style) }, section.id, section.title);
      }),
    );
    contents.set(section.id, { page: pageIndex(), y: writer.y, target: -1 });
    writer.y += lineHeight(style);
    for (const inner of section.sections) entry(inner, depth + 1);
  };
  tags.element('TOC', () => document.sections.forEach((section) => entry(section, 0)));
  return contents;
}
