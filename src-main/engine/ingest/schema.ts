import { z } from 'zod';
import { caseInfo, instant, timeZone, wallTime } from '../case/schema.ts';

const path = z.string().min(1).max(4096);

/** Where crops come from. */
export const importSource = z.discriminatedUnion('kind', [
  /** A folder of crops, read with all its sub-folders; or one image file. */
  z.object({ kind: z.literal('folder'), path }),
  /** CSV or JSON Lines, one crop a row; image paths are relative to `root` (the manifest's folder when absent). */
  z.object({ kind: z.literal('manifest'), path, root: path.optional() }),
  /** Full frames and the boxes found in them: MOTChallenge text or COCO JSON. */
  z.object({ kind: z.literal('detections'), path, frames: path }),
]);
export type ImportSource = z.infer<typeof importSource>;

export const importOptions = z.object({
  /** A preset (`market1501`, `msmt17`, `cuhk-pedes`, `descry`) or a template such as `{camera}_{date:yyyyMMdd}-{time:HHmmss}_{track}`; `auto` tries the presets. */
  pattern: z.string().min(1).max(500).default('auto'),
  /** Keep the originals where they are and store only their path and hash. */
  reference: z.boolean().default(false),
  /** Camera for crops whose name gives none. */
  camera: z.string().trim().max(200).optional(),
  /** Zone of cameras that are new to the case; the case's zone when absent. */
  timeZone: timeZone.optional(),
  /** Import files whose names do not parse (without camera and time) instead of rejecting them. */
  acceptUnparsed: z.boolean().default(false),
  /** For frames: time of the first frame, and frames a second. */
  startTime: wallTime.optional(),
  framesPerSecond: z.number().positive().max(1000).optional(),
  /** For detections: the least confidence that is imported, 0..1. */
  minimumConfidence: z.number().min(0).max(1).default(0),
});
export type ImportOptions = z.infer<typeof importOptions>;
export const importRequest = z.object({ source: importSource, options: importOptions });
export type ImportRequest = z.infer<typeof importRequest>;

export const rejectReasons = [
  'unreadable',
  'truncated',
  'not-an-image',
  'too-large',
  'over-pixel-limit',
  'too-small',
  'zero-bytes',
  'outside-folder',
  'name-does-not-parse',
  'time-impossible',
  'time-in-gap',
  'duplicate-row',
  'invalid-row',
  'file-missing',
  'box-outside-frame',
] as const;
export const rejectReason = z.enum(rejectReasons);
export type RejectReason = z.infer<typeof rejectReason>;

export const rejectedFile = z.object({
  path: z.string(),
  reason: rejectReason,
  detail: z.string(),
});
export type RejectedFile = z.infer<typeof rejectedFile>;

/** How one name was read. */
export const previewRow = z.object({
  path: z.string(),
  camera: z.string().nullable(),
  recordedTime: wallTime.nullable(),
  track: z.string().nullable(),
  frame: z.int().nullable(),
  problem: rejectedFile.nullable(),
});
export const importPreview = z.object({
  /** Files or rows found. */
  total: z.int(),
  /** The pattern that `auto` settled on, or the one asked for. */
  pattern: z.string(),
  /** How many of all names parse, and how many would be rejected by name, place or row. */
  parsed: z.int(),
  rejected: z.int(),
  cameras: z.array(z.object({ name: z.string(), crops: z.int(), known: z.boolean() })),
  span: z.object({ from: wallTime, to: wallTime }).nullable(),
  tracks: z.int(),
  /** The first rows, the rejected ones first. */
  rows: z.array(previewRow),
});
export type ImportPreview = z.infer<typeof importPreview>;

/**
 * Milliseconds that each stage took in this run, summed over the crops that were in it at the same time;
 * waiting for a drive counts, so that the sum can be many times `elapsedMs`.
 */
export const stageTimes = z.object({
  /** Finding the files, reading manifests and names. */
  scan: z.number(),
  /** Reading files, and their SHA-256. */
  hash: z.number(),
  /** From files to pixels; of frames also the cutting of crops and their PNG. */
  decode: z.number(),
  thumbnail: z.number(),
  /** Resizing to the model's size. */
  preprocess: z.number(),
  /** The model at work; one batch at a time, so never more than `elapsedMs`. */
  embed: z.number(),
  /** Writing copies and thumbnails, until the drive has them, and rows into the case. */
  store: z.number(),
});
export type StageTimes = z.infer<typeof stageTimes>;

export const batchState = z.enum([
  'scanning',
  'running',
  'paused',
  'interrupted',
  'cancelled',
  'done',
  'failed',
  /** It is being taken out of the case again, or is out. */
  'removing',
  'removed',
]);
export type BatchState = z.infer<typeof batchState>;

export const batch = z.object({
  id: z.int(),
  state: batchState,
  createdAt: instant,
  finishedAt: instant.nullable(),
  source: importSource,
  options: importOptions,
  operator: z.string(),
  total: z.int(),
  /** Added as new crops. */
  imported: z.int(),
  /** Already in the case from the same source: nothing was added. */
  alreadyPresent: z.int(),
  /** Same bytes as another crop under another name: added, and stacked with it. */
  duplicates: z.int(),
  rejected: z.int(),
  error: z.string().nullable(),
});
export type Batch = z.infer<typeof batch>;

export const importProgress = z.object({
  batch,
  /** Items finished, whatever their fate. */
  done: z.int(),
  /** Crops a second over the last seconds. */
  rate: z.number(),
  remainingMs: z.number().nullable(),
  elapsedMs: z.number(),
  stages: stageTimes,
});
export type ImportProgress = z.infer<typeof importProgress>;

export const demoOutcome = z.object({ case: caseInfo, batchId: z.int() });
