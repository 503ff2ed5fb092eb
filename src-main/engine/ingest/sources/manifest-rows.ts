import { parse } from 'csv-parse';
import { DescryError } from '../../errors.ts';

/** One row of a manifest: its values by column, or why it cannot be read. */
export type ManifestRow = { line: number; values: Map<Column, string> } | { line: number; error: string };

const columnNames = {
  path: ['path', 'file', 'image', 'file_name', 'filename', 'file_path', 'image_path'],
  camera: ['camera', 'camera_id', 'cam'],
  time: ['time', 'recorded_time', 'timestamp', 'datetime', 'date_time'],
  track: ['track', 'track_id', 'tracklet'],
  frame: ['frame', 'frame_id', 'frame_number'],
  x: ['x', 'left', 'box_x', 'bb_left'],
  y: ['y', 'top', 'box_y', 'bb_top'],
  width: ['width', 'w', 'box_width', 'bb_width'],
  height: ['height', 'h', 'box_height', 'bb_height'],
} as const;
export type Column = keyof typeof columnNames;

const byName = new Map(
  Object.entries(columnNames).flatMap(([column, names]) =>
    names.map((name) => [name as string, column as Column]),
  ),
);
const boxColumns: readonly Column[] = ['x', 'y', 'width', 'height'];

/**
 * Reads a manifest: CSV (comma, semicolon or tab; a header is needed) or JSON Lines.
 * A row that cannot be read becomes a row with an error; the others are still read.
 * @throws DescryError `invalid-input` when no row can be: no header, no column for the image.
 */
export function readManifest(text: string): AsyncGenerator<ManifestRow> {
  if (/^\s*\[/.test(text))
    throw new DescryError(
      'invalid-input',
      'This manifest is a JSON array. Write one JSON object a line (JSON Lines) or CSV; COCO JSON is imported as detections.',
    );
  return /^\s*\{/.test(text) ? readJsonLines(text) : readCsv(text);
}

async function* readJsonLines(text: string): AsyncGenerator<ManifestRow> {
  let line = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    line++;
    const content = text.slice(start, end).trim();
    start = end + 1;
    if (content !== '') yield { line, ...readJsonRow(content) };
  }
}

function readJsonRow(content: string): { values: Map<Column, string> } | { error: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    return { error: 'The line is not JSON.' };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return { error: 'The line is not a JSON object.' };
  const values = new Map<Column, string>();
  for (const [key, value] of Object.entries(parsed)) {
    if ((key === 'box' || key === 'bbox') && Array.isArray(value) && value.length === 4) {
      boxColumns.forEach((column, index) => values.set(column, String(value[index])));
      continue;
    }
    const column = byName.get(key.trim().toLowerCase());
    if (!column || value === null) continue;
    if (typeof value !== 'string' && typeof value !== 'number')
      return { error: `"${key}" is neither a text nor a number.` };
    values.set(column, String(value));
  }
  return { values };
}

async function* readCsv(text: string): AsyncGenerator<ManifestRow> {
  const header = /^\uFEFF?\s*([^\r\n]*)/.exec(text)?.[1] ?? '';
  const delimiter = [',', ';', '\t'].reduce((a, b) =>
    header.split(b).length > header.split(a).length ? b : a,
  );
  const skipped: ManifestRow[] = [];
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    skip_empty_lines: true,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: 1_000_000,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error)
        skipped.push({
          line: Number(error['lines']),
          error: `The row cannot be read as CSV (${error.code}).`,
        });
      return undefined;
    },
  });
  parser.end(text);
  let columns: (Column | undefined)[] | undefined;
  let width = 0;
  for await (const { record, info } of parser as AsyncIterable<{
    record: string[];
    info: { lines: number };
  }>) {
    if (!columns) {
      columns = readHeader(record);
      width = record.length;
      continue;
    }
    yield { line: info.lines, ...readCsvRow(record, columns, width) };
  }
  if (!columns)
    throw new DescryError('invalid-input', 'The manifest is empty: its first line must name the columns.');
  yield* skipped;
}

function readHeader(names: readonly string[]): (Column | undefined)[] {
  const columns = names.map((name) =>
    byName.get(
      name
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/g, '_'),
    ),
  );
  if (!columns.includes('path')) {
    throw new DescryError(
      'invalid-input',
      `The manifest has no column for the image: it needs one named ${columnNames.path.slice(0, 3).join(', ')} or file_name. Found: ${names.join(', ').slice(0, 300)}.`,
      { columns: names },
    );
  }
  const twice = columns.find((column, index) => column && columns.indexOf(column) !== index);
  if (twice)
    throw new DescryError('invalid-input', `The manifest has two columns for the ${twice}; keep one.`, {
      columns: names,
    });
  const missing = boxColumns.filter((column) => !columns.includes(column));
  if (missing.length > 0 && missing.length < boxColumns.length) {
    throw new DescryError(
      'invalid-input',
      `A box needs the columns x, y, width and height; missing: ${missing.join(', ')}.`,
      { columns: names },
    );
  }
  return columns;
}

function readCsvRow(
  record: readonly string[],
  columns: readonly (Column | undefined)[],
  width: number,
): { values: Map<Column, string> } | { error: string } {
  if (record.length !== width)
    return { error: `The row has ${record.length} columns; the header has ${width}.` };
  const values = new Map<Column, string>();
  record.forEach((value, index) => {
    const column = columns[index];
    if (column && value.trim() !== '') values.set(column, value);
  });
  return { values };
}
