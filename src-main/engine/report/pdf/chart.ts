import { histogramGeometry } from '../chart.ts';
import type { Block } from '../document/blocks.ts';
import { colours, type PageWriter, type TextStyle } from './page-writer.ts';
import { small } from './styles.ts';

const label: TextStyle = { ...small, size: 7, colour: colours.ink };
const chartHeight = 165;

/** A histogram with the cut-off in it: one figure for those who read it, with what it shows in words. */
export function drawChart(writer: PageWriter, block: Extract<Block, { kind: 'chart' }>): void {
  writer.need(chartHeight + 40);
  const { tags } = writer;
  tags.element('P', () => writer.flow(writer.breakLines(block.caption, small, writer.width), small));
  const cutOff = block.cutOff === null ? '' : ` ${block.cutOff.label}`;
  tags.element('Figure', () => drawBars(writer, block), {
    alt: `${block.caption}. ${block.description}${cutOff}`,
    bbox: [writer.left, writer.y, writer.right, writer.y + chartHeight],
  });
  writer.y += chartHeight;
  tags.element('P', () => writer.flow(writer.breakLines(block.description, small, writer.width), small));
  writer.y += 6;
}

function drawBars(writer: PageWriter, block: Extract<Block, { kind: 'chart' }>): void {
  const { doc } = writer;
  const { plot, bars, ticks, most, cutOffX } = histogramGeometry(
    block.distribution,
    block.cutOff?.score ?? null,
    { width: writer.width, height: chartHeight },
  );
  const at = { x: writer.left, y: writer.y };
  const line = (x1: number, y1: number, x2: number, y2: number): void => {
    doc
      .moveTo(at.x + x1, at.y + y1)
      .lineTo(at.x + x2, at.y + y2)
      .lineWidth(0.6)
      .strokeColor(colours.ink)
      .stroke();
  };
  writer.tags.openContent();
  for (const bar of bars)
    doc
      .rect(at.x + bar.x, at.y + bar.y, bar.width, bar.height)
      .fill(bar.listed ? colours.accent : colours.bar);
  line(plot.left, plot.bottom, plot.right, plot.bottom);
  for (const tick of ticks) {
    line(tick.x, plot.bottom, tick.x, plot.bottom + 3);
    writer.drawLine(tick.label, at.x + tick.x - 30, at.y + plot.bottom + 4, label, {
      align: 'center',
      width: 60,
    });
  }
  line(plot.left - 4, most.y, plot.left, most.y);
  writer.drawLine(block.count(most.count), at.x, at.y + most.y - 5, label, {
    align: 'right',
    width: plot.left - 7,
  });
  writer.drawLine('0', at.x, at.y + plot.bottom - 8, label, { align: 'right', width: plot.left - 7 });
  writer.drawLine(block.axis.y, at.x + plot.left - 7, at.y + most.y - 18, label);
  writer.drawLine(block.axis.x, at.x + plot.left, at.y + plot.bottom + 15, label, {
    align: 'center',
    width: plot.right - plot.left,
  });
  if (cutOffX === null || !block.cutOff) return;
  doc.dash(3, { space: 2 });
  line(cutOffX, plot.top - 8, cutOffX, plot.bottom);
  doc.undash();
  const isRight = cutOffX > (plot.left + plot.right) / 2;
  writer.drawLine(
    block.cutOff.label,
    at.x + (isRight ? cutOffX - 205 : cutOffX + 5),
    at.y + plot.top - 12,
    { ...label, font: 'bold' },
    isRight ? { align: 'right', width: 200 } : {},
  );
}
