import type { ReadableCase } from '../case/case-snapshot.ts';
import { fromInstant, toInstant } from '../case/times.ts';
import type { SearchRecord } from '../search/schema.ts';
import type { ReportedSearch } from './schema.ts';

interface CameraRow {
  name: string | null;
  crops: number;
  withoutTime: number;
  first: number | null;
  last: number | null;
}

/**
 * The crops that took part in a search, by camera, with the times that they have at present.
 * @param cropIds ascending.
 */
export function searchedCrops(openCase: ReadableCase, cropIds: Int32Array): ReportedSearch['searched'] {
  const { db, timeZone } = openCase;
  const last = cropIds.at(-1) ?? 0;
  const held = db.prepare<[number], number>('SELECT count(*) FROM crops WHERE id <= ?').pluck().get(last);
  // A million ids are looked up one by one only where some crops were left out.
  const [source, value] =
    held === cropIds.length
      ? ['(SELECT * FROM crops WHERE id <= ?) AS c', last]
      : ['json_each(?) AS id JOIN crops AS c ON c.id = id.value', `[${cropIds.join(',')}]`];
  const rows = db
    .prepare<[number | string], CameraRow>(
      `SELECT cam.name, count(*) AS crops, sum(c.corrected_at IS NULL) AS withoutTime,
         min(c.corrected_at) AS first, max(c.corrected_at) AS last
       FROM ${source} LEFT JOIN cameras AS cam ON cam.id = c.camera_id
       GROUP BY cam.id ORDER BY cam.name IS NULL, cam.name`,
    )
    .all(value);
  return rows.map(({ name, crops, withoutTime, first, last }) => ({
    camera: name,
    crops,
    withoutTime,
    from: first === null ? null : toInstant(first, timeZone),
    to: last === null ? null : toInstant(last, timeZone),
  }));
}

/** How often the clock offset or the zone of a camera was changed after a search: its times are not those of now. */
export function clockChangesSince({ db }: ReadableCase, search: SearchRecord): number {
  return db
    .prepare<[number], number>(
      `SELECT count(*) FROM audit WHERE action = 'camera-changed' AND at > ?
         AND (detail ->> '$.before.clockOffsetMs' IS NOT detail ->> '$.after.clockOffsetMs'
           OR detail ->> '$.before.timeZone' IS NOT detail ->> '$.after.timeZone')`,
    )
    .pluck()
    .get(fromInstant(search.at))!;
}
