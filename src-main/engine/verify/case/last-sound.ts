import type { AuditEntry, Finding } from '../../case/schema.ts';
import type { CaseFinding } from './case-finding.ts';

/** Findings that a verification's entry names; of one with more it is not known what it found sound. */
export const namedFindings = 500;

interface PastVerification {
  sequence: number;
  at: string;
  checks: ReadonlySet<string>;
  found: ReadonlySet<string>;
  whole: boolean;
}

/** How a verification's entry names what it found. */
export function findingKey({ check, where }: Pick<Finding, 'check' | 'where'>): string {
  return `${check}: ${where}`;
}

/**
 * Tells since when something is wrong: the log knows of every verification which checks it made and what
 * it found. Only entries before the first break of the chain are believed.
 */
export class LastSound {
  readonly #past: PastVerification[] = [];

  /** Takes the entries of the log in their order. */
  read(entry: AuditEntry): void {
    if (entry.action !== 'verified') return;
    const { checks, found, findings } = entry.detail;
    const named = strings(found);
    this.#past.push({
      sequence: entry.sequence,
      at: entry.at,
      checks: new Set(strings(checks)),
      found: new Set(named),
      whole: named.length === findings,
    });
  }

  /** The finding with the last time at which what it is about was right. */
  complete({ written, ...finding }: CaseFinding): Finding {
    const key = findingKey(finding);
    for (const past of this.#past.toReversed()) {
      if (written && past.sequence < written.sequence) break;
      if (!past.checks.has(finding.check) || past.found.has(key) || !past.whole) continue;
      return { ...finding, lastSound: { at: past.at, sequence: past.sequence, by: 'verification' } };
    }
    return { ...finding, lastSound: written ? { ...written, by: 'entry' } : null };
  }
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
