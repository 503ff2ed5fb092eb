import type { Block } from '../document/blocks.ts';
import { colours, lineHeight, type PageWriter, type TextStyle } from './page-writer.ts';

const body: TextStyle = { font: 'regular', size: 7.5, colour: colours.ink };
const head: TextStyle = { font: 'bold', size: 7.5, colour: colours.ink };
const captionStyle: TextStyle = { font: 'regular', size: 8, colour: colours.soft };
const padding = { x: 4, y: 3 };

/**
 * A table whose head is repeated on every page. A row stays together where it fits on a page;
 * one that is higher than a page goes on over the next.
 */
export function drawTable(writer: PageWriter, table: Extract<Block, { kind: 'table' }>): void {
  const total = table.columns.reduce((sum, { width }) => sum + width, 0);
  const widths = table.columns.map(({ width }) => (width / total) * writer.width);
  const breakCells = (cells: readonly string[], style: TextStyle): string[][] =>
    cells.map((cell, i) => writer.breakLines(cell, style, (widths[i] ?? 0) - 2 * padding.x));
  const heightOf = (cells: readonly string[][], style: TextStyle): number =>
    Math.max(1, ...cells.map((lines) => lines.length)) * lineHeight(style) + 2 * padding.y;

  const drawCells = (cells: readonly string[][], style: TextStyle): void => {
    let x = writer.left;
    cells.forEach((lines, i) => {
      const width = widths[i]! - 2 * padding.x;
      const align = table.columns[i]!.align;
      lines.forEach((line, n) => {
        writer.drawLine(
          line,
          x + padding.x,
          writer.y + padding.y + n * lineHeight(style),
          style,
          align ? { align, width } : {},
        );
      });
      x += widths[i]!;
    });
    writer.y += heightOf(cells, style);
  };

  const headCells = breakCells(
    table.columns.map(({ title }) => title),
    head,
  );
  const headHeight = heightOf(headCells, head);
  const drawHead = (): void => {
    drawCells(headCells, head);
    writer.rule(writer.y, colours.ink, 0.8);
  };

  const rows = table.rows.map((cells) => breakCells(cells, body));
  const caption = writer.breakLines(table.caption, captionStyle, writer.width);
  const firstHeight = rows[0] ? Math.min(heightOf(rows[0], body), 120) : 0;
  writer.need(caption.length * lineHeight(captionStyle) + headHeight + firstHeight + 4);
  writer.flow(caption, captionStyle);
  writer.y += 2;
  drawHead();

  const page = writer.bottom - writer.top - headHeight;
  for (const row of rows) {
    let rest = row;
    const whole = heightOf(rest, body);
    if (whole > writer.room && whole <= page) {
      writer.newPage();
      drawHead();
    }
    for (;;) {
      const fitting = Math.max(1, Math.floor((writer.room - 2 * padding.y) / lineHeight(body)));
      drawCells(
        rest.map((lines) => lines.slice(0, fitting)),
        body,
      );
      rest = rest.map((lines) => lines.slice(fitting));
      if (rest.every((lines) => lines.length === 0)) break;
      writer.newPage();
      drawHead();
    }
    writer.rule(writer.y, colours.rule, 0.4);
  }
  writer.y += 8;
}
