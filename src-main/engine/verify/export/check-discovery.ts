import { auditEntry } from '../../case/schema.ts';
import { discoveryBody, type DiscoveryBody } from '../../report/discovery/schema.ts';
import { AuditExtractCheck } from './check-audit.ts';
import { readLines, readSmall, type ExportFiles } from './export-files.ts';
import type { Findings } from './findings.ts';

/** Name of the body of a discovery export. */
export const discoveryName = 'discovery.json';

const largestBody = 1024 * 1024;
/** An entry of a log holds at most the ids of some ten thousand crops. */
const longestLine = 64 * 1024 * 1024;

/**
 * Checks what a discovery export says of itself: the rows of each part, and the chain of the whole audit
 * log up to the hash that it ended with.
 * @returns entries of the log.
 */
export async function checkDiscovery(
  files: ExportFiles,
  findings: Findings,
  signal: AbortSignal | undefined,
): Promise<number> {
  let body: DiscoveryBody;
  try {
    body = discoveryBody.parse(JSON.parse(String(await readSmall(files, discoveryName, largestBody))));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    findings.error('discovery', discoveryName, `It cannot be read: ${message}`);
    return 0;
  }
  let entries = 0;
  for (const { name, rows } of body.parts) {
    const file = `${name}.jsonl`;
    const found = await files.find(file);
    if (!found || found.problem !== undefined) {
      findings.error('discovery', file, `It is not there; ${discoveryName} names it.`);
      continue;
    }
    const audit = name === 'audit' ? new AuditExtractCheck(file, findings) : undefined;
    let lines = 0;
    for await (const line of readLines(files, file, longestLine)) {
      signal?.throwIfAborted();
      if (line === '') continue;
      lines++;
      audit?.add(entryOf(line));
    }
    audit?.finish(body.audit);
    if (audit) entries = audit.entries;
    if (lines !== rows) findings.error('discovery', file, `It should have ${rows} rows and has ${lines}.`);
  }
  if (!body.parts.some(({ name }) => name === 'audit'))
    findings.error('discovery', discoveryName, 'It does not name the audit log.');
  return entries;
}

function entryOf(line: string): unknown {
  try {
    return auditEntry.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
