import type { CaseDatabase } from '../case/database.ts';
import { toInstant } from '../case/times.ts';
import { cellMs, countSource, type CountSource } from './crop-cells.ts';
import { filterSql, type FilterPart } from './filter-sql.ts';
import type { Facets, SearchFilter } from './schema.ts';

/**
 * Counts for the filter side bar. `total` and `withoutTime` follow the whole filter; each list of choices
 * follows all parts of the filter but its own, so that it shows what choosing another value would give.
 * The histogram leaves out the time range (which is brushed on it) and keeps the rest.
 * @param buckets the most buckets over the span; fewer when it is shorter than that many milliseconds.
 * @param textMatches a table of the ids of all crops that have the filter's text, where they were looked up before.
 * @throws DescryError `invalid-input`.
 */
export function countFacets(
  db: CaseDatabase,
  filter: SearchFilter,
  timeZone: string,
  buckets: number,
  textMatches?: string,
): Facets {
  const matches = textMatches ?? collectTextMatches(db, filter, timeZone);
  const without = (...parts: FilterPart[]): CountSource => {
    if (matches === null) return countSource(db, filter, timeZone, parts);
    const rest = filterSql(db, filter, timeZone, [...parts, 'text']);
    const from = `${matches} AS t CROSS JOIN crops AS c ON c.id = t.id`;
    return { ...rest, from, crops: '1', inCells: false };
  };
  const counted = <Row>(columns: string, source: CountSource, rest = ''): Row[] => {
    const { from, crops, where, parameters } = source;
    const sql = `SELECT ${columns.replaceAll('$crops', () => crops)} FROM ${from} WHERE ${where} ${rest}`;
    return db.prepare<unknown[], Row>(sql).all(...parameters);
  };

  const totals = counted<{ total: number; timed: number }>(
    'coalesce(sum($crops), 0) AS total, coalesce(sum($crops) FILTER (WHERE c.corrected_at IS NOT NULL), 0) AS timed',
    without(),
  )[0]!;
  const cameraNames = new Map(db.prepare<[], [number, string]>('SELECT id, name FROM cameras').raw().all());
  const cameras = counted<{ id: number | null; count: number }>(
    'c.camera_id AS id, sum($crops) AS count',
    without('cameras'),
    'GROUP BY c.camera_id HAVING count > 0',
  )
    .map(({ id, count }) => ({ name: id === null ? null : cameraNames.get(id)!, count }))
    .sort(byName);
  const label = db.prepare<[number], { created_at: number; source: string }>(
    'SELECT created_at, source FROM batches WHERE id = ?',
  );
  const batches = counted<{ id: number; count: number }>(
    'c.batch_id AS id, sum($crops) AS count',
    without('batches'),
    'GROUP BY c.batch_id HAVING count > 0 ORDER BY c.batch_id',
  ).map((batch) => ({ ...batch, ...label.get(batch.id)! }));
  // Few crops are marked: from the marks to the crops, never the other way.
  const marked = <Row>(sql: string, part: FilterPart): Row[] => {
    const rest = filterSql(db, filter, timeZone, matches === null ? [part] : [part, 'text']);
    const where = matches === null ? rest.where : `${rest.where} AND c.id IN (SELECT id FROM ${matches})`;
    return db.prepare<unknown[], Row>(sql.replace('$where', () => where)).all(...rest.parameters);
  };
  const verdicts = marked<{ verdict: 'possible' | 'excluded' | 'unsure'; count: number }>(
    'SELECT d.verdict, count(*) AS count FROM current_decisions AS d CROSS JOIN crops AS c ON c.id = d.crop_id WHERE $where GROUP BY d.verdict',
    'verdicts',
  );
  const withAnyVerdict = filter.verdicts?.length
    ? counted<{ total: number }>('coalesce(sum($crops), 0) AS total', without('verdicts'))[0]!.total
    : totals.total;
  const withVerdict = verdicts.reduce((sum, row) => sum + row.count, 0);
  const tags = marked<{ name: string; count: number }>(
    'SELECT t.name, count(*) AS count FROM crop_tags AS ct CROSS JOIN tags AS t ON t.id = ct.tag_id CROSS JOIN crops AS c ON c.id = ct.crop_id WHERE $where GROUP BY t.id ORDER BY t.name',
    'tags',
  );
  return {
    total: totals.total,
    withoutTime: totals.total - totals.timed,
    cameras,
    batches: batches.map(({ id, created_at, source, count }) => ({
      id,
      label: batchLabel(created_at, source, timeZone),
      count,
    })),
    verdicts: (['possible', 'unsure', 'excluded', 'none'] as const).map((verdict) => ({
      verdict,
      count:
        verdict === 'none'
          ? withAnyVerdict - withVerdict
          : (verdicts.find((row) => row.verdict === verdict)?.count ?? 0),
    })),
    tags,
    histogram: countTimes(
      db,
      timesOf(db, without('time'), buckets, filter, timeZone),
      timeZone,
      buckets,
      cameraNames,
    ),
  };
}

/**
 * Looks the text of a filter up once instead of in each count, since it reads every file name.
 * @returns the table of the crops that have it; null when there is no text.
 */
function collectTextMatches(db: CaseDatabase, { text }: SearchFilter, timeZone: string): string | null {
  const { where, parameters, empty } = filterSql(db, { text }, timeZone);
  if (empty) return null;
  db.exec('CREATE TEMP TABLE IF NOT EXISTS text_matches (id INTEGER PRIMARY KEY)');
  db.exec('DELETE FROM temp.text_matches');
  db.prepare(`INSERT INTO temp.text_matches SELECT c.id FROM crops AS c WHERE ${where}`).run(...parameters);
  return 'temp.text_matches';
}

/** Names in their order, what has none last. */
function byName(a: { name: string | null }, b: { name: string | null }): number {
  if (a.name === null || b.name === null) return Number(a.name === null) - Number(b.name === null);
  return a.name < b.name ? -1 : 1;
}

/** Where the buckets would be shorter than cells, the crops themselves are counted. */
function timesOf(
  db: CaseDatabase,
  source: CountSource,
  buckets: number,
  filter: SearchFilter,
  timeZone: string,
): CountSource {
  if (!source.inCells) return source;
  const { first, last } = spanOf(db, source);
  if (first === null || last === null || last - first >= buckets * cellMs) return source;
  return { ...filterSql(db, filter, timeZone, ['time']), from: 'crops AS c', crops: '1', inCells: false };
}

function spanOf(
  db: CaseDatabase,
  { from, where, parameters }: CountSource,
): { first: number | null; last: number | null } {
  return db
    .prepare<unknown[], { first: number | null; last: number | null }>(
      `SELECT min(c.corrected_at) AS first, max(c.corrected_at) AS last FROM ${from} WHERE ${where}`,
    )
    .get(...parameters)!;
}

/** Counts by camera and bucket; where they are taken from cells, buckets are whole cells. */
function countTimes(
  db: CaseDatabase,
  source: CountSource,
  timeZone: string,
  buckets: number,
  cameraNames: ReadonlyMap<number, string>,
): Facets['histogram'] {
  const { from, crops, where, parameters, inCells } = source;
  const { first, last } = spanOf(db, source);
  if (first === null || last === null) return null;
  const unit = inCells ? cellMs : 1;
  const bucketMs = Math.ceil((last - first + unit) / buckets / unit) * unit;
  const count = Math.floor((last - first) / bucketMs) + 1;
  // Numbers are bound as REAL; only integers divide without a remainder.
  const cells = db
    .prepare<unknown[], { camera: number | null; bucket: number; count: number }>(
      `SELECT c.camera_id AS camera, (c.corrected_at - CAST(? AS INTEGER)) / CAST(? AS INTEGER) AS bucket, sum(${crops}) AS count
       FROM ${from} WHERE c.corrected_at IS NOT NULL AND (${where}) GROUP BY c.camera_id, bucket HAVING count > 0`,
    )
    .all(first, bucketMs, ...parameters);
  const rows = new Map<number | null, number[]>();
  for (const { camera, bucket, count: number } of cells) {
    const counts = rows.get(camera) ?? new Array<number>(count).fill(0);
    counts[bucket] = number;
    rows.set(camera, counts);
  }
  return {
    from: toInstant(first, timeZone),
    bucketMs,
    buckets: count,
    rows: [...rows]
      .map(([camera, counts]) => ({ name: camera === null ? null : cameraNames.get(camera)!, counts }))
      .sort(byName)
      .map(({ name, counts }) => ({ camera: name, counts })),
  };
}

/** `14 Mar 2026 08:15, crops-platform-2`: when a batch came in, and the last part of its path. */
function batchLabel(createdAt: number, source: string, timeZone: string): string {
  const { path } = JSON.parse(source) as { path?: string };
  const name = path?.split(/[\\/]/u).filter(Boolean).at(-1) ?? '';
  const at = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(
    createdAt,
  );
  return name === '' ? at : `${at}, ${name}`;
}
