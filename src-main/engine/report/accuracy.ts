/**
 * Wilson score interval of a share at the 0.95 level (z = 1.96).
 * @param share 0..1 of `trials`; returns [low, high] within 0..1.
 */
export function wilsonInterval(share: number, trials: number): [number, number] {
  if (trials <= 0) return [0, 1];
  const z = 1.959964;
  const divisor = 1 + (z * z) / trials;
  const centre = (share + (z * z) / (2 * trials)) / divisor;
  const half = (z / divisor) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
