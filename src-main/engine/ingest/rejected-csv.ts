import { stringify } from 'csv-stringify/sync';
import type { RejectedFile } from './schema.ts';

/** The list of rejected files as CSV. A value that a spreadsheet would run as a formula gets a leading quote. */
export function rejectedToCsv(rows: readonly RejectedFile[]): string {
  return stringify(
    rows.map(({ path, reason, detail }) => [path, reason, detail]),
    {
      header: true,
      columns: ['path', 'reason', 'detail'],
      escape_formulas: true,
      record_delimiter: '\r\n',
      bom: true,
    },
  );
}
