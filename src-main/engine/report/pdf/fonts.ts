import { createRequire } from 'node:module';
import type PDFDocument from 'pdfkit';
import { codePointName, visibleText } from '../visible-text.ts';
import { visualRuns } from './visual-order.ts';

type Document = InstanceType<typeof PDFDocument>;
export type FontName = 'regular' | 'bold';

/** Fonts of the document: the main ones, and those for letters that these lack. */
const files = {
  regular: '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
  bold: '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf',
  hebrew: '@expo-google-fonts/noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf',
  arabic: '@expo-google-fonts/vazirmatn/400Regular/Vazirmatn_400Regular.ttf',
} as const;
type Face = keyof typeof files;
const further: readonly Face[] = ['hebrew', 'arabic'];

/** What pdfkit keeps of an embedded font; its types do not show it. */
interface EmbeddedFont {
  _font: {
    ascender: number;
    layoutCache: object;
    font: { hasGlyphForCodePoint(codePoint: number): boolean };
  };
}

/** A piece of a line in one font, as it stands on paper from left to right. */
export interface Piece {
  face: Face;
  text: string;
}

/** Widths that are remembered; hashes and paths come once and would only fill the memory. */
const mostWidths = 20_000;

/** The embedded fonts of a document: widths, line breaks, and what they cannot show. */
export class PdfFonts {
  readonly #doc: Document;
  readonly #faces = new Map<string, Face | null>();
  readonly #widths = new Map<string, number>();
  readonly #layouts = new Set<EmbeddedFont['_font']>();
  /** Whether any text held a character that the fonts lack. */
  lacked = false;

  constructor(doc: Document) {
    this.#doc = doc;
    // Resolved as a package, so that it is found from the sources and from a bundle alike.
    const { resolve } = createRequire(import.meta.url);
    for (const [name, file] of Object.entries(files)) doc.registerFont(name, resolve(file));
  }

  use(face: Face, size: number): void {
    this.#doc.font(face).fontSize(size);
  }

  /** Height of the letters above the base line, in points. */
  ascent(font: FontName, size: number): number {
    this.use(font, size);
    return (this.#embedded().ascender / 1000) * size;
  }

  /** Text with each character that the fonts cannot draw, or nobody can see, written out as its code point. */
  drawable(text: string): string {
    let result = '';
    for (const character of visibleText(text).replaceAll('\t', '    ')) {
      if (character === '\n' || this.#faceOf(character) !== null) {
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
    const width =
      this.#split(text, font).reduce((sum, piece) => sum + this.pieceWidth(piece, 1000), 0) / 1000;
    if (text.length <= 24) {
      if (this.#widths.size >= mostWidths) this.#widths.clear();
      this.#widths.set(key, width);
    }
    return width * size;
  }

  pieceWidth({ face, text }: Piece, size: number): number {
    this.use(face, size);
    return this.#doc.widthOfString(text);
  }

  /** A line of drawable text as pieces that are drawn one after the other from the left. */
  pieces(line: string, font: FontName): Piece[] {
    return visualRuns(line).flatMap(({ text, rightToLeft }) => {
      if (!rightToLeft) return this.#split(text, font).flatMap((piece) => leftToRight(piece));
      // PDFKit sets words from left to right, and the letters within a word by their script.
      const words = text.split(/( +)/).filter((word) => word !== '');
      return words.reverse().flatMap((word) => this.#split(word, font).reverse().map(reversed));
    });
  }

  /**
   * Breaks drawable text into lines; a word longer than a line is cut where the line ends. A line that is
   * not the end of a word keeps a space at its end, by which readers that take text out know it.
   */
  lines(text: string, font: FontName, size: number, width: number): string[] {
    const paragraphs = text
      .split('\n')
      .map((paragraph) => this.#breakParagraph(paragraph, font, size, width));
    for (const lines of paragraphs.slice(0, -1)) lines.push(`${lines.pop()!} `);
    return paragraphs.flat();
  }

  /** Lets go of what pdfkit remembers of every word that it has set. */
  forgetLayouts(): void {
    for (const font of this.#layouts) font.layoutCache = Object.create(null) as object;
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
      if (i > 0) lines.push(`${line} `);
      if (wordWidth <= width) {
        line = word;
        used = wordWidth;
        continue;
      }
      const cut = this.#cutWord(word, font, size, width);
      line = cut.pop() ?? '';
      used = this.width(line, font, size);
      lines.push(...cut);
    }
    lines.push(line);
    return lines;
  }

  #cutWord(word: string, font: FontName, size: number, width: number): string[] {
    const parts: string[] = [];
    let part = '';
    let used = 0;
    for (const { segment } of graphemes.segment(word)) {
      const step = this.width(segment, font, size);
      if (part !== '' && used + step > width) {
        const end = lastSeparator(part);
        parts.push(part.slice(0, end));
        part = part.slice(end);
        used = this.width(part, font, size);
      }
      part += segment;
      used += step;
    }
    parts.push(part);
    return parts;
  }

  /** Text cut where its font changes, in the order in which it is read. */
  #split(text: string, font: FontName): Piece[] {
    if (plain.test(text)) return [{ face: font, text }];
    const pieces: Piece[] = [];
    for (const character of text) {
      const found = this.#faceOf(character) ?? 'regular';
      const face = found === 'regular' ? font : found;
      const last = pieces.at(-1);
      if (last?.face === face) last.text += character;
      else pieces.push({ face, text: character });
    }
    return pieces;
  }

  /** The first font that has a character; null when none has. */
  #faceOf(character: string): Face | null {
    let face = this.#faces.get(character);
    if (face === undefined) {
      const codePoint = character.codePointAt(0)!;
      face = (['regular', ...further] as const).find((name) => this.#has(name, codePoint)) ?? null;
      this.#faces.set(character, face);
    }
    return face;
  }

  #has(face: Face, codePoint: number): boolean {
    this.#doc.font(face);
    return this.#embedded().font.hasGlyphForCodePoint(codePoint);
  }

  #embedded(): EmbeddedFont['_font'] {
    const font = (this.#doc as unknown as EmbeddedFont)._font;
    this.#layouts.add(font);
    return font;
  }
}

/** Where a path or file name is best cut: behind its last separator, or at its end where that stands too early. */
function lastSeparator(part: string): number {
  const end = Math.max(...['/', '\\', '_', '-'].map((separator) => part.lastIndexOf(separator))) + 1;
  return end > part.length * 0.6 ? end : part.length;
}

/** Only what the main fonts have: Latin, Greek, Cyrillic and their punctuation. */
const plain = /^[ -~\u00a0-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e]*$/;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Digits of a script that is written from right to left are read from the left: one by one, or PDFKit turns them. */
function leftToRight(piece: Piece): Piece[] {
  return further.includes(piece.face) ? Array.from(piece.text, (text) => ({ ...piece, text })) : [piece];
}

/** A piece that is read from the right: PDFKit turns the letters of such scripts itself, and nothing else. */
function reversed(piece: Piece): Piece {
  if (further.includes(piece.face)) return piece;
  const text = Array.from(graphemes.segment(piece.text), ({ segment }) => segment)
    .reverse()
    .join('');
  return { ...piece, text };
}
