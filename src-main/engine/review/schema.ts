import { z } from 'zod';
import { cropId, instant, verdict } from '../case/schema.ts';
import { agreement } from './agreement.ts';

/** A second review of a list, without scores, ranks or the first reviewer's decisions. */
export const blindReview = z.object({
  id: z.int(),
  searchId: z.int(),
  operator: z.string(),
  startedAt: instant,
  /** Null while it is open. */
  endedAt: instant.nullable(),
  state: z.enum(['open', 'finished', 'abandoned']),
  /** The crops were shown in the order of SHA-256 over "<seed>:<crop id>". */
  seed: z.string(),
  crops: z.int(),
  decided: z.int(),
});
export type BlindReview = z.infer<typeof blindReview>;

/** A crop as a blind review shows it. */
export const blindCrop = z.object({
  cropId,
  /** From 1 in the shuffled order. */
  place: z.int(),
  width: z.int(),
  height: z.int(),
  camera: z.string().nullable(),
  correctedTime: instant.nullable(),
  /** The second reviewer's own. */
  verdict: verdict.nullable(),
});
export type BlindCrop = z.infer<typeof blindCrop>;

/** Both reviews of a crop, side by side. */
export const reviewedTwice = z.object({
  cropId,
  fileName: z.string(),
  rank: z.int().nullable(),
  first: z.object({ verdict: verdict.nullable(), operator: z.string(), at: instant.nullable() }),
  second: z.object({ verdict: verdict.nullable(), operator: z.string(), at: instant.nullable() }),
});
export type ReviewedTwice = z.infer<typeof reviewedTwice>;

/** What came out of a finished blind review. */
export const blindOutcome = z.object({
  review: blindReview,
  /** Who decided first. */
  firstOperators: z.array(z.string()),
  agreement,
  crops: z.array(reviewedTwice),
});
export type BlindOutcome = z.infer<typeof blindOutcome>;
