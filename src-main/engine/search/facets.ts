import type { CaseDatabase } from '../case/database.ts';
import { toInstant } from '../case/times.ts';
import { filterSql, type FilterPart, type FilterSql } from './filter-sql.ts';
import type { Facets, SearchFilter } from './schema.ts';

/**
 * Counts for the filter side bar. `total` and `withoutTime` follow the whole filter; each list of choices
 * follows all parts of the filter but its own, so that it shows what choosing another value would give.
 * The histogram leaves out the time range (which is brushed on it) and keeps the rest.
 * @param buckets the most buckets over the span; fewer when it is shorter than that many milliseconds.
 * @throws DescryError `invalid-input`.
 */
export function countFacets(
  db: CaseDatabase,
  filter: SearchFilter,
  timeZone: string,
  buckets: number,
): Facets {
  const hasText = collectTextMatches(db, filter, timeZone);
  const without = (...parts: FilterPart[]): FilterSql => {
    if (!hasText) return filterSql(db, filter, timeZone, parts);
    const rest = filterSql(db, filter, timeZone, [...parts, 'text']);
    return { ...rest, where: `(${rest.where}) AND c.id IN (SELECT id FROM temp.text_matches)`, empty: false };
  };
  const all = <Row>(sql: string, { where, parameters }: FilterSql): Row[] =>
    db.prepare<unknown[], Row>(sql.replace('$where', () => where)).all(...parameters);

  const totals = all<{ total: number; timed: number }>(
    'SELECT count(*) AS total, count(c.corrected_at) AS timed FROM crops AS c WHERE $where',
    without(),
  )[0]!;
  const cameras = all<{ name: string | null; count: number }>(
    `SELECT cam.name, g.count FROM (SELECT c.camera_id, count(*) AS count FROM crops AS c WHERE $where GROUP BY c.camera_id) AS g
     LEFT JOIN cameras AS cam ON cam.id = g.camera_id ORDER BY cam.name IS NULL, cam.name`,
    without('cameras'),
  );
  const batches = all<{ id: number; created_at: number; source: string; count: number }>(
    `SELECT b.id, b.created_at, b.source, g.count FROM (SELECT c.batch_id, count(*) AS count FROM crops AS c WHERE $where GROUP BY c.batch_id) AS g
     JOIN batches AS b ON b.id = g.batch_id ORDER BY b.id`,
    without('batches'),
  );
  const verdicts = all<{ verdict: 'possible' | 'excluded' | 'unsure'; count: number }>(
    'SELECT d.verdict, count(*) AS count FROM current_decisions AS d JOIN crops AS c ON c.id = d.crop_id WHERE $where GROUP BY d.verdict',
    without('verdicts'),
  );
  const withAnyVerdict = filter.verdicts?.length
    ? all<{ total: number }>('SELECT count(*) AS total FROM crops AS c WHERE $where', without('verdicts'))[0]!
        .total
    : totals.total;
  const counted = verdicts.reduce((sum, row) => sum + row.count, 0);
  const tags = all<{ name: string; count: number }>(
    'SELECT t.name, count(*) AS count FROM crop_tags AS ct JOIN tags AS t ON t.id = ct.tag_id JOIN crops AS c ON c.id = ct.crop_id WHERE $where GROUP BY t.id ORDER BY t.name',
    without('tags'),
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
          ? withAnyVerdict - counted
          : (verdicts.find((row) => row.verdict === verdict)?.count ?? 0),
    })),
    tags,
    histogram: countTimes(db, without('time'), timeZone, buckets),
  };
}

/**
 * Looks the text of a filter up once instead of in each count, since it reads every file name.
 * @returns whether there is a text; the crops that have it are then in `temp.text_matches`.
 */
function collectTextMatches(db: CaseDatabase, { text }: SearchFilter, timeZone: string): boolean {
  const { where, parameters, empty } = filterSql(db, { text }, timeZone);
  if (empty) return false;
  db.exec('CREATE TEMP TABLE IF NOT EXISTS text_matches (id INTEGER PRIMARY KEY)');
  db.exec('DELETE FROM temp.text_matches');
  db.prepare(`INSERT INTO temp.text_matches SELECT c.id FROM crops AS c WHERE ${where}`).run(...parameters);
  return true;
}

function countTimes(
  db: CaseDatabase,
  { where, parameters }: FilterSql,
  timeZone: string,
  buckets: number,
): Facets['histogram'] {
  const span = db
    .prepare<unknown[], { first: number | null; last: number | null }>(
      `SELECT min(c.corrected_at) AS first, max(c.corrected_at) AS last FROM crops AS c WHERE ${where}`,
    )
    .get(...parameters);
  if (span?.first == null || span.last == null) return null;
  const { first, last } = span;
  const bucketMs = Math.max(1, Math.ceil((last - first + 1) / buckets));
  const count = Math.floor((last - first) / bucketMs) + 1;
  // Numbers are bound as REAL; only integers divide without a remainder.
  const cells = db
    .prepare<unknown[], { name: string | null; bucket: number; count: number }>(
      `SELECT cam.name, g.bucket, g.count FROM (
         SELECT c.camera_id, (c.corrected_at - CAST(? AS INTEGER)) / CAST(? AS INTEGER) AS bucket, count(*) AS count FROM crops AS c
         WHERE c.corrected_at IS NOT NULL AND (${where}) GROUP BY c.camera_id, bucket) AS g
       LEFT JOIN cameras AS cam ON cam.id = g.camera_id ORDER BY cam.name IS NULL, cam.name`,
    )
    .all(first, bucketMs, ...parameters);
  const rows = new Map<string | null, number[]>();
  for (const { name, bucket, count: crops } of cells) {
    const counts = rows.get(name) ?? new Array<number>(count).fill(0);
    counts[bucket] = crops;
    rows.set(name, counts);
  }
  return {
    from: toInstant(first, timeZone),
    bucketMs,
    buckets: count,
    rows: [...rows].map(([camera, counts]) => ({ camera, counts })),
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
