import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { CaseDatabase } from '../case/database.ts';
import type { AuditEntry, Finding } from '../case/schema.ts';

/** What is written into the log; the list grows, its words never change. */
export type AuditAction =
  | 'case-created'
  | 'case-opened'
  | 'case-changed'
  | 'case-closed'
  | 'case-archived'
  | 'case-restored'
  | 'case-copied'
  | 'passphrase-changed'
  | 'camera-changed'
  | 'import-started'
  | 'import-paused'
  | 'import-resumed'
  | 'import-interrupted'
  | 'import-cancelled'
  | 'import-finished'
  | 'import-failed'
  | 'batch-removal-started'
  | 'batch-removal-resumed'
  | 'batch-removal-cancelled'
  | 'batch-removal-failed'
  | 'batch-removed'
  | 'embedding-started'
  | 'embedding-paused'
  | 'embedding-resumed'
  | 'embedding-finished'
  | 'embedding-cancelled'
  | 'embedding-failed'
  | 'search'
  | 'search-rerun'
  | 'search-named'
  | 'packs-compared'
  | 'decision'
  | 'note-added'
  | 'note-removed'
  | 'tag-added'
  | 'tag-removed'
  | 'redaction-changed'
  | 'model-changed'
  | 'report-exported'
  | 'discovery-exported'
  | 'operator-changed'
  | 'blind-review-started'
  | 'blind-decision'
  | 'blind-review-finished'
  | 'blind-review-abandoned'
  | 'verified'
  | 'error';

/** Hash before the first entry. */
export const genesisHash = '0'.repeat(64);

interface AuditRow {
  sequence: number;
  at: number;
  operator: string;
  action: string;
  detail: string;
  previous_hash: string;
  hash: string;
}

/**
 * The case's append-only log. Each entry's hash is SHA-256 over the canonical JSON (RFC 8785) of
 * `{sequence, at, operator, action, detail, previousHash}`, so no entry can change unnoticed.
 */
export class AuditLog {
  readonly #db: CaseDatabase;
  readonly #operator: () => string;

  /** @param operator who is at work now; asked at every entry. */
  constructor(db: CaseDatabase, operator: () => string) {
    this.#db = db;
    this.#operator = operator;
  }

  /**
   * Adds an entry, inside the caller's transaction where there is one.
   * @param at milliseconds since 1970 UTC; rows that are written with the entry have the same.
   */
  append(action: AuditAction, detail: Record<string, unknown> = {}, at = Date.now()): void {
    this.#db.transaction(() => {
      const last = this.#db
        .prepare<[], { sequence: number; hash: string }>(
          'SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1',
        )
        .get();
      const sequence = (last?.sequence ?? 0) + 1;
      const previousHash = last?.hash ?? genesisHash;
      const entry = {
        sequence,
        at,
        operator: this.#operator(),
        action,
        detail: JSON.parse(JSON.stringify(detail)) as Record<string, unknown>,
        previousHash,
      };
      this.#db
        .prepare(
          'INSERT INTO audit (sequence, at, operator, action, detail, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          sequence,
          entry.at,
          entry.operator,
          action,
          JSON.stringify(entry.detail),
          previousHash,
          entryHash(entry),
        );
    })();
  }

  /** Hash of the newest entry. */
  headHash(): string {
    return (
      this.#db.prepare<[], string>('SELECT hash FROM audit ORDER BY sequence DESC LIMIT 1').pluck().get() ??
      genesisHash
    );
  }

  /** Entries, newest first. `before` pages backwards. */
  list(options: { limit: number; before?: number | undefined }): AuditEntry[] {
    return this.#db
      .prepare<[number, number], AuditRow>(
        'SELECT * FROM audit WHERE sequence < ? ORDER BY sequence DESC LIMIT ?',
      )
      .all(options.before ?? Number.MAX_SAFE_INTEGER, options.limit)
      .map(toEntry);
  }

  /** All entries from the first on, a page at a time, so that others can write between two of them. */
  *entries(): Generator<AuditEntry> {
    for (const { entry } of this.#rows()) if (entry) yield entry;
  }

  /** Recomputes the chain. @returns what does not hold; the log is sound before the first finding. */
  verify(): { entries: number; findings: Finding[] } {
    const findings: Finding[] = [];
    let entries = 0;
    for (const { finding } of this.check()) {
      entries++;
      if (finding) findings.push(finding);
    }
    return { entries, findings };
  }

  /** Recomputes the chain entry by entry. An entry that cannot be read comes without its content. */
  *check(): Generator<{ sequence: number; entry: AuditEntry | null; finding: Finding | null }> {
    let before = { sequence: 0, hash: genesisHash };
    for (const { row, entry } of this.#rows()) {
      const message = faultOf(row, before);
      before = row;
      const where = `audit entry ${row.sequence} (${timeOf(row.at)})`;
      const finding =
        message === undefined ? null : ({ severity: 'error', check: 'audit', where, message } as const);
      yield { sequence: row.sequence, entry, finding };
    }
  }

  *#rows(): Generator<{ row: AuditRow; entry: AuditEntry | null }> {
    const page = this.#db.prepare<[number], AuditRow>(
      'SELECT * FROM audit WHERE sequence > ? ORDER BY sequence LIMIT 256',
    );
    for (let after = Number.MIN_SAFE_INTEGER; ;) {
      const rows = page.all(after);
      if (rows.length === 0) return;
      after = rows.at(-1)!.sequence;
      for (const row of rows) yield { row, entry: readable(row) };
    }
  }
}

/** What is wrong with an entry and its place in the chain; undefined when it is sound. */
function faultOf(row: AuditRow, before: { sequence: number; hash: string }): string | undefined {
  const expected = before.sequence + 1;
  if (row.sequence > expected) {
    const last = row.sequence - 1;
    return `${last === expected ? `Entry ${expected} is` : `Entries ${expected} to ${last} are`} missing before it: the log was cut.`;
  }
  if (row.sequence < expected) return 'It stands before the first entry: it was added.';
  if (row.hash !== rowHash(row))
    return 'This entry was changed after it was written: its hash does not fit it. It and what follows cannot be trusted.';
  if (row.previous_hash !== before.hash)
    return 'It does not follow the entry before it: one of the two was exchanged, or the order was changed.';
  return undefined;
}

function readable(row: AuditRow): AuditEntry | null {
  try {
    return toEntry(row);
  } catch {
    return null;
  }
}

/** A time that may have been changed into something that is none. */
function timeOf(at: number): string {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : `time ${at}`;
}

function rowHash(row: AuditRow): string | undefined {
  try {
    return entryHash({
      ...row,
      detail: JSON.parse(row.detail) as Record<string, unknown>,
      previousHash: row.previous_hash,
    });
  } catch {
    return undefined;
  }
}

function entryHash(entry: {
  sequence: number;
  at: number;
  operator: string;
  action: string;
  detail: Record<string, unknown>;
  previousHash: string;
}): string {
  const { sequence, at, operator, action, detail, previousHash } = entry;
  return createHash('sha256')
    .update(canonicalize({ sequence, at, operator, action, detail, previousHash })!)
    .digest('hex');
}

/** The hash that an entry must have, from what it says: to check it outside of a case. */
export function auditEntryHash(entry: AuditEntry): string {
  return entryHash({ ...entry, at: Date.parse(entry.at) });
}

function toEntry(row: AuditRow): AuditEntry {
  return {
    sequence: row.sequence,
    at: new Date(row.at).toISOString(),
    operator: row.operator,
    action: row.action,
    detail: JSON.parse(row.detail) as Record<string, unknown>,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
