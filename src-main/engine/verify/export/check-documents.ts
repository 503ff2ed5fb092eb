import { z } from 'zod';
import { AuditExtractCheck } from './check-audit.ts';
import type { CheckedReport } from './check-report.ts';
import { hashOf } from './check-manifest.ts';
import { readSmall, type ExportFiles } from './export-files.ts';
import type { Findings } from './findings.ts';
import { reasonOf } from './json-values.ts';

const largestExtract = 256 * 1024 * 1024;

/** HTML prints the hash of report.json, and a PDF carries it among its properties: both must name this one. */
export async function checkPrintedHash(
  files: ExportFiles,
  payload: string,
  findings: Findings,
  signal?: AbortSignal,
): Promise<string> {
  const sha256 = await hashOf(files, `${payload}report.json`, signal);
  for (const name of ['report.html', 'report.pdf', 'how-to-check.txt']) {
    const path = `${payload}${name}`;
    if (!(await files.find(path)) || (await holds(files, path, sha256, signal))) continue;
    findings.error(
      'report',
      path,
      `It does not name the report.json beside it (SHA-256 ${sha256}): one of the two is of another report, or was changed.`,
    );
  }
  return sha256;
}

async function holds(files: ExportFiles, path: string, text: string, signal?: AbortSignal): Promise<boolean> {
  let end = Buffer.alloc(0);
  for await (const chunk of await files.read(path)) {
    signal?.throwIfAborted();
    const piece = Buffer.concat([end, chunk as Buffer]);
    if (piece.includes(text)) return true;
    end = piece.subarray(Math.max(0, piece.length - text.length));
  }
  return false;
}

const extract = z.object({ headHash: z.unknown(), total: z.unknown(), entries: z.array(z.unknown()) });

/** A bundle's own file of the audit extract: its chain, and that it is the one of the report. */
export async function checkAuditFile(
  files: ExportFiles,
  path: string,
  report: CheckedReport,
  findings: Findings,
): Promise<number> {
  const check = new AuditExtractCheck(path, findings);
  try {
    const text = await readSmall(files, path, largestExtract);
    if (text === undefined) {
      findings.error('audit', path, 'The extract of the audit log is not there.');
      return 0;
    }
    const { headHash, total, entries } = extract.parse(JSON.parse(text.toString('utf8')));
    for (const entry of entries) check.add(entry);
    check.finish({ headHash, total });
    const { audit } = report;
    if (headHash !== audit.headHash || total !== audit.total || entries.length !== audit.entries)
      findings.error('audit', path, 'It is not the extract that report.json holds.');
  } catch (error) {
    findings.error('audit', path, `It cannot be read: ${reasonOf(error)}`);
  }
  return check.entries;
}
