import type { CaseDatabase } from '../case/database.ts';
import { fromInstant } from '../case/times.ts';
import type { SearchFilter } from './schema.ts';
import { localTimeOfDaySql, parseTimeOfDay } from './time-of-day.ts';

/** Parts of a filter, as the side bar shows them. */
export type FilterPart =
  'cameras' | 'time' | 'timeOfDay' | 'batches' | 'tracks' | 'verdicts' | 'tags' | 'text';

export interface FilterSql {
  /** A condition over `crops AS c`, which crops that were taken out of the case never fulfil. */
  where: string;
  parameters: (string | number)[];
  /** Whether the filter lets every crop of the case through. */
  empty: boolean;
}

/**
 * A filter as an exact SQL condition over `crops AS c`.
 * @param leaveOut parts that shall not count, for facets that show what else could be chosen.
 * @throws DescryError `invalid-input` for a time that does not exist.
 */
export function filterSql(
  db: CaseDatabase,
  filter: SearchFilter,
  timeZone: string,
  leaveOut: readonly FilterPart[] = [],
): FilterSql {
  const conditions: string[] = ['c.removed_at IS NULL'];
  const parameters: (string | number)[] = [];
  const add = (part: FilterPart, condition: string, ...values: (string | number)[]): void => {
    if (leaveOut.includes(part)) return;
    conditions.push(condition);
    parameters.push(...values);
  };
  const chosen = <Value>(values: Value[] | undefined): values is Value[] =>
    values !== undefined && values.length > 0;

  if (chosen(filter.cameras)) add('cameras', `c.camera_id IN (${cameraIds(db, filter.cameras)})`);
  if (chosen(filter.notCameras)) {
    // A crop without a camera was not taken by the cameras left out.
    add('cameras', `(c.camera_id IS NULL OR c.camera_id NOT IN (${cameraIds(db, filter.notCameras)}))`);
  }
  if (filter.from !== undefined) add('time', 'c.corrected_at >= ?', fromInstant(filter.from));
  if (filter.to !== undefined) add('time', 'c.corrected_at < ?', fromInstant(filter.to));
  if (filter.timeOfDay && !leaveOut.includes('timeOfDay'))
    add('timeOfDay', timeOfDayCondition(db, filter.timeOfDay, timeZone));
  if (chosen(filter.batches)) add('batches', `c.batch_id IN ${list}`, JSON.stringify(filter.batches));
  if (chosen(filter.tracks)) add('tracks', `c.track IN ${list}`, JSON.stringify(filter.tracks));
  if (chosen(filter.verdicts)) add('verdicts', ...verdictCondition(filter.verdicts));
  if (chosen(filter.tags)) {
    add(
      'tags',
      `c.id IN (SELECT ct.crop_id FROM crop_tags AS ct JOIN tags AS t ON t.id = ct.tag_id WHERE t.name COLLATE NOCASE IN ${list})`,
      JSON.stringify(filter.tags),
    );
  }
  const text = filter.text?.trim();
  if (text) add('text', ...textCondition(db, text));

  return { where: conditions.join(' AND '), parameters, empty: conditions.length === 1 };
}

/** Whether a filter asks for a time, so that crops without one are left out. */
export function filtersTime(filter: SearchFilter): boolean {
  return filter.from !== undefined || filter.to !== undefined || filter.timeOfDay !== undefined;
}

const list = '(SELECT value FROM json_each(?))';

/** Numbers of cameras, for a list in SQL: looked up once, not for each crop. */
function cameraIds(db: CaseDatabase, names: readonly string[]): string {
  return db
    .prepare<[string], number>(`SELECT id FROM cameras WHERE name IN ${list}`)
    .pluck()
    .all(JSON.stringify(names))
    .join(', ');
}

/** With `none` among them, the crops that have no other verdict: one look-up a crop instead of two. */
function verdictCondition(verdicts: readonly string[]): [string, string] {
  const within = verdicts.includes('none') ? 'NOT IN' : 'IN';
  return [
    `c.id ${within} (SELECT crop_id FROM current_decisions WHERE verdict ${within} ${list})`,
    JSON.stringify(verdicts),
  ];
}

/** The crops that have a verdict other than those: what is left out when crops without one are asked for. */
export function verdictsWithNone(verdicts: readonly string[]): { sql: string; parameter: string } {
  return {
    sql: `SELECT crop_id FROM current_decisions WHERE verdict NOT IN ${list}`,
    parameter: JSON.stringify(verdicts),
  };
}

/** From inclusive, to exclusive; a range that ends before it begins runs over midnight, equal ends mean the whole day. */
function timeOfDayCondition(db: CaseDatabase, range: { from: string; to: string }, timeZone: string): string {
  const from = parseTimeOfDay(range.from);
  const to = parseTimeOfDay(range.to);
  const span = db
    .prepare<[], { first: number | null; last: number | null }>(
      `SELECT (SELECT min(corrected_at) FROM crops WHERE removed_at IS NULL) AS first,
         (SELECT max(corrected_at) FROM crops WHERE removed_at IS NULL) AS last`,
    )
    .get();
  if (from === to || span?.first == null || span.last == null) return 'c.corrected_at IS NOT NULL';
  const local = localTimeOfDaySql('c.corrected_at', timeZone, { from: span.first, to: span.last });
  if (from < to) return `${local} BETWEEN ${from} AND ${to - 1}`;
  return `c.corrected_at IS NOT NULL AND ${local} NOT BETWEEN ${to} AND ${from - 1}`;
}

function textCondition(db: CaseDatabase, text: string): [string, ...string[]] {
  const matches = (column: string): string => `(${column} LIKE ? ESCAPE '\\')`;
  let contains = matches;
  let needle = `%${text.replace(/[\\%_]/gu, '\\$&')}%`;
  if (/[^\x20-\x7e]/u.test(text)) {
    // LIKE folds the case of A to Z only.
    registerContains(db);
    contains = (column) => `descry_contains(${column}, ?)`;
    needle = foldCase(text);
  }
  const condition = `(${contains('c.file_name')}
    OR c.id IN (SELECT crop_id FROM notes WHERE removed_at IS NULL AND ${contains('text')})
    OR c.id IN (SELECT ct.crop_id FROM crop_tags AS ct JOIN tags AS t ON t.id = ct.tag_id WHERE ${contains('t.name')}))`;
  return [condition, needle, needle, needle];
}

const withContains = new WeakSet<CaseDatabase>();

/** SQLite refuses to define a function again while a statement runs, so each connection gets it once. */
function registerContains(db: CaseDatabase): void {
  if (withContains.has(db)) return;
  db.function('descry_contains', { deterministic: true }, (value: unknown, sought: unknown) =>
    typeof value === 'string' && foldCase(value).includes(String(sought)) ? 1 : 0,
  );
  withContains.add(db);
}

function foldCase(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
