import { z } from 'zod';

/** SHA-256 in lower-case hexadecimal. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256 in lower-case hexadecimal');

/** A point in time, ISO 8601 with an offset (`2026-03-14T08:15:02+01:00`). */
export const instant = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/,
    'not an ISO 8601 time with an offset',
  );

/** What a clock showed, ISO 8601 without an offset (`2026-03-14T08:15:02`). */
export const wallTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/, 'not an ISO 8601 wall-clock time');

export const timeZone = z.string().min(1).max(64).refine(isTimeZone, 'not an IANA time zone');

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const line = z.string().trim().max(200);
export const cropId = z.int().positive();

export const caseDetails = z.object({
  name: line.min(1),
  /** The agency's own number. */
  number: line,
  /** Who works on it; asked once a session and written into the audit log. */
  investigator: line,
  purpose: z.string().trim().max(2000),
  /** Legal basis or authorisation reference, printed in the report. */
  legalBasis: z.string().trim().max(2000),
  /** Times are shown in this zone; cameras without a zone of their own use it. */
  timeZone,
});
export type CaseDetails = z.infer<typeof caseDetails>;

export const caseCounts = z.object({
  crops: z.int(),
  /** Crops with a vector of the model in use. */
  embedded: z.int(),
  cameras: z.int(),
  batches: z.int(),
  tracks: z.int(),
  searches: z.int(),
  marked: z.int(),
});

export const caseInfo = caseDetails.extend({
  id: z.string(),
  path: z.string(),
  createdAt: instant,
  /** Whether what the case folder holds can be read with its passphrase only. */
  encrypted: z.boolean(),
  schemaVersion: z.int(),
  counts: caseCounts,
  /** First and last corrected time in the case, or null. */
  span: z.object({ from: instant, to: instant }).nullable(),
});
export type CaseInfo = z.infer<typeof caseInfo>;

export const recentCase = z.object({
  path: z.string(),
  name: z.string(),
  number: z.string(),
  openedAt: instant,
  /** False when the folder is not there at present (a drive unplugged). */
  present: z.boolean(),
});
export type RecentCase = z.infer<typeof recentCase>;

export const camera = z.object({
  name: z.string(),
  crops: z.int(),
  timeZone,
  /** Milliseconds to add to what the camera's clock showed to get the true time. */
  clockOffsetMs: z.int(),
  /** Who measured the offset, when, and how; empty when nobody has. */
  offsetMeasuredBy: z.string(),
  offsetMeasuredAt: instant.nullable(),
  note: z.string(),
});
export type Camera = z.infer<typeof camera>;

export const cameraChange = z.object({
  name: z.string().min(1),
  timeZone: timeZone.optional(),
  clockOffsetMs: z
    .int()
    .min(-10 * 366 * 86_400_000)
    .max(10 * 366 * 86_400_000)
    .optional(),
  offsetMeasuredBy: line.optional(),
  offsetMeasuredAt: instant.nullable().optional(),
  note: z.string().max(2000).optional(),
});
export type CameraChange = z.infer<typeof cameraChange>;

export const verdict = z.enum(['possible', 'excluded', 'unsure']);
export type Verdict = z.infer<typeof verdict>;

export const cropBox = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

/** A crop as lists show it. */
export const cropSummary = z.object({
  id: cropId,
  fileName: z.string(),
  width: z.int(),
  height: z.int(),
  camera: z.string().nullable(),
  /** What the camera's clock showed. */
  recordedTime: wallTime.nullable(),
  /** The true time: recorded time, in the camera's zone, plus the measured clock offset; shown in the case's zone. */
  correctedTime: instant.nullable(),
  track: z.string().nullable(),
  verdict: verdict.nullable(),
  tags: z.array(z.string()),
  noteCount: z.int(),
  /** When it was taken out of the case with its batch; absent for a crop that is in it. */
  removedAt: instant.optional(),
});
export type CropSummary = z.infer<typeof cropSummary>;

export const note = z.object({
  id: z.int(),
  cropId,
  text: z.string(),
  operator: z.string(),
  at: instant,
});
export type Note = z.infer<typeof note>;

export const decision = z.object({
  id: z.int(),
  cropId,
  /** Null when a decision was taken back. */
  verdict: verdict.nullable(),
  operator: z.string(),
  at: instant,
  searchId: z.int().nullable(),
});
export type Decision = z.infer<typeof decision>;

/** A part of a picture, in whole pixels of the upright original from its top left. */
export const redactionBox = z.object({
  x: z.int().min(0).max(1_000_000),
  y: z.int().min(0).max(1_000_000),
  width: z.int().min(1).max(1_000_000),
  height: z.int().min(1).max(1_000_000),
});
export type RedactionBox = z.infer<typeof redactionBox>;

/** Parts of a picture that somebody wants covered in reports; the original stays as it is. */
export const redaction = z.object({
  id: z.int(),
  /** The crop that the boxes were drawn on; they hold for every crop with the same bytes. */
  cropId,
  boxes: z.array(redactionBox),
  reason: z.string(),
  operator: z.string(),
  at: instant,
});
export type Redaction = z.infer<typeof redaction>;

/** Everything known about one crop. */
export const cropDetail = cropSummary.extend({
  sha256,
  bytes: z.int(),
  format: z.string(),
  /** Path of the file it came from, as it was at import. */
  sourcePath: z.string(),
  storage: z.enum(['copy', 'reference']),
  frame: z.int().nullable(),
  box: cropBox.nullable(),
  /** SHA-256 of the full frame it was cut from; null for a crop that came as a file. */
  frameSha256: sha256.nullable(),
  timeSource: z.enum(['name', 'exif', 'manifest', 'frame', 'none']),
  timeZone: z.string(),
  clockOffsetMs: z.int(),
  batchId: z.int(),
  importedAt: instant,
  /** Other crops with exactly the same bytes. */
  duplicates: z.array(z.object({ id: cropId, fileName: z.string(), camera: z.string().nullable() })),
  notes: z.array(note),
  decisions: z.array(decision),
  /** What is covered in reports at present; null when nothing is. */
  redaction: redaction.nullable(),
});
export type CropDetail = z.infer<typeof cropDetail>;

export const finding = z.object({
  severity: z.enum(['error', 'warning']),
  /** What was checked: schema, foreign keys, media, vectors, audit … */
  check: z.string(),
  /** The table row, file or block concerned. */
  where: z.string(),
  message: z.string(),
  /**
   * The last point in time at which it is known to have been right, and the audit entry that says so: a
   * verification that found it sound, or the entry that wrote it. Null when nothing says; absent where it was not asked.
   */
  lastSound: z
    .object({ at: instant, sequence: z.int(), by: z.enum(['verification', 'entry']) })
    .nullable()
    .optional(),
});
export type Finding = z.infer<typeof finding>;

export const verification = z.object({
  ok: z.boolean(),
  path: z.string(),
  checked: z.object({
    media: z.int(),
    vectors: z.int(),
    auditEntries: z.int(),
    /** Rows of crops, decisions, notes and so on that were compared with the log. */
    records: z.int().optional(),
    exports: z.int().optional(),
  }),
  findings: z.array(finding),
});
export type Verification = z.infer<typeof verification>;

export const auditEntry = z.object({
  sequence: z.int(),
  at: instant,
  operator: z.string(),
  action: z.string(),
  detail: z.record(z.string(), z.unknown()),
  previousHash: sha256,
  hash: sha256,
});
export type AuditEntry = z.infer<typeof auditEntry>;
