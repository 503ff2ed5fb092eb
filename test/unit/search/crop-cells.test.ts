import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReviewService } from '../../../src-main/engine/review/review-service.ts';
import { countCrops, countSource } from '../../../src-main/engine/search/crop-cells.ts';
import { countFacets } from '../../../src-main/engine/search/facets.ts';
import { filterSql } from '../../../src-main/engine/search/filter-sql.ts';
import type { SearchFilter } from '../../../src-main/engine/search/schema.ts';
import { countFacetsInTurns } from '../../../src-main/engine/search/text-matches.ts';
import { CaseFixture } from './case-fixture.ts';

const start = Date.UTC(2026, 2, 28, 20);
const minute = 60_000;
const zone = 'Europe/Berlin';
let fixture: CaseFixture;

/** 600 crops, seven minutes apart, over the night in which daylight saving begins; some without camera, time or track. */
beforeEach(() => {
  fixture = new CaseFixture(zone);
  fixture.add(
    Array.from({ length: 600 }, (_, n) => ({
      camera: n % 11 === 0 ? null : `cam ${n % 4}`,
      time: n % 13 === 0 ? null : start + n * 7 * minute + (n % 3) * 1000,
      track: n % 5 === 0 ? null : String(Math.floor(n / 10)),
      batch: 1 + (n % 3),
    })),
  );
});
afterEach(() => fixture.dispose());

function counted(filter: SearchFilter): { cells: boolean; count: number; reference: number } {
  const { db } = fixture.openCase;
  const { where, parameters } = filterSql(db, filter, zone);
  const reference = db
    .prepare<unknown[], number>(`SELECT count(*) FROM crops AS c WHERE ${where}`)
    .pluck()
    .get(...parameters)!;
  return { cells: countSource(db, filter, zone).inCells, count: countCrops(db, filter, zone), reference };
}

/** The kept counts must be those that counting gives. */
function expectKept(): void {
  const { db } = fixture.openCase;
  const kept = db.prepare('SELECT * FROM crop_counts ORDER BY 1, 2, 3').all();
  const tracks = db.prepare('SELECT * FROM track_counts ORDER BY 1, 2').all();
  const slot = 'coalesce(corrected_at - ((corrected_at % 300000) + 300000) % 300000, -1)';
  expect(kept).toEqual(
    db
      .prepare(
        `SELECT batch_id, coalesce(camera_id, 0) AS camera_id, ${slot} AS slot, count(*) AS crops
         FROM crops WHERE removed_at IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
      )
      .all(),
  );
  expect(tracks).toEqual(
    db
      .prepare(
        `SELECT coalesce(camera_id, 0) AS camera_id, track, count(*) AS crops
         FROM crops WHERE removed_at IS NULL AND track IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`,
      )
      .all(),
  );
}

describe('counts from cells', () => {
  const filters: [string, SearchFilter, boolean][] = [
    ['everything', {}, true],
    ['cameras', { cameras: ['cam 1', 'cam 2'] }, true],
    ['all but a camera', { notCameras: ['cam 1'] }, true],
    ['imports', { batches: [2] }, true],
    ['whole cells of time', { from: '2026-03-28T23:00:00+01:00', to: '2026-03-29T09:05:00+02:00' }, true],
    ['single seconds', { from: '2026-03-28T23:00:07+01:00' }, false],
    ['time of day over midnight', { timeOfDay: { from: '22:00', to: '05:30' } }, true],
    ['odd minutes of the day', { timeOfDay: { from: '22:01', to: '23:59' } }, false],
    ['crops without a verdict', { verdicts: ['none'] }, true],
    ['several verdicts and none', { verdicts: ['none', 'unsure'], cameras: ['cam 1'] }, true],
    ['one verdict', { verdicts: ['possible'] }, false],
    ['a text', { text: 'crop-7' }, false],
  ];
  it.each(filters)('are those of the crops: %s', async (_, filter, cells) => {
    const review = new ReviewService(fixture.openCase);
    review.decide([2, 6, 100, 301, 302], 'possible');
    review.decide([3, 10], 'unsure');
    const { count, reference, cells: inCells } = counted(filter);
    expect(count).toBe(reference);
    expect(inCells).toBe(cells);
    const facets = countFacets(fixture.openCase.db, filter, zone, 96);
    expect(facets.total).toBe(reference);
    expect(await countFacetsInTurns(fixture.openCase.db, filter, zone, 96)).toEqual(facets);
  });

  it('are given up when nobody waits for them any more', async () => {
    const { db } = fixture.openCase;
    const call = new AbortController();
    const counting = countFacetsInTurns(db, { text: 'crop' }, zone, 96, call.signal);
    call.abort();
    await expect(counting).rejects.toThrow('abort');
    expect(db.prepare("SELECT name FROM temp.sqlite_master WHERE name LIKE 'text_matches_%'").all()).toEqual(
      [],
    );
  });

  it('follow clocks that are set right, and crops that are taken out', () => {
    const { openCase } = fixture;
    expectKept();
    openCase.cameras.change({ name: 'cam 1', clockOffsetMs: -17 * minute });
    expectKept();
    openCase.cameras.change({ name: 'cam 2', timeZone: 'America/New_York' });
    expectKept();
    openCase.db.prepare('UPDATE crops SET removed_at = 1 WHERE batch_id = 2 AND id % 2 = 0').run();
    openCase.db.prepare('UPDATE crops SET batch_id = 3 WHERE batch_id = 2 AND removed_at IS NULL').run();
    expectKept();
    expect(openCase.info(undefined).counts.tracks).toBe(
      openCase.db
        .prepare(
          'SELECT count(*) FROM (SELECT DISTINCT camera_id, track FROM crops WHERE track IS NOT NULL AND removed_at IS NULL)',
        )
        .pluck()
        .get(),
    );
  });
});
