import type { Migration } from './migration.ts';

/**
 * Digests of crop rows, so that the audit log can hold one hash for all crops of an import and a changed
 * row is still found by its number. What a digest is made of: see `CropSeals`.
 */
export const migration0050: Migration = {
  version: 50,
  name: 'crop-seals',
  sql: `
CREATE TABLE crop_seals (
  batch_id INTEGER NOT NULL REFERENCES batches(id),
  chunk    INTEGER NOT NULL,
  -- For each crop 40 bytes: its id (little-endian), and the SHA-256 of its row.
  digests  BLOB NOT NULL CHECK (length(digests) % 40 = 0),
  PRIMARY KEY (batch_id, chunk)
) STRICT;
`,
};
