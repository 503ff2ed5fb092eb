import { z } from 'zod';
import { auditEntry, sha256 } from '../../case/schema.ts';
import { reportedSearch, reportModel } from '../schema.ts';

/** One search with its list in short, for programs: `searches/search-N.json`. */
export const bundledSearch = reportedSearch.omit({ rows: true, marked: true }).extend({
  schema: z.literal(1),
  report: z.string(),
  /** From rank 1 to the cut-off. */
  results: z.array(
    z.object({
      rank: z.int().positive(),
      score: z.number(),
      cropId: z.int().positive(),
      folded: z.int(),
      sha256,
      fileName: z.string(),
      /** The original in the payload; null when it was not exported. */
      file: z.string().nullable(),
    }),
  ),
});

/** The extract of the audit log that the report prints: `audit.json`. */
export const bundledAudit = z.object({
  schema: z.literal(1),
  report: z.string(),
  case: z.string(),
  /** Hash of the newest entry of the log when the export began. */
  headHash: sha256,
  /** Entries in the log; the extract holds the newest of them, oldest first and without a gap. */
  total: z.int(),
  entries: z.array(auditEntry),
});

/** JSON Schemas (2020-12) of what a bundle holds, by file name. */
export function bundleSchemas(): Record<string, object> {
  const published = { 'report.json': reportModel, 'search.json': bundledSearch, 'audit.json': bundledAudit };
  return Object.fromEntries(
    Object.entries(published).map(([name, schema]) => [
      name.replace('.json', '.schema.json'),
      { title: `Descry ${name}`, ...z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) },
    ]),
  );
}
