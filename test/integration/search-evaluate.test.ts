import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddingModel } from '../../src-main/engine/inference/embedding-model.ts';
import { ModelLibrary } from '../../src-main/engine/inference/model-library.ts';
import { decodeImage } from '../../src-main/engine/ingest/decode.ts';
import { evaluate, type EvaluationProgress } from '../../src-main/engine/search/evaluate.ts';
import { annotations, demoCrops, modelsFolder } from './search-setup.ts';

const folder = mkdtempSync(join(tmpdir(), 'descry-evaluate-'));
const images = join(folder, 'imgs', 'test set');
/** Some crops of a dozen people, in the layout of CUHK-PEDES. */
const people = [...new Set(annotations.map(({ id }) => id))].slice(0, 12);
const entries = annotations
  .filter(({ id }, i) => people.includes(id) && i % 2 === 0)
  .map((entry) => ({ ...entry, split: 'test', file_path: `test set/${basename(entry.file_path)}` }));
let model: EmbeddingModel;

beforeAll(async () => {
  mkdirSync(images, { recursive: true });
  for (const { file_path } of entries)
    copyFileSync(join(demoCrops, basename(file_path)), join(folder, 'imgs', file_path));
  writeFileSync(join(images, 'broken.jpg'), 'not a picture');
  model = await new ModelLibrary({ folders: [modelsFolder], userFolder: join(folder, 'packs') }).load();
});
afterAll(async () => {
  await model.dispose();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function run(list: object[], signal?: AbortSignal): Promise<EvaluationProgress[]> {
  const file = join(folder, 'annotations.json');
  writeFileSync(file, JSON.stringify(list));
  const events: EvaluationProgress[] = [];
  for await (const event of evaluate(model, {
    annotations: file,
    images: join(folder, 'imgs'),
    split: 'test',
    signal,
  }))
    events.push(event);
  return events;
}

describe('evaluate', () => {
  it('gives the numbers of a plain computation with the same model', async () => {
    const vectors: Float32Array[] = [];
    for (const { file_path } of entries) {
      const pixels = model.preprocess(await decodeImage(join(folder, 'imgs', file_path)));
      vectors.push(await model.embedImages([pixels]));
    }
    const captions = entries.flatMap(({ id, captions: texts }) => texts.map((text) => ({ id, text })));
    const sums = { rank1: 0, rank5: 0, rank10: 0, map: 0, minp: 0 };
    for (const { id, text } of captions) {
      const [query] = await model.embedTexts([text]);
      const scores = vectors.map((vector) =>
        vector.reduce((sum, value, d) => sum + value * query!.vector[d]!, 0),
      );
      const matches = scores
        .map((score, i) => ({ score, i }))
        .sort((a, b) => b.score - a.score || a.i - b.i)
        .map(({ i }) => entries[i]!.id === id);
      const ranks = matches.flatMap((match, i) => (match ? i + 1 : []));
      if (ranks[0]! <= 1) sums.rank1++;
      if (ranks[0]! <= 5) sums.rank5++;
      if (ranks[0]! <= 10) sums.rank10++;
      sums.map += ranks.reduce((sum, rank, i) => sum + (i + 1) / rank, 0) / ranks.length;
      sums.minp += ranks.length / ranks.at(-1)!;
    }
    const events = await run([...entries, { ...entries[0]!, split: 'train', id: 'somebody else' }]);
    const evaluation = events.at(-1)!.evaluation!;
    const percent = (sum: number): number => (100 * sum) / captions.length;
    expect(evaluation).toMatchObject({
      split: 'test',
      queries: captions.length,
      gallery: entries.length,
      people: new Set(entries.map(({ id }) => id)).size,
      rejected: [],
    });
    expect(evaluation.rank1).toBeCloseTo(percent(sums.rank1), 6);
    expect(evaluation.rank5).toBeCloseTo(percent(sums.rank5), 6);
    expect(evaluation.rank10).toBeCloseTo(percent(sums.rank10), 6);
    expect(evaluation.meanAveragePrecision).toBeCloseTo(percent(sums.map), 3);
    expect(evaluation.meanInversePenalty).toBeCloseTo(percent(sums.minp), 3);
    expect(evaluation.imagesPerSecond).toBeGreaterThan(0);
    const done = events.map(({ progress }) => progress.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(events[0]!.progress.total);
  });

  it('lists what it cannot read, and goes on', async () => {
    const [first, second] = entries;
    const events = await run([
      first!,
      { ...first!, file_path: 'test set/broken.jpg', captions: ['a person'] },
      { ...first!, file_path: '../../outside.jpg', captions: ['a person'] },
      { ...first!, file_path: '/etc/hostname', captions: [] },
      { ...second!, id: 'unseen', file_path: 'test set/missing.jpg', captions: ['a man in red', '女'] },
    ]);
    const evaluation = events.at(-1)!.evaluation!;
    expect(evaluation).toMatchObject({
      gallery: 1,
      people: 1,
      queries: first!.captions.length + 2,
      rank1: 100,
      meanAveragePrecision: 100,
    });
    expect(evaluation.rejected.map(({ path }) => path)).toEqual([
      'test set/broken.jpg',
      '../../outside.jpg',
      '/etc/hostname',
      'test set/missing.jpg',
      'caption "a man in red"',
      'caption "女"',
    ]);
    expect(evaluation.rejected[1]!.reason).toMatch(/leads out of the images folder/);
  });

  it('refuses a set of which nothing can be read, and stops when it is told to', async () => {
    await expect(
      run([{ split: 'test', id: 1, file_path: 'nothing.jpg', captions: ['red'] }]),
    ).rejects.toThrow(expect.objectContaining({ kind: 'invalid-input' }));
    await expect(run(entries, AbortSignal.abort())).rejects.toThrow(
      expect.objectContaining({ kind: 'cancelled' }),
    );
  });
});
