import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReviewService } from '../../../src-main/engine/review/review-service.ts';
import { CaseFixture } from '../search/case-fixture.ts';

let fixture: CaseFixture;
let review: ReviewService;
beforeEach(() => {
  fixture = new CaseFixture();
  fixture.add([
    { time: 3000, camera: 'Gate' },
    { time: 1000, camera: 'Hall' },
    { time: null },
    { time: 2000, camera: 'Gate' },
  ]);
  review = new ReviewService(fixture.openCase);
});
afterEach(() => fixture.dispose());

const page = { offset: 0, limit: 100 };
const verdicts = (): Record<number, string | null> =>
  Object.fromEntries(
    fixture.openCase.crops.summaries([1, 2, 3, 4], 'UTC').map(({ id, verdict }) => [id, verdict]),
  );
const crop = (id: number): { tags: string[]; notes: string[] } => {
  const { tags, notes } = fixture.openCase.crops.detail(id, 'UTC');
  return { tags, notes: notes.map(({ text }) => text) };
};
const audit = (): [string, Record<string, unknown>][] =>
  fixture.openCase.audit
    .list({ limit: 500 })
    .reverse()
    .slice(1)
    .map(({ action, detail }) => [action, detail]);

describe('ReviewService', () => {
  it('marks, marks anew, takes back, and keeps every decision', () => {
    review.decide([1, 2, 2], 'possible', undefined);
    review.decide([2], 'excluded');
    review.decide([1], null);
    expect(verdicts()).toEqual({ 1: null, 2: 'excluded', 3: null, 4: null });
    expect(
      fixture.openCase.crops.detail(2, 'UTC').decisions.map(({ verdict, operator }) => [verdict, operator]),
    ).toEqual([
      ['possible', 'A. Tester'],
      ['excluded', 'A. Tester'],
    ]);
    expect(audit().map(([action, detail]) => [action, detail['cropIds'], detail['verdict']])).toEqual([
      ['decision', [1, 2], 'possible'],
      ['decision', [2], 'excluded'],
      ['decision', [1], null],
    ]);
  });

  it('writes nothing when nothing changes', () => {
    review.decide([1], null);
    review.decide([2], 'unsure');
    review.decide([2], 'unsure');
    review.addTag([1], 'bag');
    review.addTag([1], 'BAG');
    review.removeTag([2], 'bag');
    expect(audit().map(([action]) => action)).toEqual(['decision', 'tag-added']);
    expect(review.undo()?.label).toBe('Undone: Tagged 1 crop "bag"');
    expect(review.undo()?.label).toBe('Undone: Marked 1 crop as unsure');
    expect(review.undo()).toBeNull();
  });

  it('undoes decisions to what each crop had before, and does them again', () => {
    review.decide([1], 'unsure');
    review.decide([1, 2, 3], 'possible');
    expect(review.undo()).toEqual({ label: 'Undone: Marked 3 crops as possible', cropIds: [1, 2, 3] });
    expect(verdicts()).toEqual({ 1: 'unsure', 2: null, 3: null, 4: null });
    expect(review.redo()).toEqual({ label: 'Done again: Marked 3 crops as possible', cropIds: [1, 2, 3] });
    expect(verdicts()).toEqual({ 1: 'possible', 2: 'possible', 3: 'possible', 4: null });
    expect(review.redo()).toBeNull();
    expect(audit().at(-2)).toEqual([
      'decision',
      {
        firstId: 5,
        cropIds: [1, 2, 3],
        verdict: 'possible',
        searchId: null,
        undone: true,
        restored: { 1: 'unsure', 2: null, 3: null },
      },
    ]);
    // Something new leaves nothing to do again.
    review.undo();
    review.decide([4], 'excluded');
    expect(review.redo()).toBeNull();
    expect(fixture.openCase.audit.verify().findings).toEqual([]);
  });

  it('adds and removes notes; a removed one keeps its text in the case file', () => {
    review.addNote(1, 'Same bag as at the gate?');
    expect(crop(1).notes).toEqual(['Same bag as at the gate?']);
    review.undo();
    expect(crop(1).notes).toEqual([]);
    review.redo();
    const noteId = fixture.openCase.crops.detail(1, 'UTC').notes[0]!.id;
    expect(review.removeNote(noteId)).toBe(1);
    expect(crop(1).notes).toEqual([]);
    expect(() => review.removeNote(noteId)).toThrow(expect.objectContaining({ kind: 'not-found' }));
    expect(review.undo()).toEqual({ label: 'Undone: Removed a note from crop 1', cropIds: [1] });
    expect(crop(1).notes).toEqual(['Same bag as at the gate?']);
    expect(fixture.openCase.db.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(1);
    expect(audit().map(([action]) => action)).toEqual([
      'note-added',
      'note-removed',
      'note-added',
      'note-removed',
      'note-added',
    ]);
  });

  it('tags several crops, and undo leaves the tags that were there before', () => {
    review.addTag([1], 'bag');
    review.addTag([1, 2], 'Bag');
    expect([crop(1).tags, crop(2).tags]).toEqual([['bag'], ['bag']]);
    review.undo();
    expect([crop(1).tags, crop(2).tags]).toEqual([['bag'], []]);
    review.redo();
    review.removeTag([1, 2, 3], 'bag');
    expect([crop(1).tags, crop(2).tags]).toEqual([[], []]);
    expect(fixture.openCase.db.prepare('SELECT count(*) FROM tags').pluck().get()).toBe(0);
    expect(review.undo()?.cropIds).toEqual([1, 2]);
    expect([crop(1).tags, crop(2).tags]).toEqual([['bag'], ['bag']]);
  });

  it('refuses crops that are not there, and then changes nothing', () => {
    const missing = expect.objectContaining({ kind: 'not-found', detail: { cropId: 99 } });
    expect(() => review.decide([1, 99], 'possible')).toThrow(missing);
    expect(() => review.addTag([1, 99], 'bag')).toThrow(missing);
    expect(() => review.addNote(99, 'x')).toThrow(missing);
    expect(verdicts()[1]).toBeNull();
    expect(crop(1).tags).toEqual([]);
    expect(review.undo()).toBeNull();
  });

  it('lists what is marked in the order of time, filtered and in pages', () => {
    review.decide([1, 4], 'possible');
    review.addNote(3, 'no time');
    review.addTag([2], 'bag');
    expect(review.marked({}, page).rows.map(({ id }) => id)).toEqual([2, 4, 1, 3]);
    expect(review.marked({}, { offset: 1, limit: 2 })).toMatchObject({
      total: 4,
      rows: [{ id: 4 }, { id: 1 }],
    });
    expect(review.marked({ cameras: ['Gate'] }, page).rows.map(({ id }) => id)).toEqual([4, 1]);
    expect(review.marked({ verdicts: ['none'] }, page).rows.map(({ id }) => id)).toEqual([2, 3]);
    review.undo();
    review.undo();
    review.undo();
    expect(review.marked({}, page)).toEqual({ total: 0, rows: [] });
  });
});
