import type { Finding } from '../../case/schema.ts';

/** The entry of the log that wrote something. */
export interface WrittenBy {
  sequence: number;
  /** ISO 8601 with an offset. */
  at: string;
}

/** A finding in a case, with the entry that wrote what it is about, where one is known. */
export interface CaseFinding extends Finding {
  written?: WrittenBy | undefined;
}

export function fault(check: string, where: string, message: string, written?: WrittenBy): CaseFinding {
  return { severity: 'error', check, where, message, ...(written && { written }) };
}

export function warning(check: string, where: string, message: string): CaseFinding {
  return { severity: 'warning', check, where, message };
}

/** Lets others work; to be awaited between two pieces of a long check. */
export { setImmediate as breathe } from 'node:timers/promises';
