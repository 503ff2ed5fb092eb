import type { Migration } from './migration.ts';

/**
 * Second reviews of a list by somebody who sees neither scores, ranks nor the first reviewer's decisions.
 * Their decisions stand beside those of the case and change nothing there.
 */
export const migration0055: Migration = {
  version: 55,
  name: 'blind-reviews',
  sql: `
CREATE TABLE blind_reviews (
  id              INTEGER PRIMARY KEY,
  search_id       INTEGER NOT NULL REFERENCES searches(id),
  -- The crops are shown in the order of SHA-256 over "<seed>:<crop id>".
  seed            TEXT NOT NULL,
  -- The first review: the decisions up to this one, as they were when the second began.
  decisions_until INTEGER NOT NULL,
  operator        TEXT NOT NULL,
  started_at      INTEGER NOT NULL,
  state           TEXT NOT NULL CHECK (state IN ('open','finished','abandoned')),
  ended_at        INTEGER
) STRICT;
CREATE TABLE blind_review_crops (
  review_id INTEGER NOT NULL REFERENCES blind_reviews(id),
  place     INTEGER NOT NULL,
  crop_id   INTEGER NOT NULL REFERENCES crops(id),
  PRIMARY KEY (review_id, place),
  UNIQUE (review_id, crop_id)
) STRICT, WITHOUT ROWID;

-- Every decision stays; the latest row of a crop in a review is the one in force, a null verdict takes it back.
CREATE TABLE blind_decisions (
  id        INTEGER PRIMARY KEY,
  review_id INTEGER NOT NULL REFERENCES blind_reviews(id),
  crop_id   INTEGER NOT NULL REFERENCES crops(id),
  verdict   TEXT CHECK (verdict IN ('possible','excluded','unsure')),
  operator  TEXT NOT NULL,
  at        INTEGER NOT NULL
) STRICT;
CREATE INDEX blind_decisions_crop ON blind_decisions (review_id, crop_id, id);
CREATE TRIGGER blind_decisions_no_update BEFORE UPDATE ON blind_decisions
  BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER blind_decisions_no_delete BEFORE DELETE ON blind_decisions
  BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER blind_review_crops_no_update BEFORE UPDATE ON blind_review_crops
  BEGIN SELECT RAISE(ABORT, 'the crops of a review stay as they are'); END;
CREATE TRIGGER blind_review_crops_no_delete BEFORE DELETE ON blind_review_crops
  BEGIN SELECT RAISE(ABORT, 'the crops of a review stay as they are'); END;
`,
};
