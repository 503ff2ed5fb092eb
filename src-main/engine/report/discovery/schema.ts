import { z } from 'zod';
import { instant, sha256 } from '../../case/schema.ts';
import { exportedFile } from '../schema.ts';

/** The body of a discovery export, `discovery.json`: what it is, and how many rows each of its parts has. */
export const discoveryBody = z.object({
  schema: z.literal(1),
  id: z.string(),
  createdAt: instant,
  operator: z.string(),
  application: z.object({ name: z.string(), version: z.string() }),
  case: z.object({ id: z.string(), name: z.string(), number: z.string(), timeZone: z.string() }),
  /** What the audit log ended with. */
  audit: z.object({ headHash: sha256, total: z.int() }),
  parts: z.array(
    z.object({ name: z.string(), title: z.string(), rows: z.int(), columns: z.array(z.string()) }),
  ),
});
export type DiscoveryBody = z.infer<typeof discoveryBody>;

export const discoveryOutcome = z.object({
  discoveryId: z.string(),
  folder: z.string(),
  files: z.array(exportedFile),
  parts: discoveryBody.shape.parts,
});
export type DiscoveryOutcome = z.infer<typeof discoveryOutcome>;
