import { describe, expect, it } from 'vitest';
import type { OpenCase } from '../../../src-main/engine/case/open-case.ts';
import { rowsPerBlock } from '../../../src-main/engine/inference/embedding-blocks.ts';
import { EmbeddingStore } from '../../../src-main/engine/inference/embedding-store.ts';
import type { PackSummary } from '../../../src-main/engine/inference/schema.ts';
import { addCrops } from '../../support/crops.ts';
import { temporaryCase } from '../../support/temporary.ts';
import { tinyManifest } from './tiny-pack.ts';

const dimensions = 6;

function summary(digest = 'a'.repeat(64)): PackSummary {
  const { id, version, name, licence, intendedUse, limits, accuracy, provenance, files } = tinyManifest();
  const facts = { id, version, name, licence, intendedUse, limits, accuracy, provenance, files };
  return {
    ...facts,
    digest,
    bytes: 1,
    dimensions,
    builtIn: true,
    inUse: true,
    explains: false,
    path: '/models/tiny',
    speed: null,
  };
}

interface Place {
  openCase: OpenCase;
  store: EmbeddingStore;
  modelId: number;
}

function place(): Place {
  const openCase = temporaryCase();
  const store = new EmbeddingStore(openCase.db);
  return { openCase, store, modelId: store.ensureModel(summary(), tinyManifest()) };
}

/** Distinct numbers for each crop, exact in float32. */
function vectorsOf(cropIds: readonly number[]): Float32Array {
  return Float32Array.from(cropIds.flatMap((id) => Array.from({ length: dimensions }, (_, i) => id + i / 8)));
}

function crops(openCase: OpenCase, count: number): number[] {
  return addCrops(
    openCase,
    Array.from({ length: count }, () => ({})),
  );
}

describe('EmbeddingStore', () => {
  it('has one row for each model', () => {
    const { store, modelId } = place();
    expect(store.ensureModel(summary(), tinyManifest())).toBe(modelId);
    expect(store.ensureModel(summary('b'.repeat(64)), tinyManifest())).not.toBe(modelId);
  });

  it.each([[1], [3], [500], [rowsPerBlock], [rowsPerBlock + 1]])(
    'gives back what was appended %i at a time',
    (group) => {
      const { openCase, store, modelId } = place();
      const ids = crops(openCase, 2 * rowsPerBlock + 7);
      const some = group === 1 ? ids.slice(0, 40) : ids;
      openCase.db.transaction(() => {
        for (let i = 0; i < some.length; i += group) {
          const part = some.slice(i, i + group);
          store.append(modelId, part, vectorsOf(part));
        }
      })();
      const { cropIds, vectors } = store.load(modelId);
      expect([...cropIds]).toEqual(some);
      expect(vectors).toEqual(vectorsOf(some));
      for (const id of [some[0]!, some.at(-1)!, some[some.length >> 1]!])
        expect(store.vectorOf(modelId, id)).toEqual(vectorsOf([id]));
      expect(store.verify()).toEqual({ blocks: Math.ceil(some.length / rowsPerBlock), findings: [] });
    },
  );

  it('keeps models apart', () => {
    const { openCase, store, modelId } = place();
    const other = store.ensureModel(summary('c'.repeat(64)), tinyManifest());
    const [one, two] = crops(openCase, 2) as [number, number];
    store.append(modelId, [one, two], vectorsOf([one, two]));
    store.append(other, [two], vectorsOf([99]));
    expect(store.vectorOf(modelId, two)).toEqual(vectorsOf([two]));
    expect(store.vectorOf(other, two)).toEqual(vectorsOf([99]));
    expect(store.has(other, one)).toBe(false);
    expect(store.vectorOf(other, one)).toBeUndefined();
    expect([...store.load(other).cropIds]).toEqual([two]);
  });

  it('copies the vector of a crop with the same content', () => {
    const { openCase, store, modelId } = place();
    const [one, two, three] = crops(openCase, 3) as [number, number, number];
    store.append(modelId, [one], vectorsOf([one]));
    expect(store.copy(modelId, one, two)).toBe(true);
    expect(store.copy(modelId, three, three)).toBe(false);
    expect(store.vectorOf(modelId, two)).toEqual(vectorsOf([one]));
    expect(store.count(modelId)).toBe(2);
  });

  it('adds nothing when one crop of a group has a vector already, or the sizes do not fit', () => {
    const { openCase, store, modelId } = place();
    const [one, two] = crops(openCase, 2) as [number, number];
    store.append(modelId, [one], vectorsOf([one]));
    expect(() => store.append(modelId, [two, one], vectorsOf([two, one]))).toThrow(/UNIQUE/);
    expect(() => store.append(modelId, [two], new Float32Array(dimensions + 1))).toThrow(
      expect.objectContaining({ kind: 'invalid-input' }),
    );
    expect(store.has(modelId, two)).toBe(false);
    expect([...store.load(modelId).cropIds]).toEqual([one]);
    expect(store.verify().findings).toEqual([]);
  });

  it('goes back with the caller’s transaction', () => {
    const { openCase, store, modelId } = place();
    const [one, two] = crops(openCase, 2) as [number, number];
    store.append(modelId, [one], vectorsOf([one]));
    expect(() =>
      openCase.db.transaction(() => {
        store.append(modelId, [two], vectorsOf([two]));
        store.vectorOf(modelId, two);
        throw new Error('power cut');
      })(),
    ).toThrow('power cut');
    expect(store.vectorOf(modelId, two)).toBeUndefined();
    store.append(modelId, [two], vectorsOf([7]));
    expect(store.vectorOf(modelId, two)).toEqual(vectorsOf([7]));
    expect(store.verify().findings).toEqual([]);
  });

  it('loads the rest when a block is damaged, names the block and its crops, and does not continue it', () => {
    const { openCase, store, modelId } = place();
    const ids = crops(openCase, 2 * rowsPerBlock + 3);
    store.append(modelId, ids, vectorsOf(ids));
    const flip = openCase.db.prepare(
      "UPDATE embedding_blocks SET vectors = CAST(substr(vectors, 1, 99) || x'ff' || substr(vectors, 101) AS BLOB) WHERE block = ?",
    );
    flip.run(1);
    const { cropIds, vectors } = store.load(modelId);
    const sound = [...ids.slice(0, rowsPerBlock), ...ids.slice(2 * rowsPerBlock)];
    expect([...cropIds]).toEqual(sound);
    expect(vectors).toEqual(vectorsOf(sound));
    expect(store.vectorOf(modelId, ids[rowsPerBlock]!)).toBeUndefined();
    expect(store.vectorOf(modelId, ids[0]!)).toEqual(vectorsOf([ids[0]!]));
    const { blocks, findings } = store.verify(modelId);
    expect(blocks).toBe(3);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      severity: 'error',
      check: 'vectors',
      where: 'vector block 1 of tiny 1',
    });
    expect(findings[0]!.message).toContain(`Crops ${ids[rowsPerBlock]} to ${ids[2 * rowsPerBlock - 1]}`);

    flip.run(2);
    const more = crops(openCase, 1);
    expect(() => store.append(modelId, more, vectorsOf(more))).toThrow(
      expect.objectContaining({ kind: 'case-damaged' }),
    );
    expect(store.has(modelId, more[0]!)).toBe(false);
  });

  it.each([
    ['the first', 2 * rowsPerBlock + 3, [0]],
    ['one in the middle, which is filled up from two blocks', 3 * rowsPerBlock + 5, [1]],
    ['one in the middle before a full last one', 3 * rowsPerBlock, [1]],
    ['the last', rowsPerBlock + 3, [1]],
    ['the only one', 7, [0]],
    ['several', 4 * rowsPerBlock + 2, [0, 2, 4]],
    ['all', 2 * rowsPerBlock + 1, [0, 1, 2]],
    ['none', rowsPerBlock + 1, []],
  ])('takes damaged blocks away and closes the gap: %s', async (_which, count, damaged) => {
    const { openCase, store, modelId } = place();
    const other = store.ensureModel(summary('d'.repeat(64)), tinyManifest());
    const ids = crops(openCase, count);
    store.append(modelId, ids, vectorsOf(ids));
    store.append(other, ids.slice(0, 3), vectorsOf(ids.slice(0, 3)));
    const damage = openCase.db.prepare(
      'UPDATE embedding_blocks SET sha256 = ? WHERE model_id = ? AND block = ?',
    );
    for (const block of damaged) damage.run('0'.repeat(64), modelId, block);
    const dropped = await store.dropDamaged(modelId, new AbortController().signal);
    const lost = ids.filter((_, row) => damaged.includes(Math.floor(row / rowsPerBlock)));
    expect(dropped.toSorted((a, b) => a - b)).toEqual(lost);
    const kept = ids.filter((id) => !lost.includes(id));
    expect(store.count(modelId)).toBe(kept.length);
    expect(store.verify().findings).toEqual([]);
    expect([...store.load(modelId).cropIds].sort((a, b) => a - b)).toEqual(kept);
    for (const id of [kept[0], kept.at(-1), kept[kept.length >> 1]])
      if (id !== undefined) expect(store.vectorOf(modelId, id)).toEqual(vectorsOf([id]));
    store.append(modelId, lost, vectorsOf(lost));
    const { cropIds, vectors } = store.load(modelId);
    expect(vectors).toEqual(vectorsOf([...cropIds]));
    expect(store.count(modelId)).toBe(count);
    expect(store.verify().findings).toEqual([]);
    expect([...store.load(other).cropIds]).toEqual(ids.slice(0, 3));
  });

  it('names blocks that are missing or too short', () => {
    const { openCase, store, modelId } = place();
    const ids = crops(openCase, rowsPerBlock + 2);
    store.append(modelId, ids, vectorsOf(ids));
    openCase.db.prepare('DELETE FROM embedding_blocks WHERE block = 0').run();
    openCase.db.prepare('UPDATE embedding_blocks SET vectors = substr(vectors, 1, 24) WHERE block = 1').run();
    expect(store.load(modelId).cropIds).toHaveLength(0);
    expect(store.verify().findings.map(({ where }) => where)).toEqual([
      'vector block 0 of tiny 1',
      'vector block 1 of tiny 1',
    ]);
  });
});
