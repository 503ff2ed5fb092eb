import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DescryError } from '../../src-main/engine/errors.ts';
import { RemovalService } from '../../src-main/engine/removal/removal-service.ts';
import type { RemovalPreview } from '../../src-main/engine/removal/schema.ts';
import { ReportService } from '../../src-main/engine/report/report-service.ts';
import { reportOptions } from '../../src-main/engine/report/schema.ts';
import { SigningService } from '../../src-main/engine/report/signing/signing-service.ts';
import { searchQuery, type SearchOutcome } from '../../src-main/engine/search/schema.ts';
import { DemoCase } from './search-setup.ts';

let demo: DemoCase;
const isLate = (fileName: string): boolean => fileName.startsWith('car-park');

beforeAll(async () => {
  demo = await DemoCase.create();
  await demo.import((fileName) => !isLate(fileName));
  await demo.import(isLate);
});
afterAll(() => demo.dispose());

const say = (text: string): Promise<SearchOutcome> =>
  demo.search.run(searchQuery.parse({ statements: [{ text }] }), 500);

async function remove(batchId: number): Promise<RemovalPreview> {
  const removals = new RemovalService({
    openCase: demo.openCase,
    removeVectors: (cropIds) => demo.embeddings.remove(cropIds),
    importRunning: () => null,
    requireEnded: () => undefined,
    emit: () => undefined,
    onRemoved: (cropIds) => demo.search.cropsRemoved(cropIds),
  });
  const preview = await removals.preview(batchId);
  await removals.start(batchId, preview);
  await removals.idle();
  return preview;
}

describe('a search of which crops were removed since', () => {
  it('still shows what it found, and says which of it is gone', async () => {
    const { search, top } = await say('man in a red jacket');
    const before = top.map(({ id, rank, score, folded }) => ({ id, rank, score, folded }));
    const gone = top.filter(({ fileName }) => isLate(fileName)).map(({ id }) => id);
    expect(gone.length).toBeGreaterThan(0);
    const marked = gone[0]!;
    demo.review.decide([marked], 'possible');
    const preview = await remove(2);
    expect(preview).toMatchObject({ marked: 1, decided: 1, searches: 1, reports: 0 });
    await demo.reopen();

    const rows = await demo.search.rows(search.id, { offset: 0, limit: 500 }, 'rank');
    expect(rows.map(({ id, rank, score, folded }) => ({ id, rank, score, folded }))).toEqual(before);
    expect(rows.filter(({ removedAt }) => removedAt !== undefined).map(({ id }) => id)).toEqual(gone);
    const byTime = await demo.search.rows(search.id, { offset: 0, limit: 500 }, 'time');
    expect(byTime.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());

    const again = await say('man in a red jacket');
    expect(again.top.some(({ fileName }) => isLate(fileName))).toBe(false);
    expect(again.search.gallery.crops).toBe(search.gallery.crops - preview.crops);
    const rerun = await demo.search.rerun(search.id, 50);
    expect(rerun.identical).toBe(false);
    expect(rerun.differences.join(' ')).toContain('1 import batch taken out');
    await expect(
      demo.search.run(searchQuery.parse({ statements: [], like: [{ cropId: marked, weight: 1 }] }), 5),
    ).rejects.toThrow(DescryError);
  });

  it('is reported as it was, with the date of the removal in place of the pictures', async () => {
    const [search] = demo.search.history({ limit: 100, namedOnly: false }).slice(-1);
    await demo.reopen();
    const report = new ReportService({
      openCase: demo.openCase,
      search: demo.search,
      signing: new SigningService({ folder: `${demo.folder}/keys` }),
      application: { name: 'Descry', version: '0.1.0' },
    });
    const options = reportOptions.parse({ searchIds: [search!.id], rows: 100 });
    const model = await report.model(options);
    const [reported] = model.searches;
    const gone = reported!.rows.filter(({ removedAt }) => removedAt !== undefined);
    expect(gone.length).toBeGreaterThan(0);
    expect(gone.every(({ fileName, file }) => isLate(fileName) && file === null)).toBe(true);
    expect(model.batches.map(({ state }) => state)).toEqual(['done', 'removed']);
    const html = await report.preview(options);
    expect(html.match(/removed from the case on/g)?.length).toBeGreaterThanOrEqual(gone.length);
  });
});
