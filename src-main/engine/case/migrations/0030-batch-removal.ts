import type { Migration } from './migration.ts';

/**
 * Import batches that were taken out of the case again. Their crops keep their rows, since stored searches,
 * decisions and notes speak of them; what they showed is gone. The indexes hold `removed_at` as well, so
 * that counts need not look at the rows.
 */
export const migration0030: Migration = {
  version: 30,
  name: 'batch-removal',
  sql: `
-- When it was taken out of the case, milliseconds since 1970 UTC; null for a crop that is in it.
ALTER TABLE crops ADD COLUMN removed_at INTEGER;
-- When no crop was left that has this content, and with which batch the last one went; the file is deleted then.
ALTER TABLE media ADD COLUMN removed_at INTEGER;
ALTER TABLE media ADD COLUMN removed_with INTEGER REFERENCES batches(id);
CREATE INDEX media_removed ON media (removed_with, sha256) WHERE removed_with IS NOT NULL;

CREATE TABLE batch_removals (
  batch_id    INTEGER PRIMARY KEY REFERENCES batches(id),
  -- 'running' also when the case was closed or the process died in it: it goes on by itself.
  state       TEXT NOT NULL CHECK (state IN ('running','cancelled','done')),
  started_at  INTEGER NOT NULL,
  finished_at INTEGER,
  operator    TEXT NOT NULL,
  -- Crops of the batch when it was begun; how many of them are out, and how many another batch keeps.
  crops       INTEGER NOT NULL,
  removed     INTEGER NOT NULL DEFAULT 0,
  kept        INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Files of the case that nothing refers to any more: deleted after the transaction that wrote them down here.
CREATE TABLE files_to_delete (
  media_id INTEGER PRIMARY KEY REFERENCES media(id)
) STRICT;

-- Items of an import that met a crop of another batch: that crop stays as long as one of the two is there.
CREATE INDEX import_items_present ON import_items (crop_id, batch_id) WHERE state = 'present';

DROP INDEX crops_camera_time;
DROP INDEX crops_time;
DROP INDEX crops_track;
DROP INDEX crops_media;
DROP INDEX crops_batch;
CREATE INDEX crops_camera_time ON crops (camera_id, corrected_at, removed_at);
CREATE INDEX crops_time ON crops (corrected_at, removed_at) WHERE removed_at IS NULL;
CREATE INDEX crops_track ON crops (camera_id, track, removed_at);
CREATE INDEX crops_media ON crops (media_id, removed_at);
CREATE INDEX crops_batch ON crops (batch_id, removed_at);
`,
};
