import type { AvoidTerm } from '../exact-score.ts';

/**
 * A score less what one phrase to avoid takes from it. Rounded the way the reference rounds it; since
 * rounding keeps the order of numbers, bounds of both scores give bounds of the result.
 */
export function lessAvoided(score: number, avoided: number, { strength, background }: AvoidTerm): number {
  return score - strength * Math.max(0, avoided - background);
}
