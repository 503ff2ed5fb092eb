import type { Migration } from './migration.ts';

/**
 * Jobs that make the vectors which a case lacks of a pack. Their work list is not stored: it is the crops
 * without a row in `embeddings`, less those of which this job found that they cannot be read.
 */
export const migration0020: Migration = {
  version: 20,
  name: 'embedding-jobs',
  sql: `
CREATE TABLE embedding_jobs (
  id          INTEGER PRIMARY KEY,
  pack_id     TEXT NOT NULL,
  version     TEXT NOT NULL,
  -- No reference to models: that row is made when the pack is loaded.
  digest      TEXT NOT NULL,
  -- 'interrupted': it ran when the case was closed or the process died, and goes on by itself.
  state       TEXT NOT NULL CHECK (state IN ('running','paused','interrupted','finished','cancelled','failed')),
  started_at  INTEGER NOT NULL,
  finished_at INTEGER,
  operator    TEXT NOT NULL,
  message     TEXT NOT NULL,
  -- How often the process died in it since it last stored something.
  crashes     INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE embedding_failures (
  job_id  INTEGER NOT NULL REFERENCES embedding_jobs(id) ON DELETE CASCADE,
  crop_id INTEGER NOT NULL REFERENCES crops(id),
  reason  TEXT NOT NULL,
  PRIMARY KEY (job_id, crop_id)
) STRICT, WITHOUT ROWID;
`,
};
