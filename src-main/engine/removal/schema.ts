import { z } from 'zod';

/** What the removal of a batch would take away, and what people have made of it. */
export const removalPreview = z.object({
  batchId: z.int(),
  /** Crops that would be taken out of the case, without those that are kept. */
  crops: z.int(),
  /** Crops that another batch met again: they stay with that batch. */
  kept: z.int(),
  /** Contents that no other crop has, and their bytes: their files are deleted. */
  files: z.int(),
  bytes: z.int(),
  /** Crops with a decision, note or tag, and how many have which. */
  marked: z.int(),
  decided: z.int(),
  noted: z.int(),
  tagged: z.int(),
  /** Stored searches in whose first rows such crops stand, and written reports of such searches. */
  searches: z.int(),
  reports: z.int(),
});
export type RemovalPreview = z.infer<typeof removalPreview>;

export const removalProgress = z.object({
  batchId: z.int(),
  /** `failed`: it stopped, since the case could not be written; asked for again, it goes on. */
  state: z.enum(['running', 'cancelled', 'done', 'failed']),
  /** It lets an import go first. */
  waiting: z.boolean(),
  /** Crops of the batch when the removal was begun. */
  total: z.int(),
  /** Crops that are out of the case, and those that another batch keeps. */
  removed: z.int(),
  kept: z.int(),
  /** Files that are still to be deleted, or cannot be. */
  filesLeft: z.int(),
  /** Crops a second over the last seconds. */
  rate: z.number(),
  remainingMs: z.number().nullable(),
  error: z.string().nullable(),
});
export type RemovalProgress = z.infer<typeof removalProgress>;
