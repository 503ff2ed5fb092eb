import type { DescryClient, RedactionBox, Verdict } from '../../../src-main/api/types.ts';
import type { Toasts } from '../toasts.svelte.ts';

/** Decisions, notes and tags, with undo. The engine tells every list what changed (`review` events). */
export class ReviewManager {
  /** What the next undo takes back, as far as this window knows. */
  lastAction = $state<string | null>(null);
  readonly #client: DescryClient;
  readonly #toasts: Toasts;

  constructor(client: DescryClient, toasts: Toasts) {
    this.#client = client;
    this.#toasts = toasts;
  }

  async decide(cropIds: number[], verdict: Verdict | null, searchId?: number): Promise<void> {
    await this.#client.review.decide({ cropIds, verdict, ...(searchId === undefined ? {} : { searchId }) });
    this.lastAction = verdict === null ? 'decision taken back' : `marked ${verdict}`;
  }

  async addNote(cropId: number, text: string): Promise<void> {
    await this.#client.review.addNote({ cropId, text });
    this.lastAction = 'note added';
  }

  async removeNote(noteId: number): Promise<void> {
    await this.#client.review.removeNote({ noteId });
    this.lastAction = 'note removed';
  }

  async addTag(cropIds: number[], tag: string): Promise<void> {
    await this.#client.review.addTag({ cropIds, tag });
    this.lastAction = `tag “${tag}” added`;
  }

  async removeTag(cropIds: number[], tag: string): Promise<void> {
    await this.#client.review.removeTag({ cropIds, tag });
    this.lastAction = `tag “${tag}” removed`;
  }

  /** Covers parts of a crop in reports, in place of what was covered before. */
  async redact(cropId: number, boxes: RedactionBox[], reason: string): Promise<void> {
    await this.#client.review.redact({ cropId, boxes, reason });
    this.lastAction = boxes.length === 0 ? 'crop uncovered' : 'parts of a crop covered';
  }

  async undo(): Promise<void> {
    this.#say(await this.#client.review.undo(), 'Nothing to undo');
  }

  async redo(): Promise<void> {
    this.#say(await this.#client.review.redo(), 'Nothing to redo');
  }

  #say(done: string | null, nothing: string): void {
    this.lastAction = null;
    this.#toasts.show({ title: done ?? nothing });
  }
}
