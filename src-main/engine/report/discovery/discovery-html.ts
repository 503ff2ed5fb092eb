import { formatCount, formatMoment } from '../format.ts';
import { escapeHtml } from '../html/markup.ts';
import { reportStyle } from '../html/style.ts';
import type { PageSize } from '../template.ts';
import type { DiscoveryPart } from './parts.ts';
import type { DiscoveryBody } from './schema.ts';
import { cellText } from './tables.ts';

/** Rows of each part that the document shows; the tables beside it always have all of them. */
const shownRows = 5000;
const header = 'Discovery export - everything that was written in a case';
const policy = "default-src 'none'; style-src 'unsafe-inline'";

/** A discovery export for readers: one self-contained document without script, in pieces. */
export function* renderDiscoveryHtml(
  body: DiscoveryBody,
  parts: readonly DiscoveryPart[],
  { agency, pageSize }: { agency: string; pageSize: PageSize },
): Generator<string> {
  const style = reportStyle({
    ...{ header, agency, pageSize },
    headerDetail: `${body.case.number} ${body.id}`.trim(),
    footer: `Audit log: ${body.audit.total} entries, the last with hash ${body.audit.headHash}`,
    pageWords: ['Page ', ' of ', ''],
  });
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(body.id)} - ${escapeHtml(header)}</title>
<style>${style}</style>
</head>
<body>
<header class="banner"><span>${escapeHtml(header)}</span><span>${escapeHtml(body.id)}</span></header>
<main>
<h1>${escapeHtml(body.case.name)}</h1>
<p class="callout">This is what people wrote and did in the case, whatever was decided later. A ranked result is an investigative lead, not an identification; a decision is what its author noted at that time.</p>
`;
  yield facts([
    ['Case number', body.case.number],
    ['Made', formatMoment(body.createdAt)],
    ['By', body.operator],
    ['With', `${body.application.name} ${body.application.version}`],
    ['Time zone', body.case.timeZone],
    ['Audit log', `${formatCount(body.audit.total)} entries; the last has the hash ${body.audit.headHash}`],
    [
      'To check',
      'In the folder of this document: sha256sum -c manifest-sha256.txt. With Descry: descry verify FOLDER.',
    ],
  ]);
  yield '<nav aria-label="Contents">\n<h2>Contents</h2>\n<ol>\n';
  for (const { name, title, rows } of body.parts)
    yield `<li><a href="#${name}">${escapeHtml(title)}</a> (${formatCount(rows)})</li>\n`;
  yield '</ol>\n</nav>\n';
  for (const part of parts) yield* renderPart(part, body);
  yield '<div class="end"></div>\n</main>\n</body>\n</html>\n';
}

function* renderPart(
  { name, title, about, columns, rows }: DiscoveryPart,
  body: DiscoveryBody,
): Generator<string> {
  const total = body.parts.find((part) => part.name === name)!.rows;
  yield `<section>\n<h2 id="${name}">${escapeHtml(title)}</h2>\n<p>${escapeHtml(about)}</p>\n`;
  if (total === 0) {
    yield '<p>There is none.</p>\n</section>\n';
    return;
  }
  if (total > shownRows)
    yield `<p class="callout">The first ${formatCount(shownRows)} of ${formatCount(total)} rows are shown here; ${escapeHtml(name)}.csv and ${escapeHtml(name)}.jsonl have all of them.</p>\n`;
  const head = columns.map((column) => `<th scope="col">${escapeHtml(column.replaceAll('_', ' '))}</th>`);
  yield `<table>\n<thead><tr>${head.join('')}</tr></thead>\n<tbody>\n`;
  let shown = 0;
  for (const row of rows()) {
    if (shown++ === shownRows) break;
    const cells = columns.map((column) => `<td class="verbatim">${escapeHtml(cellText(row[column]))}</td>`);
    yield `<tr>${cells.join('')}</tr>\n`;
  }
  yield '</tbody>\n</table>\n</section>\n';
}

function facts(rows: readonly (readonly [string, string])[]): string {
  const items = rows.map(([label, value]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`);
  return `<dl>${items.join('')}</dl>\n`;
}
