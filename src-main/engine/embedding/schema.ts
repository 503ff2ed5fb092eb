import { z } from 'zod';

export const embeddingJobState = z.enum(['running', 'paused', 'finished', 'cancelled', 'failed']);
export type EmbeddingJobState = z.infer<typeof embeddingJobState>;

/** One pass over a case that makes the vectors it lacks of a pack. */
export const embeddingJob = z.object({
  packId: z.string(),
  packVersion: z.string(),
  state: embeddingJobState,
  /** Crops that have a vector of the pack now, those that cannot get one, and all crops of the case. */
  done: z.int(),
  failed: z.int(),
  total: z.int(),
  /** Crops a second of late, and seconds that are left; null while they are not known. */
  rate: z.number().nullable(),
  remainingSeconds: z.number().nullable(),
  startedAt: z.int(),
  finishedAt: z.int().nullable(),
  /** Why it failed, or what a running one waits for; empty otherwise. */
  message: z.string(),
  /** The first crops that could not be read, each with the reason. */
  failures: z.array(z.object({ cropId: z.int(), fileName: z.string(), reason: z.string() })),
});
export type EmbeddingJob = z.infer<typeof embeddingJob>;

/** How much of the open case a pack has read. */
export const packCoverage = z.object({ packId: z.string(), crops: z.int(), total: z.int() });
export type PackCoverage = z.infer<typeof packCoverage>;
