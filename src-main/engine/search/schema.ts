import { z } from 'zod';
import { cropId, cropSummary, instant, verdict } from '../case/schema.ts';
import { measuredAccuracy } from '../inference/schema.ts';

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'not a time of day (HH:mm)');

/** What narrows a gallery before ranking. Parts are joined by AND, the values of one part by OR. */
export const searchFilter = z.object({
  cameras: z.array(z.string()).optional(),
  notCameras: z.array(z.string()).optional(),
  /** Corrected time, from inclusive, to exclusive. Crops without a time are left out when either is given. */
  from: instant.optional(),
  to: instant.optional(),
  /** In the case's zone; a range over midnight (22:00 to 05:00) is allowed. */
  timeOfDay: z.object({ from: timeOfDay, to: timeOfDay }).optional(),
  batches: z.array(z.int()).optional(),
  tracks: z.array(z.string()).optional(),
  verdicts: z.array(verdict.or(z.literal('none'))).optional(),
  tags: z.array(z.string()).optional(),
  /** File name, note or tag contains this text, whatever its case. */
  text: z.string().trim().max(500).optional(),
});
export type SearchFilter = z.infer<typeof searchFilter>;

export const weight = z.number().min(0).max(10).default(1);

export const searchQuery = z.object({
  /** What witnesses said, verbatim. */
  statements: z
    .array(z.object({ text: z.string().max(10_000), weight }))
    .max(20)
    .default([]),
  /** Phrases that count against a crop ("no hat" is better said as avoid: "hat"). */
  avoid: z.array(z.string().max(1000)).max(20).default([]),
  /** Example crops of the case: "more like this". */
  like: z.array(z.object({ cropId, weight })).max(20).default([]),
  filter: searchFilter.default({}),
  /** Crops of one track (camera and track number) become one row. */
  foldTracks: z.boolean().default(true),
});
export type SearchQuery = z.infer<typeof searchQuery>;

export const resultRow = cropSummary.extend({
  /** 1-based, over rows after folding. */
  rank: z.int().positive(),
  score: z.number(),
  /** Crops folded into this row (its track, and exact duplicates), itself included. */
  folded: z.int().positive(),
});
export type ResultRow = z.infer<typeof resultRow>;

/** Histogram of the scores of everything that was searched. */
export const scoreDistribution = z.object({
  minimum: z.number(),
  maximum: z.number(),
  mean: z.number(),
  standardDeviation: z.number(),
  /** Equal bins from minimum to maximum. */
  bins: z.array(z.int()),
  /** Whether the best scores stand clear of the bulk; `nothing` means that the list looks like chance. */
  standsOut: z.enum(['clear', 'weak', 'nothing']),
  explanation: z.string(),
});
export type ScoreDistribution = z.infer<typeof scoreDistribution>;

export const searchWarning = z.object({
  kind: z.enum([
    'unknown-words',
    'all-words-unknown',
    'truncated',
    'negation',
    'sensitive',
    'not-embedded',
    'control-characters',
    'empty-filter',
  ]),
  message: z.string(),
  /** The words concerned. */
  words: z.array(z.string()),
});
export type SearchWarning = z.infer<typeof searchWarning>;

/** What was searched and what was left out; a search can be run again only against the same state. */
export const galleryState = z.object({
  crops: z.int(),
  searched: z.int(),
  excluded: z.array(z.object({ reason: z.enum(['filter', 'no-vector', 'no-time']), count: z.int() })),
  /** Highest crop id at the time; later crops do not take part in a re-run. */
  lastCropId: z.int(),
  /** SHA-256 over the ids of the searched crops, in order. */
  digest: z.string(),
});
export type GalleryState = z.infer<typeof galleryState>;

export const searchRecord = z.object({
  id: z.int(),
  at: instant,
  operator: z.string(),
  /** Set when the search was kept under a name. */
  name: z.string().nullable(),
  query: searchQuery,
  model: z.object({ id: z.string(), version: z.string(), digest: z.string() }),
  appVersion: z.string(),
  provider: z.string(),
  runtime: z.string(),
  gallery: galleryState,
  /** Rows after folding. */
  rows: z.int(),
  elapsedMs: z.number(),
  warnings: z.array(searchWarning),
});
export type SearchRecord = z.infer<typeof searchRecord>;

export const searchOutcome = z.object({
  search: searchRecord,
  distribution: scoreDistribution,
  /** The first rows; more through `search.rows`. */
  top: z.array(resultRow),
});
export type SearchOutcome = z.infer<typeof searchOutcome>;

export const rerunOutcome = searchOutcome.extend({
  /** Whether ids, order and 4-decimal scores of the stored list came out again. */
  identical: z.boolean(),
  differences: z.array(z.string()),
});
export type RerunOutcome = z.infer<typeof rerunOutcome>;

/** The same query, ranked by two packs. */
export const packComparison = z.object({
  lists: z.array(
    z.object({
      packId: z.string(),
      packName: z.string(),
      /** Crops that were ranked: those with a vector of this pack that the filter leaves. */
      searched: z.int(),
      rows: z.array(resultRow),
      warnings: z.array(searchWarning),
    }),
  ),
  /** Crops that stand in the first rows of both lists. */
  shared: z.int(),
});
export type PackComparison = z.infer<typeof packComparison>;

export const phraseEvidence = z.object({
  phrase: z.string(),
  /** Cosine of the phrase alone with the crop. */
  score: z.number(),
  /** Share of the searched crops that score lower on this phrase, 0..1. */
  percentile: z.number(),
  /** Row-major patch x phrase cosines, or null where the pack gives no patches. */
  heat: z.object({ rows: z.int(), columns: z.int(), values: z.array(z.number()) }).nullable(),
});
export type PhraseEvidence = z.infer<typeof phraseEvidence>;

export const explanation = z.object({ cropId, phrases: z.array(phraseEvidence) });
export type Explanation = z.infer<typeof explanation>;

/** Counts for the filter side bar, from SQL aggregates. */
export const facets = z.object({
  total: z.int(),
  withoutTime: z.int(),
  cameras: z.array(z.object({ name: z.string().nullable(), count: z.int() })),
  batches: z.array(z.object({ id: z.int(), label: z.string(), count: z.int() })),
  verdicts: z.array(z.object({ verdict: verdict.or(z.literal('none')), count: z.int() })),
  tags: z.array(z.object({ name: z.string(), count: z.int() })),
  /** Crops over corrected time, a row a camera; bucket i starts at `from + i * bucketMs`. */
  histogram: z
    .object({
      from: instant,
      bucketMs: z.number(),
      buckets: z.int(),
      rows: z.array(z.object({ camera: z.string().nullable(), counts: z.array(z.int()) })),
    })
    .nullable(),
});
export type Facets = z.infer<typeof facets>;

export const evaluation = measuredAccuracy.omit({ dataset: true, date: true }).extend({
  pack: z.string(),
  split: z.string(),
  imagesPerSecond: z.number(),
  queriesPerSecond: z.number(),
  rejected: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type Evaluation = z.infer<typeof evaluation>;
