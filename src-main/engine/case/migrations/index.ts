import { migration0010 } from './0010-first.ts';
import type { Migration } from './migration.ts';

/** All migrations, oldest first. */
export const migrations: readonly Migration[] = [migration0010];

export type { Migration };
