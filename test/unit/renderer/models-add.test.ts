import { describe, expect, it, vi } from 'vitest';
import type { DescryClient, ModelAccount, ModelAnswers, PackSummary } from '../../../src-main/api/types.ts';
import {
  AddModelManager,
  answersOf,
  emptyAnswers,
  problemOfId,
} from '../../../src-renderer/routes/models/add-model-manager.svelte.ts';
import { sortDropped } from '../../../src-renderer/routes/models/dropped.ts';

const vocabularyQuestion = { answer: 'vocabulary' as const, text: 'Where is it?', choices: [] };

const account = (answers: ModelAnswers, more: Partial<ModelAccount> = {}): ModelAccount => ({
  path: '/best.pth',
  kind: 'rde',
  summary: 'A checkpoint of RDE.',
  bytes: 100,
  facts: [],
  leftOut: [],
  questions: answers.vocabulary === undefined ? [vocabularyQuestion] : [],
  id: answers.id ?? 'rde-best',
  name: 'RDE (best)',
  ...more,
});

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

type Input = { path: string; answers: ModelAnswers };

function setUp(overrides: object = {}) {
  const examine = vi.fn(async ({ answers }: Input) => account(answers));
  const models = { examine, add: vi.fn(), ...overrides };
  const manager = new AddModelManager({ models } as unknown as DescryClient, 0);
  return { manager, examine, models };
}

/** What the dialog's effect does after a change. */
async function changed(manager: AddModelManager): Promise<void> {
  manager.follow();
  await settle();
}

describe('answers about a model', () => {
  it('leave out what is empty, and an id that the engine would refuse', () => {
    expect(answersOf(emptyAnswers())).toEqual({ weights: 'stored' });
    expect(
      answersOf({
        vocabulary: ' /v.gz ',
        activation: 'gelu',
        licence: ' MIT ',
        id: 'rde-1',
        weights: 'float16',
      }),
    ).toEqual({ vocabulary: '/v.gz', activation: 'gelu', licence: 'MIT', id: 'rde-1', weights: 'float16' });
    expect(answersOf({ ...emptyAnswers(), id: 'Not this' })).toEqual({ weights: 'stored' });
  });

  it('name what is wrong with an id', () => {
    expect(problemOfId('rde-2023.1_b')).toBeNull();
    for (const id of ['', '-a', '.a', 'A', 'a b', 'ä', 'a/b', 'a'.repeat(65)])
      expect(problemOfId(id), id).not.toBeNull();
    expect(problemOfId('rde', ['descry-s', 'rde'])).toContain('installed already');
  });
});

describe('adding a model', () => {
  it('examines first, and again when an answer has been quiet', async () => {
    const { manager, examine } = setUp();
    manager.open('/best.pth');
    await settle();
    expect(manager.account?.id).toBe('rde-best');
    expect(manager.missing).toBe('Answer the questions first.');
    manager.draft.vocabulary = '/v.gz';
    await changed(manager);
    expect(examine).toHaveBeenCalledTimes(2);
    expect(examine.mock.lastCall?.[0].answers.vocabulary).toBe('/v.gz');
    // The question has been answered, and its field stays.
    expect(manager.account?.questions).toEqual([]);
    expect(manager.asked).toEqual([vocabularyQuestion]);
    expect(manager.missing).toBe('State its licence.');
    manager.draft.licence = 'Apache-2.0';
    await changed(manager);
    expect(examine).toHaveBeenCalledTimes(2);
    expect(manager.missing).toBeNull();
  });

  it('asks a pack for no licence and takes its id as it is', async () => {
    const { manager } = setUp({
      examine: async () => account({ weights: 'stored' }, { kind: 'pack', id: 'taken', questions: [] }),
    });
    manager.takenIds = ['taken'];
    manager.open('/pack');
    await settle();
    expect(manager.missing).toBeNull();
  });

  it('waits while an id is wrong or taken', async () => {
    const { manager } = setUp();
    manager.takenIds = ['rde-best'];
    manager.open('/best.pth', '/v.gz');
    await settle();
    manager.draft.licence = 'MIT';
    expect(manager.missing).toContain('installed already');
    manager.draft.id = 'Best!';
    expect(manager.missing).toContain('begins with');
    manager.draft.id = 'best';
    await changed(manager);
    expect(manager.missing).toBeNull();
  });

  it('drops the account of answers that were changed since', async () => {
    const waiting: { input: Input; answer: (of: ModelAccount) => void }[] = [];
    const { manager } = setUp({
      examine: (input: Input) => new Promise((answer) => waiting.push({ input, answer })),
    });
    manager.open('/best.pth');
    manager.draft.vocabulary = '/v.gz';
    await changed(manager);
    expect(waiting).toHaveLength(2);
    waiting[1]!.answer(account(waiting[1]!.input.answers));
    await settle();
    waiting[0]!.answer(account(waiting[0]!.input.answers));
    await settle();
    expect(manager.account?.questions).toEqual([]);
  });

  it('keeps the account when an answer does not fit, and says so', async () => {
    const { manager, examine } = setUp();
    manager.open('/best.pth');
    await settle();
    examine.mockRejectedValueOnce(new Error('not a vocabulary'));
    manager.draft.vocabulary = '/cat.jpg';
    await changed(manager);
    expect(manager.account).not.toBeNull();
    expect(manager.examineError).toBeInstanceOf(Error);
    expect(manager.missing).toBe('The answers do not fit yet.');
    manager.draft.vocabulary = '/v.gz';
    await changed(manager);
    expect(manager.examineError).toBeNull();
  });

  const made = { id: 'rde-best', name: 'RDE (best)' } as PackSummary;

  async function ready(add: unknown) {
    const parts = setUp({ add });
    parts.manager.open('/best.pth', '/v.gz');
    parts.manager.draft.licence = 'MIT';
    await settle();
    return parts.manager;
  }

  it('shows each step and ends with the pack', async () => {
    const steps: unknown[] = [];
    const add = vi.fn(async () =>
      (async function* () {
        for (const [done, pack] of [
          [1, null],
          [2, made],
        ] as const) {
          yield { progress: { done, total: 2, step: 'Image tower' }, pack };
          steps.push(manager.progress?.done);
        }
      })(),
    );
    const manager = await ready(add);
    const added = vi.fn();
    manager.onAdded = added;
    await manager.add();
    expect(add.mock.calls[0]).toMatchObject([{ path: '/best.pth', answers: { licence: 'MIT' } }, {}]);
    expect(steps).toEqual([1, 2]);
    expect(manager.added).toBe(made);
    expect(added).toHaveBeenCalledWith(made);
    expect(manager.asking).toBe(false);
    expect(manager.adding).toBe(false);
  });

  it('leaves nothing on the page when it was given up', async () => {
    let closed = false;
    const manager = await ready(async () =>
      (async function* () {
        try {
          for (;;) {
            yield { progress: { done: 1, total: 2, step: 'Image tower' }, pack: null };
            manager.cancel();
          }
        } finally {
          closed = true;
        }
      })(),
    );
    await manager.add();
    expect(closed).toBe(true);
    expect(manager.added).toBeNull();
    expect(manager.error).toBeNull();
    expect(manager.adding).toBe(false);
  });

  it('keeps the answers of one that failed, to go back to', async () => {
    const manager = await ready(async () => Promise.reject(new Error('The disk is full.')));
    await manager.add();
    expect(manager.error).toBeInstanceOf(Error);
    manager.reopen();
    expect(manager.asking).toBe(true);
    expect(manager.error).toBeNull();
    expect(manager.draft.licence).toBe('MIT');
    expect(manager.missing).toBeNull();
  });

  it('calls it a failure when the engine ends without a pack', async () => {
    const manager = await ready(async () => (async function* () {})());
    await manager.add();
    expect(manager.error).toBeInstanceOf(Error);
  });
});

describe('files that are dropped together', () => {
  it('are told apart into model and vocabulary', () => {
    expect(sortDropped(['/a/bpe_simple_vocab_16e6.txt.gz', '/a/best.pth'])).toEqual({
      model: '/a/best.pth',
      vocabulary: '/a/bpe_simple_vocab_16e6.txt.gz',
    });
    expect(sortDropped(['/a/folder'])).toEqual({ model: '/a/folder', vocabulary: '' });
    expect(sortDropped(['/a/tokenizer.json'])).toEqual({ model: '/a/tokenizer.json', vocabulary: '' });
    expect(sortDropped([])).toBeNull();
  });
});
