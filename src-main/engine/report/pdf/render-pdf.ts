import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import PDFDocument from 'pdfkit';
import { histogramGeometry } from '../chart.ts';
import type { Block, Fact, ReportDocument, Section } from '../document/blocks.ts';
import type { PictureSource } from '../pictures.ts';
import { drawEntries } from './entries.ts';
import { PdfFonts } from './fonts.ts';
import { colours, lineHeight, PageWriter, type TextStyle } from './page-writer.ts';
import { drawTable } from './table.ts';

/** Picture formats whose bytes a PDF carries without compressing them again. */
export const pdfPictureFormats = ['jpeg', 'png'] as const;

const margins = { side: 48, top: 70, bottom: 56 };
const text: TextStyle = { font: 'regular', size: 9, colour: colours.ink };
const strong: TextStyle = { ...text, font: 'bold' };
const soft: TextStyle = { ...text, colour: colours.soft };
const small: TextStyle = { font: 'regular', size: 7.5, colour: colours.soft };
const titleStyle: TextStyle = { font: 'bold', size: 18, colour: colours.accent };
const headings: TextStyle[] = [
  { font: 'bold', size: 14, colour: colours.accent },
  { font: 'bold', size: 11, colour: colours.ink },
];
const labelWidth = 150;

interface ContentsLine {
  page: number;
  y: number;
  target: number;
}

/**
 * Writes a report as PDF: fonts embedded, bookmarks, header and "page x of y" on every page. The same
 * document and pictures give the same bytes.
 * @returns when all of it went into `output`, which is ended. @throws what `output` fails with, or an AbortError.
 */
export async function renderPdf(
  document: ReportDocument,
  pictures: PictureSource,
  output: Writable,
  signal?: AbortSignal,
): Promise<void> {
  const created = new Date(document.createdAt);
  const doc = new PDFDocument({
    size: document.pageSize,
    margin: 0,
    bufferPages: true,
    autoFirstPage: false,
    lang: document.language,
    displayTitle: true,
    pdfVersion: '1.7',
    info: {
      Title: `${document.title} - ${document.header}`,
      Author: document.author,
      Subject: document.subject,
      Creator: 'Descry',
      CreationDate: created,
      ModDate: created,
    },
  });
  const written = finished(output);
  // A failing disk ends the stream early; the document's own errors come through `await` below.
  written.catch(() => undefined);
  doc.pipe(output);
  try {
    await new PdfReport(doc, document, pictures, signal).draw();
    doc.end();
  } catch (error) {
    output.destroy();
    throw error;
  }
  await written;
}

class PdfReport {
  readonly #document: ReportDocument;
  readonly #pictures: PictureSource;
  readonly #signal: AbortSignal | undefined;
  readonly #doc: InstanceType<typeof PDFDocument>;
  readonly #fonts: PdfFonts;
  readonly #writer: PageWriter;
  readonly #contents = new Map<string, ContentsLine>();

  constructor(
    doc: InstanceType<typeof PDFDocument>,
    document: ReportDocument,
    pictures: PictureSource,
    signal: AbortSignal | undefined,
  ) {
    this.#doc = doc;
    this.#document = document;
    this.#pictures = pictures;
    this.#signal = signal;
    this.#fonts = new PdfFonts(doc);
    this.#writer = new PageWriter(doc, this.#fonts, margins);
  }

  async draw(): Promise<void> {
    const writer = this.#writer;
    writer.flow(writer.breakLines(this.#document.title, titleStyle, writer.width), titleStyle);
    writer.y += 6;
    for (const block of this.#document.front) await this.#block(block);
    this.#drawContents();
    writer.newPage();
    for (const section of this.#document.sections) await this.#section(section, 0, this.#doc.outline);
    if (this.#fonts.lacked) {
      writer.space(8);
      writer.flow(writer.breakLines(this.#document.words.missingGlyphs, small, writer.width), small);
    }
    this.#finishPages();
  }

  get #pageIndex(): number {
    const { start, count } = this.#doc.bufferedPageRange();
    return start + count - 1;
  }

  /** Lines whose page numbers are filled in when all pages are known. */
  #drawContents(): void {
    const writer = this.#writer;
    writer.space(10);
    writer.need(80);
    writer.flow([this.#document.contents], headings[1]!);
    writer.y += 2;
    const line = (section: Section, depth: number): void => {
      const style = depth === 0 ? text : small;
      writer.need(lineHeight(style));
      const title = writer.breakLines(section.title, style, writer.width - 60 - depth * 14)[0] ?? '';
      writer.drawLine(title, writer.left + depth * 14, writer.y, style, { goTo: section.id });
      this.#contents.set(section.id, { page: this.#pageIndex, y: writer.y, target: -1 });
      writer.y += lineHeight(style);
      for (const inner of section.sections) line(inner, depth + 1);
    };
    for (const section of this.#document.sections) line(section, 0);
  }

  async #section(section: Section, depth: number, outline: PDFKit.PDFOutline): Promise<void> {
    this.#signal?.throwIfAborted();
    const writer = this.#writer;
    const style = headings[Math.min(depth, headings.length - 1)]!;
    writer.space(depth === 0 ? 18 : 10);
    writer.need(40 + beginning(section));
    const entry = this.#contents.get(section.id);
    if (entry) entry.target = this.#pageIndex;
    this.#doc.addNamedDestination(section.id, 'XYZ', null, Math.max(0, writer.y - 12), null);
    const item = outline.addItem(section.title, { expanded: depth === 0 });
    writer.flow(writer.breakLines(section.title, style, writer.width), style);
    if (depth === 0) {
      writer.rule(writer.y + 1, colours.accent, 1);
      writer.y += 8;
    } else {
      writer.y += 3;
    }
    for (const block of section.blocks) await this.#block(block);
    for (const inner of section.sections) await this.#section(inner, depth + 1, item);
  }

  async #block(block: Block): Promise<void> {
    this.#signal?.throwIfAborted();
    const writer = this.#writer;
    switch (block.kind) {
      case 'paragraph':
        writer.flow(writer.breakLines(block.text, text, writer.width), text);
        writer.y += 5;
        return;
      case 'callout':
        this.#boxed(writer.breakLines(block.text, strong, writer.width - 24), strong, colours.accent);
        return;
      case 'quotation':
        writer.need(50);
        writer.flow(writer.breakLines(block.caption, small, writer.width), small);
        this.#boxed(
          writer.breakLines(block.text, { ...text, size: 10 }, writer.width - 24),
          { ...text, size: 10 },
          colours.rule,
        );
        return;
      case 'facts':
        this.#facts(block.facts);
        return;
      case 'list':
        block.items.forEach((item, i) => {
          const lines = writer.breakLines(item, text, writer.width - 18);
          writer.need(Math.min(lines.length, 3) * lineHeight(text));
          writer.drawLine(block.ordered ? `${i + 1}.` : '\u2013', writer.left, writer.y, text);
          writer.flow(lines, text, writer.left + 18);
          writer.y += 3;
        });
        writer.y += 3;
        return;
      case 'code': {
        writer.need(50);
        writer.flow(writer.breakLines(block.caption, small, writer.width), small);
        writer.y += 2;
        const style: TextStyle = { font: 'regular', size: 6, colour: colours.ink };
        writer.flow(writer.breakLines(block.text, style, writer.width), style);
        writer.y += 6;
        return;
      }
      case 'table':
        drawTable(writer, block);
        return;
      case 'chart':
        this.#chart(block);
        return;
      case 'entries':
        await drawEntries(writer, block, this.#pictures, this.#document.words, this.#signal);
        return;
    }
  }

  /** Lines on a tinted ground with a bar at the left, over as many pages as they need. */
  #boxed(lines: readonly string[], style: TextStyle, bar: string): void {
    const writer = this.#writer;
    const step = lineHeight(style);
    let rest = lines;
    while (rest.length > 0) {
      writer.need(Math.min(rest.length, 2) * step + 12);
      const part = rest.slice(0, Math.max(1, Math.floor((writer.room - 12) / step)));
      const height = part.length * step + 12;
      this.#doc.rect(writer.left, writer.y, writer.width, height).fill(colours.tint);
      this.#doc.rect(writer.left, writer.y, 3, height).fill(bar);
      part.forEach((line, i) => writer.drawLine(line, writer.left + 14, writer.y + 6 + i * step, style));
      writer.y += height;
      rest = rest.slice(part.length);
    }
    writer.y += 8;
  }

  #facts(facts: readonly Fact[]): void {
    const writer = this.#writer;
    const valueLeft = writer.left + labelWidth + 10;
    for (const fact of facts) {
      const labels = writer.breakLines(fact.label, soft, labelWidth);
      const values = writer.breakLines(fact.value, text, writer.right - valueLeft);
      const count = Math.max(labels.length, values.length);
      writer.need(Math.min(count, 4) * lineHeight(text));
      for (let i = 0; i < count; i++) {
        writer.need(lineHeight(text));
        writer.drawLine(labels[i] ?? '', writer.left, writer.y, soft);
        writer.drawLine(values[i] ?? '', valueLeft, writer.y, text);
        writer.y += lineHeight(text);
      }
      writer.y += 2;
    }
    writer.y += 5;
  }

  #chart(block: Extract<Block, { kind: 'chart' }>): void {
    const writer = this.#writer;
    const doc = this.#doc;
    const { plot, bars, ticks, most, cutOffX, height } = histogramGeometry(
      block.distribution,
      block.cutOff?.score ?? null,
      { width: writer.width, height: 165 },
    );
    writer.need(height + 40);
    writer.flow(writer.breakLines(block.caption, small, writer.width), small);
    const at = { x: writer.left, y: writer.y };
    for (const bar of bars)
      doc
        .rect(at.x + bar.x, at.y + bar.y, bar.width, bar.height)
        .fill(bar.listed ? colours.accent : '#9aa5b3');
    const label: TextStyle = { ...small, size: 7, colour: colours.ink };
    const line = (x1: number, y1: number, x2: number, y2: number): void => {
      doc
        .moveTo(at.x + x1, at.y + y1)
        .lineTo(at.x + x2, at.y + y2)
        .lineWidth(0.6)
        .strokeColor(colours.ink)
        .stroke();
    };
    line(plot.left, plot.bottom, plot.right, plot.bottom);
    for (const tick of ticks) {
      line(tick.x, plot.bottom, tick.x, plot.bottom + 3);
      writer.drawLine(tick.label, at.x + tick.x - 30, at.y + plot.bottom + 4, label, {
        align: 'center',
        width: 60,
      });
    }
    line(plot.left - 4, most.y, plot.left, most.y);
    writer.drawLine(most.label, at.x, at.y + most.y - 5, label, { align: 'right', width: plot.left - 7 });
    writer.drawLine('0', at.x, at.y + plot.bottom - 8, label, { align: 'right', width: plot.left - 7 });
    writer.drawLine(block.axis.y, at.x + plot.left - 7, at.y + most.y - 18, label);
    writer.drawLine(block.axis.x, at.x + plot.left, at.y + plot.bottom + 15, label, {
      align: 'center',
      width: plot.right - plot.left,
    });
    if (cutOffX !== null && block.cutOff) {
      doc.dash(3, { space: 2 });
      line(cutOffX, plot.top - 8, cutOffX, plot.bottom);
      doc.undash();
      const before = cutOffX > (plot.left + plot.right) / 2;
      const bold: TextStyle = { ...label, font: 'bold' };
      writer.drawLine(
        block.cutOff.label,
        at.x + (before ? cutOffX - 205 : cutOffX + 5),
        at.y + plot.top - 12,
        bold,
        before ? { align: 'right', width: 200 } : {},
      );
    }
    writer.y += height;
    writer.flow(writer.breakLines(block.description, small, writer.width), small);
    writer.y += 6;
  }

  /** Page numbers of the contents; header and footer of every page. */
  #finishPages(): void {
    const writer = this.#writer;
    const doc = this.#doc;
    const { start, count } = doc.bufferedPageRange();
    const headerStyle: TextStyle = { font: 'bold', size: 8.5, colour: colours.accent };
    const lines = [...this.#contents.values()];
    for (let page = start; page < start + count; page++) {
      doc.switchToPage(page);
      writer.drawLine(this.#fonts.drawable(this.#document.header), writer.left, 32, headerStyle);
      writer.drawLine(this.#fonts.drawable(this.#document.headerDetail), writer.left, 44, small);
      writer.rule(58, colours.rule, 0.6);
      writer.drawLine(
        this.#document.pageOf(page - start + 1, count),
        writer.left,
        doc.page.height - 38,
        small,
        { align: 'right', width: writer.width },
      );
      for (const line of lines) {
        if (line.page === page && line.target >= 0)
          writer.drawLine(`${line.target - start + 1}`, writer.left, line.y, text, {
            align: 'right',
            width: writer.width,
          });
      }
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
  return heights[block.kind] + (block.kind === 'paragraph' && next ? heights[next.kind] : 0);
}
