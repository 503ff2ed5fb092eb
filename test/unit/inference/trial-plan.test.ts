import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rounds, trialBatches, trialRuns } from '../../../src-main/engine/inference/trial-plan.ts';

/** Batches that a trial gets through, and the time it takes, if every picture takes `perImage`. */
function trial(perImage: number, budget: number): { batches: number[]; spent: number } {
  let spent = perImage;
  const batches = [];
  for (const batch of trialBatches(perImage)) {
    const runs = trialRuns(batch, perImage, budget, budget - spent);
    if (runs === 0) break;
    const warmUp = batch > 1 ? 1 : 0;
    // A round that begins before the end is finished; another is not begun after it.
    spent += (warmUp + runs) * batch * perImage;
    for (let round = 1; round < rounds && spent < budget; round++) spent += runs * batch * perImage;
    batches.push(batch);
  }
  return { batches, spent };
}

describe('a trial of a provider', () => {
  it('times 32 pictures at every batch where the model is fast, and ends long before its time', () => {
    expect(trialBatches(2)).toEqual([1, 8, 16, 32, 64]);
    expect([1, 8, 32, 64].map((batch) => trialRuns(batch, 2, 3000, 3000))).toEqual([32, 4, 1, 1]);
    expect(trial(2, 3000)).toMatchObject({ batches: [1, 8, 16, 32, 64] });
    expect(trial(2, 3000).spent).toBeLessThan(1500);
  });

  it.each([
    [100, 3000, [1, 4]],
    [100, 8000, [1, 4, 8]],
    [300, 8000, [1, 4]],
    [600, 8000, [1, 4]],
  ])('tries a large model (%i ms a picture) at more than one batch in %i ms', (perImage, budget, batches) => {
    expect(trial(perImage, budget).batches).toEqual(batches);
  });

  it('takes at most half as long again as its time, however slow the model is', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 20_000, noNaN: true }), (perImage) => {
        expect(trial(perImage, 8000).spent).toBeLessThanOrEqual(Math.max(12_000, perImage));
      }),
    );
  });

  it('is over after the first picture that takes longer than all of its time', () => {
    expect(trial(20_000, 3000)).toEqual({ batches: [], spent: 20_000 });
  });
});
