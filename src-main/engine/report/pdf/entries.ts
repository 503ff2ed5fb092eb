import type { Block, Entry, Fact } from '../document/blocks.ts';
import { fitWithin, type PictureSource, type ReportPicture } from '../pictures.ts';
import type { Attachments } from './attachments.ts';
import { colours, lineHeight, type PageWriter, type TextStyle } from './page-writer.ts';

const rankStyle: TextStyle = { font: 'bold', size: 11, colour: colours.ink };
const scoreStyle: TextStyle = { font: 'regular', size: 8.5, colour: colours.ink };
const remarkStyle: TextStyle = { font: 'regular', size: 7, colour: colours.soft };
const valueStyle: TextStyle = { font: 'regular', size: 7.5, colour: colours.ink };
/** Just small enough for a SHA-256 on one line. */
const monoStyle: TextStyle = { ...valueStyle, size: 6.6 };
const labelStyle: TextStyle = { ...valueStyle, colour: colours.soft };
const captionStyle: TextStyle = { font: 'regular', size: 8, colour: colours.soft };
const rankWidth = 66;
const labelWidth = 68;
const gap = 8;
const padding = 6;
/** A CSS pixel in points: a picture's pixel is shown this large at most. */
const pixel = 0.75;
const tallestPicture = 180;

export interface EntryWords {
  thumbnail: string;
  noPicture: string;
}

/** What entries are drawn with. */
export interface EntryParts {
  pictures: PictureSource;
  attachments: Attachments;
  words: EntryWords;
  /** Waits until what was drawn is written, and throws when the drawing shall stop. */
  settle: () => Promise<void>;
}

/** Crops one under the other: rank and score, picture, and what is known about each. */
export async function drawEntries(
  writer: PageWriter,
  block: Extract<Block, { kind: 'entries' }>,
  { pictures, attachments, words, settle }: EntryParts,
): Promise<void> {
  const withPictures = block.entries.some((entry) => entry.picture !== null);
  const pictureWidth = withPictures ? block.pictureWidth * pixel : 0;
  writer.tags.element('P', () =>
    writer.flow(writer.breakLines(block.caption, captionStyle, writer.width), captionStyle),
  );
  writer.y += 2;
  writer.rule(writer.y, colours.ink, 0.8);
  for (const entry of block.entries) {
    await settle();
    const reference = entry.picture;
    const picture = reference === null ? null : await pictures(reference);
    writer.tags.element('Sect', () => new EntryDrawing(writer, entry, pictureWidth, words).draw(picture));
    if (reference?.attachment && picture?.original)
      attachments.add(picture.original.bytes, {
        name: reference.attachment.file,
        type: picture.original.type,
        description: reference.attachment.description,
      });
  }
  writer.y += 8;
}

interface FactLines {
  labels: string[];
  values: string[];
  style: TextStyle;
}

class EntryDrawing {
  readonly #writer: PageWriter;
  readonly #entry: Entry;
  readonly #pictureWidth: number;
  readonly #words: EntryWords;

  constructor(writer: PageWriter, entry: Entry, pictureWidth: number, words: EntryWords) {
    this.#writer = writer;
    this.#entry = entry;
    this.#pictureWidth = pictureWidth;
    this.#words = words;
  }

  draw(picture: ReportPicture | null): void {
    const writer = this.#writer;
    const pictureLeft = writer.left + rankWidth + gap;
    const factsLeft = pictureLeft + (this.#pictureWidth > 0 ? this.#pictureWidth + gap : 0);
    const valueWidth = writer.right - factsLeft - labelWidth - gap;
    const facts = this.#entry.facts.map((fact) => this.#breakFact(fact, valueWidth));
    const image = placeable(writer, picture, this.#pictureWidth);
    const heading = writer.breakLines(this.#entry.heading, rankStyle, rankWidth);
    const left = [
      { text: this.#entry.score, style: scoreStyle },
      ...this.#entry.remark.split('\n').map((text) => ({ text, style: remarkStyle })),
    ].flatMap(({ text, style }) =>
      text === '' ? [] : writer.breakLines(text, style, rankWidth).map((line) => ({ line, style })),
    );
    const marks = this.#pictureWidth > 0 ? this.#marks(image) : [];

    const leftHeight =
      heading.length * lineHeight(rankStyle) + left.reduce((sum, { style }) => sum + lineHeight(style), 0);
    const pictureHeight = (image?.height ?? 0) + marks.length * lineHeight(remarkStyle) + 2;
    const step = lineHeight(valueStyle);
    const firstHeight = Math.max(leftHeight, this.#pictureWidth > 0 ? pictureHeight : 0);
    const factsHeight =
      facts.reduce((sum, { values, labels }) => sum + Math.max(values.length, labels.length), 0) * step;
    const height = Math.max(firstHeight, factsHeight) + 2 * padding;
    const fitsNowhere = height > writer.bottom - writer.top;
    if (height > writer.room && (!fitsNowhere || firstHeight + 2 * padding > writer.room)) writer.newPage();

    const begin = writer.y + padding;
    this.#drawLeft(heading, left, begin);
    if (this.#pictureWidth > 0) this.#drawPicture(image, marks, pictureLeft, begin);
    this.#drawFacts(facts, factsLeft, begin, begin + firstHeight);
  }

  #drawLeft(
    heading: readonly string[],
    rest: readonly { line: string; style: TextStyle }[],
    top: number,
  ): void {
    const writer = this.#writer;
    let y = top;
    writer.tags.element('H4', () => {
      for (const line of heading) {
        writer.drawLine(line, writer.left, y, rankStyle);
        y += lineHeight(rankStyle);
      }
    });
    if (rest.length === 0) return;
    writer.tags.element('P', () => {
      for (const { line, style } of rest) {
        writer.drawLine(line, writer.left, y, style);
        y += lineHeight(style);
      }
    });
  }

  /** What stands under the picture: that it is a thumbnail, that parts are covered, that there is none. */
  #marks(image: PlacedImage | null): string[] {
    const { thumbnail, noPicture } = this.#words;
    const marks = [
      image === null ? noPicture : image.thumbnail ? thumbnail : '',
      this.#entry.picture?.remark ?? '',
    ];
    return marks
      .filter((mark) => mark !== '')
      .flatMap((mark) => this.#writer.breakLines(mark, remarkStyle, this.#pictureWidth));
  }

  #drawPicture(image: PlacedImage | null, marks: readonly string[], x: number, top: number): void {
    const writer = this.#writer;
    const { doc, tags } = writer;
    if (image) {
      const { width, height } = image;
      tags.element(
        'Figure',
        () => {
          tags.openContent();
          doc.image(image.opened, x, top, { width, height });
        },
        { alt: this.#entry.picture?.alternative ?? '', bbox: [x, top, x + width, top + height] },
      );
      tags.artifact(() => {
        doc.rect(x, top, width, height).lineWidth(0.4).strokeColor(colours.rule).stroke();
      });
    }
    if (marks.length === 0) return;
    tags.element('P', () =>
      marks.forEach((mark, i) =>
        writer.drawLine(mark, x, top + (image?.height ?? 0) + 1 + i * lineHeight(remarkStyle), remarkStyle),
      ),
    );
  }

  /** Facts that do not fit go on over the next page, under the same columns. */
  #drawFacts(facts: readonly FactLines[], left: number, top: number, leastEnd: number): void {
    const writer = this.#writer;
    const { tags } = writer;
    const step = lineHeight(valueStyle);
    let end = leastEnd;
    let y = top;
    tags.element('L', () => {
      for (const { labels, values, style } of facts) {
        const item = tags.begin('LI');
        const [label, value] = tags.inside(item, () => [tags.begin('Lbl'), tags.begin('LBody')] as const);
        for (let i = 0; i < Math.max(labels.length, values.length); i++) {
          if (y + step > writer.bottom) {
            writer.newPage();
            y = writer.top;
            end = y;
          }
          tags.inside(label, () => writer.drawLine(labels[i] ?? '', left, y, labelStyle));
          tags.inside(value, () => writer.drawLine(values[i] ?? '', left + labelWidth + gap, y, style));
          y += step;
        }
        for (const element of [label, value, item]) tags.end(element);
      }
    });
    writer.y = Math.max(end, y) + padding;
    writer.rule(writer.y, colours.rule, 0.4);
  }

  #breakFact(fact: Fact, width: number): FactLines {
    const style = fact.style === 'mono' ? monoStyle : valueStyle;
    return {
      labels: this.#writer.breakLines(fact.label, labelStyle, labelWidth),
      values: this.#writer.breakLines(fact.value, style, width),
      style,
    };
  }
}

interface PlacedImage {
  opened: PDFKit.Mixins.ImageSrc;
  width: number;
  height: number;
  thumbnail: boolean;
}

/** A picture opened for the document with its size in points; null when pdfkit cannot take its bytes. */
function placeable(writer: PageWriter, picture: ReportPicture | null, width: number): PlacedImage | null {
  if (!picture) return null;
  const size = fitWithin(
    { width: picture.width * pixel, height: picture.height * pixel },
    { width, height: tallestPicture },
  );
  // Documented by pdfkit, and missing from its types.
  const { doc } = writer as unknown as { doc: { openImage(bytes: Buffer): PDFKit.Mixins.ImageSrc } };
  try {
    return {
      opened: doc.openImage(picture.bytes),
      width: size.width,
      height: size.height,
      thumbnail: picture.thumbnail,
    };
  } catch {
    return null;
  }
}
