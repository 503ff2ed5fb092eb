import type { Migration } from './migration.ts';

/**
 * Parts of pictures that somebody wants covered in reports. The originals stay as they are. A row replaces
 * the one before for the same content, whichever crop it was drawn on; one without boxes takes it back.
 */
export const migration0040: Migration = {
  version: 40,
  name: 'redactions',
  sql: `
CREATE TABLE redactions (
  id       INTEGER PRIMARY KEY,
  crop_id  INTEGER NOT NULL REFERENCES crops(id),
  -- Crops with the same bytes show the same, so what is covered in one is covered in all.
  media_id INTEGER NOT NULL REFERENCES media(id),
  -- [{x, y, width, height}] in whole pixels of the upright original, from its top left.
  boxes    TEXT NOT NULL CHECK (json_type(boxes) = 'array'),
  reason   TEXT NOT NULL,
  operator TEXT NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX redactions_media ON redactions (media_id, id);
CREATE VIEW current_redactions AS
  SELECT id, crop_id, media_id, boxes, reason, operator, at FROM redactions AS r
  WHERE id = (SELECT max(id) FROM redactions WHERE media_id = r.media_id) AND json_array_length(boxes) > 0;
CREATE TRIGGER redactions_no_update BEFORE UPDATE ON redactions
  BEGIN SELECT RAISE(ABORT, 'redactions are append-only'); END;
CREATE TRIGGER redactions_no_delete BEFORE DELETE ON redactions
  BEGIN SELECT RAISE(ABORT, 'redactions are append-only'); END;
`,
};
