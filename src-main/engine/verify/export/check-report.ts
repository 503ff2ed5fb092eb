import { JSONParser } from '@streamparser/json';
import { z } from 'zod';
import { sha256 } from '../../case/schema.ts';
import { signer, type Signer } from '../../report/signing/schema.ts';
import { AuditExtractCheck } from './check-audit.ts';
import type { ExportFiles } from './export-files.ts';
import type { Findings } from './findings.ts';

/** Bytes of report.json between two of the values below: no row, and no log entry, is larger. */
const largestValue = 64 * 1024 * 1024;

const paths = {
  id: '$.id',
  rows: '$.searches.*.rows.*',
  marked: '$.searches.*.marked.*',
  listed: '$.searches.*.listed',
  headHash: '$.audit.headHash',
  total: '$.audit.total',
  entries: '$.audit.entries.*',
  signers: '$.signers',
};

/** What of a row is checked; the rest is the report's own business. */
const checkedRow = z.object({
  id: z.int(),
  rank: z.int().nullable(),
  sha256,
  bytes: z.int(),
  fileName: z.string(),
  file: z.string().nullable(),
});

/** What a report says of itself, as far as other parts of an export are checked against it. */
export interface CheckedReport {
  id: string | undefined;
  audit: { headHash: unknown; total: unknown; entries: number };
  signers: Signer[];
  /** SHA-256 of the originals that its lists name. */
  originals: Set<string>;
}

/**
 * Reads a report's body, however large, and checks what it says against the files beside it: every
 * original that a row names is there, under the name of its hash; no row of a list is missing; the audit
 * extract's chain holds.
 * @param payload folder of the report, with `/` at its end, or nothing.
 */
export async function checkReport(
  files: ExportFiles,
  payload: string,
  findings: Findings,
  signal?: AbortSignal,
): Promise<CheckedReport> {
  const name = `${payload}report.json`;
  const lists = new ListCheck(name, findings);
  const audit = new AuditExtractCheck(name, findings);
  const report: CheckedReport = {
    id: undefined,
    audit: { headHash: undefined, total: undefined, entries: 0 },
    signers: [],
    originals: lists.originals,
  };
  const waiting: z.infer<typeof checkedRow>[] = [];
  let sinceValue = 0;
  const parser = new JSONParser({ paths: Object.values(paths), keepStack: false });
  parser.onValue = ({ value, key, stack }) => {
    sinceValue = 0;
    // The outermost level has no name.
    const [, part, search, list] = [...stack.map((level) => level.key), key];
    if (part === 'id' && typeof value === 'string') report.id = value;
    else if (part === 'signers') report.signers = z.array(signer).catch([]).parse(value);
    else if (part === 'audit' && key === 'headHash') report.audit.headHash = value;
    else if (part === 'audit' && key === 'total') report.audit.total = value;
    else if (part === 'audit') audit.add(value);
    else if (list === 'listed') lists.announce(Number(search), value);
    else if (list === 'rows' || list === 'marked') {
      const row = lists.add(Number(search), list, value);
      if (row?.file != null) waiting.push(row);
    }
  };
  try {
    for await (const chunk of await files.read(name)) {
      signal?.throwIfAborted();
      sinceValue += (chunk as Buffer).length;
      if (sinceValue > largestValue) throw new Error('one of its values is larger than any report has');
      parser.write(chunk as Buffer);
      for (const row of waiting.splice(0)) await checkOriginal(files, payload, row, findings);
    }
    if (!parser.isEnded) throw new Error('it ends in the middle');
  } catch (error) {
    signal?.throwIfAborted();
    findings.error(
      'report',
      name,
      `It cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
    return report;
  }
  lists.finish();
  audit.finish(report.audit);
  report.audit.entries = audit.entries;
  return report;
}

async function checkOriginal(
  files: ExportFiles,
  payload: string,
  row: z.infer<typeof checkedRow>,
  findings: Findings,
): Promise<void> {
  const path = `${payload}${row.file}`;
  const [, named] = /^originals\/([0-9a-f]{64})\.[^/]+$/.exec(row.file ?? '') ?? [];
  if (named !== row.sha256) {
    findings.error(
      'originals',
      path,
      `The list gives crop ${row.id} (${row.fileName}) SHA-256 ${row.sha256}, and this file as its original.`,
    );
    return;
  }
  const found = await files.find(path);
  if (!found)
    findings.error('originals', path, `The original of crop ${row.id} (${row.fileName}) is not there.`);
  else if (found.bytes !== row.bytes)
    findings.error(
      'originals',
      path,
      `It has ${found.bytes} bytes; the list gives crop ${row.id} (${row.fileName}) ${row.bytes}.`,
    );
}

/** Whether the lists of a report are whole. */
class ListCheck {
  readonly originals = new Set<string>();
  readonly #file: string;
  readonly #findings: Findings;
  readonly #counts = new Map<string, number>();
  readonly #announced = new Map<string, number>();

  constructor(file: string, findings: Findings) {
    this.#file = file;
    this.#findings = findings;
  }

  announce(search: number, value: unknown): void {
    const listed = z.object({ rows: z.int(), marked: z.int() }).safeParse(value);
    if (!listed.success) return;
    this.#announced.set(`${search} rows`, listed.data.rows);
    this.#announced.set(`${search} marked`, listed.data.marked);
  }

  /** @returns the row, when it is one. */
  add(search: number, list: 'rows' | 'marked', value: unknown): z.infer<typeof checkedRow> | undefined {
    const key = `${search} ${list}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    const parsed = checkedRow.safeParse(value);
    const where = `${this.#file}, search ${search + 1} of the report, ${list === 'rows' ? 'row' : 'marked crop'} ${count}`;
    if (!parsed.success) {
      this.#findings.error('report', where, 'It is not a row of a report.');
      return undefined;
    }
    const row = parsed.data;
    if (list === 'rows' && row.rank !== count)
      this.#findings.error('report', where, `It has rank ${row.rank}: a row was taken out, added or moved.`);
    if (row.file !== null) this.originals.add(row.sha256);
    return row;
  }

  finish(): void {
    for (const [key, announced] of this.#announced) {
      const count = this.#counts.get(key) ?? 0;
      const [search, list] = key.split(' ');
      if (count !== announced)
        this.#findings.error(
          'report',
          `${this.#file}, search ${Number(search) + 1} of the report`,
          `Its list ${list === 'rows' ? 'of rows' : 'of marked crops'} should have ${announced} entries and has ${count}.`,
        );
    }
  }
}
