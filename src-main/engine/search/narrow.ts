import { createHash } from 'node:crypto';
import type { CaseDatabase } from '../case/database.ts';
import type { PackSummary } from '../inference/schema.ts';
import { countCrops, countSource } from './crop-cells.ts';
import { filterSql, filtersTime } from './filter-sql.ts';
import type { Gallery } from './gallery.ts';
import type { GalleryState, SearchFilter, SearchWarning } from './schema.ts';

/** Crops that take part in a ranking, and how many do not and why. */
export interface NarrowedGallery {
  /** Ids ascending, all with a vector. */
  searched: Int32Array;
  state: GalleryState;
}

/**
 * Applies a filter exactly, before any ranking.
 * @param lastCropId crops with higher ids do not exist for this search; a re-run gives the id of the time.
 */
export function narrowGallery(
  db: CaseDatabase,
  gallery: Gallery,
  filter: SearchFilter,
  timeZone: string,
  lastCropId: number,
): NarrowedGallery {
  const { where, parameters, empty } = filterSql(db, filter, timeZone);
  const isNow = lastCropId >= newestCropId(db);
  const count = (condition: string, ...values: (string | number)[]): number =>
    db
      .prepare<unknown[], number>(`SELECT count(*) FROM crops AS c WHERE c.id <= ? AND ${condition}`)
      .pluck()
      .get(lastCropId, ...values)!;
  const crops = isNow ? countCrops(db, {}, timeZone) : count('c.removed_at IS NULL');
  let passed: number;
  let searched: Int32Array;
  if (empty) {
    passed = crops;
    searched = gallery.index.present(null);
    if (searched.length > 0 && searched.at(-1)! > lastCropId)
      searched = searched.filter((id) => id <= lastCropId);
  } else {
    // Without an order and without the id's own range SQLite takes the index of the filter; sorting is quicker here.
    const ids = (condition: string, byIndex = ''): Int32Array =>
      Int32Array.from(
        db
          .prepare<unknown[], number>(
            `SELECT c.id FROM crops AS c ${byIndex} WHERE c.removed_at IS NULL AND ${condition} ${isNow ? '' : `AND +c.id <= ${lastCropId}`}`,
          )
          .pluck()
          .all(...parameters),
      ).sort();
    if (isNow && letsMostThrough(db, filter, timeZone, crops)) {
      // All crops are looked at, but in the index that has what most filters ask for, not in the rows.
      const rests = filter.batches?.length ? '' : 'INDEXED BY crops_camera_time';
      const left = ids(`(${where}) IS NOT 1`, rests);
      passed = crops - left.length;
      searched = without(gallery.index.present(null), left);
    } else {
      const found = ids(`(${where})`);
      passed = found.length;
      searched = gallery.index.present(found);
    }
  }
  let withoutTime = 0;
  if (filtersTime(filter)) {
    const rest = filterSql(db, filter, timeZone, ['time', 'timeOfDay']);
    withoutTime = count(`c.corrected_at IS NULL AND (${rest.where})`, ...rest.parameters);
  }
  const excluded: GalleryState['excluded'] = [
    { reason: 'filter', count: crops - passed - withoutTime },
    { reason: 'no-vector', count: passed - searched.length },
    { reason: 'no-time', count: withoutTime },
  ];
  return {
    searched,
    state: {
      crops,
      searched: searched.length,
      excluded: excluded.filter((part) => part.count > 0),
      lastCropId,
      digest: idDigest(searched),
    },
  };
}

/** Whether the fewer crops are those that a filter leaves out; only where that is known without looking at them. */
function letsMostThrough(db: CaseDatabase, filter: SearchFilter, timeZone: string, crops: number): boolean {
  const source = countSource(db, filter, timeZone);
  return source.inCells && countCrops(db, filter, timeZone) > crops / 2;
}

function newestCropId(db: CaseDatabase): number {
  return db.prepare<[], number | null>('SELECT max(id) FROM crops').pluck().get() ?? 0;
}

/** Both ascending. */
function without(cropIds: Int32Array, left: Int32Array): Int32Array {
  let place = 0;
  return cropIds.filter((cropId) => {
    while (place < left.length && left[place]! < cropId) place++;
    return left[place] !== cropId;
  });
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
