import type { AuditAction } from '../audit/audit-log.ts';
import type { OpenCase } from '../case/open-case.ts';
import { RedactionRepository } from '../case/repositories/redaction-repository.ts';
import { ReviewRepository, type Written } from '../case/repositories/review-repository.ts';
import type { CropSummary, RedactionBox, Verdict } from '../case/schema.ts';
import { filterSql } from '../search/filter-sql.ts';
import type { SearchFilter } from '../search/schema.ts';
import { boxesInside } from './redaction-boxes.ts';

/** What undo and redo did, and which crops it concerned. */
export interface ReviewStep {
  label: string;
  cropIds: number[];
}

/** Something that was done and can be taken back. Both ways write their own audit entries. */
interface Change extends ReviewStep {
  undo: () => void;
  redo: () => void;
}

/**
 * Decisions, notes and tags on crops. Everything that is done, undone and done again is a new entry in
 * the audit log; undo reaches back to the opening of the case and no further.
 */
export class ReviewService {
  readonly #case: OpenCase;
  readonly #review: ReviewRepository;
  readonly #redactions: RedactionRepository;
  readonly #done: Change[] = [];
  readonly #undone: Change[] = [];

  constructor(openCase: OpenCase) {
    this.#case = openCase;
    this.#review = new ReviewRepository(openCase.db);
    this.#redactions = new RedactionRepository(openCase.db);
  }

  /**
   * Gives crops a verdict; null takes theirs back.
   * @param searchId the search in whose list the crops were looked at.
   * @throws DescryError `not-found`.
   */
  decide(cropIds: readonly number[], verdict: Verdict | null, searchId?: number): void {
    const crops = [...new Set(cropIds)];
    this.#review.requireCrops(crops);
    const previous = this.#review.verdicts(crops);
    // Taking back what is not there would only lengthen the record.
    const changed = crops.filter((cropId) => (previous.get(cropId) ?? null) !== verdict);
    if (changed.length === 0) return;
    const label =
      verdict === null
        ? `Took back the verdict of ${counted(changed)}`
        : `Marked ${counted(changed)} as ${verdict}`;
    const set = (verdicts: Map<number, Verdict | null>, how: object): void =>
      this.#record('decision', (written) => {
        const firstId = this.#review.decide(verdicts, { ...written, searchId: searchId ?? null });
        return { firstId, cropIds: changed, verdict, searchId: searchId ?? null, ...how };
      });
    const after = new Map(changed.map((cropId) => [cropId, verdict]));
    const before = new Map(changed.map((cropId) => [cropId, previous.get(cropId) ?? null]));
    this.#do({
      label,
      cropIds: changed,
      redo: () => set(after, {}),
      undo: () => set(before, { undone: true, restored: Object.fromEntries(before) }),
    });
  }

  /** @throws DescryError `not-found`. */
  addNote(cropId: number, text: string): void {
    this.#review.requireCrops([cropId]);
    let noteId: number | undefined;
    this.#do({
      label: `Added a note to crop ${cropId}`,
      cropIds: [cropId],
      redo: () => {
        if (noteId !== undefined) return this.#setNoteRemoved(noteId, cropId, text, false, { redone: true });
        this.#record('note-added', (written) => {
          noteId = this.#review.addNote(cropId, text, written);
          return { noteId, cropId, text };
        });
      },
      undo: () => this.#setNoteRemoved(noteId!, cropId, text, true, { undone: true }),
    });
  }

  /** Hides a note; its text stays in the case file. @returns its crop. @throws DescryError `not-found`. */
  removeNote(noteId: number): number {
    const { cropId, text } = this.#review.note(noteId);
    this.#do({
      label: `Removed a note from crop ${cropId}`,
      cropIds: [cropId],
      redo: () => this.#setNoteRemoved(noteId, cropId, text, true, {}),
      undo: () => this.#setNoteRemoved(noteId, cropId, text, false, { undone: true }),
    });
    return cropId;
  }

  /** Crops that have the tag already stay as they are. @throws DescryError `not-found`. */
  addTag(cropIds: readonly number[], tag: string): void {
    this.#review.requireCrops(cropIds);
    const tagged = this.#review.withTag(cropIds, tag);
    const changed = [...new Set(cropIds)].filter((cropId) => !tagged.has(cropId));
    if (changed.length === 0) return;
    this.#do({
      label: `Tagged ${counted(changed)} "${tag}"`,
      cropIds: changed,
      redo: () => this.#tag(changed, tag, true, {}),
      undo: () => this.#tag(changed, tag, false, { undone: true }),
    });
  }

  /** @throws DescryError `not-found`. */
  removeTag(cropIds: readonly number[], tag: string): void {
    this.#review.requireCrops(cropIds);
    const changed = [...this.#review.withTag(cropIds, tag)];
    if (changed.length === 0) return;
    this.#do({
      label: `Took the tag "${tag}" off ${counted(changed)}`,
      cropIds: changed,
      redo: () => this.#tag(changed, tag, false, {}),
      undo: () => this.#tag(changed, tag, true, { undone: true }),
    });
  }

  /**
   * Covers parts of a crop in reports, in place of what was covered before; without boxes nothing is covered
   * any more. The boxes hold for every crop with the same bytes, and no original is touched.
   * @param boxes in whole pixels of the upright original; what reaches beyond the picture is cut off.
   * @returns the crops that it concerns. @throws DescryError `not-found`, `invalid-input` for a box beside the picture.
   */
  redact(cropId: number, boxes: readonly RedactionBox[], reason: string): number[] {
    const { timeZone } = this.#case;
    const crop = this.#case.crops.detail(cropId, timeZone);
    const cropIds = [cropId, ...crop.duplicates.map(({ id }) => id)];
    const before = { boxes: crop.redaction?.boxes ?? [], reason: crop.redaction?.reason ?? '' };
    const after = { boxes: boxesInside(boxes, crop), reason };
    if (JSON.stringify(before.boxes) === JSON.stringify(after.boxes) && before.reason === after.reason)
      return cropIds;
    const set = (change: typeof before, how: object): void =>
      this.#record('redaction-changed', (written) => {
        const redactionId = this.#redactions.add(cropId, change.boxes, change.reason, written);
        return { redactionId, cropId, sha256: crop.sha256, ...change, ...how };
      });
    this.#do({
      label: after.boxes.length === 0 ? `Uncovered crop ${cropId}` : `Covered parts of crop ${cropId}`,
      cropIds,
      redo: () => set(after, {}),
      undo: () => set(before, { undone: true }),
    });
    return cropIds;
  }

  /** Takes the last change of this session back, or null when there is none. */
  undo(): ReviewStep | null {
    const change = this.#done.at(-1);
    if (!change) return null;
    change.undo();
    this.#undone.push(this.#done.pop()!);
    return { label: `Undone: ${change.label}`, cropIds: change.cropIds };
  }

  /** Does again what was undone last, or null when there is nothing. */
  redo(): ReviewStep | null {
    const change = this.#undone.at(-1);
    if (!change) return null;
    change.redo();
    this.#done.push(this.#undone.pop()!);
    return { label: `Done again: ${change.label}`, cropIds: change.cropIds };
  }

  /** Crops with a verdict, note or tag, in the order of corrected time, crops without a time last. */
  marked(
    filter: SearchFilter,
    page: { offset: number; limit: number },
  ): { total: number; rows: CropSummary[] } {
    const timeZone = this.#case.timeZone;
    const { total, cropIds } = this.#review.marked(filterSql(this.#case.db, filter, timeZone), page);
    return { total, rows: this.#case.crops.summaries(cropIds, timeZone) };
  }

  #do(change: Change): void {
    change.redo();
    this.#done.push(change);
    this.#undone.length = 0;
  }

  #setNoteRemoved(noteId: number, cropId: number, text: string, removed: boolean, how: object): void {
    this.#record(removed ? 'note-removed' : 'note-added', ({ at }) => {
      this.#review.setNoteRemoved(noteId, removed, at);
      return { noteId, cropId, text, ...how };
    });
  }

  #tag(cropIds: number[], tag: string, on: boolean, how: object): void {
    this.#record(on ? 'tag-added' : 'tag-removed', (written) => {
      if (on) this.#review.addTag(cropIds, tag, written);
      else this.#review.removeTag(cropIds, tag);
      return { cropIds, tag, ...how };
    });
  }

  /**
   * Makes a change and its audit entry in one transaction, by the same person at the same time: the rows
   * can be compared with the entry.
   * @param work returns what the entry says.
   */
  #record(action: AuditAction, work: (written: Written) => Record<string, unknown>): void {
    this.#case.db.transaction(() => {
      const at = Date.now();
      this.#case.audit.append(action, work({ operator: this.#case.operator(), at }), at);
    })();
  }
}

function counted(cropIds: readonly number[]): string {
  return cropIds.length === 1 ? '1 crop' : `${cropIds.length} crops`;
}
