/** Batches that are tried, in this order. */
const batches = [1, 4, 8, 16, 32, 64];
/** Batches that are worth a try only where a picture takes long, so that few larger ones fit into the time. */
const forSlowModels = [4];
/** Milliseconds a picture from which on a model is slow: large networks without a graphics card. */
const slow = 50;
/**
 * Pictures that are timed at every batch, in one run or in several: what else the machine does then
 * slows all batches alike. The faster of two rounds counts.
 */
const timedImages = 32;
/** Part of the time for one round of one batch, so that a slow model is tried at more than one. */
const roundShare = 1 / 8;
export const rounds = 2;

/** The batches for a model that takes this many milliseconds a picture. */
export function trialBatches(perImage: number): number[] {
  return batches.filter((batch) => perImage >= slow || !forSlowModels.includes(batch));
}

/**
 * How often a batch is run in one round.
 * @param perImage milliseconds, as measured so far.
 * @param budget time for the whole trial, and what is left of it, in milliseconds.
 * @returns 0 when one run to warm up and one round would take longer than what is left.
 */
export function trialRuns(batch: number, perImage: number, budget: number, left: number): number {
  const run = batch * perImage;
  const enough = Math.ceil(timedImages / batch);
  const runs = Math.max(1, Math.min(enough, Math.floor((budget * roundShare) / run)));
  return (1 + runs) * run <= left ? runs : 0;
}
