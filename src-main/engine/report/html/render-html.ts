import { histogramGeometry } from '../chart.ts';
import type { Block, Entry, Fact, Letterhead, ReportDocument, Section } from '../document/blocks.ts';
import { fitWithin, type PictureSource } from '../pictures.ts';
import { escapeHtml } from './markup.ts';
import { reportStyle } from './style.ts';

/** Picture formats that every browser shows. */
export const htmlPictureFormats = ['jpeg', 'png', 'webp', 'gif'] as const;

const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
const tallestPicture = 320;

/**
 * A report as one self-contained HTML document, in pieces so that many pictures never lie in memory
 * together. It holds no script, loads nothing, and works from a file.
 */
export async function* renderHtml(document: ReportDocument, pictures: PictureSource): AsyncGenerator<string> {
  // The words around two numbers that cannot occur in them become the parts of a CSS counter.
  const pageWords = document.pageOf(111, 222).split(/111|222/) as [string, string, string];
  const style = reportStyle({
    header: document.header,
    headerDetail: document.headerDetail,
    agency: document.agency,
    footer: document.footer,
    pageWords,
    pageSize: document.pageSize,
  });
  yield `<!doctype html>
<html lang="${escapeHtml(document.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(document.title)} - ${escapeHtml(document.header)}</title>
<style>${style}</style>
</head>
<body>
<header class="banner"><span>${escapeHtml(document.header)}</span><span>${escapeHtml([document.agency, document.headerDetail].filter((part) => part !== '').join(' - '))}</span></header>
<main>
${document.letterhead ? letterhead(document.letterhead) : ''}<h1>${escapeHtml(document.title)}</h1>
`;
  for (const block of document.front) yield* renderBlock(block, document, pictures);
  yield `<nav aria-label="${escapeHtml(document.contents)}">\n<h2>${escapeHtml(document.contents)}</h2>\n${contents(document.sections)}</nav>\n`;
  for (const section of document.sections) yield* renderSection(section, 2, document, pictures);
  yield '<div class="end"></div>\n</main>\n</body>\n</html>\n';
}

/** Pixels of a logo that are shown on one of the page. */
const logoPixels = 2;
const largestLogo = { width: 240, height: 96 };

function letterhead({ agency, unit, contact, logo }: Letterhead): string {
  const size =
    logo && fitWithin({ width: logo.width / logoPixels, height: logo.height / logoPixels }, largestLogo);
  const image =
    logo && size
      ? `<img alt="${escapeHtml(logo.alternative)}" width="${Math.round(size.width)}" height="${Math.round(size.height)}" src="data:image/png;base64,${logo.data}">`
      : '';
  const lines = [unit, ...contact].filter((line) => line !== '');
  return `<div class="letterhead">${image}<p dir="auto">${agency === '' ? '' : `<strong>${escapeHtml(agency)}</strong>`}${lines.map((line) => `<span>${escapeHtml(line)}</span>`).join('')}</p></div>\n`;
}

function contents(sections: readonly Section[]): string {
  if (sections.length === 0) return '';
  return `<ol>${sections.map(({ id, title, sections: inner }) => `<li><a href="#${escapeHtml(id)}">${escapeHtml(title)}</a>${contents(inner)}</li>`).join('\n')}</ol>\n`;
}

async function* renderSection(
  section: Section,
  level: number,
  document: ReportDocument,
  pictures: PictureSource,
): AsyncGenerator<string> {
  // Sections within sections are no landmarks: several searches have the same ones.
  const label = level === 2 ? ` aria-labelledby="${escapeHtml(section.id)}"` : '';
  yield `<section${section.ownPage ? ' class="own-page"' : ''}${label}>\n<h${level} id="${escapeHtml(section.id)}">${escapeHtml(section.title)}</h${level}>\n`;
  for (const block of section.blocks) yield* renderBlock(block, document, pictures);
  for (const inner of section.sections) yield* renderSection(inner, level + 1, document, pictures);
  yield '</section>\n';
}

async function* renderBlock(
  block: Block,
  document: ReportDocument,
  pictures: PictureSource,
): AsyncGenerator<string> {
  switch (block.kind) {
    case 'paragraph':
      yield `<p dir="auto">${escapeHtml(block.text)}</p>\n`;
      return;
    case 'callout':
      yield `<p class="callout">${escapeHtml(block.text)}</p>\n`;
      return;
    case 'quotation':
      yield `<figure><figcaption>${escapeHtml(block.caption)}</figcaption><blockquote dir="auto">${escapeHtml(block.text)}</blockquote></figure>\n`;
      return;
    case 'facts':
      yield facts(block.facts);
      return;
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul';
      yield `<${tag}>${block.items.map((item) => `<li dir="auto">${escapeHtml(item)}</li>`).join('\n')}</${tag}>\n`;
      return;
    }
    case 'code':
      yield `<figure><figcaption>${escapeHtml(block.caption)}</figcaption><pre class="mono">${escapeHtml(block.text)}</pre></figure>\n`;
      return;
    case 'table':
      yield table(block);
      return;
    case 'chart':
      yield chart(block);
      return;
    case 'entries':
      yield* entriesTable(block, document, pictures);
      return;
  }
}

function facts(list: readonly Fact[]): string {
  return `<dl>${list.map((fact) => `<dt dir="auto">${escapeHtml(fact.label)}</dt><dd dir="auto"${styleClass(fact.style)}>${escapeHtml(fact.value)}</dd>`).join('\n')}</dl>\n`;
}

function styleClass(...names: (string | undefined)[]): string {
  const present = names.filter((name) => name !== undefined);
  return present.length === 0 ? '' : ` class="${present.join(' ')}"`;
}

function table(block: Extract<Block, { kind: 'table' }>): string {
  const total = block.columns.reduce((sum, { width }) => sum + width, 0);
  const columns = block.columns
    .map(({ width }) => `<col style="width: ${((width / total) * 100).toFixed(2)}%">`)
    .join('');
  const head = block.columns
    .map(({ title, align }) => `<th scope="col"${styleClass(align)}>${escapeHtml(title)}</th>`)
    .join('');
  const rows = block.rows.map((cells, row) => {
    const strong = block.strong?.includes(row) ? ' class="strong"' : '';
    return `<tr${strong}>${cells.map((cell, i) => tableCell(block, cell, i)).join('')}</tr>`;
  });
  const caption = escapeHtml(block.caption);
  // On a narrow screen a table is wider than the page: it can be reached with the keyboard, to move it.
  return `<div class="wide" role="group" tabindex="0" aria-label="${caption}"><table><caption>${caption}</caption><colgroup>${columns}</colgroup><thead><tr>${head}</tr></thead>\n<tbody>${rows.join('\n')}</tbody></table></div>\n`;
}

function tableCell(
  { columns, rowHeads }: Extract<Block, { kind: 'table' }>,
  cell: string,
  column: number,
): string {
  const style = styleClass(columns[column]?.align, columns[column]?.style);
  return rowHeads && column === 0
    ? `<th scope="row" dir="auto"${style}>${escapeHtml(cell)}</th>`
    : `<td dir="auto"${style}>${escapeHtml(cell)}</td>`;
}

async function* entriesTable(
  block: Extract<Block, { kind: 'entries' }>,
  document: ReportDocument,
  pictures: PictureSource,
): AsyncGenerator<string> {
  const withPictures = block.entries.some((entry) => entry.picture !== null);
  const picture = withPictures ? `<col style="width: ${block.pictureWidth + 24}px">` : '';
  yield `<table class="entries"><caption>${escapeHtml(block.caption)}</caption><colgroup><col style="width: 8.5rem">${picture}<col></colgroup>\n<tbody>\n`;
  for (const entry of block.entries) {
    yield `<tr><th scope="row"><span class="rank">${escapeHtml(entry.heading)}</span>${escapeHtml(entry.score)}${entry.remark === '' ? '' : `<span class="remark">${escapeHtml(entry.remark)}</span>`}</th>`;
    if (withPictures) yield `<td>${await image(entry, block.pictureWidth, document, pictures)}</td>`;
    yield `<td>${facts(entry.facts)}</td></tr>\n`;
  }
  yield '</tbody></table>\n';
}

async function image(
  entry: Entry,
  width: number,
  document: ReportDocument,
  pictures: PictureSource,
): Promise<string> {
  const shown = entry.picture === null ? null : await pictures(entry.picture);
  const mark = (text: string): string => (text === '' ? '' : `<span class="mark">${escapeHtml(text)}</span>`);
  if (entry.picture === null || shown === null)
    return mark(document.words.noPicture) + mark(entry.picture?.remark ?? '');
  const size = fitWithin(shown, { width, height: tallestPicture });
  const native = size.scale === 1 ? ' class="native"' : '';
  const marks = mark(shown.thumbnail ? document.words.thumbnail : '') + mark(entry.picture.remark);
  return `<img${native} alt="${escapeHtml(entry.picture.alternative)}" width="${Math.round(size.width)}" height="${Math.round(size.height)}" src="data:image/${shown.format};base64,${shown.bytes.toString('base64')}">${marks}`;
}

function chart(block: Extract<Block, { kind: 'chart' }>): string {
  const { plot, bars, ticks, most, cutOffX, width, height } = histogramGeometry(
    block.distribution,
    block.cutOff?.score ?? null,
    { width: 640, height: 210 },
  );
  const number = (value: number): string => value.toFixed(1);
  const parts = [
    ...bars.map(
      (bar) =>
        `<rect x="${number(bar.x)}" y="${number(bar.y)}" width="${number(bar.width)}" height="${number(bar.height)}" fill="${bar.listed ? '#1f3f66' : '#9aa5b3'}"/>`,
    ),
    `<path d="M${plot.left} ${plot.bottom}H${plot.right}" stroke="#1b1f24"/>`,
    ...ticks.map(
      ({ x, label }) =>
        `<path d="M${number(x)} ${plot.bottom}v4" stroke="#1b1f24"/><text x="${number(x)}" y="${plot.bottom + 15}" text-anchor="middle">${escapeHtml(label)}</text>`,
    ),
    `<path d="M${plot.left - 4} ${most.y}h4" stroke="#1b1f24"/><text x="${plot.left - 7}" y="${most.y + 3.5}" text-anchor="end">${escapeHtml(block.count(most.count))}</text>`,
    `<text x="${plot.left - 7}" y="${plot.bottom}" text-anchor="end">0</text>`,
    `<text x="${(plot.left + plot.right) / 2}" y="${height - 3}" text-anchor="middle">${escapeHtml(block.axis.x)}</text>`,
    `<text x="${plot.left - 7}" y="${most.y - 10}" text-anchor="start">${escapeHtml(block.axis.y)}</text>`,
  ];
  if (cutOffX !== null && block.cutOff) {
    const anchor = cutOffX > (plot.left + plot.right) / 2 ? 'end' : 'start';
    parts.push(
      `<path d="M${number(cutOffX)} ${plot.top - 8}V${plot.bottom}" stroke="#1b1f24" stroke-dasharray="4 3"/>`,
      `<text x="${number(cutOffX + (anchor === 'end' ? -5 : 5))}" y="${plot.top - 1}" text-anchor="${anchor}" font-weight="600">${escapeHtml(block.cutOff.label)}</text>`,
    );
  }
  return `<figure><figcaption>${escapeHtml(block.caption)}</figcaption><svg role="img" aria-label="${escapeHtml(`${block.caption}. ${block.description} ${block.cutOff?.label ?? ''}`)}" viewBox="0 0 ${width} ${height}" font-size="10" fill="#1b1f24">${parts.join('')}</svg><figcaption>${escapeHtml(block.description)}</figcaption></figure>\n`;
}
