import type { Migration } from './migration.ts';

/** Five minutes: what the wall clocks of all zones in use since 1973 are apart from UTC by a multiple of. */
const slot = (row: 'OLD' | 'NEW' | 'crops'): string =>
  `coalesce(${row}.corrected_at - ((${row}.corrected_at % 300000) + 300000) % 300000, -1)`;
const key = (row: 'OLD' | 'NEW' | 'crops'): string =>
  `${row}.batch_id, coalesce(${row}.camera_id, 0), ${slot(row)}`;
const add = (condition: string): string =>
  `INSERT INTO crop_counts (batch_id, camera_id, slot, crops) SELECT ${key('NEW')}, 1 WHERE ${condition}
     ON CONFLICT DO UPDATE SET crops = crops + 1;
   INSERT INTO track_counts (camera_id, track, crops) SELECT coalesce(NEW.camera_id, 0), NEW.track, 1
     WHERE NEW.track IS NOT NULL AND ${condition} ON CONFLICT DO UPDATE SET crops = crops + 1;`;
const takeAway = `
   UPDATE crop_counts SET crops = crops - 1 WHERE (batch_id, camera_id, slot) = (${key('OLD')}) AND OLD.removed_at IS NULL;
   DELETE FROM crop_counts WHERE (batch_id, camera_id, slot) = (${key('OLD')}) AND crops = 0;
   UPDATE track_counts SET crops = crops - 1
     WHERE camera_id = coalesce(OLD.camera_id, 0) AND track = OLD.track AND OLD.removed_at IS NULL;
   DELETE FROM track_counts WHERE camera_id = coalesce(OLD.camera_id, 0) AND track = OLD.track AND crops = 0;`;

/**
 * How many crops there are by import, camera and time, kept by triggers: what is shown when a case is opened
 * and beside every filter is added up from some thousand rows instead of from all crops.
 */
export const migration0031: Migration = {
  version: 31,
  name: 'crop-counts',
  sql: `
-- Crops of the case; camera 0 is none, slot the beginning of five minutes of corrected time, -1 for crops without one.
CREATE TABLE crop_counts (
  batch_id  INTEGER NOT NULL,
  camera_id INTEGER NOT NULL,
  slot      INTEGER NOT NULL,
  crops     INTEGER NOT NULL,
  PRIMARY KEY (batch_id, camera_id, slot)
) STRICT, WITHOUT ROWID;
-- The same rows with the columns of crops, so that a condition over crops can be put to them.
CREATE VIEW crop_cells AS
  SELECT batch_id, nullif(camera_id, 0) AS camera_id, nullif(slot, -1) AS corrected_at, NULL AS removed_at, crops FROM crop_counts;
CREATE TABLE track_counts (
  camera_id INTEGER NOT NULL,
  track     TEXT NOT NULL,
  crops     INTEGER NOT NULL,
  PRIMARY KEY (camera_id, track)
) STRICT, WITHOUT ROWID;
CREATE TABLE embedding_counts (
  model_id INTEGER PRIMARY KEY REFERENCES models(id),
  crops    INTEGER NOT NULL
) STRICT;

INSERT INTO crop_counts SELECT ${key('crops')}, count(*) FROM crops WHERE removed_at IS NULL GROUP BY 1, 2, 3;
INSERT INTO track_counts SELECT coalesce(camera_id, 0), track, count(*) FROM crops
  WHERE removed_at IS NULL AND track IS NOT NULL GROUP BY 1, 2;
INSERT INTO embedding_counts SELECT model_id, count(*) FROM embeddings GROUP BY model_id;

CREATE TRIGGER crop_counts_insert AFTER INSERT ON crops BEGIN ${add('NEW.removed_at IS NULL')} END;
CREATE TRIGGER crop_counts_update AFTER UPDATE OF batch_id, camera_id, track, corrected_at, removed_at ON crops BEGIN
  ${takeAway} ${add('NEW.removed_at IS NULL')} END;
CREATE TRIGGER crop_counts_delete AFTER DELETE ON crops BEGIN ${takeAway} END;
CREATE TRIGGER embedding_counts_insert AFTER INSERT ON embeddings BEGIN
  INSERT INTO embedding_counts VALUES (NEW.model_id, 1) ON CONFLICT DO UPDATE SET crops = crops + 1; END;
CREATE TRIGGER embedding_counts_delete AFTER DELETE ON embeddings BEGIN
  UPDATE embedding_counts SET crops = crops - 1 WHERE model_id = OLD.model_id; END;
`,
};
