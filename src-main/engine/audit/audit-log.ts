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

  /** Adds an entry, inside the caller's transaction where there is one. */
  append(action: AuditAction, detail: Record<string, unknown> = {}): void {
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
        at: Date.now(),
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

  /** Recomputes the chain and names the first entry from which it does not hold. */
  verify(): { entries: number; findings: Finding[] } {
    const findings: Finding[] = [];
    let previousHash = genesisHash;
    let entries = 0;
    for (const row of this.#db.prepare<[], AuditRow>('SELECT * FROM audit ORDER BY sequence').iterate()) {
      entries++;
      const where = `audit entry ${row.sequence} (${new Date(row.at).toISOString()})`;
      if (row.sequence !== entries) {
        findings.push({
          severity: 'error',
          check: 'audit',
          where,
          message: `Entry ${entries} is missing: the log was cut.`,
        });
        break;
      }
      if (row.previous_hash !== previousHash || row.hash !== rowHash(row)) {
        findings.push({
          severity: 'error',
          check: 'audit',
          where,
          message: 'This entry was changed after it was written; it and what follows cannot be trusted.',
        });
        break;
      }
      previousHash = row.hash;
    }
    return { entries, findings };
  }
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
