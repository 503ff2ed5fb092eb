import { z } from 'zod';
import { verdict, type Verdict } from '../case/schema.ts';

export const verdicts = verdict.options;

/** How two reviews of the same crops agree. */
export const agreement = z.object({
  /** Crops of the review; those that both decided; those with the same verdict from both. */
  crops: z.int(),
  decidedByBoth: z.int(),
  same: z.int(),
  onlyFirst: z.int(),
  onlySecond: z.int(),
  neither: z.int(),
  /** Crops by the first reviewer's verdict (row) and the second's (column), in the order of `verdicts`. */
  verdicts: z.array(verdict),
  table: z.array(z.array(z.int())),
  /** Cohen's kappa over the crops that both decided; null when chance alone explains everything or nothing was decided. */
  kappa: z.number().nullable(),
});
export type Agreement = z.infer<typeof agreement>;

/**
 * Counts how two reviews agree. Kappa is (p_o - p_e) / (1 - p_e), with p_o the share of crops that got the
 * same verdict and p_e the share to be expected from how often each reviewer gave each verdict:
 * J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20
 * (1960), pp. 37-46.
 */
export function measureAgreement(
  pairs: Iterable<{ first: Verdict | null; second: Verdict | null }>,
): Agreement {
  const table = verdicts.map(() => verdicts.map(() => 0));
  const counts = { crops: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
  for (const { first, second } of pairs) {
    counts.crops++;
    if (first && second) table[verdicts.indexOf(first)]![verdicts.indexOf(second)]!++;
    else if (first) counts.onlyFirst++;
    else if (second) counts.onlySecond++;
    else counts.neither++;
  }
  const same = table.reduce((sum, row, i) => sum + row[i]!, 0);
  const decidedByBoth = table.flat().reduce((sum, count) => sum + count, 0);
  return {
    ...counts,
    decidedByBoth,
    same,
    verdicts: [...verdicts],
    table,
    kappa: kappaOf(table, same, decidedByBoth),
  };
}

function kappaOf(table: readonly (readonly number[])[], same: number, total: number): number | null {
  const expected = table.reduce((sum, row, i) => {
    const byFirst = row.reduce((a, b) => a + b, 0);
    const bySecond = table.reduce((a, other) => a + other[i]!, 0);
    return sum + byFirst * bySecond;
  }, 0);
  // In whole numbers, so that "all by chance" is told exactly: 1 - p_e is 0 when total * total equals it.
  if (total * total === expected) return null;
  return (same * total - expected) / (total * total - expected);
}
