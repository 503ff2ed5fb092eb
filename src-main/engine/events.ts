import { z } from 'zod';
import { caseInfo, cropId } from './case/schema.ts';
import { packSummary } from './inference/schema.ts';
import { importProgress } from './ingest/schema.ts';

/** What the engine tells everyone who listens. */
export const engineEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('case'), case: caseInfo.nullable() }),
  z.object({ type: z.literal('import'), progress: importProgress }),
  /** Marks, notes or tags of these crops changed. */
  z.object({ type: z.literal('review'), cropIds: z.array(cropId) }),
  z.object({ type: z.literal('cameras') }),
  z.object({ type: z.literal('searches') }),
  z.object({ type: z.literal('model'), pack: packSummary }),
  z.object({
    type: z.literal('notice'),
    severity: z.enum(['info', 'warning', 'error']),
    message: z.string(),
  }),
]);
export type EngineEvent = z.infer<typeof engineEvent>;
