import { DescryError, type ErrorKind } from '../../errors.ts';

/** Why a key or certificate cannot be used, for whoever shows it: `detail.reason` of the error. */
export type SigningProblem =
  | 'passphrase-missing'
  | 'passphrase-wrong'
  | 'not-a-key-file'
  | 'damaged'
  | 'no-private-key'
  | 'no-certificate'
  | 'too-large'
  | 'too-slow'
  | 'unsupported-protection'
  | 'unsupported-key'
  | 'weak-key'
  | 'not-for-signatures'
  | 'expired'
  | 'not-yet-valid'
  | 'unknown-key'
  | 'key-store-refused'
  | 'key-store-unavailable'
  | 'does-not-fit';

const kinds: Partial<Record<SigningProblem, ErrorKind>> = {
  'unsupported-protection': 'unsupported',
  'unsupported-key': 'unsupported',
  'unknown-key': 'not-found',
  'key-store-refused': 'cancelled',
  'key-store-unavailable': 'unsupported',
};

/**
 * An error about a key, a certificate or a passphrase. Nothing secret is ever part of it: causes from
 * libraries are left out, because they may quote what they were given.
 */
export function signingError(
  reason: SigningProblem,
  message: string,
  detail: Record<string, unknown> = {},
): DescryError {
  return new DescryError(kinds[reason] ?? 'invalid-input', message, { ...detail, reason });
}
