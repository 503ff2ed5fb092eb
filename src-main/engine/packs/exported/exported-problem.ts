import { DescryError } from '../../errors.ts';

/** An exported model that Descry cannot use as it is. */
export function cannotUse(reason: string, detail: Record<string, unknown> = {}): DescryError {
  return new DescryError('unsupported', `This exported model cannot be used: ${reason}`, detail);
}

/** An exported model whose files are damaged or do not fit each other. */
export function doesNotFit(
  reason: string,
  detail: Record<string, unknown> = {},
  cause?: unknown,
): DescryError {
  return new DescryError(
    'pack-refused',
    `This exported model does not fit together: ${reason}`,
    detail,
    cause,
  );
}
