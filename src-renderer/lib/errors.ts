import { ORPCError } from '@orpc/client';
import type { ErrorKind } from '../../src-main/api/types.ts';

export interface ErrorDescription {
  title: string;
  message: string;
  /** `disconnected` is the page's own: the engine did not hear the call. */
  kind: ErrorKind | 'disconnected';
}

const titles: Record<ErrorDescription['kind'], string> = {
  'invalid-input': 'That does not fit',
  'not-found': 'Not found',
  'no-case': 'No case is open',
  'case-locked': 'The case is open elsewhere',
  'case-newer': 'The case is from a newer version',
  'case-damaged': 'The case is damaged',
  'case-gone': 'The case folder cannot be reached',
  'passphrase-required': 'The case is encrypted',
  'wrong-passphrase': 'Not the passphrase of this case',
  'read-only': 'This place cannot be written',
  'disk-full': 'The disk is full',
  busy: 'Something else is running',
  cancelled: 'Cancelled',
  'pack-refused': 'The model was refused',
  'archive-refused': 'The archive was refused',
  unsupported: 'Not possible here',
  internal: 'Something unexpected happened',
  disconnected: 'The engine did not answer',
};

/** Thrown by calls that were under way when the connection to the engine ended. */
export class DisconnectedError extends Error {
  override readonly name = 'DisconnectedError';
  constructor(cause?: unknown) {
    super('The connection to the engine ended before it answered. Try again.', { cause });
  }
}

function kindOf(error: unknown): ErrorDescription['kind'] {
  if (error instanceof DisconnectedError) return 'disconnected';
  if (error instanceof DOMException && error.name === 'AbortError') return 'cancelled';
  if (error instanceof ORPCError && error.code === 'DESCRY') {
    const kind: unknown = (error.data as { kind?: unknown } | undefined)?.kind;
    if (typeof kind === 'string' && kind in titles) return kind as ErrorKind;
  }
  return 'internal';
}

/** Any thrown value in words for the person at the screen. */
export function describeError(error: unknown): ErrorDescription {
  const kind = kindOf(error);
  const message = error instanceof Error && error.message !== '' ? error.message : String(error);
  return { title: titles[kind], message, kind };
}
