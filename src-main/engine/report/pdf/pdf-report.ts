import type PDFDocument from 'pdfkit';
import type { Block, ReportDocument, Section } from '../document/blocks.ts';
import { Attachments } from './attachments.ts';
import { drawCallout, drawCode, drawFacts, drawList, drawParagraph, drawQuotation } from './blocks.ts';
import { drawChart } from './chart.ts';
import { drawEntries, type EntryParts } from './entries.ts';
import { PdfFonts } from './fonts.ts';
import { drawContents, drawLetterhead, drawTitle, type ContentsLine } from './front-page.ts';
import { colours, PageWriter, type TextStyle } from './page-writer.ts';
import { headings, small, text } from './styles.ts';
import { drawTable } from './table.ts';
import { Tags } from './tags.ts';

const margins = { side: 48, top: 70, bottom: 60 };
const headerStyle: TextStyle = { font: 'bold', size: 8.5, colour: colours.accent };
const footerStyle: TextStyle = { ...small, size: 6.5 };

/** The drawing of one report into one document. */
export class PdfReport {
  readonly #document: ReportDocument;
  readonly #doc: InstanceType<typeof PDFDocument>;
  readonly #fonts: PdfFonts;
  readonly #writer: PageWriter;
  readonly #entryParts: EntryParts;
  #contents = new Map<string, ContentsLine>();

  constructor(
    doc: InstanceType<typeof PDFDocument>,
    document: ReportDocument,
    parts: Pick<EntryParts, 'pictures' | 'settle'>,
  ) {
    this.#doc = doc;
    this.#document = document;
    this.#fonts = new PdfFonts(doc);
    doc.addPage();
    this.#writer = new PageWriter(doc, { fonts: this.#fonts, tags: new Tags(doc) }, margins);
    this.#entryParts = {
      ...parts,
      settle: async () => {
        this.#fonts.forgetLayouts();
        await parts.settle();
      },
      attachments: new Attachments(doc),
      words: document.words,
    };
  }

  async draw(): Promise<void> {
    const writer = this.#writer;
    const { letterhead, front, sections, words } = this.#document;
    if (letterhead) drawLetterhead(writer, letterhead);
    drawTitle(writer, this.#document);
    for (const block of front) await this.#block(block);
    this.#contents = drawContents(writer, this.#document, () => this.#pageIndex);
    for (const section of sections) await this.#section(section, 0, this.#doc.outline);
    if (this.#fonts.lacked) {
      writer.space(8);
      writer.tags.element('P', () =>
        writer.flow(writer.breakLines(words.missingGlyphs, small, writer.width), small),
      );
    }
    this.#finishPages();
  }

  get #pageIndex(): number {
    const { start, count } = this.#doc.bufferedPageRange();
    return start + count - 1;
  }

  async #section(section: Section, depth: number, outline: PDFKit.PDFOutline): Promise<void> {
    const writer = this.#writer;
    await this.#entryParts.settle();
    if (section.ownPage && !writer.atTop) writer.newPage();
    await writer.tags.elementAsync('Sect', async () => {
      const item = this.#heading(section, depth, outline);
      for (const block of section.blocks) await this.#block(block);
      for (const inner of section.sections) await this.#section(inner, depth + 1, item);
    });
  }

  #heading(section: Section, depth: number, outline: PDFKit.PDFOutline): PDFKit.PDFOutline {
    const writer = this.#writer;
    const style = headings[Math.min(depth, headings.length - 1)]!;
    writer.space(depth === 0 ? 18 : 10);
    writer.need(40 + beginning(section));
    const entry = this.#contents.get(section.id);
    if (entry) entry.target = this.#pageIndex;
    this.#doc.addNamedDestination(section.id, 'XYZ', null, Math.max(0, writer.y - 12), null);
    const item = outline.addItem(section.title, { expanded: depth === 0 });
    writer.tags.element(depth === 0 ? 'H2' : 'H3', () =>
      writer.flow(writer.breakLines(section.title, style, writer.width), style),
    );
    if (depth === 0) {
      writer.rule(writer.y + 1, colours.accent, 1);
      writer.y += 8;
    } else {
      writer.y += 3;
    }
    return item;
  }

  async #block(block: Block): Promise<void> {
    const writer = this.#writer;
    switch (block.kind) {
      case 'paragraph':
        return drawParagraph(writer, block.text);
      case 'callout':
        return drawCallout(writer, block.text);
      case 'quotation':
        return drawQuotation(writer, block);
      case 'facts':
        return drawFacts(writer, block.facts);
      case 'list':
        return drawList(writer, block);
      case 'code':
        return drawCode(writer, block);
      case 'table':
        return drawTable(writer, block);
      case 'chart':
        return drawChart(writer, block);
      case 'entries':
        return drawEntries(writer, block, this.#entryParts);
    }
  }

  /** Page numbers of the contents; header and footer of every page. */
  #finishPages(): void {
    const writer = this.#writer;
    const doc = this.#doc;
    const { start, count } = doc.bufferedPageRange();
    const { header, headerDetail, agency, footer, pageOf } = this.#document;
    const firstLine = (line: string, style: TextStyle, width: number): string =>
      writer.breakLines(line, style, width)[0] ?? '';
    const headerWidth = this.#fonts.width(header, headerStyle.font, headerStyle.size);
    const agencyLine = firstLine(agency, small, writer.width - headerWidth - 20);
    const detailLine = firstLine(headerDetail, small, writer.width);
    const entries = [...this.#contents.values()];
    writer.tags.closeContent();
    for (let page = start; page < start + count; page++) {
      doc.switchToPage(page);
      const bottom = doc.page.height - 40;
      writer.tags.artifact(() => {
        writer.setLine(this.#fonts.drawable(header), writer.left, 32, headerStyle);
        writer.setLine(agencyLine, writer.left, 33, small, { align: 'right', width: writer.width });
        writer.setLine(detailLine, writer.left, 44, small);
        doc
          .moveTo(writer.left, 58)
          .lineTo(writer.right, 58)
          .lineWidth(0.6)
          .strokeColor(colours.rule)
          .stroke();
        writer.setLine(footer, writer.left, bottom + 1, footerStyle);
        writer.setLine(pageOf(page - start + 1, count), writer.left, bottom, small, {
          align: 'right',
          width: writer.width,
        });
        for (const entry of entries)
          if (entry.page === page && entry.target >= 0)
            writer.setLine(`${entry.target - start + 1}`, writer.left, entry.y, text, {
              align: 'right',
              width: writer.width,
            });
      }, 'Pagination');
    }
  }
}

/** Height that must follow a heading on its page: at least the beginning of what it heads. */
function beginning(section: Section): number {
  const heights: Record<Block['kind'], number> = {
    paragraph: 40,
    callout: 50,
    quotation: 60,
    facts: 50,
    list: 50,
    code: 60,
    table: 90,
    chart: 200,
    entries: 230,
  };
  const block = section.blocks[0];
  const next = section.blocks[1];
  if (!block) return section.sections[0] ? 30 + beginning(section.sections[0]) : 0;
  const isLead = block.kind === 'paragraph' || block.kind === 'callout';
  return heights[block.kind] + (isLead && next ? heights[next.kind] : 0);
}
