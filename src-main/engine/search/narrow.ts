import { createHash } from 'node:crypto';
import type { CaseDatabase } from '../case/database.ts';
import type { PackSummary } from '../inference/schema.ts';
import { filterSql, filtersTime } from './filter-sql.ts';
import type { CropCount, Gallery } from './gallery.ts';
import type { GalleryState, SearchFilter, SearchWarning } from './schema.ts';

/** What a filter leaves of a case, before anything is ranked. */
export interface NarrowedCase extends CropCount {
  /** The crops that pass, ids ascending, with or without a vector; null when the filter is empty. */
  cropIds: Int32Array | null;
  /** Crops that only lack the time that the filter asks for. */
  withoutTime: number;
}

/**
 * Applies a filter exactly, before any ranking.
 * @param count what the case holds; crops with higher ids do not exist for this search.
 */
export function narrowCase(
  db: CaseDatabase,
  filter: SearchFilter,
  timeZone: string,
  count: CropCount,
): NarrowedCase {
  const { where, parameters, empty } = filterSql(db, filter, timeZone);
  if (empty) return { ...count, cropIds: null, withoutTime: 0 };
  const ids = db
    // The plus sign, and no order, leave the choice of the index to the filter.
    .prepare<unknown[], number>(`SELECT c.id FROM crops AS c WHERE +c.id <= ? AND (${where})`)
    .pluck()
    .all(count.lastCropId, ...parameters);
  let withoutTime = 0;
  if (filtersTime(filter)) {
    const rest = filterSql(db, filter, timeZone, ['time', 'timeOfDay']);
    withoutTime = db
      .prepare<unknown[], number>(
        `SELECT count(*) FROM crops AS c WHERE +c.id <= ? AND c.corrected_at IS NULL AND (${rest.where})`,
      )
      .pluck()
      .get(count.lastCropId, ...rest.parameters)!;
  }
  return { ...count, cropIds: Int32Array.from(ids).sort(), withoutTime };
}

/** How many crops with ids up to one a case holds. */
export function countCrops(db: CaseDatabase, lastCropId: number): CropCount {
  const crops = db
    .prepare<[number], number>('SELECT count(*) FROM crops WHERE id <= ?')
    .pluck()
    .get(lastCropId)!;
  return { crops, lastCropId };
}

/**
 * The state of the gallery that a search records.
 * @param searched crops that took part, ids ascending.
 */
export function galleryState(
  { crops, lastCropId, cropIds, withoutTime }: NarrowedCase,
  searched: Int32Array,
): GalleryState {
  const passed = cropIds?.length ?? crops;
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
    digest: idDigest(searched),
  };
}

/** SHA-256 over crop ids in ascending order, each as a little-endian 32-bit integer. */
export function idDigest(cropIds: Int32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(cropIds.buffer, cropIds.byteOffset, cropIds.byteLength))
    .digest('hex');
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
