import { z } from 'zod';
import { auditEntry, camera, caseDetails, cropDetail, instant, sha256 } from '../case/schema.ts';
import { packSummary } from '../inference/schema.ts';
import { blindOutcome } from '../review/schema.ts';
import { scoreDistribution, searchRecord } from '../search/schema.ts';
import { exportSignature, signer } from './signing/schema.ts';
import { pageSize, reportTemplate } from './template.ts';

export const reportFormat = z.enum(['html', 'pdf', 'csv', 'json']);
export type ReportFormat = z.infer<typeof reportFormat>;

/** What an export is put into: a plain folder, a BagIt bag (RFC 8493), or such a bag as one zip file. */
export const reportContainer = z.enum(['folder', 'bag', 'bag-zip']);
export type ReportContainer = z.infer<typeof reportContainer>;

export const reportOptions = z.object({
  searchIds: z.array(z.int()).min(1).max(20),
  /** Rows of each list, from rank 1; marked crops below it are listed apart. */
  rows: z.int().min(1).max(50_000).default(50),
  includeNotes: z.boolean().default(true),
  includeAudit: z.boolean().default(true),
  /** Pictures shown in HTML and PDF, and their originals beside them; all rows are listed either way. */
  pictures: z.boolean().default(true),
  /** Original bytes of every shown crop as attachments of the PDF, in which they are shown anyway. */
  attachOriginals: z.boolean().default(false),
  /** Cover what was drawn over in the case, and leave the originals of such crops out. */
  redact: z.boolean().default(true),
  /** That of the template when absent. */
  pageSize: pageSize.optional(),
});
export type ReportOptions = z.infer<typeof reportOptions>;

const reportedCrop = cropDetail.extend({
  file: z
    .string()
    .nullable()
    .describe(
      'File of the untouched original beside the report, relative to it; null when it was not exported.',
    ),
  redacted: z
    .boolean()
    .describe('Whether this report covers what redaction says; the original is then not exported.'),
});
export type ReportedCrop = z.infer<typeof reportedCrop>;

export const reportRow = reportedCrop.extend({
  rank: z.int().positive(),
  score: z
    .number()
    .describe(
      'Similarity, recomputed in 64-bit floating point from the stored vectors; documents print 4 decimals. It orders one list and says nothing about who a picture shows.',
    ),
  folded: z.int().describe('Crops that share this row, the shown one among them.'),
  nearEqual: z
    .object({ from: z.int(), to: z.int() })
    .nullable()
    .describe(
      'First and last rank whose score differs from this one by less than nearEqual.noise of the search; null when there is no other.',
    ),
});
export type ReportRow = z.infer<typeof reportRow>;

/** A crop with a decision, note or tag that the list down to the cut-off does not show. */
export const markedCrop = reportedCrop.extend({
  rank: z
    .int()
    .positive()
    .nullable()
    .describe(
      'Where it stands below the cut-off; null when it was not ranked: left out by a filter, or without a vector.',
    ),
  score: z.number().nullable(),
  shownAs: z
    .int()
    .nullable()
    .describe(
      'Crop that stands for it in the list, when crops of a track are folded; null when it stands for itself.',
    ),
});
export type MarkedCrop = z.infer<typeof markedCrop>;

export const reportedSearch = z.object({
  search: searchRecord.describe('The search as it is stored; the texts of its query are verbatim.'),
  asRun: z
    .object({
      statements: z.array(z.object({ text: z.string(), weight: z.number() })),
      avoid: z.array(z.string()),
      like: z.array(z.object({ cropId: z.int(), weight: z.number(), fileName: z.string(), sha256 })),
    })
    .describe('Texts as the model read them, after control characters and double spaces were taken out.'),
  searched: z
    .array(
      z.object({
        camera: z.string().nullable(),
        crops: z.int(),
        withoutTime: z.int(),
        from: instant.nullable(),
        to: instant.nullable(),
      }),
    )
    .describe(
      'The crops that took part, by camera; times are those of the clock offsets in force at the export.',
    ),
  clockChangesSince: z
    .int()
    .describe(
      'Changes of the clock offset or zone of a camera after the search: filters by time used what held before.',
    ),
  distribution: scoreDistribution.describe('Of the scores of all searched crops.'),
  listed: z
    .object({ rows: z.int(), marked: z.int() })
    .describe('Lengths of rows and marked here; other documents may show the first of them only.'),
  rows: z.array(reportRow).describe('The whole list from rank 1 to the cut-off, whatever was decided.'),
  marked: z
    .array(markedCrop)
    .describe('Crops with a decision, note or tag that are not rows of the list down to the cut-off.'),
  cutOff: z.object({
    rank: z.int(),
    score: z.number().nullable(),
    rowsBelow: z.int(),
    deviations: z
      .number()
      .nullable()
      .describe(
        'The score of the last row in standard deviations from the mean of all searched scores; null when they are all equal.',
      ),
  }),
  nearEqual: z
    .object({
      noise: z.number(),
      acrossCutOff: z.int(),
      withTop: z.int(),
      sentence: z.string(),
      below: z
        .array(
          z.object({
            rank: z.int(),
            score: z.number(),
            cropId: z.int(),
            fileName: z.string(),
            camera: z.string().nullable(),
            correctedTime: instant.nullable(),
          }),
        )
        .describe('The first of the rows below the cut-off that are near-equal to the last listed one.'),
    })
    .describe(
      'Counts of neighbours whose scores differ by less than noise: with rank 1, and with the last listed rank below it.',
    ),
});
export type ReportedSearch = z.infer<typeof reportedSearch>;

export const reportedBatch = z.object({
  id: z.int(),
  at: instant,
  finishedAt: instant.nullable(),
  state: z.string(),
  operator: z.string(),
  source: z.string(),
  total: z.int(),
  imported: z.int(),
  /** Same bytes as another crop, under another name. */
  duplicates: z.int(),
  alreadyPresent: z.int(),
  rejected: z.int(),
  reasons: z.record(z.string(), z.int()),
});
export type ReportedBatch = z.infer<typeof reportedBatch>;

/** A model as it was when it ranked: from the case's own record, not from the packs installed now. */
export const reportedModel = packSummary
  .omit({ path: true, builtIn: true, inUse: true, speed: true })
  .extend({ preprocessing: z.string(), tokenizer: z.string(), similarity: z.string() });
export type ReportedModel = z.infer<typeof reportedModel>;

/** Everything a report says; each format is a rendering of this and of nothing else. */
export const reportModel = z.object({
  schema: z.literal(1),
  language: z.string().describe('BCP 47 tag of the language of its texts.'),
  id: z.string(),
  title: z.string(),
  notice: z.string().describe('What every page says: that this is a lead and nothing more.'),
  createdAt: instant,
  operator: z.string(),
  case: caseDetails.extend({
    id: z.string(),
    createdAt: instant,
    crops: z.int(),
    tracks: z.int(),
    span: z.object({ from: instant, to: instant }).nullable(),
  }),
  application: z.object({
    name: z.string(),
    version: z.string(),
    programDigest: sha256.describe(
      'SHA-256 over the sha256sum lines of the files of the program, sorted by name.',
    ),
    programFiles: z.int(),
    platform: z.string(),
    runtime: z
      .object({
        name: z.string(),
        files: z.array(z.object({ name: z.string(), bytes: z.int(), sha256 })),
      })
      .describe('The inference runtime as it is installed where the report was made.'),
  }),
  options: reportOptions.extend({ pageSize }).describe('As asked, with the page size that was taken.'),
  template: reportTemplate
    .extend({
      digest: sha256.describe('SHA-256 of the canonical JSON (RFC 8785) of the other members.'),
    })
    .describe('The form that the report was made with.'),
  models: z
    .array(reportedModel)
    .describe('The models that ranked, from the record that the case keeps of them.'),
  method: z.array(z.object({ label: z.string(), text: z.string() })),
  limits: z.array(z.string()),
  cameras: z.array(camera),
  batches: z.array(reportedBatch),
  searches: z.array(reportedSearch),
  audit: z
    .object({
      headHash: sha256.describe('Hash of the newest entry of the log when the export began.'),
      total: z.int(),
      entries: z
        .array(auditEntry)
        .describe('The newest, oldest first and without a gap; empty when they were not asked for.'),
    })
    .describe(
      'The hash of an entry is SHA-256 of the canonical JSON (RFC 8785) of sequence, at (milliseconds since 1970 UTC), operator, action, detail and previousHash.',
    ),
  signers: z
    .array(signer)
    .describe('Who signs the export, known before it is signed; empty for an unsigned one.'),
  blindReviews: z
    .array(blindOutcome)
    .optional()
    .describe('Finished second reviews of its searches, without scores or ranks; absent when there is none.'),
  howToCheck: z.array(z.string()),
});
export type ReportModel = z.infer<typeof reportModel>;

export const exportedFile = z.object({
  format: z.string(),
  path: z.string(),
  bytes: z.int(),
  sha256: z.string(),
});
export type ExportedFile = z.infer<typeof exportedFile>;

/** `files` are the documents and the manifests; `originals` counts the copied originals, which the manifest lists. */
export const reportOutcome = z.object({
  reportId: z.string(),
  container: reportContainer,
  /** The folder that was made, or the zip file. */
  folder: z.string(),
  files: z.array(exportedFile),
  originals: z.int(),
  signatures: z.array(exportSignature),
});
export type ReportOutcome = z.infer<typeof reportOutcome>;
