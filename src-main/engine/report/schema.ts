import { z } from 'zod';
import { auditEntry, camera, caseDetails, cropDetail, instant } from '../case/schema.ts';
import { packSummary } from '../inference/schema.ts';
import { scoreDistribution, searchRecord } from '../search/schema.ts';

export const reportFormat = z.enum(['html', 'pdf', 'csv', 'json']);
export type ReportFormat = z.infer<typeof reportFormat>;

export const reportOptions = z.object({
  searchIds: z.array(z.int()).min(1).max(20),
  /** Rows of each list, from rank 1; marked crops below it are listed apart. */
  rows: z.int().min(1).max(10_000).default(50),
  includeNotes: z.boolean().default(true),
  includeAudit: z.boolean().default(true),
  /** Pictures shown in HTML and PDF; all rows are listed either way. */
  pictures: z.boolean().default(true),
  pageSize: z.enum(['A4', 'LETTER']).default('A4'),
});
export type ReportOptions = z.infer<typeof reportOptions>;

export const reportRow = cropDetail.extend({
  rank: z.int().positive(),
  /** Recomputed in f64 from the stored vectors; printed with 4 decimals. */
  score: z.number(),
  folded: z.int(),
  /** File of the untouched original beside the report, relative to it; null when it was not exported. */
  file: z.string().nullable(),
});
export type ReportRow = z.infer<typeof reportRow>;

export const reportedSearch = z.object({
  search: searchRecord,
  distribution: scoreDistribution,
  rows: z.array(reportRow),
  /** Marked crops below the cut-off. */
  marked: z.array(reportRow),
  cutOff: z.object({ rank: z.int(), score: z.number().nullable(), rowsBelow: z.int() }),
  /** Rows on both sides of the cut-off whose scores differ by less than `noise`, and neighbours at the top. */
  nearEqual: z.object({ noise: z.number(), acrossCutOff: z.int(), withTop: z.int(), sentence: z.string() }),
  exampleHashes: z.array(z.object({ cropId: z.int(), fileName: z.string(), sha256: z.string() })),
});

/** Everything a report says; each format is a rendering of this and of nothing else. */
export const reportModel = z.object({
  schema: z.literal(1),
  id: z.string(),
  title: z.string(),
  createdAt: instant,
  operator: z.string(),
  case: caseDetails.extend({ id: z.string() }),
  application: z.object({ name: z.string(), version: z.string(), runtime: z.string(), provider: z.string() }),
  model: packSummary,
  method: z.array(z.string()),
  limits: z.array(z.string()),
  cameras: z.array(camera),
  batches: z.array(
    z.object({ id: z.int(), at: instant, source: z.string(), imported: z.int(), duplicates: z.int(), rejected: z.int(), reasons: z.record(z.string(), z.int()) }),
  ),
  searches: z.array(reportedSearch),
  audit: z.object({ headHash: z.string(), entries: z.array(auditEntry) }),
  howToCheck: z.array(z.string()),
});
export type ReportModel = z.infer<typeof reportModel>;

export const exportedFile = z.object({ format: z.string(), path: z.string(), bytes: z.int(), sha256: z.string() });
export const reportOutcome = z.object({ reportId: z.string(), folder: z.string(), files: z.array(exportedFile) });
export type ReportOutcome = z.infer<typeof reportOutcome>;
