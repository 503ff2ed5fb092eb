import { setImmediate } from 'node:timers/promises';
import type { RemovalRepository } from '../case/repositories/removal-repository.ts';
import type { RemovalPreview } from './schema.ts';

/** Searches that are looked at before others get their turn. */
const searchesAtOnce = 20;

/** Counts what the removal of a batch would take away, a part at a time, so that others can work meanwhile. */
export async function previewRemoval(removals: RemovalRepository, batchId: number): Promise<RemovalPreview> {
  const steps = removals.extent(batchId);
  let step = steps.next();
  while (!step.done) {
    await setImmediate();
    step = steps.next();
  }
  const { crops, kept, files, bytes } = step.value;
  const marks = removals.marks(batchId);
  const searches = new Set<number>();
  for (const [i, searchId] of removals.searchIds().entries()) {
    if (removals.isInSearch(searchId, batchId)) searches.add(searchId);
    if (i % searchesAtOnce === 0) await setImmediate();
  }
  const reports = removals.reportedSearches().filter((ids) => ids.some((id) => searches.has(id))).length;
  return { batchId, crops: crops - kept, kept, files, bytes, ...marks, searches: searches.size, reports };
}
