import { InvalidArgumentError } from 'commander';

/** Readers of option values; what does not fit is wrong use, said with the option's name. */

/** @returns a reader of whole numbers from `least` to `most`. */
export function wholeNumber(
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): (value: string) => number {
  const range =
    most === Number.MAX_SAFE_INTEGER
      ? `a whole number from ${least}`
      : `a whole number from ${least} to ${most}`;
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most)
      throw new InvalidArgumentError(`Give ${range}.`);
    return number;
  };
}

/** @returns a reader of numbers; `most` itself is allowed, and `least` unless `above` is set. */
export function decimalNumber(
  least: number,
  most: number,
  above: 'above' | 'from' = 'from',
): (value: string) => number {
  return (value) => {
    const number = value.trim() === '' ? NaN : Number(value);
    if (!(number >= least && number <= most) || (above === 'above' && number === least))
      throw new InvalidArgumentError(`Give a number ${above} ${least} to ${most}.`);
    return number;
  };
}

/** A zone of the IANA database, such as Europe/Berlin. */
export function timeZone(value: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return value;
  } catch {
    throw new InvalidArgumentError('Give a zone such as Europe/Berlin, America/New_York or UTC.');
  }
}

/** @returns a reader that adds each value to those before it. */
export function collect<T>(read: (value: string) => T): (value: string, previous: T[]) => T[] {
  return (value, previous) => [...previous, read(value)];
}
