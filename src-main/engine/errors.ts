/**
 * What can go wrong, as the outside sees it. Every error that crosses a host's edge
 * carries one of these kinds; a host turns it into a dialog, an HTTP status or an exit code.
 */
export const errorKinds = [
  /** The caller's input does not fit (wrong type, out of range, unknown id). */
  'invalid-input',
  /** A case, crop, search, pack or file that is not there. */
  'not-found',
  /** No case is open. */
  'no-case',
  /** Another process has the case open. */
  'case-locked',
  /** The case was written by a newer Descry. */
  'case-newer',
  /** The folder is not a case, or its database is damaged. */
  'case-damaged',
  /** The case folder went away while it was open. */
  'case-gone',
  /** The case is encrypted, and no passphrase was given. */
  'passphrase-required',
  /** The passphrase is not that of the encrypted case. */
  'wrong-passphrase',
  /** The folder or file cannot be written. */
  'read-only',
  'disk-full',
  /** Another job of the same kind is running. */
  'busy',
  'cancelled',
  /** A model pack whose hashes, schema or graphs do not fit. */
  'pack-refused',
  /** An archive of a case whose structure, hashes or database do not fit. */
  'archive-refused',
  /** Understood, but not something this build can do. */
  'unsupported',
  /** A bug: everything that was not foreseen. */
  'internal',
] as const;

export type ErrorKind = (typeof errorKinds)[number];

/** An error that was foreseen: its message is written for the person at the screen. */
export class DescryError extends Error {
  override readonly name = 'DescryError';
  readonly kind: ErrorKind;
  /** Facts for the log and for machines (paths, ids, limits); never needed to understand the message. */
  readonly detail: Record<string, unknown>;

  constructor(kind: ErrorKind, message: string, detail: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.detail = detail;
  }
}

/** The code of a Node or SQLite error (`ENOSPC`, `SQLITE_BUSY`), or undefined. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Gives any thrown value a kind. Foreseen errors pass through; the file system's and SQLite's
 * codes for full, read-only and missing become their kinds; the rest is `internal`.
 */
export function toDescryError(error: unknown): DescryError {
  if (error instanceof DescryError) return error;
  const code = errorCode(error) ?? '';
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code.startsWith('SQLITE_FULL')) {
    return new DescryError(
      'disk-full',
      'The disk is full. Free some space and try again; nothing was lost.',
      { code },
      error,
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code.startsWith('SQLITE_READONLY')) {
    return new DescryError('read-only', `This place cannot be written: ${message}`, { code }, error);
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new DescryError('case-damaged', `The case's database is damaged: ${message}`, { code }, error);
  }
  if (code.startsWith('SQLITE_IOERR') || code === 'SQLITE_CANTOPEN') {
    return new DescryError('case-gone', `The case's files cannot be reached: ${message}`, { code }, error);
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const { path } = error as NodeJS.ErrnoException;
    return new DescryError(
      'not-found',
      path === undefined ? message : `There is nothing at ${path}.`,
      { code, path },
      error,
    );
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return new DescryError('cancelled', 'Cancelled.', {}, error);
  }
  return new DescryError('internal', message, { code }, error);
}

/** Marks a branch that the types say cannot be reached. */
export function assertNever(value: never, message: string): never {
  throw new Error(`${message}: ${JSON.stringify(value)}`);
}
