import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rowsPerPiece } from '../../../../src-main/engine/search/index/vector-format.ts';
import { ScratchCase } from './scratch-case.ts';

const dimensions = 6;
let scratch: ScratchCase;
beforeEach(() => {
  scratch = new ScratchCase(dimensions);
});
afterEach(() => scratch.dispose());

const vectorOf = (cropId: number): Float32Array => new Float32Array(dimensions).map((_, d) => cropId + d / 8);

function append(cropIds: number[]): void {
  scratch.stored.append(cropIds, Float32Array.from(cropIds.flatMap((cropId) => [...vectorOf(cropId)])));
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** Changes one byte of a stored value. */
function damage(table: 'vector_pieces' | 'vector_codes', column: string, number: number): void {
  const id = scratch.modelId * 2 ** 32 + number;
  const bytes = scratch.db
    .prepare<[number], Buffer>(`SELECT ${column} FROM ${table} WHERE id = ?`)
    .pluck()
    .get(id)!;
  bytes[9]! ^= 64;
  scratch.db.prepare(`UPDATE ${table} SET ${column} = ? WHERE id = ?`).run(bytes, id);
}

describe('StoredVectors', () => {
  it('gives back what was added in parts of any size, and forgets what was removed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 13 }), { maxLength: 8 }),
        fc.array(fc.nat(80), { maxLength: 30 }),
        (parts, removed) => {
          scratch.db.exec('DELETE FROM vector_pieces; DELETE FROM embeddings;');
          let next = 1;
          for (const count of parts) {
            append(range(next, count));
            next += count;
          }
          const gone = new Set(removed.map((i) => i + 1));
          scratch.stored.remove([...gone]);
          append([500, 501]);
          const expected = range(1, next - 1).map((cropId) => (gone.has(cropId) ? 0 : cropId));
          expect([...scratch.stored.cropIds()]).toEqual([...expected, 500, 501]);
          for (const cropId of [...range(1, next), 500, 501]) {
            const there = cropId < next ? !gone.has(cropId) : cropId >= 500;
            expect(scratch.stored.vectorOf(cropId)).toEqual(there ? vectorOf(cropId) : undefined);
          }
          expect([...scratch.stored.verify()].flatMap(({ damage: found }) => found ?? [])).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leaves no byte of a removed vector behind', () => {
    append(range(1, 3 * rowsPerPiece));
    scratch.stored.remove([2, ...range(rowsPerPiece + 1, rowsPerPiece), 3 * rowsPerPiece]);
    const pieces = scratch.db
      .prepare<[], Buffer>('SELECT vectors FROM vector_pieces ORDER BY id')
      .pluck()
      .all();
    expect(pieces).toHaveLength(2);
    const rowBytes = dimensions * 4;
    expect([...pieces[0]!.subarray(rowBytes, 2 * rowBytes)].some((byte) => byte !== 0)).toBe(false);
    expect([...pieces[1]!.subarray(-rowBytes)].some((byte) => byte !== 0)).toBe(false);
  });

  it('adds all or nothing, and refuses a crop twice', () => {
    append([1, 2]);
    expect(() => append([3, 2])).toThrow(/UNIQUE/);
    expect([...scratch.stored.cropIds()]).toEqual([1, 2]);
    expect(() => scratch.stored.append([4], new Float32Array(dimensions - 1))).toThrow(/were expected/);
  });

  it('names the crops of a damaged piece, and does not continue it', () => {
    append(range(1, 2 * rowsPerPiece + 1));
    damage('vector_pieces', 'vectors', 1);
    damage('vector_pieces', 'vectors', 2);
    const found = [...scratch.stored.verify()].flatMap(({ damage: one }) => one ?? []);
    expect(found).toEqual([
      {
        part: 'vectors',
        rows: [rowsPerPiece, 2 * rowsPerPiece],
        cropIds: range(rowsPerPiece + 1, rowsPerPiece),
      },
      { part: 'vectors', rows: [2 * rowsPerPiece, 2 * rowsPerPiece + 1], cropIds: [2 * rowsPerPiece + 1] },
    ]);
    expect(scratch.stored.vectorOf(rowsPerPiece + 1)).toBeUndefined();
    expect(scratch.stored.vectorOf(1)).toEqual(vectorOf(1));
    expect(() => append([90])).toThrow(/damaged/);
    // Erasing one row of it does not make the damage look sound.
    scratch.stored.remove([rowsPerPiece + 2]);
    expect(scratch.stored.vectorOf(rowsPerPiece + 1)).toBeUndefined();
  });

  it('names damaged codes', () => {
    append(range(1, 5));
    scratch.stored.keepCodes(0, Uint8Array.from(range(0, 100)));
    damage('vector_codes', 'codes', 0);
    const found = [...scratch.stored.verify()].flatMap(({ damage: one }) => one ?? []);
    expect(found).toEqual([{ part: 'codes', rows: [0, 5], cropIds: range(1, 5) }]);
  });
});
