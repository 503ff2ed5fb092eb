import { stringify } from 'csv-stringify/sync';
import { pages } from '../pages.ts';
import type { DiscoveryPart, DiscoveryValue } from './parts.ts';

const pageLength = 250;

/** A value as tables show it: lists and objects as JSON. */
export function cellText(value: unknown): string {
  const cell = cellValue(value);
  return cell === null ? '' : String(cell);
}

function cellValue(value: unknown): DiscoveryValue {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
}

/** A part as CSV (RFC 4180, UTF-8 with a byte order mark), in pieces; text that a spreadsheet would run begins with an apostrophe. */
export function* partCsv({ columns, rows }: DiscoveryPart): Generator<string> {
  const options = { record_delimiter: '\r\n', escape_formulas: true } as const;
  yield stringify([[...columns]], { ...options, bom: true });
  for (const page of pages(rows(), pageLength))
    yield stringify(
      page.map((row) => columns.map((column) => cellValue(row[column]))),
      { ...options, cast: { number: String } },
    );
}

/** A part as JSON Lines, in pieces. @param onRow told of each row. */
export function* partLines({ rows }: DiscoveryPart, onRow: () => void): Generator<string> {
  for (const row of rows()) {
    onRow();
    yield `${JSON.stringify(row)}\n`;
  }
}
