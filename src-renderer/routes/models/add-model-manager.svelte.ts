import type { DescryClient, ModelAccount, ModelAnswers, PackSummary } from '../../../src-main/api/types.ts';

export type Question = ModelAccount['questions'][number];

/** What the person says about a model, as it stands in the fields. */
export interface DraftAnswers {
  vocabulary: string;
  activation: NonNullable<ModelAnswers['activation']> | '';
  licence: string;
  /** Null leaves the id to the engine. */
  id: string | null;
  weights: ModelAnswers['weights'];
}

export interface AddProgress {
  done: number;
  total: number;
  step: string;
}

export function emptyAnswers(): DraftAnswers {
  return { vocabulary: '', activation: '', licence: '', id: null, weights: 'stored' };
}

/** What is wrong with an id, in words; null when it can be one. */
export function problemOfId(id: string, taken: readonly string[] = []): string | null {
  if (id === '') return 'A model needs an id.';
  if (id.length > 64) return 'An id has at most 64 signs.';
  if (!/^[a-z0-9]/.test(id)) return 'An id begins with a small letter or a digit.';
  if (!/^[a-z0-9._-]+$/.test(id)) return 'An id is made of a-z, 0-9, dot, dash and underscore.';
  return taken.includes(id) ? 'A model with this id is installed already.' : null;
}

/** The fields as the engine takes them: nothing that is empty, no id that it would refuse. */
export function answersOf(draft: DraftAnswers): ModelAnswers {
  const answers: ModelAnswers = { weights: draft.weights };
  if (draft.vocabulary.trim() !== '') answers.vocabulary = draft.vocabulary.trim();
  if (draft.activation !== '') answers.activation = draft.activation;
  if (draft.licence.trim() !== '') answers.licence = draft.licence.trim();
  if (draft.id !== null && problemOfId(draft.id) === null) answers.id = draft.id;
  return answers;
}

/**
 * The way of a file or folder into a pack: an account of it, which follows the answers after a short
 * quiet, and then the making itself, which can be given up. One at a time; it outlives the page.
 */
export class AddModelManager {
  /** Whether the questions are on the screen. */
  asking = $state(false);
  path = $state('');
  draft = $state<DraftAnswers>(emptyAnswers());
  account = $state.raw<ModelAccount | null>(null);
  examining = $state(false);
  examineError = $state.raw<unknown>(null);
  /** Every question so far, also those that have been answered since. */
  asked = $state.raw<readonly Question[]>([]);
  progress = $state.raw<AddProgress | null>(null);
  /** Why the last one could not be added. */
  error = $state.raw<unknown>(null);
  added = $state.raw<PackSummary | null>(null);
  /** Ids of the models that are installed. */
  takenIds = $state.raw<readonly string[]>([]);

  readonly adding = $derived(this.progress !== null);
  readonly isPack = $derived(this.account?.kind === 'pack');
  /** The id that the pack will have. */
  readonly id = $derived(this.draft.id ?? this.account?.id ?? '');
  readonly idProblem = $derived(problemOfId(this.id, this.isPack ? [] : this.takenIds));
  /** What is still missing, in words; null when it can be added. */
  readonly missing = $derived.by(() => {
    if (this.account === null || this.examining) return 'The file is being examined.';
    if (this.examineError !== null) return 'The answers do not fit yet.';
    if (this.account.questions.length > 0) return 'Answer the questions first.';
    if (this.idProblem !== null) return this.idProblem;
    if (!this.isPack && this.draft.licence.trim() === '') return 'State its licence.';
    return null;
  });

  /** Called with each pack that was added. */
  onAdded: (pack: PackSummary) => void = () => undefined;
  readonly #client: DescryClient;
  readonly #delay: number;
  #examined = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #examineCall: AbortController | null = null;
  #addCall: AbortController | null = null;

  constructor(client: DescryClient, delay = 400) {
    this.#client = client;
    this.#delay = delay;
  }

  /** Begins with another file or folder. @param vocabulary a file that was dropped beside it. */
  open(path: string, vocabulary = ''): void {
    if (this.adding) return;
    this.#stopExamining();
    this.path = path;
    this.draft = { ...emptyAnswers(), vocabulary };
    this.account = null;
    this.asked = [];
    this.error = null;
    this.added = null;
    this.asking = true;
    this.examine();
  }

  /** Puts the questions away; nothing has been written. */
  close(): void {
    this.#stopExamining();
    this.asking = false;
  }

  /** Shows the questions of the one that could not be added again. */
  reopen(): void {
    this.error = null;
    this.asking = true;
    if (this.account === null) this.examine();
  }

  /** Takes the outcome of the last one off the page. */
  dismiss(): void {
    this.error = null;
    this.added = null;
  }

  /** Examines again once the answers have been quiet; for an effect that reads them. */
  follow(): void {
    if (this.#key() === this.#examined) return;
    this.#stopExamining();
    this.examining = true;
    this.#timer = setTimeout(() => this.examine(), this.#delay);
  }

  /** Asks for the account of what was chosen, with the answers as they are. */
  examine(): void {
    this.#stopExamining();
    this.#examined = this.#key();
    this.examining = true;
    this.examineError = null;
    const mine = new AbortController();
    this.#examineCall = mine;
    void this.#examine(mine);
  }

  async #examine(mine: AbortController): Promise<void> {
    const input = { path: this.path, answers: answersOf($state.snapshot(this.draft)) };
    try {
      const account = await this.#client.models.examine(input, { signal: mine.signal });
      if (this.#examineCall !== mine) return;
      this.account = account;
      const news = account.questions.filter(
        ({ answer }) => !this.asked.some((known) => known.answer === answer),
      );
      if (news.length > 0) this.asked = [...this.asked, ...news];
    } catch (error) {
      if (this.#examineCall === mine) this.examineError = error;
    } finally {
      if (this.#examineCall === mine) this.examining = false;
    }
  }

  /** Makes the pack; ends with `added`, `error`, or neither when it was given up. */
  async add(): Promise<void> {
    if (this.missing !== null || this.adding) return;
    const mine = new AbortController();
    this.#addCall = mine;
    this.asking = false;
    this.error = null;
    this.added = null;
    this.progress = { done: 0, total: 0, step: 'Starting' };
    const input = { path: this.path, answers: answersOf($state.snapshot(this.draft)) };
    try {
      let made: PackSummary | null = null;
      const events = await this.#client.models.add(input, { signal: mine.signal });
      for await (const { progress, pack } of events) {
        if (mine.signal.aborted) return;
        this.progress = progress;
        if (pack) made = pack;
      }
      if (mine.signal.aborted) return;
      if (made === null) throw new Error('The engine ended without a model.');
      this.added = made;
      this.onAdded(made);
    } catch (error) {
      if (!mine.signal.aborted) this.error = error;
    } finally {
      if (this.#addCall === mine) this.#addCall = null;
      this.progress = null;
    }
  }

  /** Gives the making up; the engine throws away what was written so far. */
  cancel(): void {
    this.#addCall?.abort();
  }

  /** What the account depends on: the licence changes nothing in it. */
  #key(): string {
    const { licence: _, ...answers } = answersOf($state.snapshot(this.draft));
    return JSON.stringify([this.path, answers]);
  }

  #stopExamining(): void {
    clearTimeout(this.#timer);
    this.#examineCall?.abort();
    this.#examineCall = null;
    this.examining = false;
  }
}
