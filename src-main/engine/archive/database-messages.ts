import type { ErrorKind } from '../errors.ts';

/** What a thread is asked to do with a case's database; it answers with `DatabaseAnswer`. */
export type DatabaseTask =
  /** Writes the database as it is at one instant into a new file. */
  | { type: 'copy'; source: string; target: string; key: DatabaseKey }
  /** Reads the whole file: SQLite's own check, and what the case is. */
  | { type: 'check'; file: string; key: DatabaseKey }
  /** Writes a database anew with another key, or without any. */
  | { type: 'change-key'; file: string; from: DatabaseKey; to: DatabaseKey };

/** A case's key, as bytes; null for a case that is not encrypted. */
export type DatabaseKey = Uint8Array | null;

export interface DatabaseFacts {
  caseId: string;
  name: string;
  number: string;
  schemaVersion: number;
  audit: { entries: number; headHash: string };
  referenced: number;
  /** What SQLite's own checks found; empty when all is well. */
  problems: string[];
}

export type DatabaseAnswer =
  { ok: true; facts: DatabaseFacts | null } | { ok: false; kind: ErrorKind; message: string };
