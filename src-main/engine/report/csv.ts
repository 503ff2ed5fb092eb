import { stringify } from 'csv-stringify/sync';
import type { ReportModel } from './schema.ts';

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
] as const;

/**
 * The ranked lists, a row a crop, as UTF-8 with a byte order mark (spreadsheets need it) and lines ended
 * as RFC 4180 says. Text that a spreadsheet would run as a formula begins with an apostrophe.
 */
export function renderCsv(model: ReportModel): string {
  const rows = model.searches.flatMap(({ search, rows: listed, marked }) =>
    [
      ...listed.map((crop) => ({ crop, list: 'ranked', folded: crop.folded, nearEqual: crop.nearEqual })),
      ...marked.map((crop) => ({ crop, list: 'marked', folded: null, nearEqual: null })),
    ].map(
      ({ crop, list, folded, nearEqual }): Record<(typeof csvColumns)[number], string | number | null> => {
        const decision = crop.verdict === null ? undefined : crop.decisions.at(-1);
        return {
          report: model.id,
          case_number: model.case.number,
          search: search.id,
          list,
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
          crops_in_row: folded,
          near_equal_from: nearEqual?.from ?? null,
          near_equal_to: nearEqual?.to ?? null,
          decision: crop.verdict,
          decided_by: decision?.operator ?? null,
          decided_at: decision?.at ?? null,
          tags: crop.tags.join('; '),
          notes: crop.notes.map((note) => `${note.operator}, ${note.at}: ${note.text}`).join('\n'),
          original_file: crop.file,
        };
      },
    ),
  );
  return stringify(rows, {
    header: true,
    columns: [...csvColumns],
    bom: true,
    record_delimiter: '\r\n',
    escape_formulas: true,
    // Four decimals always, and a negative number stays a number: only text can be a formula.
    cast: { number: (value, { column }) => (column === 'score' ? value.toFixed(4) : String(value)) },
  });
}
