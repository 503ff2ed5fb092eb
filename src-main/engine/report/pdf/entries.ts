import type { Block, Entry, Fact } from '../document/blocks.ts';
import { fitWithin, type PictureSource, type ReportPicture } from '../pictures.ts';
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

interface FactLine {
  label: string;
  value: string;
  style: TextStyle;
}

/** Crops one under the other: rank and score, picture, and what is known about each. */
export async function drawEntries(
  writer: PageWriter,
  block: Extract<Block, { kind: 'entries' }>,
  pictures: PictureSource,
  words: { thumbnail: string; noPicture: string },
  signal: AbortSignal | undefined,
): Promise<void> {
  const withPictures = block.entries.some((entry) => entry.picture !== null);
  const pictureWidth = withPictures ? block.pictureWidth * pixel : 0;
  writer.flow(writer.breakLines(block.caption, captionStyle, writer.width), captionStyle);
  writer.y += 2;
  writer.rule(writer.y, colours.ink, 0.8);
  for (const entry of block.entries) {
    signal?.throwIfAborted();
    const picture = entry.picture === null ? null : await pictures(entry.picture);
    drawEntry(writer, entry, picture, pictureWidth, words);
  }
  writer.y += 8;
}

function drawEntry(
  writer: PageWriter,
  entry: Entry,
  picture: ReportPicture | null,
  pictureWidth: number,
  words: { thumbnail: string; noPicture: string },
): void {
  const factsLeft = writer.left + rankWidth + gap + (pictureWidth > 0 ? pictureWidth + gap : 0);
  const valueWidth = writer.right - factsLeft - labelWidth - gap;
  const lines = entry.facts.flatMap((fact) => factLines(writer, fact, valueWidth));
  const image = placeable(writer, picture, pictureWidth);

  const left: { text: string; style: TextStyle }[] = [
    { text: entry.heading, style: rankStyle },
    { text: entry.score, style: scoreStyle },
    ...entry.remark.split('\n').map((text) => ({ text, style: remarkStyle })),
  ].flatMap(({ text, style }) =>
    text === '' ? [] : writer.breakLines(text, style, rankWidth).map((line) => ({ text: line, style })),
  );
  const leftHeight = left.reduce((sum, { style }) => sum + lineHeight(style), 0);
  const pictureHeight = pictureWidth > 0 ? (image ? image.height : 0) + lineHeight(remarkStyle) : 0;
  const step = lineHeight(valueStyle);
  const firstHeight = Math.max(leftHeight, pictureHeight);
  const height = Math.max(firstHeight, lines.length * step) + 2 * padding;

  if (
    height > writer.room &&
    (height <= writer.bottom - writer.top || firstHeight + 2 * padding > writer.room)
  )
    writer.newPage();

  const begin = writer.y + padding;
  let y = begin;
  for (const { text, style } of left) {
    writer.drawLine(text, writer.left, y, style);
    y += lineHeight(style);
  }
  if (pictureWidth > 0) {
    const x = writer.left + rankWidth + gap;
    if (image) {
      writer.doc.image(image.opened, x, begin, { width: image.width, height: image.height });
      writer.doc.rect(x, begin, image.width, image.height).lineWidth(0.4).strokeColor(colours.rule).stroke();
      if (image.thumbnail) writer.drawLine(words.thumbnail, x, begin + image.height + 1, remarkStyle);
    } else {
      writer.drawLine(words.noPicture, x, begin, remarkStyle);
    }
  }

  // Facts that do not fit go on over the next page, under the same columns.
  let end = begin + firstHeight;
  y = begin;
  for (const line of lines) {
    if (y + step > writer.bottom) {
      writer.newPage();
      y = writer.top;
      end = y;
    }
    writer.drawLine(line.label, factsLeft, y, labelStyle);
    writer.drawLine(line.value, factsLeft + labelWidth + gap, y, line.style);
    y += step;
  }
  writer.y = Math.max(end, y) + padding;
  writer.rule(writer.y, colours.rule, 0.4);
}

function factLines(writer: PageWriter, fact: Fact, width: number): FactLine[] {
  const labels = writer.breakLines(fact.label, labelStyle, labelWidth);
  const style = fact.style === 'mono' ? monoStyle : valueStyle;
  const values = writer.breakLines(fact.value, style, width);
  return Array.from({ length: Math.max(labels.length, values.length) }, (_, i) => ({
    label: labels[i] ?? '',
    value: values[i] ?? '',
    style,
  }));
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
