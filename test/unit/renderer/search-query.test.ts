import { instantOf, timeOfDayOf, wallTimeOf } from '../../../src-renderer/lib/case-time.ts';
import { describe, expect, it } from 'vitest';
import {
  asksSomething,
  describeQuery,
  draftOf,
  emptyDraft,
  markWords,
  queryOf,
  sameQuery,
} from '../../../src-renderer/routes/search/draft.ts';
import {
  cameraChoice,
  describeFilter,
  describeGallery,
  leftOut,
  tidy,
  withCamera,
  without,
  withValue,
} from '../../../src-renderer/routes/search/filter.ts';

describe('draft', () => {
  it('asks nothing until there are words or an example', () => {
    expect(asksSomething(emptyDraft())).toBe(false);
    expect(asksSomething({ ...emptyDraft(), statements: [{ text: '  \n', weight: 1 }] })).toBe(false);
    expect(asksSomething({ ...emptyDraft(), like: [{ cropId: 3, fileName: 'a.jpg', weight: 1 }] })).toBe(
      true,
    );
  });

  it('keeps what was typed verbatim and leaves empty statements out', () => {
    const query = queryOf(
      {
        statements: [
          { text: ' Red  jacket\n', weight: 2 },
          { text: ' ', weight: 1 },
        ],
        avoid: ['hat', ''],
        like: [],
        foldTracks: false,
      },
      { cameras: ['C1'] },
    );
    expect(query).toEqual({
      statements: [{ text: ' Red  jacket\n', weight: 2 }],
      avoid: ['hat'],
      like: [],
      filter: { cameras: ['C1'] },
      foldTracks: false,
    });
    expect(queryOf(draftOf(query), query.filter)).toEqual(query);
  });

  it('sees the same query whatever the order of its members', () => {
    const query = queryOf(emptyDraft(), { cameras: ['a'], text: 'x' });
    expect(sameQuery(query, { ...query, filter: { text: 'x', cameras: ['a'] } })).toBe(true);
    expect(sameQuery(query, { ...query, filter: { text: 'x', cameras: ['a'], tags: undefined } })).toBe(true);
    expect(sameQuery(query, { ...query, filter: { text: 'x', cameras: ['b'] } })).toBe(false);
  });

  it('describes a query in a line', () => {
    const query = {
      statements: [
        { text: 'red coat', weight: 1 },
        { text: 'a bag', weight: 1 },
      ],
      avoid: ['hat'],
      like: [{ cropId: 1, weight: 1 }],
      filter: {},
      foldTracks: true,
    };
    expect(describeQuery(query)).toBe('“red coat” + “a bag”, like 1 example, avoiding “hat”');
  });

  it('marks the words of warnings where they stand, whole words only', () => {
    const pieces = markWords("A man's Burgundy anorak, burg!", [
      { kind: 'unknown-words', message: '', words: ['burgundy', 'anorak'] },
    ]);
    expect(pieces).toEqual([
      { text: "A man's ", warning: null },
      { text: 'Burgundy', warning: 'unknown-words' },
      { text: ' ', warning: null },
      { text: 'anorak', warning: 'unknown-words' },
      { text: ', burg!', warning: null },
    ]);
    expect(pieces.map((piece) => piece.text).join('')).toBe("A man's Burgundy anorak, burg!");
  });
});

describe('filter', () => {
  it('takes a camera in, out and back', () => {
    const only = withCamera({}, 'Gate', 'in');
    expect(only).toEqual({ cameras: ['Gate'] });
    const out = withCamera(only, 'Gate', 'out');
    expect(out).toEqual({ notCameras: ['Gate'] });
    expect(cameraChoice(out, 'Gate')).toBe('out');
    expect(withCamera(out, 'Gate', 'any')).toEqual({});
  });

  it('adds and takes away values, and leaves no empty lists', () => {
    const two = withValue(withValue({}, 'tags', 'bag', true), 'tags', 'hat', true);
    expect(two).toEqual({ tags: ['bag', 'hat'] });
    expect(withValue(withValue(two, 'tags', 'bag', false), 'tags', 'hat', false)).toEqual({});
    expect(withValue({ batches: [3] }, 'batches', 3, true)).toEqual({ batches: [3] });
    expect(without({ from: 'a', to: 'b', text: 'c' }, 'time')).toEqual({ text: 'c' });
    expect(tidy({ text: ' ', cameras: [], tracks: ['7'] })).toEqual({ tracks: ['7'] });
  });

  it('says every part in words', () => {
    const chips = describeFilter(
      {
        cameras: ['A', 'B', 'C', 'D', 'E'],
        notCameras: ['Z'],
        from: '2026-03-14T08:00:00Z',
        timeOfDay: { from: '22:00', to: '05:00' },
        batches: [2],
        tracks: ['17'],
        verdicts: ['none', 'possible'],
        tags: ['bag'],
        text: 'door',
      },
      (instant) => instant.slice(0, 10),
      () => 'north gate',
    );
    expect(chips.map((chip) => chip.label)).toEqual([
      'Camera A, B, C, D and 1 more',
      'Without camera Z',
      'From 2026-03-14',
      'Between 22:00 and 05:00, over midnight',
      'Import north gate',
      'Track 17',
      'Not marked, Possible',
      'Tag bag',
      'Text “door”',
    ]);
    expect(describeFilter({}, (instant) => instant)).toEqual([]);
  });

  it('says how many crops were searched and what was left out', () => {
    const gallery = {
      crops: 5310,
      searched: 1204,
      excluded: [
        { reason: 'filter' as const, count: 4106 },
        { reason: 'no-vector' as const, count: 0 },
      ],
    };
    expect(describeGallery(leftOut(gallery))).toBe(
      '1,204 of 5,310 crops searched; 4,106 left out by filters, 0 without a vector.',
    );
  });
});

describe('time fields', () => {
  const zone = 'Europe/Berlin';

  it('reads what is typed as the clock of the case', () => {
    expect(instantOf('2026-03-14 08:15', zone)).toBe('2026-03-14T07:15:00Z');
    expect(instantOf(' 2026-07-01  9:05:30 ', zone)).toBe('2026-07-01T07:05:30Z');
    expect(instantOf('2026-03-14', zone)).toBe('2026-03-13T23:00:00Z');
    for (const wrong of ['', '14.03.2026', '2026-02-30 10:00', '2026-03-14 25:00', '2026-03-14 08']) {
      expect(instantOf(wrong, zone)).toBeNull();
    }
  });

  it('takes the moment after a gap, and the first of a repeated hour', () => {
    expect(instantOf('2026-03-29 02:30', zone)).toBe('2026-03-29T01:30:00Z');
    expect(instantOf('2026-10-25 02:30', zone)).toBe('2026-10-25T00:30:00Z');
  });

  it('writes an instant so that it is read back the same', () => {
    for (const instant of ['2026-03-14T07:15:00Z', '2026-07-01T07:05:30Z']) {
      expect(instantOf(wallTimeOf(instant, zone), zone)).toBe(instant);
    }
    expect(wallTimeOf('2026-03-14T07:15:00Z', zone)).toBe('2026-03-14 08:15');
  });

  it('reads times of day in the ways people type them', () => {
    expect(['8:05', '0805', '22', '22:30', '24:00', '8:60', 'x', ''].map(timeOfDayOf)).toEqual([
      '08:05',
      '08:05',
      '22:00',
      '22:30',
      null,
      null,
      null,
      null,
    ]);
  });
});
