import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filterSql, filtersTime } from '../../../src-main/engine/search/filter-sql.ts';
import { searchFilter, type SearchFilter } from '../../../src-main/engine/search/schema.ts';
import { CaseFixture, type FixtureCrop } from './case-fixture.ts';

let fixture: CaseFixture;
const at = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;

function find(filter: SearchFilter, timeZone = 'Europe/Berlin'): number[] {
  const { where, parameters } = filterSql(fixture.openCase.db, searchFilter.parse(filter), timeZone);
  return fixture.openCase.db
    .prepare<unknown[], number>(`SELECT c.id FROM crops AS c WHERE ${where} ORDER BY c.id`)
    .pluck()
    .all(...parameters);
}

const crops: FixtureCrop[] = [
  /* 1 */ { camera: 'Gate', track: '7', time: at('2026-03-14T08:15:02+01:00'), fileName: 'Gate_100%_a.jpg' },
  /* 2 */ { camera: 'Gate', track: '7', time: at('2026-03-14T08:15:03+01:00'), fileName: 'Gate_1000_b.jpg' },
  /* 3 */ {
    camera: 'Hall',
    track: '7',
    time: at('2026-03-14T23:30:00+01:00'),
    fileName: 'HALL.JPG',
    batch: 2,
  },
  /* 4 */ { camera: 'Hall', track: null, time: null, fileName: 'Gebüsch.jpg', batch: 2 },
  /* 5 */ { camera: null, track: '9', time: at('2026-03-15T04:59:59+01:00'), fileName: 'back\\slash.jpg' },
];

beforeAll(() => {
  fixture = new CaseFixture();
  fixture.add(crops);
  const { db } = fixture.openCase;
  db.exec(`INSERT INTO decisions (crop_id, verdict, operator, at) VALUES (1, 'possible', 'x', 1), (2, 'unsure', 'x', 1), (3, 'possible', 'x', 1), (3, NULL, 'x', 2);
    INSERT INTO notes (crop_id, text, operator, at, removed_at) VALUES (5, 'Große Tasche', 'x', 1, NULL), (2, 'removed words', 'x', 1, 2);
    INSERT INTO tags (id, name) VALUES (1, 'Bag'); INSERT INTO crop_tags VALUES (4, 1, 'x', 1)`);
});
afterAll(() => fixture.dispose());

describe('filterSql', () => {
  it('lets everything through when nothing is asked for', () => {
    expect(filterSql(fixture.openCase.db, {}, 'UTC').empty).toBe(true);
    expect(filterSql(fixture.openCase.db, { cameras: [], tags: [], text: '  ' }, 'UTC').empty).toBe(true);
    expect(find({})).toEqual([1, 2, 3, 4, 5]);
  });

  it.each<[string, SearchFilter, number[]]>([
    ['a camera', { cameras: ['Gate'] }, [1, 2]],
    ['several cameras, one unknown', { cameras: ['Gate', 'Hall', 'Nowhere'] }, [1, 2, 3, 4]],
    ['a camera left out keeps crops without a camera', { notCameras: ['Gate'] }, [3, 4, 5]],
    ['cameras in and out', { cameras: ['Gate', 'Hall'], notCameras: ['Hall'] }, [1, 2]],
    ['from inclusive', { from: '2026-03-14T08:15:03+01:00' }, [2, 3, 5]],
    ['to exclusive', { to: '2026-03-14T08:15:03+01:00' }, [1]],
    ['another offset for the same time', { from: '2026-03-14T07:15:03Z', to: '2026-03-14T07:15:04Z' }, [2]],
    ['a batch', { batches: [2] }, [3, 4]],
    ['a track', { tracks: ['9', '8'] }, [5]],
    ['a verdict', { verdicts: ['possible'] }, [1]],
    ['no verdict, one taken back included', { verdicts: ['none'] }, [3, 4, 5]],
    ['a verdict or none', { verdicts: ['unsure', 'none'] }, [2, 3, 4, 5]],
    ['a tag in other case', { tags: ['bAG'] }, [4]],
    ['text of a file name', { text: 'hall.jpg' }, [3]],
    ['text with a per cent sign', { text: '100%' }, [1]],
    ['text with an underscore', { text: 'gate_1' }, [1, 2]],
    ['text with a backslash', { text: 'BACK\\' }, [5]],
    ['text of a note, letters beyond ASCII', { text: 'GROSSE' }, []],
    ['text of a note, case folded', { text: 'GROßE' }, [5]],
    ['text of a file name, umlaut', { text: 'GEBÜ' }, [4]],
    ['text of a removed note', { text: 'removed' }, []],
    ['text of a tag', { text: 'ba' }, [4, 5]],
    ['parts joined by AND', { cameras: ['Gate'], verdicts: ['possible'], text: 'gate' }, [1]],
    ['a quote', { text: "'" }, []],
  ])('%s', (_, filter, expected) => {
    expect(find(filter)).toEqual(expected);
  });

  it.each<[string, { from: string; to: string }, number[]]>([
    ['within a day', { from: '08:15', to: '08:16' }, [1, 2]],
    ['to is exclusive', { from: '08:00', to: '08:15' }, []],
    ['over midnight', { from: '22:00', to: '05:00' }, [3, 5]],
    ['over midnight, exclusive end', { from: '23:31', to: '04:59' }, []],
    ['until midnight', { from: '23:00', to: '00:00' }, [3]],
    ['the whole day', { from: '10:00', to: '10:00' }, [1, 2, 3, 5]],
  ])('time of day: %s', (_, timeOfDay, expected) => {
    expect(find({ timeOfDay })).toEqual(expected);
  });

  it('says which filters leave out crops without a time', () => {
    expect(filtersTime({ cameras: ['a'] })).toBe(false);
    expect(filtersTime({ timeOfDay: { from: '00:00', to: '00:00' } })).toBe(true);
    expect(filtersTime({ to: '2026-03-14T08:15:03+01:00' })).toBe(true);
  });

  it('refuses a time that does not exist', () => {
    expect(() => find({ from: '2026-02-30T00:00:00Z' })).toThrow(
      expect.objectContaining({ kind: 'invalid-input' }),
    );
  });
});

describe('time of day in the zone of the case', () => {
  const zones = [
    'Europe/Berlin',
    'Asia/Kathmandu',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Pacific/Apia',
    'UTC',
  ];
  const time = fc.integer({ min: at('2010-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') });
  const clock = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);

  it('is what a wall clock there shows, through daylight saving', () => {
    fc.assert(
      fc.property(
        fc.array(time, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(...zones),
        clock,
        clock,
        (times, zone, from, to) => {
          const { db } = fixture.openCase;
          db.exec('SAVEPOINT test');
          try {
            const ids = fixture.add(times.map((ms) => ({ time: ms })));
            const expected = ids.filter((_, i) => {
              const shown = Temporal.Instant.fromEpochMilliseconds(times[i]!)
                .toZonedDateTimeISO(zone)
                .toPlainTime()
                .toString()
                .slice(0, 5);
              if (from === to) return true;
              return from < to ? shown >= from && shown < to : shown >= from || shown < to;
            });
            expect(find({ timeOfDay: { from, to } }, zone).filter((id) => ids.includes(id))).toEqual(
              expected,
            );
          } finally {
            db.exec('ROLLBACK TO test; RELEASE test');
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('follows the change of the clocks within one night', () => {
    // In Berlin the clock goes from 02:00 to 03:00 at 01:00 UTC on 29 March 2026, and back on 25 October.
    const ids = fixture.add([
      { time: at('2026-03-29T00:59:59Z') },
      { time: at('2026-03-29T01:00:00Z') },
      { time: at('2026-10-25T00:30:00Z') },
      { time: at('2026-10-25T01:30:00Z') },
    ]);
    const own = (from: string, to: string): number[] =>
      find({ timeOfDay: { from, to } }).filter((id) => ids.includes(id));
    expect(own('01:59', '02:00')).toEqual([ids[0]]);
    expect(own('03:00', '03:01')).toEqual([ids[1]]);
    expect(own('02:30', '02:31')).toEqual([ids[2], ids[3]]);
  });
});
