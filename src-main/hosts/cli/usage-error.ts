/** A wrong use of the command line that the parser alone cannot see. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
