import type { CaseDatabase } from '../case/database.ts';
import type { OpenCase } from '../case/open-case.ts';
import type { StoredResult, StoredSearch } from '../case/repositories/search-repository.ts';
import { toDescryError } from '../errors.ts';
import type { WithModel } from '../inference/loaded-models.ts';
import { embedQuery, type EmbeddedQuery } from './embed-query.ts';
import type { Gallery } from './gallery.ts';
import { countCropsUpTo, galleryState, narrowCase } from './narrow.ts';
import { cleanQuery } from './query.ts';
import { decodeQueryVectors, largestDifference } from './query-vector.ts';
import { toSearchRecord } from './records.ts';
import type { GalleryState } from './schema.ts';

/** A change of a score that rounding in another runtime explains. */
const embeddingTolerance = 1e-4;

/** Differences named one by one; the rest is counted. */
const namedDifferences = 5;

/** Whether the stored head came out again: crops, order, folding and scores to 4 decimals; if not, where. */
export function compareWithHead(
  head: readonly StoredResult[],
  rowsThen: number,
  now: readonly StoredResult[],
  rowsNow: number,
): string[] {
  const differences: string[] = [];
  head.forEach((row, i) => {
    const again = now[i];
    if (!again) {
      differences.push(`Rank ${row.rank} was crop ${row.cropId}; the list ends before it now.`);
      return;
    }
    const { cropId, score, folded } = again;
    if (cropId !== row.cropId)
      differences.push(`Rank ${row.rank} was crop ${row.cropId} and is crop ${cropId} now.`);
    else if (score.toFixed(4) !== row.score.toFixed(4)) {
      differences.push(
        `Crop ${cropId} at rank ${row.rank} had the score ${row.score.toFixed(4)} and has ${score.toFixed(4)} now.`,
      );
    } else if (folded !== row.folded) {
      differences.push(
        `The row of crop ${cropId} at rank ${row.rank} held ${row.folded} crops and holds ${folded} now.`,
      );
    }
  });
  const unnamed = differences.length - namedDifferences;
  const shown = differences.slice(0, namedDifferences);
  if (unnamed > 0) shown.push(`${unnamed} more ranks differ.`);
  if (rowsNow !== rowsThen) shown.push(`The list had ${rowsThen} rows and has ${rowsNow} now.`);
  return shown;
}

/**
 * Why the filter of a search lets other crops through today, from the counts and from what was done in the
 * case since. The list itself rests on the crops of the time.
 */
export function compareGalleries(
  db: CaseDatabase,
  before: GalleryState,
  now: GalleryState,
  since: number,
): string[] {
  if (before.digest === now.digest) return [];
  const differences = [
    before.searched === now.searched
      ? `The filter lets as many crops through today as at the time (${now.searched}), but not the same ones. The list was ranked over those of the time.`
      : `${before.searched} crops were searched; today the filter lets ${now.searched} of that time through. The list was ranked over those of the time.`,
  ];
  const without = (state: GalleryState): number =>
    state.excluded.find((part) => part.reason === 'no-vector')?.count ?? 0;
  if (without(before) !== without(now))
    differences.push(`${without(before)} crops had no vector at the time, ${without(now)} have none now.`);
  const done = db
    .prepare<[number], { action: string; count: number }>(
      'SELECT action, count(*) AS count FROM audit WHERE at >= ? GROUP BY action',
    )
    .all(since);
  const counts = new Map(done.map(({ action, count }) => [action, count]));
  const changes: string[] = [];
  const tell = (actions: string[], one: string, many: string): void => {
    const count = actions.reduce((sum, action) => sum + (counts.get(action) ?? 0), 0);
    if (count > 0) changes.push(count === 1 ? `1 ${one}` : `${count} ${many}`);
  };
  tell(['camera-changed'], 'change of a clock offset or zone', 'changes of clock offsets or zones');
  tell(['batch-removal-started'], 'import batch taken out', 'import batches taken out');
  tell(['case-changed'], 'change of the case details', 'changes of the case details');
  tell(['decision'], 'decision', 'decisions');
  tell(['tag-added', 'tag-removed'], 'change of tags', 'changes of tags');
  tell(['note-added', 'note-removed'], 'change of notes', 'changes of notes');
  if (changes.length > 0)
    differences.push(`Since the search, what its filter looks at may have changed: ${changes.join(', ')}.`);
  return differences;
}

/** The crops that a stored search's filter lets through today, of those that existed then. */
export function stateToday(openCase: OpenCase, gallery: Gallery, stored: StoredSearch): GalleryState {
  const { query, gallery: before } = toSearchRecord(stored, openCase.timeZone);
  const then = countCropsUpTo(openCase.db, before.lastCropId);
  const narrowed = narrowCase(openCase, gallery.index, query.filter, then);
  const present = gallery.index.present(narrowed.cropIds);
  return galleryState(
    narrowed,
    present.filter((id) => id <= before.lastCropId),
  );
}

/**
 * In words, how the model in use embeds a search's texts differently; nothing when it agrees. A model that
 * cannot be loaded is a difference too, and no hindrance: the ranking rests on the stored vectors.
 */
export async function embeddingDrift(
  openCase: OpenCase,
  withModel: WithModel,
  stored: StoredSearch,
): Promise<string[]> {
  const name = `${stored.packId} ${stored.packVersion}`;
  let embedded: EmbeddedQuery;
  try {
    const { query } = toSearchRecord(stored, openCase.timeZone);
    const fresh = await withModel(async (model) =>
      model.summary.digest === stored.packDigest ? embedQuery(model, cleanQuery(query)) : undefined,
    );
    if (!fresh) {
      return [
        `The words were not embedded again: the search was made with ${name}, and another model is in use.`,
      ];
    }
    embedded = fresh;
  } catch (error) {
    return [`The words were not embedded again: ${toDescryError(error).message}`];
  }
  const vectors = decodeQueryVectors(stored.queryVectors);
  const before = [...vectors.statements, ...vectors.avoid].map(({ vector }) => vector);
  const fresh = [...embedded.statements, ...embedded.avoid(() => 0)].map(({ vector }) => vector);
  if (before.length !== fresh.length) {
    return [
      'This version of Descry reads the words of the search differently. The list was ranked with the stored vectors.',
    ];
  }
  const largest = largestDifference(before, fresh);
  if (largest <= embeddingTolerance) return [];
  return [
    `The words give slightly different vectors here (a score can differ by up to ${largest.toExponential(1)}). The list was ranked with the stored vectors.`,
  ];
}
