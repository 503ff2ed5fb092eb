import { describe, expect, it, vi } from 'vitest';
import type { DescryClient } from '../../../src-main/api/types.ts';
import {
  ExportManager,
  initialChoices,
  optionsOf,
} from '../../../src-renderer/routes/export/export-manager.svelte.ts';

const client = (report: object, search: object = {}): DescryClient =>
  ({ report, search }) as unknown as DescryClient;

describe('export manager', () => {
  it('keeps the rows within what the engine takes', () => {
    expect(optionsOf({ ...initialChoices(), rows: 0 }).rows).toBe(1);
    expect(optionsOf({ ...initialChoices(), rows: Number.NaN }).rows).toBe(1);
    expect(optionsOf({ ...initialChoices(), rows: 99_999 }).rows).toBe(50_000);
    expect(optionsOf({ ...initialChoices(), rows: 12.4 }).rows).toBe(12);
  });

  it('puts searches in the order they were chosen and forgets those of another case', async () => {
    const history = vi.fn(async () => [{ id: 2 }, { id: 5 }]);
    const manager = new ExportManager(client({}, { history }), { ...initialChoices(), searchIds: [9] });
    await manager.reload();
    expect(manager.missing).toBe('Choose at least one search.');
    manager.choose(5, true);
    manager.choose(2, true);
    manager.choose(5, true);
    expect(manager.choices.searchIds).toEqual([2, 5]);
    expect(manager.missing).toBeNull();
    for (const format of ['html', 'pdf', 'csv', 'json'] as const) manager.chooseFormat(format, false);
    expect(manager.missing).toBe('Choose at least one format.');
    manager.chooseFormat('json', true);
    manager.chooseFormat('html', true);
    expect(manager.choices.formats).toEqual(['html', 'json']);
  });

  it('shows the newest preview, whichever comes last', async () => {
    const answers: ((html: string) => void)[] = [];
    const preview = vi.fn(() => new Promise<string>((resolve) => answers.push(resolve)));
    const manager = new ExportManager(client({ preview, model: async () => ({ searches: [] }) }));
    manager.choose(1, true);
    const old = manager.draw();
    manager.choices.rows = 10;
    const next = manager.draw();
    answers[1]!('new');
    await next;
    answers[0]!('old');
    await old;
    expect(manager.preview?.html).toBe('new');
    expect(manager.previewStale).toBe(false);
    manager.choices.rows = 11;
    expect(manager.previewStale).toBe(true);
    manager.choose(1, false);
    await manager.draw();
    expect(manager.preview).toBeNull();
  });

  it('tells progress and the outcome, and nothing when it was cancelled', async () => {
    const outcome = { reportId: 'r', folder: '/x', files: [] };
    const seen: number[] = [];
    let cancelAt = Infinity;
    const report = {
      export: vi.fn(async () =>
        (async function* () {
          for (let done = 1; done <= 3; done++) {
            if (done === cancelAt) manager.run.cancel();
            seen.push(done);
            yield { progress: { done, total: 3, step: 'Originals' }, outcome: done === 3 ? outcome : null };
          }
        })(),
      ),
    };
    const manager = new ExportManager(client(report));
    await manager.export();
    expect(report.export).not.toHaveBeenCalled();
    manager.choose(1, true);
    await manager.export();
    expect(manager.run.outcome).toEqual(outcome);
    expect(manager.run.progress).toBeNull();
    cancelAt = 2;
    await manager.export();
    expect(manager.run.outcome).toBeNull();
    expect(manager.run.error).toBeNull();
    expect(seen).toEqual([1, 2, 3, 1, 2]);
  });

  it('keeps the error of a failed export and can try again', async () => {
    const report = { export: vi.fn().mockRejectedValueOnce(new Error('full')).mockResolvedValueOnce([]) };
    const manager = new ExportManager(client(report));
    manager.choose(1, true);
    await manager.export();
    expect(manager.run.error).toBeInstanceOf(Error);
    await manager.export();
    expect(manager.run.error).toBeNull();
  });
});
