import { createRequire } from 'node:module';
import type PDFDocument from 'pdfkit';
import { codePointName, visibleText } from '../visible-text.ts';

type Document = InstanceType<typeof PDFDocument>;
export type FontName = 'regular' | 'bold';

const files: Record<FontName, string> = {
  regular: '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
  bold: '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf',
};

/** What pdfkit keeps of an embedded font; its types do not show it. */
interface EmbeddedFont {
  _font: { font: { hasGlyphForCodePoint(codePoint: number): boolean } };
}

/** The embedded fonts of a document: widths, line breaks, and what they cannot show. */
export class PdfFonts {
  readonly #doc: Document;
  readonly #shown = new Map<string, boolean>();
  readonly #widths = new Map<string, number>();
  /** Whether any text held a character that the font lacks. */
  lacked = false;

  constructor(doc: Document) {
    this.#doc = doc;
    // Resolved as a package, so that it is found from the sources and from a bundle alike.
    const { resolve } = createRequire(import.meta.url);
    for (const [name, file] of Object.entries(files)) doc.registerFont(name, resolve(file));
  }

  use(font: FontName, size: number): void {
    this.#doc.font(font).fontSize(size);
  }

  /** Text with each character that the font cannot draw, or nobody can see, written out as its code point. */
  drawable(text: string): string {
    let result = '';
    for (const character of visibleText(text).replaceAll('\t', '    ')) {
      if (character === '\n' || this.#has(character)) {
        result += character;
      } else {
        this.lacked = true;
        result += codePointName(character);
      }
    }
    return result;
  }

  /** Width in points, summed over words as pdfkit sets them. */
  width(text: string, font: FontName, size: number): number {
    const key = `${font}${text}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known * size;
    this.use(font, 1000);
    const width = this.#doc.widthOfString(text) / 1000;
    if (text.length <= 24) this.#widths.set(key, width);
    return width * size;
  }

  /** Breaks drawable text into lines; a word longer than a line is cut where the line ends. */
  lines(text: string, font: FontName, size: number, width: number): string[] {
    return text.split('\n').flatMap((paragraph) => this.#breakParagraph(paragraph, font, size, width));
  }

  #breakParagraph(paragraph: string, font: FontName, size: number, width: number): string[] {
    const space = this.width(' ', font, size);
    const lines: string[] = [];
    let line = '';
    let used = 0;
    const words = paragraph.split(' ');
    for (const [i, word] of words.entries()) {
      const wordWidth = this.width(word, font, size);
      if (i > 0 && used + space + wordWidth <= width) {
        line += ` ${word}`;
        used += space + wordWidth;
        continue;
      }
      if (i > 0) lines.push(line);
      if (wordWidth <= width) {
        line = word;
        used = wordWidth;
        continue;
      }
      const pieces = this.#cutWord(word, font, size, width);
      line = pieces.pop() ?? '';
      used = this.width(line, font, size);
      lines.push(...pieces);
    }
    lines.push(line);
    return lines;
  }

  #cutWord(word: string, font: FontName, size: number, width: number): string[] {
    const pieces: string[] = [];
    let piece = '';
    let used = 0;
    for (const { segment } of graphemes.segment(word)) {
      const step = this.width(segment, font, size);
      if (piece !== '' && used + step > width) {
        pieces.push(piece);
        piece = '';
        used = 0;
      }
      piece += segment;
      used += step;
    }
    pieces.push(piece);
    return pieces;
  }

  #has(character: string): boolean {
    let has = this.#shown.get(character);
    if (has === undefined) {
      this.#doc.font('regular');
      has = (this.#doc as unknown as EmbeddedFont)._font.font.hasGlyphForCodePoint(character.codePointAt(0)!);
      this.#shown.set(character, has);
    }
    return has;
  }
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
