import type { Block, Fact } from '../document/blocks.ts';
import { colours, lineHeight, type PageWriter, type TextStyle } from './page-writer.ts';
import { small, soft, strong, text } from './styles.ts';

const labelWidth = 150;
const quoted: TextStyle = { ...text, size: 10 };
const code: TextStyle = { font: 'regular', size: 6, colour: colours.ink };

export function drawParagraph(writer: PageWriter, content: string): void {
  writer.tags.element('P', () => writer.flow(writer.breakLines(content, text, writer.width), text));
  writer.y += 5;
}

export function drawCallout(writer: PageWriter, content: string): void {
  writer.tags.element('P', () =>
    drawBoxed(writer, writer.breakLines(content, strong, writer.width - 24), strong, colours.accent),
  );
}

export function drawQuotation(writer: PageWriter, block: Extract<Block, { kind: 'quotation' }>): void {
  writer.need(50);
  writer.tags.element('P', () => writer.flow(writer.breakLines(block.caption, small, writer.width), small));
  writer.tags.element('BlockQuote', () =>
    drawBoxed(writer, writer.breakLines(block.text, quoted, writer.width - 24), quoted, colours.rule),
  );
}

export function drawCode(writer: PageWriter, block: Extract<Block, { kind: 'code' }>): void {
  writer.need(50);
  writer.tags.element('P', () => writer.flow(writer.breakLines(block.caption, small, writer.width), small));
  writer.y += 2;
  writer.tags.element('P', () => writer.flow(writer.breakLines(block.text, code, writer.width), code));
  writer.y += 6;
}

export function drawList(writer: PageWriter, block: Extract<Block, { kind: 'list' }>): void {
  const { tags } = writer;
  const drawItem = (item: string, mark: string): void => {
    const lines = writer.breakLines(item, text, writer.width - 18);
    writer.need(Math.min(lines.length, 3) * lineHeight(text));
    tags.element('Lbl', () => writer.drawLine(mark, writer.left, writer.y, text));
    tags.element('LBody', () => writer.flow(lines, text, writer.left + 18));
    writer.y += 3;
  };
  tags.element('L', () =>
    block.items.forEach((item, i) =>
      tags.element('LI', () => drawItem(item, block.ordered ? `${i + 1}.` : '\u2013')),
    ),
  );
  writer.y += 3;
}

/** Labels with what they stand for, one under the other. */
export function drawFacts(writer: PageWriter, facts: readonly Fact[]): void {
  writer.tags.element('L', () => {
    for (const fact of facts) writer.tags.element('LI', () => drawFact(writer, fact));
  });
  writer.y += 5;
}

function drawFact(writer: PageWriter, fact: Fact): void {
  const { tags } = writer;
  const valueLeft = writer.left + labelWidth + 10;
  const labels = writer.breakLines(fact.label, soft, labelWidth);
  const values = writer.breakLines(fact.value, text, writer.right - valueLeft);
  const step = lineHeight(text);
  writer.need(Math.min(Math.max(labels.length, values.length), 4) * step);
  const label = tags.begin('Lbl');
  const value = tags.begin('LBody');
  for (let i = 0; i < Math.max(labels.length, values.length); i++) {
    writer.need(step);
    tags.inside(label, () => writer.drawLine(labels[i] ?? '', writer.left, writer.y, soft));
    tags.inside(value, () => writer.drawLine(values[i] ?? '', valueLeft, writer.y, text));
    writer.y += step;
  }
  tags.end(label);
  tags.end(value);
  writer.y += 2;
}

/** Lines on a tinted ground with a bar at the left, over as many pages as they need. */
function drawBoxed(writer: PageWriter, lines: readonly string[], style: TextStyle, bar: string): void {
  const step = lineHeight(style);
  let rest = lines;
  while (rest.length > 0) {
    writer.need(Math.min(rest.length, 2) * step + 12);
    const part = rest.slice(0, Math.max(1, Math.floor((writer.room - 12) / step)));
    const height = part.length * step + 12;
    writer.tags.artifact(() => {
      writer.doc.rect(writer.left, writer.y, writer.width, height).fill(colours.tint);
      writer.doc.rect(writer.left, writer.y, 3, height).fill(bar);
    });
    part.forEach((line, i) => writer.drawLine(line, writer.left + 14, writer.y + 6 + i * step, style));
    writer.y += height;
    rest = rest.slice(part.length);
  }
  writer.y += 8;
}
