import { createHash } from 'node:crypto';

/** Crops in the order in which a blind review shows them: that of SHA-256 over "<seed>:<crop id>". */
export function blindOrder(seed: string, cropIds: readonly number[]): number[] {
  return cropIds
    .map((cropId) => ({ cropId, key: createHash('sha256').update(`${seed}:${cropId}`).digest('hex') }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ cropId }) => cropId);
}
