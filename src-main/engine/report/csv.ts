import { stringify } from 'csv-stringify/sync';
import { pages } from './pages.ts';
import type { ReportBody, ReportBodySearch } from './report-body.ts';
import type { MarkedCrop, ReportRow } from './schema.ts';
import { visibleLine, visibleText } from './visible-text.ts';

export const csvColumns = [
  'report',
  'case_number',
  'search',
  'list',
  'rank',
  'score',
  'crop',
  'file_name',
  'original_path',
  'sha256',
  'bytes',
  'format',
  'width',
  'height',
  'camera',
  'track',
  'frame',
  'recorded_time',
  'time_source',
  'corrected_time',
  'clock_offset_ms',
  'camera_time_zone',
  'crops_in_row',
  'near_equal_from',
  'near_equal_to',
  'decision',
  'decided_by',
  'decided_at',
  'tags',
  'notes',
  'original_file',
  'covered_parts',
  'removed_from_case',
  'notice',
] as const;

type CsvRow = Record<(typeof csvColumns)[number], string | number | null>;

/** Rows that are written at once. */
const pageLength = 250;

/**
 * The ranked lists, a row a crop, as UTF-8 with a byte order mark (spreadsheets need it) and lines ended
 * as RFC 4180 says, in pieces. Text that a spreadsheet would run as a formula begins with an apostrophe;
 * hidden characters, which could turn the words of a cell around, are written out as code points.
 */
export function* renderCsv(body: ReportBody): Generator<string> {
  yield csvText([[...csvColumns]], true);
  for (const page of pages(csvRows(body), pageLength))
    yield csvText(
      page.map((row) => csvColumns.map((column) => shown(column, row[column]))),
      false,
    );
}

function csvText(rows: readonly (readonly (string | number | null)[])[], bom: boolean): string {
  const score = csvColumns.indexOf('score');
  return stringify([...rows], {
    bom,
    record_delimiter: '\r\n',
    escape_formulas: true,
    // Four decimals always, and a negative number stays a number: only text can be a formula.
    cast: { number: (value, { index }) => (index === score ? value.toFixed(4) : String(value)) },
  });
}

function shown<Value>(column: string, value: Value): Value | string {
  if (typeof value !== 'string') return value;
  return column === 'notes' ? visibleText(value) : visibleLine(value);
}

function* csvRows(body: ReportBody): Generator<CsvRow> {
  for (const search of body.searches) {
    for (const row of search.rows)
      yield csvRow(body, search, row, { list: 'ranked', folded: row.folded, nearEqual: row.nearEqual });
    for (const crop of search.marked)
      yield csvRow(body, search, crop, { list: 'marked', folded: null, nearEqual: null });
  }
}

function csvRow(
  body: ReportBody,
  { search }: ReportBodySearch,
  crop: ReportRow | MarkedCrop,
  place: { list: string; folded: number | null; nearEqual: ReportRow['nearEqual'] },
): CsvRow {
  const decision = crop.verdict === null ? undefined : crop.decisions.at(-1);
  return {
    report: body.id,
    case_number: body.case.number,
    search: search.id,
    list: place.list,
    rank: crop.rank,
    score: crop.score === null ? null : Number(crop.score.toFixed(4)),
    crop: crop.id,
    file_name: crop.fileName,
    original_path: crop.sourcePath,
    sha256: crop.sha256,
    bytes: crop.bytes,
    format: crop.format,
    width: crop.width,
    height: crop.height,
    camera: crop.camera,
    track: crop.track,
    frame: crop.frame,
    recorded_time: crop.recordedTime,
    time_source: crop.timeSource,
    corrected_time: crop.correctedTime,
    clock_offset_ms: crop.clockOffsetMs,
    camera_time_zone: crop.timeZone,
    crops_in_row: place.folded,
    near_equal_from: place.nearEqual?.from ?? null,
    near_equal_to: place.nearEqual?.to ?? null,
    decision: crop.verdict,
    decided_by: decision?.operator ?? null,
    decided_at: decision?.at ?? null,
    tags: crop.tags.join('; '),
    notes: crop.notes.map((note) => `${note.operator}, ${note.at}: ${note.text}`).join('\n'),
    original_file: crop.file,
    covered_parts: crop.redacted ? (crop.redaction?.boxes.length ?? 0) : 0,
    removed_from_case: crop.removedAt ?? null,
    notice: body.notice,
  };
}
