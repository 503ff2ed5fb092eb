import type { PageSize } from '../template.ts';
import { visibleLine } from '../visible-text.ts';

/** A string as a CSS string: everything but plain characters is written as an escape. */
function cssString(text: string): string {
  return `"${[...visibleLine(text)].map((character) => (/[A-Za-z0-9 .,:;()-]/.test(character) ? character : `\\${character.codePointAt(0)!.toString(16)} `)).join('')}"`;
}

/**
 * Style of the HTML report. Printed pages carry the header and their number in the margin; on the
 * screen the header stays in sight.
 * @param pageWords what stands before and between the page numbers ("Page ", " of ").
 */
export function reportStyle(options: {
  header: string;
  headerDetail: string;
  agency: string;
  footer: string;
  pageWords: [string, string, string];
  pageSize: PageSize;
}): string {
  const [before, between, after] = options.pageWords.map(cssString);
  return `
:root { color-scheme: light; --ink: #1b1f24; --soft: #4d5661; --rule: #c3c9d1; --tint: #f2f4f7; --accent: #1f3f66; }
* { box-sizing: border-box; }
html { background: #e4e7eb; }
body { margin: 0 auto; max-width: 68rem; background: #fff; color: var(--ink);
  font: 0.9375rem/1.5 "Segoe UI", "Noto Sans", "Liberation Sans", Roboto, Arial, sans-serif; font-variant-numeric: tabular-nums; }
.banner { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1.5rem;
  padding: 0.5rem 2rem; background: var(--accent); color: #fff; font-size: 0.8125rem; font-weight: 600; }
.banner span { min-width: 0; overflow-wrap: anywhere; }
.banner span + span { font-weight: 400; }
main { padding: 1.75rem 2rem 0; }
.letterhead { display: flex; align-items: flex-start; gap: 1.25rem; margin-bottom: 1.5rem; padding-bottom: 0.75rem; border-bottom: 1px solid var(--rule); }
.letterhead img { flex: none; }
.letterhead p { margin: 0; min-width: 0; font-size: 0.875rem; }
.letterhead strong, .letterhead span { display: block; overflow-wrap: anywhere; }
.letterhead strong { font-size: 1.0625rem; }
h1 { margin: 0 0 1rem; font-size: 1.625rem; line-height: 1.25; color: var(--accent); overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 0.75rem; padding-bottom: 0.25rem; border-bottom: 2px solid var(--accent); font-size: 1.25rem; color: var(--accent); }
h3 { margin: 1.75rem 0 0.5rem; font-size: 1.0625rem; }
h2, h3 { scroll-margin-top: 3rem; overflow-wrap: anywhere; }
p { margin: 0.5rem 0; max-width: 52rem; overflow-wrap: anywhere; }
ul, ol { margin: 0.5rem 0; padding-left: 1.5rem; max-width: 52rem; }
li { margin: 0.25rem 0; overflow-wrap: anywhere; }
a { color: var(--accent); }
nav ol { list-style: none; padding: 0; columns: 2; column-gap: 2.5rem; max-width: none; }
nav li { margin: 0; padding: 0.125rem 0; break-inside: avoid; }
nav li li { font-size: 0.875rem; }
nav li ol { columns: 1; padding-left: 1rem; margin: 0; }
.callout { margin: 0.75rem 0; padding: 0.625rem 0.875rem; max-width: none; border: 1px solid var(--accent); border-left-width: 5px; background: var(--tint); font-weight: 600; }
figure { margin: 1rem 0; }
figcaption { margin-bottom: 0.25rem; color: var(--soft); font-size: 0.875rem; }
blockquote { margin: 0; padding: 0.625rem 0.875rem; border-left: 4px solid var(--rule); background: var(--tint); font-size: 1.0625rem; }
.verbatim, blockquote { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
.mono { font-family: "Cascadia Mono", Consolas, "DejaVu Sans Mono", "Liberation Mono", Menlo, monospace; font-size: 0.8125em; overflow-wrap: anywhere; word-break: break-all; }
dl { display: grid; grid-template-columns: minmax(9rem, 15rem) minmax(0, 1fr); gap: 0.125rem 1rem; margin: 0.5rem 0; align-items: baseline; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; margin: 0.75rem 0 1rem; table-layout: fixed; font-size: 0.875rem; }
caption { padding: 0.25rem 0; text-align: left; color: var(--soft); overflow-wrap: anywhere; }
th, td { padding: 0.3125rem 0.5rem; vertical-align: top; text-align: left; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
thead th { border-bottom: 2px solid var(--ink); font-weight: 600; }
tbody th { font-weight: 400; }
tr.strong > * { font-weight: 600; background: var(--tint); }
td.right, th.right { text-align: right; overflow-wrap: normal; }
.entries td, .entries th { padding: 0.75rem 0.5rem; }
.entries th[scope="row"] { font-weight: 400; }
.entries .rank { display: block; font-size: 1.0625rem; font-weight: 700; }
.entries .remark { display: block; margin-top: 0.375rem; color: var(--soft); font-size: 0.8125rem; white-space: pre-line; }
.entries dl { margin: 0; grid-template-columns: minmax(7rem, 9.5rem) minmax(0, 1fr); }
.entries .mono { font-size: 0.72em; }
.entries img { display: block; max-width: 100%; height: auto; border: 1px solid var(--rule); }
.entries img.native { image-rendering: pixelated; }
.mark { display: inline-block; max-width: 100%; margin-top: 0.25rem; padding: 0 0.375rem; border: 1px solid var(--soft); font-size: 0.75rem; color: var(--soft); }
pre { margin: 0.5rem 0; padding: 0.625rem 0.75rem; background: var(--tint); border: 1px solid var(--rule); white-space: pre-wrap; overflow-wrap: anywhere; word-break: break-all; font-size: 0.75rem; }
svg { display: block; width: 100%; max-width: 46rem; height: auto; }
.end { height: 2.5rem; }
.wide { margin: 0.75rem 0 1rem; }
.wide table { margin: 0; }
@media screen and (max-width: 48rem) {
  nav ol { columns: 1; }
  dl, .entries dl { grid-template-columns: minmax(0, 1fr); }
  dd { margin-bottom: 0.375rem; }
  main, .banner { padding-left: 1rem; padding-right: 1rem; }
  .banner span + span { display: none; }
  .wide { overflow-x: auto; }
  .wide table { min-width: 54rem; }
  .wide caption { max-width: calc(100vw - 2rem); }
  .entries, .entries tbody, .entries tr, .entries td, .entries th, .entries caption { display: block; }
  .entries tr { padding: 0.75rem 0; border-bottom: 1px solid var(--rule); }
  .entries td, .entries th { padding: 0.25rem 0; border: 0; }
}
@page { size: ${options.pageSize === 'A4' ? 'A4' : 'letter'}; margin: 20mm 15mm 18mm;
  @top-left { content: ${cssString(options.header)}; width: 70%; font: 600 8.5pt "Noto Sans", Arial, sans-serif; color: #1f3f66; text-align: left; }
  @top-right { content: ${cssString(options.agency)}; width: 30%; font: 7.5pt "Noto Sans", Arial, sans-serif; color: #4d5661; text-align: right; }
  @bottom-left { content: ${cssString(options.headerDetail)} "\\A" ${cssString(options.footer)}; white-space: pre; width: 80%; font: 6.5pt/1.5 "Noto Sans", Arial, sans-serif; color: #4d5661; text-align: left; }
  @bottom-right { content: ${before} counter(page) ${between} counter(pages) ${after}; width: 20%; font: 7.5pt "Noto Sans", Arial, sans-serif; color: #4d5661; text-align: right; } }
@media print {
  html { background: none; font-size: 9.2pt; }
  body { max-width: none; line-height: 1.4; }
  main { padding: 0; }
  .banner { display: none; }
  h2 { margin-top: 1.75rem; }
  .own-page { break-before: page; }
  h2, h3, figcaption, caption { break-after: avoid; }
  thead { display: table-header-group; }
  tr, blockquote, .callout, svg { break-inside: avoid; }
  dl { grid-template-columns: minmax(0, 11rem) minmax(0, 1fr); }
  .entries td, .entries th { padding: 0.5rem 0.375rem; }
  .entries dl { grid-template-columns: minmax(0, 7.5rem) minmax(0, 1fr); gap: 0 0.5rem; }
  pre { font-size: 6.5pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
}
