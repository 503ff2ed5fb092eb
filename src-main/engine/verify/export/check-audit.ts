import { auditEntryHash, genesisHash } from '../../audit/audit-log.ts';
import { auditEntry, type AuditEntry } from '../../case/schema.ts';
import type { Findings } from './findings.ts';

/**
 * Follows the chain through an extract of an audit log, entry by entry: each hash is computed anew, and
 * each entry must hold the hash of the one before. Where the extract begins later than the log, the
 * first entry's word is taken for what was before it.
 */
export class AuditExtractCheck {
  entries = 0;
  readonly #file: string;
  readonly #findings: Findings;
  #last: AuditEntry | undefined;

  /** @param file that holds the extract, for the findings. */
  constructor(file: string, findings: Findings) {
    this.#file = file;
    this.#findings = findings;
  }

  add(value: unknown): void {
    const parsed = auditEntry.safeParse(value);
    const place = `${this.#file}, audit entry ${this.#last === undefined ? 1 : this.#last.sequence + 1}`;
    if (!parsed.success) {
      this.#findings.error('audit', place, 'It is not an entry of an audit log.');
      return;
    }
    const entry = parsed.data;
    const where = `${this.#file}, audit entry ${entry.sequence} (${entry.at})`;
    const before = this.#last;
    this.#last = entry;
    this.entries++;
    if (auditEntryHash(entry) !== entry.hash) {
      this.#findings.error(
        'audit',
        where,
        'This entry was changed after it was written: its hash does not fit it.',
      );
    }
    if (before === undefined) {
      if (entry.sequence === 1 && entry.previousHash !== genesisHash)
        this.#findings.error('audit', where, 'It is said to be the first entry, but names one before it.');
      return;
    }
    if (entry.sequence !== before.sequence + 1)
      this.#findings.error(
        'audit',
        where,
        entry.sequence > before.sequence + 1
          ? `Before it ${missing(before.sequence + 1, entry.sequence - 1)}: the extract was cut.`
          : `It stands after entry ${before.sequence}: the order was changed.`,
      );
    else if (entry.previousHash !== before.hash)
      this.#findings.error(
        'audit',
        where,
        `It does not follow entry ${before.sequence}: the chain is broken there.`,
      );
  }

  /** @param head what the export says of the log as a whole. */
  finish(head: { headHash: unknown; total: unknown }): void {
    const last = this.#last;
    if (last === undefined) return;
    if (head.total !== last.sequence)
      this.#findings.error(
        'audit',
        this.#file,
        typeof head.total === 'number' && head.total > last.sequence
          ? `The log had ${head.total} entries; the extract ends with entry ${last.sequence}: its end was cut.`
          : `The extract ends with entry ${last.sequence}; the log is said to have ${String(head.total)} entries.`,
      );
    if (head.headHash !== last.hash)
      this.#findings.error(
        'audit',
        this.#file,
        'The hash that the log is said to end with is not that of its last entry.',
      );
  }
}

function missing(from: number, to: number): string {
  return from === to ? `entry ${from} is missing` : `entries ${from} to ${to} are missing`;
}
