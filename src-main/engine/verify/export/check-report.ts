import { z } from 'zod';
import { signer, type Signer } from '../../report/signing/schema.ts';
import { AuditExtractCheck } from './check-audit.ts';
import type { ExportFiles } from './export-files.ts';
import type { Findings } from './findings.ts';
import { jsonValues, reasonOf } from './json-values.ts';
import {
  checkedRow,
  fingerprint,
  ListedSearches,
  searchMembers,
  type CheckedRow,
  type ListName,
} from './listed-rows.ts';

const paths = [
  '$.id',
  '$.case.id',
  '$.models.*',
  '$.searches.*.rows.*',
  '$.searches.*.marked.*',
  ...searchMembers.map((name) => `$.searches.*.${name}`),
  '$.audit.headHash',
  '$.audit.total',
  '$.audit.entries.*',
  '$.signers',
];

const checkedModel = z.object({ id: z.string(), digest: z.string() });

/** What a report says of itself, as far as other parts of an export are checked against it. */
export interface CheckedReport {
  id: string | undefined;
  caseId: string | undefined;
  models: z.infer<typeof checkedModel>[];
  audit: { headHash: unknown; total: unknown; entries: number };
  signers: Signer[];
  searches: ListedSearches;
  /** Every listed crop by its number. */
  crops: Map<number, ListedCrop>;
  /** SHA-256 of the originals that its lists name. */
  originals: Set<string>;
}

/** A crop that a list names. */
export type ListedCrop = Pick<CheckedRow, 'sha256' | 'bytes' | 'file'>;

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
  const { originals, searches, crops } = lists;
  const report: CheckedReport = {
    id: undefined,
    caseId: undefined,
    models: [],
    audit: { headHash: undefined, total: undefined, entries: 0 },
    signers: [],
    searches,
    crops,
    originals,
  };
  try {
    for await (const { path, value } of jsonValues(files, name, paths, signal)) {
      const [part, place, member] = path;
      if (part === 'id' && typeof value === 'string') report.id = value;
      else if (part === 'case' && typeof value === 'string') report.caseId = value;
      else if (part === 'models') report.models.push(...z.array(checkedModel).catch([]).parse([value]));
      else if (part === 'signers') report.signers = z.array(signer).catch([]).parse(value);
      else if (part === 'audit' && place === 'headHash') report.audit.headHash = value;
      else if (part === 'audit' && place === 'total') report.audit.total = value;
      else if (part === 'audit') audit.add(value);
      else if (member === 'rows' || member === 'marked') {
        const row = lists.add(Number(place), member, value);
        if (row?.file != null) await checkOriginal(files, payload, row, findings);
      } else lists.describe(Number(place), String(member), value);
    }
  } catch (error) {
    signal?.throwIfAborted();
    findings.error('report', name, `It cannot be read: ${reasonOf(error)}`);
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
  row: CheckedRow,
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
  readonly searches = new ListedSearches();
  readonly crops = new Map<number, ListedCrop>();
  readonly #file: string;
  readonly #findings: Findings;
  readonly #counts = new Map<string, number>();
  readonly #announced = new Map<string, number>();

  constructor(file: string, findings: Findings) {
    this.#file = file;
    this.#findings = findings;
  }

  /** Takes what a search says of itself. */
  describe(place: number, member: string, value: unknown): void {
    const search = this.searches.at(place);
    search.members.set(member, fingerprint(value));
    if (member === 'search') search.id = z.object({ id: z.int() }).safeParse(value).data?.id;
    const listed = z.object({ rows: z.int(), marked: z.int() }).safeParse(value);
    if (member !== 'listed' || !listed.success) return;
    this.#announced.set(`${place} rows`, listed.data.rows);
    this.#announced.set(`${place} marked`, listed.data.marked);
  }

  /** @returns the row, when it is one. */
  add(place: number, list: ListName, value: unknown): CheckedRow | undefined {
    const key = `${place} ${list}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    const parsed = checkedRow.safeParse(value);
    const where = `${this.#file}, search ${place + 1} of the report, ${list === 'rows' ? 'row' : 'marked crop'} ${count}`;
    if (!parsed.success) {
      this.#findings.error('report', where, 'It is not a row of a report.');
      return undefined;
    }
    const row = parsed.data;
    if (list === 'rows' && row.rank !== count)
      this.#findings.error('report', where, `It has rank ${row.rank}: a row was taken out, added or moved.`);
    if (row.file !== null) this.originals.add(row.sha256);
    this.searches.add(place, list, row);
    const { sha256, bytes, file } = row;
    this.crops.set(row.id, { sha256, bytes, file });
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
