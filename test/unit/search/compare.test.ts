import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { searchQuery, type SearchQuery } from '../../../src-main/engine/search/schema.ts';
import { BlockIndex } from '../../../src-main/engine/search/index/block-index.ts';
import { SearchService } from '../../../src-main/engine/search/search-service.ts';
import type { EmbeddingModel } from '../../../src-main/engine/inference/embedding-model.ts';
import { EmbeddingStore } from '../../../src-main/engine/inference/embedding-store.ts';
import type { PackSummary } from '../../../src-main/engine/inference/schema.ts';
import { tinyManifest } from '../inference/tiny-pack.ts';
import { CaseFixture } from './case-fixture.ts';

/** A pack that knows three words, each a direction of its own. */
function pack(id: string, words: readonly string[]): { summary: PackSummary; model: EmbeddingModel } {
  const manifest = tinyManifest();
  const { version, licence, intendedUse, limits, accuracy, provenance, files } = manifest;
  const summary: PackSummary = {
    ...{ id, version, name: `Pack ${id}`, licence, intendedUse, limits, accuracy, provenance, files },
    digest: Buffer.from(id).toString('hex').padEnd(64, '0'),
    bytes: 1,
    dimensions: 3,
    builtIn: false,
    inUse: false,
    explains: false,
    path: '',
    speed: null,
  };
  const embedTexts = (texts: readonly string[]): unknown =>
    Promise.resolve(
      texts.map((text) => ({
        vector: Float32Array.from(words, (word) => (text.includes(word) ? 1 : 0)),
        tokens: text.split(' '),
        truncated: false,
        unknownWords: [],
        knownWordCount: 1,
      })),
    );
  return {
    summary,
    model: {
      manifest,
      summary,
      dimensions: 3,
      provider: 'cpu',
      runtime: 'test',
      embedTexts,
    } as unknown as EmbeddingModel,
  };
}

class Place {
  readonly fixture = new CaseFixture();
  readonly embeddings = new EmbeddingStore(this.fixture.openCase.db);
  readonly packs = {
    one: pack('one', ['red', 'blue', 'green']),
    two: pack('two', ['red', 'blue', 'green']),
    three: pack('three', ['red', 'blue', 'green']),
  };
  readonly lent: (string | undefined)[] = [];
  readonly search = new SearchService({
    openCase: this.fixture.openCase,
    withModel: (work, id) => {
      this.lent.push(id);
      return work(Object.values(this.packs).find(({ summary }) => summary.id === (id ?? 'one'))!.model);
    },
    embeddings: this.embeddings,
    appVersion: 'test',
  });

  constructor() {
    onTestFinished(() => this.fixture.dispose());
  }

  give(name: keyof Place['packs'], vectors: Record<number, readonly number[]>): void {
    const { summary, model } = this.packs[name];
    const modelId = this.embeddings.ensureModel(summary, model.manifest);
    const ids = Object.keys(vectors).map(Number);
    this.embeddings.append(modelId, ids, Float32Array.from(Object.values(vectors).flat()));
  }

  compare(query: Partial<SearchQuery>, top = 50, names: (keyof Place['packs'])[] = ['one', 'two']) {
    const summaries = names.map((name) => this.packs[name].summary);
    return this.search.compare(summaries, searchQuery.parse(query), top);
  }
}

const say = (text: string) => ({ statements: [{ text, weight: 1 }] });

/** Four crops which the packs see differently. */
function fourCrops(): Place {
  const place = new Place();
  place.fixture.add([{ camera: 'north' }, { camera: 'north' }, { camera: 'south' }, { camera: 'south' }]);
  place.give('one', { 1: [0.9, 0, 0], 2: [0.5, 0.1, 0], 3: [0.7, 0, 0.4], 4: [0.1, 0.9, 0] });
  place.give('two', { 1: [0.1, 0, 0], 2: [0.9, 0.1, 0], 3: [0.8, 0, 0.4], 4: [0.2, 0.9, 0] });
  return place;
}

describe('comparing packs', () => {
  it('ranks the same query with each, over its own vectors', async () => {
    const place = fourCrops();
    const { lists, shared } = await place.compare(say('red'), 2);
    expect(lists).toMatchObject([
      { packId: 'one', packName: 'Pack one', searched: 4, warnings: [] },
      { packId: 'two', packName: 'Pack two', searched: 4, warnings: [] },
    ]);
    expect(lists.map(({ rows }) => rows.map(({ id, rank }) => [rank, id]))).toEqual([
      [
        [1, 1],
        [2, 3],
      ],
      [
        [1, 2],
        [2, 3],
      ],
    ]);
    expect(lists[1]!.rows[0]!.score).toBeCloseTo(0.9, 5);
    expect(shared).toBe(1);
    expect(place.lent).toEqual(['one', 'two']);
  });

  it('gives the list that a search with that pack gives', async () => {
    const place = fourCrops();
    const query = searchQuery.parse({
      ...say('red'),
      avoid: ['green'],
      filter: { cameras: ['north', 'south'] },
    });
    const { top } = await place.search.run(query, 50);
    const { lists } = await place.search.compare([place.packs.one.summary], query, 50);
    expect(lists[0]!.rows).toEqual(top);
  });

  it('applies filters, and takes each pack’s own vector of an example', async () => {
    const place = fourCrops();
    const { lists } = await place.compare({
      like: [{ cropId: 4, weight: 1 }],
      filter: { cameras: ['south'] },
    });
    expect(lists.map(({ searched }) => searched)).toEqual([2, 2]);
    expect(lists.map(({ rows }) => rows.map(({ id }) => id))).toEqual([
      [4, 3],
      [4, 3],
    ]);
    expect(lists[0]!.rows[1]!.score).toBeCloseTo(0.07, 5);
    expect(lists[1]!.rows[1]!.score).toBeCloseTo(0.16, 5);
  });

  it('gives an empty list for a pack that has read nothing, without loading it', async () => {
    const place = fourCrops();
    const { lists, shared } = await place.compare(say('red'), 50, ['one', 'three']);
    expect(lists[1]).toMatchObject({
      packId: 'three',
      searched: 0,
      rows: [],
      warnings: [{ kind: 'not-embedded' }],
    });
    expect(lists[1]!.warnings[0]!.message).toContain('No crop of this case has been read with three 1 yet');
    expect(shared).toBe(0);
    expect(place.lent).toEqual(['one']);
    expect(place.embeddings.modelRow(place.packs.three.summary.digest)).toBeUndefined();
  });

  it('says when a pack has read a part only, or not the example', async () => {
    const place = fourCrops();
    place.give('three', { 1: [1, 0, 0] });
    const { lists } = await place.compare(say('red'), 50, ['one', 'three']);
    expect(lists[1]).toMatchObject({ searched: 1, warnings: [{ kind: 'not-embedded' }] });
    expect(lists[1]!.warnings[0]!.message).toBe(
      '3 crops have not been read with three 1 yet and took no part.',
    );
    const outside = await place.compare({ ...say('red'), filter: { cameras: ['south'] } }, 50, [
      'three',
      'one',
    ]);
    expect(outside.lists[0]).toMatchObject({ searched: 0, rows: [] });
    expect(outside.lists[0]!.warnings[0]!.message).toContain('No crop that the filters leave has been read');
    const like = await place.compare({ like: [{ cropId: 3, weight: 1 }] }, 50, ['one', 'three']);
    expect(like.lists[0]!.rows).toHaveLength(4);
    expect(like.lists[1]).toMatchObject({ searched: 0, rows: [], warnings: [{ kind: 'not-embedded' }] });
    const missing = { like: [{ cropId: 99, weight: 1 }] };
    await expect(place.compare(missing)).rejects.toThrow(expect.objectContaining({ kind: 'not-found' }));
  });

  it('stores nothing but one entry in the audit log', async () => {
    const place = fourCrops();
    await place.compare(say('red'));
    expect(place.search.history({ limit: 10, namedOnly: false })).toEqual([]);
    const entries = place.fixture.openCase.audit.list({ limit: 10 });
    expect(entries.map(({ action }) => action)).toEqual(['packs-compared', 'case-created']);
    expect(entries[0]!.detail).toMatchObject({
      packs: [
        { id: 'one', version: '1', digest: place.packs.one.summary.digest, searched: 4 },
        { id: 'two', version: '1', digest: place.packs.two.summary.digest, searched: 4 },
      ],
      query: { statements: [{ text: 'red' }] },
      shared: 4,
    });
    await expect(place.compare(say('  '))).rejects.toThrow(
      expect.objectContaining({ kind: 'invalid-input' }),
    );
    expect(place.fixture.openCase.audit.list({ limit: 10 })).toHaveLength(2);
  });

  it('keeps both galleries for the next comparison', async () => {
    const place = fourCrops();
    await place.compare(say('red'));
    const opened = vi.spyOn(BlockIndex, 'open');
    await place.compare(say('blue'));
    expect(opened).not.toHaveBeenCalled();
    place.search.vectorsMoved(place.embeddings.modelRow(place.packs.two.summary.digest)!);
    await place.compare(say('blue'));
    expect(opened).toHaveBeenCalledOnce();
  });
});

describe('a search with a pack that has not read what the filters leave', () => {
  it('is told apart from filters that leave nothing', async () => {
    const place = fourCrops();
    place.give('three', { 1: [1, 0, 0] });
    place.packs.one.summary.digest = place.packs.three.summary.digest;
    const run = (filter: object) => place.search.run(searchQuery.parse({ ...say('red'), filter }), 5);
    const warnings = async (filter: object): Promise<unknown> =>
      (await run(filter)).search.warnings.map(({ kind, message }) => [kind, message]);
    expect(await warnings({ cameras: ['nowhere'] })).toEqual([
      ['empty-filter', expect.stringContaining('The filters let no crop through')],
    ]);
    expect(await warnings({ cameras: ['south'] })).toEqual([
      [
        'not-embedded',
        expect.stringContaining('No crop that the filters leave has been read with one 1 yet'),
      ],
    ]);
    expect(await warnings({ cameras: ['north'] })).toEqual([
      ['not-embedded', '1 crop has not been read with one 1 yet and took no part.'],
    ]);
    const { search } = await run({ cameras: ['south'] });
    expect(search.gallery).toMatchObject({
      searched: 0,
      excluded: [{ reason: 'filter' }, { reason: 'no-vector', count: 2 }],
    });
  });
});
