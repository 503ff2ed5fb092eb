import type { Block } from '../document/blocks.ts';
import { colours, lineHeight, type PageWriter, type TextStyle } from './page-writer.ts';
import type { Tag } from './tags.ts';

const body: TextStyle = { font: 'regular', size: 7.5, colour: colours.ink };
const head: TextStyle = { font: 'bold', size: 7.5, colour: colours.ink };
const captionStyle: TextStyle = { font: 'regular', size: 8, colour: colours.soft };
const padding = { x: 4, y: 3 };

type Table = Extract<Block, { kind: 'table' }>;
type Cells = readonly (readonly string[])[];

/**
 * A table whose head is repeated on every page. A row stays together where it fits on a page;
 * one that is higher than a page goes on over the next.
 */
export function drawTable(writer: PageWriter, table: Table): void {
  writer.tags.element('Table', () => new TableDrawing(writer, table).draw());
  writer.y += 8;
}

class TableDrawing {
  readonly #writer: PageWriter;
  readonly #table: Table;
  readonly #widths: readonly number[];
  readonly #head: Cells;

  constructor(writer: PageWriter, table: Table) {
    this.#writer = writer;
    this.#table = table;
    const total = table.columns.reduce((sum, { width }) => sum + width, 0);
    this.#widths = table.columns.map(({ width }) => (width / total) * writer.width);
    this.#head = this.#break(
      table.columns.map(({ title }) => title),
      head,
    );
  }

  draw(): void {
    const writer = this.#writer;
    const { rows, strong = [] } = this.#table;
    const caption = writer.breakLines(this.#table.caption, captionStyle, writer.width);
    const first = rows[0] === undefined ? 0 : Math.min(this.#height(this.#break(rows[0], body)), 120);
    const headHeight = this.#height(this.#head);
    writer.need(caption.length * lineHeight(captionStyle) + headHeight + first + 4);
    writer.tags.element('Caption', () => writer.flow(caption, captionStyle));
    writer.y += 2;
    writer.tags.element('TR', () => {
      const cells = this.#head.map(() => writer.tags.begin('TH', { scope: 'Column' }));
      this.#drawCells(this.#head, head, cells);
      for (const cell of cells) writer.tags.end(cell);
    });
    writer.rule(writer.y, colours.ink, 0.8);
    rows.forEach((row, i) => this.#drawRow(row, strong.includes(i) ? head : body));
  }

  #drawRow(row: readonly string[], style: TextStyle): void {
    const writer = this.#writer;
    let rest: Cells = this.#break(row, style);
    const whole = this.#height(rest);
    if (whole > writer.room && whole <= writer.bottom - writer.top - this.#height(this.#head)) this.#turn();
    writer.tags.element('TR', () => {
      const cells = row.map((_, i) =>
        i === 0 && this.#table.rowHeads === true
          ? writer.tags.begin('TH', { scope: 'Row' })
          : writer.tags.begin('TD'),
      );
      for (;;) {
        const fitting = Math.max(1, Math.floor((writer.room - 2 * padding.y) / lineHeight(style)));
        this.#drawCells(
          rest.map((lines) => lines.slice(0, fitting)),
          style,
          cells,
        );
        rest = rest.map((lines) => lines.slice(fitting));
        if (rest.every((lines) => lines.length === 0)) break;
        this.#turn();
      }
      for (const cell of cells) writer.tags.end(cell);
    });
    writer.rule(writer.y, colours.rule, 0.4);
  }

  /** A new page, with the head of the table on it. */
  #turn(): void {
    const writer = this.#writer;
    writer.newPage();
    writer.tags.artifact(() => this.#drawCells(this.#head, head, null), 'Pagination');
    writer.rule(writer.y, colours.ink, 0.8);
  }

  /** @param tags the element of each cell; null within an artifact. */
  #drawCells(cells: Cells, style: TextStyle, tags: readonly Tag[] | null): void {
    const writer = this.#writer;
    let x = writer.left;
    cells.forEach((lines, i) => {
      const width = this.#widths[i]! - 2 * padding.x;
      const align = this.#table.columns[i]!.align;
      const drawLines = (): void =>
        lines.forEach((line, n) => {
          if (line === '') return;
          const y = writer.y + padding.y + n * lineHeight(style);
          const options = align ? { align, width } : {};
          if (tags) writer.drawLine(line, x + padding.x, y, style, options);
          else writer.setLine(line, x + padding.x, y, style, options);
        });
      if (tags) writer.tags.inside(tags[i]!, drawLines);
      else drawLines();
      x += this.#widths[i]!;
    });
    writer.y += this.#height(cells);
  }

  #break(cells: readonly string[], style: TextStyle): Cells {
    return cells.map((cell, i) =>
      this.#writer.breakLines(cell, style, (this.#widths[i] ?? 0) - 2 * padding.x),
    );
  }

  #height(cells: Cells): number {
    return Math.max(1, ...cells.map((lines) => lines.length)) * lineHeight(body) + 2 * padding.y;
  }
}
