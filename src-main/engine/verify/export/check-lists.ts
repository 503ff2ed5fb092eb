import { parse } from 'csv-parse';
import { z } from 'zod';
import { sha256 } from '../../case/schema.ts';
import { bundledSearch } from '../../report/bundle/schema.ts';
import type { CheckedReport } from './check-report.ts';
import type { ExportFiles } from './export-files.ts';
import type { Findings } from './findings.ts';
import { jsonValues, reasonOf } from './json-values.ts';
import {
  csvFingerprint,
  fingerprint,
  resultFingerprint,
  searchMembers,
  type ListedSearch,
} from './listed-rows.ts';

/** A row of CSV is never larger: notes are the longest part of it. */
const largestRow = 16 * 1024 * 1024;

const number = z.coerce.number();
const csvRow = z.object({
  search: number,
  list: z.enum(['ranked', 'marked']),
  rank: z.string().transform((text) => (text === '' ? null : Number(text))),
  score: z.string().transform((text) => (text === '' ? null : Number(text))),
  crop: number,
  sha256,
  decision: z.string().transform((text) => (text === '' ? null : text)),
  original_file: z.string().transform((text) => (text === '' ? null : text)),
});

const resultRow = bundledSearch.shape.results.element;

/** Whether report.csv, where there is one, has the rows of report.json, in their order. */
export async function checkCsv(
  files: ExportFiles,
  path: string,
  report: CheckedReport,
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  const found = await files.find(path);
  if (!found || found.problem !== undefined) return;
  const expected = csvRows(report);
  let row = 0;
  try {
    const input = await files.read(path);
    const parser = parse({ bom: true, columns: true, max_record_size: largestRow });
    input.on('error', (error) => parser.destroy(error));
    for await (const record of input.pipe(parser)) {
      signal?.throwIfAborted();
      row++;
      const parsed = csvRow.safeParse(record);
      const wanted = expected.next().value;
      if (!parsed.success) {
        findings.error('report', `${path}, row ${row}`, 'It is not a row of a report.');
        return;
      }
      const { crop: id, list, decision: verdict, original_file: file, ...rest } = parsed.data;
      const read = csvFingerprint({
        ...rest,
        id,
        list: list === 'ranked' ? 'rows' : 'marked',
        verdict,
        file,
      });
      if (wanted === undefined || wanted.search !== rest.search || wanted.fingerprint !== read) {
        findings.error(
          'report',
          `${path}, row ${row} (crop ${id})`,
          'report.json has another row in its place, or none.',
        );
        return;
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    findings.error('report', path, `It cannot be read: ${reasonOf(error)}`);
    return;
  }
  if (!expected.next().done)
    findings.error('report', path, `It ends after row ${row}; the lists of report.json go on.`);
}

function* csvRows(report: CheckedReport): Generator<{ search: number | undefined; fingerprint: string }> {
  for (const { id, rows, marked } of report.searches)
    for (const { csv } of [...rows, ...marked]) yield { search: id, fingerprint: csv };
}

/**
 * Whether a bundle's own file of each search says what report.json says.
 * @param changed files of which enough was said.
 */
export async function checkSearchFiles(
  files: ExportFiles,
  payload: string,
  { report, changed }: { report: CheckedReport; changed: ReadonlySet<string> },
  findings: Findings,
  signal?: AbortSignal,
): Promise<void> {
  const expected = new Set<string>();
  for (const search of report.searches) {
    if (search.id === undefined) continue;
    const path = `${payload}searches/search-${search.id}.json`;
    if (expected.has(path)) continue;
    expected.add(path);
    if (changed.has(path)) continue;
    const found = await files.find(path);
    if (!found) findings.error('report', path, `The file of search ${search.id} is not there.`);
    else if (found.problem === undefined)
      await checkSearchFile(files, path, { search, report: report.id }, findings, signal);
  }
  for await (const { path } of files.list())
    if (path.startsWith(`${payload}searches/`) && !expected.has(path))
      findings.error('report', path, 'report.json holds no such search.');
}

async function checkSearchFile(
  files: ExportFiles,
  path: string,
  { search, report }: { search: ListedSearch; report: string | undefined },
  findings: Findings,
  signal: AbortSignal | undefined,
): Promise<void> {
  const paths = ['$.report', '$.results.*', ...searchMembers.map((name) => `$.${name}`)];
  const members = new Set<string>();
  let row = 0;
  try {
    for await (const { path: at, value } of jsonValues(files, path, paths, signal)) {
      const name = String(at[0]);
      if (name === 'results') {
        const parsed = resultRow.safeParse(value);
        if (!parsed.success || resultFingerprint(parsed.data) !== search.rows[row]?.own) {
          findings.error('report', `${path}, result ${row + 1}`, 'report.json has another row in its place.');
          return;
        }
        row++;
        continue;
      }
      const differs = name === 'report' ? value !== report : fingerprint(value) !== search.members.get(name);
      if (differs) findings.error('report', `${path}, ${name}`, 'It is not what report.json says.');
      members.add(name);
    }
  } catch (error) {
    signal?.throwIfAborted();
    findings.error('report', path, `It cannot be read: ${reasonOf(error)}`);
    return;
  }
  for (const name of search.members.keys())
    if (!members.has(name)) findings.error('report', `${path}, ${name}`, 'It is not there.');
  if (row !== search.rows.length)
    findings.error('report', path, `It has ${row} results; report.json has ${search.rows.length} rows.`);
}
