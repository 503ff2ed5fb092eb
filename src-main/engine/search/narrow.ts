import type { CaseDatabase } from '../case/database.ts';
import type { OpenCase } from '../case/open-case.ts';
import type { PackSummary } from '../inference/schema.ts';
import { countCrops, countSource } from './crop-cells.ts';
import { idDigest } from './crop-set.ts';
import { filterSql, filtersTime } from './filter-sql.ts';
import type { CropCount, Gallery } from './gallery.ts';
import type { VectorIndex } from './index/vector-index.ts';
import type { GalleryState, SearchFilter, SearchWarning } from './schema.ts';

/** What a filter leaves of a case, before anything is ranked. */
export interface NarrowedCase extends CropCount {
  /** The crops that can take part, ids ascending; null for all. Those among them without a vector take none. */
  cropIds: Int32Array | null;
  /** Crops that pass, with or without a vector. */
  passed: number;
  /** Crops that only lack the time that the filter asks for. */
  withoutTime: number;
}

/**
 * Applies a filter exactly, before any ranking.
 * @param count what the case holds; crops with higher ids do not exist for this search.
 */
export function narrowCase(
  { db, timeZone }: Pick<OpenCase, 'db' | 'timeZone'>,
  index: Pick<VectorIndex, 'present'>,
  filter: SearchFilter,
  count: CropCount,
): NarrowedCase {
  const { where, parameters, empty } = filterSql(db, filter, timeZone);
  if (empty) return { ...count, cropIds: null, passed: count.crops, withoutTime: 0 };
  // Without an order, and with a plus sign before the id, SQLite takes the index of the filter; sorting is quicker here.
  const ids = (condition: string, byIndex = ''): Int32Array =>
    Int32Array.from(
      db
        .prepare<unknown[], number>(
          `SELECT c.id FROM crops AS c ${byIndex} WHERE c.removed_at IS NULL AND ${condition} AND +c.id <= ?`,
        )
        .pluck()
        .all(...parameters, count.lastCropId),
    ).sort();
  const withoutTime = filtersTime(filter) ? countWithoutTime(db, filter, timeZone, count) : 0;
  if (letsMostThrough(db, filter, timeZone, count)) {
    // All crops are looked at, but in the index that has what most filters ask for, not in the rows.
    const rests = filter.batches?.length ? '' : 'INDEXED BY crops_camera_time';
    const left = ids(`(${where}) IS NOT 1`, rests);
    const cropIds = without(index.present(null), left);
    return { ...count, cropIds, passed: count.crops - left.length, withoutTime };
  }
  const cropIds = ids(`(${where})`);
  return { ...count, cropIds, passed: cropIds.length, withoutTime };
}

/** How many crops with ids up to one a case holds today. */
export function countCropsUpTo(db: CaseDatabase, lastCropId: number): CropCount {
  const crops = db
    .prepare<[number], number>('SELECT count(*) FROM crops WHERE id <= ? AND removed_at IS NULL')
    .pluck()
    .get(lastCropId)!;
  return { crops, lastCropId };
}

function countWithoutTime(
  db: CaseDatabase,
  filter: SearchFilter,
  timeZone: string,
  { lastCropId }: CropCount,
): number {
  const { where, parameters } = filterSql(db, filter, timeZone, ['time', 'timeOfDay']);
  return db
    .prepare<unknown[], number>(
      `SELECT count(*) FROM crops AS c WHERE c.removed_at IS NULL AND c.corrected_at IS NULL AND (${where}) AND +c.id <= ?`,
    )
    .pluck()
    .get(...parameters, lastCropId)!;
}

/** Whether the fewer crops are those that a filter leaves out; only where that is known without looking at them. */
function letsMostThrough(
  db: CaseDatabase,
  filter: SearchFilter,
  timeZone: string,
  { crops }: CropCount,
): boolean {
  if (!countSource(db, filter, timeZone).inCells) return false;
  return countCrops(db, {}, timeZone) === crops && countCrops(db, filter, timeZone) > crops / 2;
}

/** Both ascending. */
function without(cropIds: Int32Array, left: Int32Array): Int32Array {
  let place = 0;
  return cropIds.filter((cropId) => {
    while (place < left.length && left[place]! < cropId) place++;
    return left[place] !== cropId;
  });
}

/**
 * The state of the gallery that a search records.
 * @param searched crops that took part, ids ascending.
 * @param digest of `searched`, where it is known.
 */
export function galleryState(
  { crops, lastCropId, passed, withoutTime }: NarrowedCase,
  searched: Int32Array,
  digest = idDigest(searched),
): GalleryState {
  const excluded: GalleryState['excluded'] = [
    { reason: 'filter', count: crops - passed - withoutTime },
    { reason: 'no-vector', count: passed - searched.length },
    { reason: 'no-time', count: withoutTime },
  ];
  return {
    crops,
    searched: searched.length,
    excluded: excluded.filter((part) => part.count > 0),
    lastCropId,
    digest,
  };
}

/** What an investigator should know about the crops that took no part. */
export function galleryWarnings(
  state: GalleryState,
  gallery: Gallery,
  model: Pick<PackSummary, 'id' | 'version'>,
): SearchWarning[] {
  if (state.crops === 0) return [];
  const name = `${model.id} ${model.version}`;
  const unread = state.excluded.find(({ reason }) => reason === 'no-vector')?.count ?? 0;
  if (state.searched === 0 && unread === 0)
    return [warning('empty-filter', 'The filters let no crop through. Widen them.')];
  if (unread === 0) return [];
  if (gallery.index.size === 0) return [unreadCase(model)];
  const crops = `${unread.toLocaleString('en')} ${unread === 1 ? 'crop has' : 'crops have'}`;
  return [
    warning(
      'not-embedded',
      state.searched === 0
        ? `No crop that the filters leave has been read with ${name} yet. Let it read the rest of the case.`
        : `${crops} not been read with ${name} yet and took no part.`,
    ),
  ];
}

/** The warning of a search with a model that has read nothing of the case. */
export function unreadCase({ id, version }: Pick<PackSummary, 'id' | 'version'>): SearchWarning {
  return warning(
    'not-embedded',
    `No crop of this case has been read with ${id} ${version} yet. Let it read the case first.`,
  );
}

function warning(kind: SearchWarning['kind'], message: string): SearchWarning {
  return { kind, message, words: [] };
}
