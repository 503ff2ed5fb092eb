import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { OpenCase } from '../case/open-case.ts';
import { instant, sha256 } from '../case/schema.ts';
import { tagManifestName } from './bundle/finish-bag.ts';
import { manifestName } from './export-folder.ts';
import { reportContainer } from './schema.ts';

/** An export of a report, or of everything that was written, as the case's audit log remembers it. */
export const earlierExport = z.object({
  /** Of its entry in the audit log. */
  sequence: z.int(),
  at: instant,
  operator: z.string(),
  kind: z.enum(['report', 'discovery']),
  /** The report's number, or the discovery export's. */
  name: z.string(),
  container: reportContainer,
  /** Where the folder or zip file lies, or lay. */
  path: z.string(),
  /** Whether something is still there. */
  present: z.boolean(),
  searchIds: z.array(z.int()),
  /** SHA-256 of the list of hashes that covers all of it: that of the tag manifest in a bag; null when the log has none. */
  manifest: z.object({ name: z.string(), sha256 }).nullable(),
  /** Who signed it, by certificate or key. */
  signers: z.array(z.object({ subject: z.string(), fingerprint: sha256 })),
});
export type EarlierExport = z.infer<typeof earlierExport>;

/** What the log says of an export; members that came later have what held before them. */
const logged = z.object({
  reportId: z.string().optional().catch(undefined),
  discoveryId: z.string().optional().catch(undefined),
  container: reportContainer.catch('folder'),
  folder: z.string(),
  /** Written into the case's own exports, and to be looked for there, wherever the case lies now. */
  inCase: z.boolean().catch(false),
  searches: z.array(z.int()).catch([]),
  files: z.array(z.object({ path: z.string(), sha256 })).catch([]),
  signatures: z.array(z.object({ subject: z.string(), fingerprint: sha256 })).catch([]),
});

const ofExports = "action IN ('report-exported', 'discovery-exported')";

interface LoggedRow {
  sequence: number;
  at: number;
  operator: string;
  action: string;
  detail: string;
}

/**
 * The exports of a case, the newest first, with whether they still lie where they were written.
 * @param page of the entries of the audit log that tell of exports; an entry that cannot be read is left out.
 */
export async function earlierExports(
  { db, exportsFolder }: Pick<OpenCase, 'db' | 'exportsFolder'>,
  page: { offset: number; limit: number },
): Promise<{ total: number; rows: EarlierExport[] }> {
  const total = db.prepare<[], number>(`SELECT count(*) FROM audit WHERE ${ofExports}`).pluck().get()!;
  const rows = db
    .prepare<[number, number], LoggedRow>(
      `SELECT sequence, at, operator, action, detail FROM audit WHERE ${ofExports}
       ORDER BY sequence DESC LIMIT ? OFFSET ?`,
    )
    .all(page.limit, page.offset);
  const read = await Promise.all(rows.map((row) => readEntry(row, exportsFolder)));
  return { total, rows: read.filter((entry) => entry !== undefined) };
}

async function readEntry(row: LoggedRow, exportsFolder: string): Promise<EarlierExport | undefined> {
  const parsed = logged.safeParse(parse(row.detail));
  if (!parsed.success) return undefined;
  const { reportId, discoveryId, container, folder, inCase, searches, files, signatures } = parsed.data;
  const name = reportId ?? discoveryId;
  if (name === undefined) return undefined;
  const path = inCase ? join(exportsFolder, basename(folder.replaceAll('\\', '/'))) : folder;
  const manifest =
    files.find((file) => file.path === tagManifestName) ?? files.find((file) => file.path === manifestName);
  return {
    sequence: row.sequence,
    at: new Date(row.at).toISOString(),
    operator: row.operator,
    kind: row.action === 'report-exported' ? 'report' : 'discovery',
    name,
    container,
    path,
    present: await access(path).then(
      () => true,
      () => false,
    ),
    searchIds: searches,
    manifest: manifest === undefined ? null : { name: manifest.path, sha256: manifest.sha256 },
    signers: signatures,
  };
}

function parse(detail: string): unknown {
  try {
    return JSON.parse(detail);
  } catch {
    return undefined;
  }
}
