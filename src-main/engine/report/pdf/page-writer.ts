import type PDFDocument from 'pdfkit';
import type { FontName, PdfFonts } from './fonts.ts';

type Document = InstanceType<typeof PDFDocument>;

export const colours = {
  ink: '#1b1f24',
  soft: '#4d5661',
  rule: '#c3c9d1',
  tint: '#f2f4f7',
  accent: '#1f3f66',
};

export interface TextStyle {
  font: FontName;
  size: number;
  colour: string;
}

/** Height of a line of text as a multiple of its size; Noto Sans needs 1.36 for stacked marks. */
const leading = 1.36;

export function lineHeight(style: Pick<TextStyle, 'size'>): number {
  return style.size * leading;
}

/** A pen that moves down the pages of a document. Every text is broken into lines before it is drawn. */
export class PageWriter {
  readonly doc: Document;
  readonly fonts: PdfFonts;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  y: number;

  constructor(doc: Document, fonts: PdfFonts, margins: { side: number; top: number; bottom: number }) {
    this.doc = doc;
    this.fonts = fonts;
    doc.addPage();
    this.left = margins.side;
    this.right = doc.page.width - margins.side;
    this.top = margins.top;
    this.bottom = doc.page.height - margins.bottom;
    this.y = this.top;
  }

  get width(): number {
    return this.right - this.left;
  }

  /** Height left on this page. */
  get room(): number {
    return this.bottom - this.y;
  }

  get atTop(): boolean {
    return this.y <= this.top;
  }

  newPage(): void {
    this.doc.addPage();
    this.y = this.top;
  }

  /** Begins a new page unless this much is left on the present one, or the present one is empty. */
  need(height: number): void {
    if (height > this.room && !this.atTop) this.newPage();
  }

  space(height: number): void {
    if (!this.atTop) this.y += height;
  }

  breakLines(text: string, style: TextStyle, width: number): string[] {
    return this.fonts.lines(this.fonts.drawable(text), style.font, style.size, width);
  }

  /** Draws one line of drawable text; nothing moves. */
  drawLine(
    line: string,
    x: number,
    y: number,
    style: TextStyle,
    options: { align?: 'right' | 'center'; width?: number; goTo?: string } = {},
  ): void {
    if (line === '') return;
    let at = x;
    if (options.align && options.width !== undefined) {
      const free = options.width - this.fonts.width(line, style.font, style.size);
      at = x + (options.align === 'right' ? free : free / 2);
    }
    // After the measuring, which sets a size of its own.
    this.fonts.use(style.font, style.size);
    this.doc
      .fillColor(style.colour)
      .text(line, at, y, { lineBreak: false, ...(options.goTo !== undefined && { goTo: options.goTo }) });
  }

  /** Lines one under the other from the present place, over as many pages as they need. */
  flow(lines: readonly string[], style: TextStyle, x = this.left): void {
    const height = lineHeight(style);
    for (const line of lines) {
      this.need(height);
      this.drawLine(line, x, this.y, style);
      this.y += height;
    }
  }

  rule(y: number, colour: string, thickness: number): void {
    this.doc.moveTo(this.left, y).lineTo(this.right, y).lineWidth(thickness).strokeColor(colour).stroke();
  }
}
