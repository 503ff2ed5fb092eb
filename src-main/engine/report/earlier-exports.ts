import { access } from 'node:fs/promises';
import { z } from 'zod';
import type { CaseDatabase } from '../case/database.ts';
import { instant, sha256 } from '../case/schema.ts';
import { tagManifestName } from './bundle/finish-bag.ts';
import { manifestName } from './export-folder.ts';
import { reportContainer } from './schema.ts';

/** An export of a report, as the case's audit log remembers it. */
export const earlierExport = z.object({
  /** Of its entry in the audit log. */
  sequence: z.int(),
  at: instant,
  operator: z.string(),
  reportId: z.string(),
  container: reportContainer,
  /** The folder or zip file that was written. */
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
  reportId: z.string(),
  container: reportContainer.catch('folder'),
  folder: z.string(),
  searches: z.array(z.int()).catch([]),
  files: z.array(z.object({ path: z.string(), sha256 })).catch([]),
  signatures: z.array(z.object({ subject: z.string(), fingerprint: sha256 })).catch([]),
});

interface LoggedRow {
  sequence: number;
  at: number;
  operator: string;
  detail: string;
}

/**
 * The exports of a case, the newest first, with whether they still lie where they were written.
 * @param page of the entries of the audit log that tell of exports; an entry that cannot be read is left out.
 */
export async function earlierExports(
  db: CaseDatabase,
  page: { offset: number; limit: number },
): Promise<{ total: number; rows: EarlierExport[] }> {
  const total = db
    .prepare<[], number>("SELECT count(*) FROM audit WHERE action = 'report-exported'")
    .pluck()
    .get()!;
  const rows = db
    .prepare<[number, number], LoggedRow>(
      `SELECT sequence, at, operator, detail FROM audit WHERE action = 'report-exported'
       ORDER BY sequence DESC LIMIT ? OFFSET ?`,
    )
    .all(page.limit, page.offset);
  const read = await Promise.all(rows.map(readEntry));
  return { total, rows: read.filter((entry) => entry !== undefined) };
}

async function readEntry({ sequence, at, operator, detail }: LoggedRow): Promise<EarlierExport | undefined> {
  const parsed = logged.safeParse(parse(detail));
  if (!parsed.success) return undefined;
  const { reportId, container, folder, searches, files, signatures } = parsed.data;
  const manifest =
    files.find(({ path }) => path === tagManifestName) ?? files.find(({ path }) => path === manifestName);
  return {
    sequence,
    at: new Date(at).toISOString(),
    operator,
    reportId,
    container,
    path: folder,
    present: await access(folder).then(
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
