import type { Migration } from './migration.ts';

/**
 * The first case schema. Times are integer milliseconds since 1970 UTC; what a camera's clock
 * showed is kept as ISO text without an offset, exactly as it was read.
 */
export const migration0010: Migration = {
  version: 10,
  name: 'first',
  sql: `
CREATE TABLE case_file (
  id            INTEGER PRIMARY KEY CHECK (id = 1),
  case_id       TEXT NOT NULL,
  name          TEXT NOT NULL,
  number        TEXT NOT NULL,
  investigator  TEXT NOT NULL,
  purpose       TEXT NOT NULL,
  legal_basis   TEXT NOT NULL,
  time_zone     TEXT NOT NULL,
  created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE cameras (
  id                 INTEGER PRIMARY KEY,
  name               TEXT NOT NULL UNIQUE,
  time_zone          TEXT NOT NULL,
  clock_offset_ms    INTEGER NOT NULL DEFAULT 0,
  offset_measured_by TEXT NOT NULL DEFAULT '',
  offset_measured_at INTEGER,
  note               TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE batches (
  id          INTEGER PRIMARY KEY,
  state       TEXT NOT NULL CHECK (state IN ('scanning','running','paused','interrupted','cancelled','done','failed')),
  created_at  INTEGER NOT NULL,
  finished_at INTEGER,
  operator    TEXT NOT NULL,
  source      TEXT NOT NULL CHECK (json_valid(source)),
  options     TEXT NOT NULL CHECK (json_valid(options)),
  error       TEXT
) STRICT;

-- The work list of a batch: written by the scan, so that an import resumes where a crash left it.
CREATE TABLE import_items (
  batch_id INTEGER NOT NULL REFERENCES batches(id) ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  path     TEXT NOT NULL,
  -- What the scan knows: camera, time, track, frame, box, raw bytes of a name that is not UTF-8.
  plan     TEXT NOT NULL CHECK (json_valid(plan)),
  state    TEXT NOT NULL CHECK (state IN ('pending','imported','duplicate','present','rejected')),
  crop_id  INTEGER REFERENCES crops(id) ON DELETE SET NULL,
  reason   TEXT,
  detail   TEXT,
  PRIMARY KEY (batch_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_items_state ON import_items (batch_id, state, sequence);

-- One row for each different content. stored_path is relative to media/ for copies, absolute for references.
CREATE TABLE media (
  id          INTEGER PRIMARY KEY,
  sha256      TEXT NOT NULL UNIQUE,
  bytes       INTEGER NOT NULL,
  format      TEXT NOT NULL,
  width       INTEGER NOT NULL,
  height      INTEGER NOT NULL,
  storage     TEXT NOT NULL CHECK (storage IN ('copy','reference')),
  stored_path TEXT NOT NULL
) STRICT;

CREATE TABLE crops (
  id            INTEGER PRIMARY KEY,
  media_id      INTEGER NOT NULL REFERENCES media(id),
  batch_id      INTEGER NOT NULL REFERENCES batches(id),
  source_path   TEXT NOT NULL,
  file_name     TEXT NOT NULL,
  camera_id     INTEGER REFERENCES cameras(id),
  track         TEXT,
  frame         INTEGER,
  box_x         REAL,
  box_y         REAL,
  box_width     REAL,
  box_height    REAL,
  frame_sha256  TEXT,
  recorded_time TEXT,
  time_source   TEXT NOT NULL CHECK (time_source IN ('name','exif','manifest','frame','none')),
  recorded_at   INTEGER,
  corrected_at  INTEGER,
  imported_at   INTEGER NOT NULL,
  -- Identity of the source: the same file (and box) imported again adds nothing.
  source_key    TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX crops_camera_time ON crops (camera_id, corrected_at);
CREATE INDEX crops_time ON crops (corrected_at);
CREATE INDEX crops_track ON crops (camera_id, track);
CREATE INDEX crops_media ON crops (media_id);
CREATE INDEX crops_batch ON crops (batch_id);

CREATE TABLE models (
  id       INTEGER PRIMARY KEY,
  pack_id  TEXT NOT NULL,
  version  TEXT NOT NULL,
  digest   TEXT NOT NULL UNIQUE,
  dimensions INTEGER NOT NULL,
  manifest TEXT NOT NULL CHECK (json_valid(manifest)),
  added_at INTEGER NOT NULL
) STRICT;

-- Vectors of one model in blocks of a fixed number of rows (float32, little-endian), read in sequence.
CREATE TABLE embedding_blocks (
  model_id INTEGER NOT NULL REFERENCES models(id),
  block    INTEGER NOT NULL,
  rows     INTEGER NOT NULL,
  vectors  BLOB NOT NULL,
  sha256   TEXT NOT NULL,
  PRIMARY KEY (model_id, block)
) STRICT;
-- Which crop lies in which row (row = block * rows per block + place in the block).
CREATE TABLE embeddings (
  model_id INTEGER NOT NULL REFERENCES models(id),
  row      INTEGER NOT NULL,
  crop_id  INTEGER NOT NULL REFERENCES crops(id),
  PRIMARY KEY (model_id, row),
  UNIQUE (model_id, crop_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE searches (
  id            INTEGER PRIMARY KEY,
  at            INTEGER NOT NULL,
  operator      TEXT NOT NULL,
  name          TEXT,
  query         TEXT NOT NULL CHECK (json_valid(query)),
  model_id      INTEGER NOT NULL REFERENCES models(id),
  app_version   TEXT NOT NULL,
  provider      TEXT NOT NULL,
  runtime       TEXT NOT NULL,
  gallery       TEXT NOT NULL CHECK (json_valid(gallery)),
  distribution  TEXT NOT NULL CHECK (json_valid(distribution)),
  warnings      TEXT NOT NULL CHECK (json_valid(warnings)),
  -- The embedded query: exact float64 numbers, so that a re-run does not depend on the machine.
  query_vectors BLOB NOT NULL,
  -- The crops that took part (a compressed bitmap of ids): what a filter looks at may change later, a list may not.
  searched      BLOB NOT NULL,
  rows          INTEGER NOT NULL,
  elapsed_ms    REAL NOT NULL
) STRICT;
-- The head of each ranked list as it was shown.
CREATE TABLE search_results (
  search_id INTEGER NOT NULL REFERENCES searches(id) ON DELETE CASCADE,
  rank      INTEGER NOT NULL,
  crop_id   INTEGER NOT NULL REFERENCES crops(id),
  score     REAL NOT NULL,
  folded    INTEGER NOT NULL,
  PRIMARY KEY (search_id, rank)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_results_crop ON search_results (crop_id);

-- Every decision stays; the latest row of a crop is the one in force, a null verdict takes it back.
CREATE TABLE decisions (
  id        INTEGER PRIMARY KEY,
  crop_id   INTEGER NOT NULL REFERENCES crops(id),
  verdict   TEXT CHECK (verdict IN ('possible','excluded','unsure')),
  search_id INTEGER REFERENCES searches(id),
  operator  TEXT NOT NULL,
  at        INTEGER NOT NULL
) STRICT;
CREATE INDEX decisions_crop ON decisions (crop_id, id);
CREATE VIEW current_decisions AS
  SELECT crop_id, verdict, operator, at, search_id, id FROM decisions AS d
  WHERE id = (SELECT max(id) FROM decisions WHERE crop_id = d.crop_id) AND verdict IS NOT NULL;

CREATE TABLE notes (
  id         INTEGER PRIMARY KEY,
  crop_id    INTEGER NOT NULL REFERENCES crops(id),
  text       TEXT NOT NULL,
  operator   TEXT NOT NULL,
  at         INTEGER NOT NULL,
  -- A removed or replaced note stays for disclosure.
  removed_at INTEGER
) STRICT;
CREATE INDEX notes_crop ON notes (crop_id);

CREATE TABLE tags (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE
) STRICT;
CREATE TABLE crop_tags (
  crop_id  INTEGER NOT NULL REFERENCES crops(id),
  tag_id   INTEGER NOT NULL REFERENCES tags(id),
  operator TEXT NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (crop_id, tag_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX crop_tags_tag ON crop_tags (tag_id);

CREATE TABLE audit (
  sequence      INTEGER PRIMARY KEY,
  at            INTEGER NOT NULL,
  operator      TEXT NOT NULL,
  action        TEXT NOT NULL,
  detail        TEXT NOT NULL CHECK (json_valid(detail)),
  previous_hash TEXT NOT NULL,
  hash          TEXT NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions
  BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions
  BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
`,
};
