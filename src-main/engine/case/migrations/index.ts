import { migration0010 } from './0010-first.ts';
import { migration0020 } from './0020-embedding-jobs.ts';
import { migration0025 } from './0025-vector-pieces.ts';
import { migration0030 } from './0030-batch-removal.ts';
import { migration0031 } from './0031-crop-counts.ts';
import { migration0040 } from './0040-redactions.ts';
import { migration0050 } from './0050-crop-seals.ts';
import { migration0055 } from './0055-blind-reviews.ts';
import type { Migration } from './migration.ts';

/** All migrations, oldest first. */
export const migrations: readonly Migration[] = [
  migration0010,
  migration0020,
  migration0025,
  migration0030,
  migration0031,
  migration0040,
  migration0050,
  migration0055,
];

export type { Migration };
