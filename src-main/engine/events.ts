import { z } from 'zod';
import { caseInfo, cropId } from './case/schema.ts';
import { embeddingJob } from './embedding/schema.ts';
import { packSummary } from './inference/schema.ts';
import { batch, importProgress } from './ingest/schema.ts';
import { removalProgress } from './removal/schema.ts';

/** What the engine tells everyone who listens. */
export const engineEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('case'), case: caseInfo.nullable() }),
  z.object({ type: z.literal('import'), progress: importProgress }),
  /** A batch is being taken out of the case. */
  z.object({ type: z.literal('removal'), progress: removalProgress, batch }),
  /** Marks, notes or tags of these crops changed. */
  z.object({ type: z.literal('review'), cropIds: z.array(cropId) }),
  z.object({ type: z.literal('cameras') }),
  z.object({ type: z.literal('searches') }),
  /** The pack in use changed. */
  z.object({ type: z.literal('model'), pack: packSummary }),
  /** Packs were added or removed. */
  z.object({ type: z.literal('models') }),
  z.object({ type: z.literal('embedding'), job: embeddingJob }),
  z.object({
    type: z.literal('notice'),
    severity: z.enum(['info', 'warning', 'error']),
    message: z.string(),
  }),
]);
export type EngineEvent = z.infer<typeof engineEvent>;
