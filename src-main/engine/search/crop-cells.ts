import type { CaseDatabase } from '../case/database.ts';
import { fromInstant } from '../case/times.ts';
import { filterSql, verdictsWithNone, type FilterPart, type FilterSql } from './filter-sql.ts';
import type { SearchFilter } from './schema.ts';
import { parseTimeOfDay } from './time-of-day.ts';

/** Milliseconds of a cell, see the table crop_counts. */
export const cellMs = 300_000;
/** From then on the offsets of all zones are multiples of a cell: 1973. */
const wholeOffsetsSince = Date.UTC(1973, 0);

/** What counts are taken from: rows `c` with the columns of crops that filters and groups look at, and how many crops each is. */
export interface CountSource extends FilterSql {
  /** SQL after FROM. */
  from: string;
  /** Number of crops that a row stands for. */
  crops: string;
  /** `corrected_at` is the beginning of a cell. */
  inCells: boolean;
}

/**
 * The rows from which the crops that pass a filter are counted. Where the filter looks at cameras, imports,
 * whole cells of time and missing verdicts only, these are the cells that the case keeps, some thousands
 * in place of a million crops; else the crops themselves. Both count the same.
 * @param leaveOut as for `filterSql`. @throws DescryError `invalid-input`.
 */
export function countSource(
  db: CaseDatabase,
  filter: SearchFilter,
  timeZone: string,
  leaveOut: readonly FilterPart[] = [],
): CountSource {
  const whole = filterSql(db, filter, timeZone, leaveOut);
  const asks = (part: FilterPart): boolean => !leaveOut.includes(part);
  const single =
    (asks('tracks') && (filter.tracks?.length ?? 0) > 0) ||
    (asks('tags') && (filter.tags?.length ?? 0) > 0) ||
    (asks('text') && (filter.text?.trim() ?? '') !== '') ||
    (asks('time') && !isWholeRange(filter)) ||
    (asks('timeOfDay') && !isWholeTimeOfDay(db, filter));
  const verdicts = asks('verdicts') && (filter.verdicts?.length ?? 0) > 0 ? filter.verdicts! : [];
  if (single || (verdicts.length > 0 && !verdicts.includes('none')))
    return { ...whole, from: 'crops AS c', crops: '1', inCells: false };
  const rest = filterSql(db, filter, timeZone, [...leaveOut, 'verdicts']);
  if (verdicts.length === 0) return { ...rest, from: 'crop_cells AS c', crops: 'c.crops', inCells: true };
  // All of them, less those few that have another verdict.
  const others = verdictsWithNone(verdicts);
  return {
    ...rest,
    from: `(SELECT batch_id, camera_id, corrected_at, removed_at, crops FROM crop_cells
      UNION ALL SELECT o.batch_id, o.camera_id, o.corrected_at - ((o.corrected_at % ${cellMs}) + ${cellMs}) % ${cellMs}, NULL, -1
        FROM (${others.sql}) AS d CROSS JOIN crops AS o ON o.id = d.crop_id WHERE o.removed_at IS NULL) AS c`,
    parameters: [others.parameter, ...rest.parameters],
    crops: 'c.crops',
    inCells: true,
  };
}

function isWholeRange({ from, to }: SearchFilter): boolean {
  return [from, to].every((time) => time === undefined || fromInstant(time) % cellMs === 0);
}

function isWholeTimeOfDay(db: CaseDatabase, { timeOfDay }: SearchFilter): boolean {
  if (!timeOfDay) return true;
  const first = db
    .prepare<[], number | null>('SELECT min(corrected_at) FROM crops WHERE removed_at IS NULL')
    .pluck()
    .get();
  const isWhole = [timeOfDay.from, timeOfDay.to].every((time) => parseTimeOfDay(time) % cellMs === 0);
  return isWhole && (first ?? 0) >= wholeOffsetsSince;
}

/** How many crops of the case pass a filter. */
export function countCrops(db: CaseDatabase, filter: SearchFilter, timeZone: string): number {
  const { from, crops, where, parameters } = countSource(db, filter, timeZone);
  return db
    .prepare<unknown[], number>(`SELECT coalesce(sum(${crops}), 0) FROM ${from} WHERE ${where}`)
    .pluck()
    .get(...parameters)!;
}
