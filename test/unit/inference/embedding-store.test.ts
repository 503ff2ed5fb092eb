import { describe, expect, it } from 'vitest';
import type { OpenCase } from '../../../src-main/engine/case/open-case.ts';
import { EmbeddingStore } from '../../../src-main/engine/inference/embedding-store.ts';
import type { PackSummary } from '../../../src-main/engine/inference/schema.ts';
import { rowsPerPiece } from '../../../src-main/engine/search/index/vector-format.ts';
import { addCrops } from '../../support/crops.ts';
import { temporaryCase } from '../../support/temporary.ts';
import { storedVectors, vectorFindings } from '../../support/vectors.ts';
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

  it.each([[1], [3], [500], [4096], [4097]])('gives back what was appended %i at a time', (group) => {
    const { openCase, store, modelId } = place();
    const ids = crops(openCase, 5000);
    const some = group === 1 ? ids.slice(0, 40) : ids;
    openCase.db.transaction(() => {
      for (let i = 0; i < some.length; i += group) {
        const part = some.slice(i, i + group);
        store.append(modelId, part, vectorsOf(part));
      }
    })();
    const { cropIds, vectors } = storedVectors(store, modelId);
    expect(cropIds).toEqual(some);
    expect(vectors).toEqual(some.map((id) => vectorsOf([id])));
    for (const id of [some[0]!, some.at(-1)!, some[some.length >> 1]!])
      expect(store.vectorOf(modelId, id)).toEqual(vectorsOf([id]));
    const checks = [...store.check()];
    expect(checks.at(-1)).toMatchObject({ done: some.length, total: some.length });
    expect(vectorFindings(store)).toEqual([]);
  });

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
    expect(storedVectors(store, other).cropIds).toEqual([two]);
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
    expect(storedVectors(store, modelId).cropIds).toEqual([one]);
    expect(vectorFindings(store)).toEqual([]);
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
    expect(vectorFindings(store)).toEqual([]);
  });

  it('reads the rest when a piece is damaged, names the crops, and does not continue it', () => {
    const { openCase, store, modelId } = place();
    const ids = crops(openCase, 3 * rowsPerPiece + 2);
    store.append(modelId, ids, vectorsOf(ids));
    damage(openCase, modelId, [1, 2]);
    const sound = [...ids.slice(0, rowsPerPiece), ...ids.slice(3 * rowsPerPiece)];
    expect(storedVectors(store, modelId).cropIds).toEqual(sound);
    expect(store.vectorOf(modelId, ids[rowsPerPiece]!)).toBeUndefined();
    expect(store.vectorOf(modelId, ids[0]!)).toEqual(vectorsOf([ids[0]!]));
    const findings = vectorFindings(store, modelId);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      severity: 'error',
      check: 'vectors',
      where: `vector rows ${rowsPerPiece} to ${3 * rowsPerPiece - 1} of tiny 1`,
    });
    expect(findings[0]!.message).toContain(`Crops ${ids[rowsPerPiece]} to ${ids[3 * rowsPerPiece - 1]}`);

    damage(openCase, modelId, [3]);
    const more = crops(openCase, 1);
    expect(() => store.append(modelId, more, vectorsOf(more))).toThrow(
      expect.objectContaining({ kind: 'case-damaged' }),
    );
    expect(store.has(modelId, more[0]!)).toBe(false);
  });

  it.each([
    ['the first', 4 * rowsPerPiece + 3, [0]],
    ['one in the middle', 4 * rowsPerPiece, [2]],
    ['the last, which is not full', 2 * rowsPerPiece + 3, [2]],
    ['the last, which is full', 2 * rowsPerPiece, [1]],
    ['the only one', 3, [0]],
    ['several', 5 * rowsPerPiece + 2, [0, 2, 5]],
    ['all', 2 * rowsPerPiece + 1, [0, 1, 2]],
    ['none', rowsPerPiece + 1, []],
  ])('takes damaged vectors away, so that they can be made anew: %s', async (_which, count, damaged) => {
    const { openCase, store, modelId } = place();
    const other = store.ensureModel(summary('d'.repeat(64)), tinyManifest());
    const ids = crops(openCase, count);
    store.append(modelId, ids, vectorsOf(ids));
    store.append(other, ids.slice(0, 3), vectorsOf(ids.slice(0, 3)));
    damage(openCase, modelId, damaged);
    const dropped = await store.dropDamaged(modelId, new AbortController().signal);
    const lost = ids.filter((_, row) => damaged.includes(Math.floor(row / rowsPerPiece)));
    expect(dropped).toEqual(lost);
    const kept = ids.filter((id) => !lost.includes(id));
    expect(store.count(modelId)).toBe(kept.length);
    expect(vectorFindings(store)).toEqual([]);
    expect(storedVectors(store, modelId).cropIds).toEqual(kept);
    store.append(modelId, lost, vectorsOf(lost));
    for (const id of ids) expect(store.vectorOf(modelId, id)).toEqual(vectorsOf([id]));
    expect(store.count(modelId)).toBe(count);
    expect(vectorFindings(store)).toEqual([]);
    expect(storedVectors(store, other).cropIds).toEqual(ids.slice(0, 3));
  });

  it('names pieces that are missing or too short, and makes room for new ones', async () => {
    const { openCase, store, modelId } = place();
    const ids = crops(openCase, 2 * rowsPerPiece + 2);
    store.append(modelId, ids, vectorsOf(ids));
    const { db } = openCase;
    db.prepare('DELETE FROM vector_pieces WHERE id = ?').run(modelId * 2 ** 32);
    db.prepare('UPDATE vector_pieces SET vectors = substr(vectors, 1, 27) WHERE id = ?').run(
      modelId * 2 ** 32 + 2,
    );
    expect(storedVectors(store, modelId).cropIds).toEqual(ids.slice(rowsPerPiece, 2 * rowsPerPiece));
    expect(vectorFindings(store).map(({ where }) => where)).toEqual([
      `vector rows 0 to ${rowsPerPiece - 1} of tiny 1`,
      `vector rows ${2 * rowsPerPiece} to ${2 * rowsPerPiece + 1} of tiny 1`,
    ]);
    const lost = await store.dropDamaged(modelId, new AbortController().signal);
    store.append(modelId, lost, vectorsOf(lost));
    for (const id of ids) expect(store.vectorOf(modelId, id)).toEqual(vectorsOf([id]));
    expect(vectorFindings(store)).toEqual([]);
  });

  it('erases the vectors of removed crops, of every model', () => {
    const { openCase, store, modelId } = place();
    const other = store.ensureModel(summary('e'.repeat(64)), tinyManifest());
    const ids = crops(openCase, 9);
    store.append(modelId, ids, vectorsOf(ids));
    store.append(other, ids, vectorsOf(ids));
    store.remove([ids[0]!, ids[8]!, 99_999]);
    for (const model of [modelId, other]) {
      expect(storedVectors(store, model).cropIds).toEqual(ids.slice(1, 8));
      expect(store.count(model)).toBe(7);
      expect(store.vectorOf(model, ids[8]!)).toBeUndefined();
    }
    expect(vectorFindings(store)).toEqual([]);
  });
});

/** Changes a byte of pieces of a model. */
function damage({ db }: OpenCase, modelId: number, pieces: readonly number[]): void {
  const flip = db.prepare(
    "UPDATE vector_pieces SET vectors = CAST(substr(vectors, 1, 9) || x'ff' || substr(vectors, 11) AS BLOB) WHERE id = ?",
  );
  for (const piece of pieces) flip.run(modelId * 2 ** 32 + piece);
}
