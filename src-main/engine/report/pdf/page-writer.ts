import type PDFDocument from 'pdfkit';
import type { FontName, PdfFonts } from './fonts.ts';
import type { Tags } from './tags.ts';

type Document = InstanceType<typeof PDFDocument>;

export const colours = {
  ink: '#1b1f24',
  soft: '#4d5661',
  rule: '#c3c9d1',
  tint: '#f2f4f7',
  accent: '#1f3f66',
  /** Bars of scores that are not listed. */
  bar: '#9aa5b3',
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
  readonly tags: Tags;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  y: number;

  /** The document has its first page. */
  constructor(
    doc: Document,
    { fonts, tags }: { fonts: PdfFonts; tags: Tags },
    margins: { side: number; top: number; bottom: number },
  ) {
    this.doc = doc;
    this.fonts = fonts;
    this.tags = tags;
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
    this.tags.closeContent();
    joinContent(this.doc.page);
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

  /** Draws one line of drawable text into the element that is entered; nothing moves. */
  drawLine(
    line: string,
    x: number,
    y: number,
    style: TextStyle,
    options: { align?: 'right' | 'center'; width?: number } = {},
  ): void {
    if (line.trim() === '') return;
    this.tags.openContent();
    this.setLine(line, x, y, style, options);
  }

  /** As `drawLine`, without an element: within an artifact. */
  setLine(
    line: string,
    x: number,
    y: number,
    style: TextStyle,
    options: { align?: 'right' | 'center'; width?: number } = {},
  ): void {
    let at = x;
    if (options.align && options.width !== undefined) {
      const free = options.width - this.fonts.width(line.trimEnd(), style.font, style.size);
      at = x + (options.align === 'right' ? free : free / 2);
    }
    const pieces = this.fonts.pieces(line, style.font);
    const base = y + this.fonts.ascent(style.font, style.size);
    this.doc.fillColor(style.colour);
    for (const piece of pieces) {
      const width = pieces.length === 1 ? 0 : this.fonts.pieceWidth(piece, style.size);
      // After the measuring, which sets a font and size of its own.
      this.fonts.use(piece.face, style.size);
      this.doc.text(piece.text, at, base, { lineBreak: false, baseline: 'alphabetic' });
      at += width;
    }
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
    this.tags.artifact(() => {
      this.doc.moveTo(this.left, y).lineTo(this.right, y).lineWidth(thickness).strokeColor(colour).stroke();
    });
  }
}

/**
 * PDFKit keeps a page as thousands of pieces, one an operator, until the number of pages is known: joined
 * they take a fraction of the memory.
 */
function joinContent({ content }: Document['page']): void {
  const kept = content as unknown as { buffer: Uint8Array[] };
  kept.buffer = [Buffer.concat(kept.buffer)];
}
