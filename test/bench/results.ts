import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

const file = join(import.meta.dirname, 'RESULTS.md');

/** The machine, and whether it had anything else to do: a figure without this says little. */
export function machine(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(', ');
  return `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${memory}, ${process.platform} ${process.arch}, Node ${process.versions.node}; load of the last 1, 5 and 15 minutes: ${load}`;
}

/** A table in Markdown whose columns are as wide as their content. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** Puts figures on top of a section of RESULTS.md, with today's date; other sections stay as they are. */
export function record(section: string, text: string): void {
  const date = new Date().toISOString().slice(0, 10);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '# Results of the benchmarks\n';
  const heading = `## ${section}\n`;
  const whole = before.includes(`\n${heading}`) ? before : `${before.trimEnd()}\n\n${heading}`;
  const end = whole.indexOf(`\n${heading}`) + heading.length + 1;
  const rest = whole.slice(end).trimStart();
  writeFileSync(
    file,
    `${whole.slice(0, end)}\n### ${date}\n\n${text.trim()}\n${rest === '' ? '' : `\n${rest}`}`,
  );
}
