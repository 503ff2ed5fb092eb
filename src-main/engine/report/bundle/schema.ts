import { z } from 'zod';
import { auditEntry, sha256 } from '../../case/schema.ts';
import { reportedSearch, reportModel } from '../schema.ts';

/** One search with its list in short, for programs: `searches/search-N.json`. */
export const bundledSearch = reportedSearch.omit({ rows: true, marked: true }).extend({
  schema: z.literal(1),
  report: z.string(),
  /** From rank 1 to the cut-off. */
  results: z.array(
    z.object({
      rank: z.int().positive(),
      score: z.number(),
      cropId: z.int().positive(),
      folded: z.int(),
      sha256,
      fileName: z.string(),
      /** The original in the payload; null when it was not exported. */
      file: z.string().nullable(),
    }),
  ),
});

/** The extract of the audit log that the report prints: `audit.json`. */
export const bundledAudit = z.object({
  schema: z.literal(1),
  report: z.string(),
  case: z.string(),
  /** Hash of the newest entry of the log when the export began. */
  headHash: sha256,
  /** Entries in the log; the extract holds the newest of them, oldest first and without a gap. */
  total: z.int(),
  entries: z.array(auditEntry),
});

const published = {
  report: { schema: reportModel, description: 'The body of a report: everything its documents say.' },
  search: { schema: bundledSearch, description: 'One search with its list in short.' },
  audit: { schema: bundledAudit, description: 'The extract of the audit log that a report prints.' },
};

/** JSON Schemas (2020-12) of what a bundle holds, by file name; `docs/schemas` has the same. */
export function bundleSchemas(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(published).map(([name, { schema, description }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'output', override: plainSchema });
      const head = { $schema, $id: `urn:descry:schema:${name}:1`, title: `Descry ${name}.json`, description };
      return [`${name}.schema.json`, { ...head, ...rest }];
    }),
  );
}

/** Takes away what zod adds to the standard's words: bounds of JavaScript's whole numbers, a format of its own. */
function plainSchema({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  // `contentEncoding` says the same in the standard's words.
  if (jsonSchema.format === 'base64') delete jsonSchema.format;
}
