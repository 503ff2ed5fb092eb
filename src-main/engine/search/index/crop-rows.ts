import { DescryError } from '../../errors.ts';
import { RowSet } from './row-set.ts';
import { withPlace } from './with-place.ts';

const none = -1;

/** Which crop lies in which row. Rows are numbered in the order in which they come and never used again. */
export class CropRows {
  /** Rows that hold a crop. */
  readonly live = new RowSet();
  /** By row; 0 where no crop lies any more. */
  #crops = new Int32Array(1024);
  /** By crop id, the row plus one; 0 for a crop without one. Ids of a case run densely from 1. */
  #rows = new Int32Array(1024);
  #count = 0;
  #lastCropId = 0;

  /** Rows, with those that hold no crop any more. */
  get count(): number {
    return this.#count;
  }

  /** Makes room for that many more rows. */
  reserve(rows: number, lastCropId: number): void {
    this.#crops = withPlace(this.#crops, this.#count + rows - 1);
    this.#rows = withPlace(this.#rows, lastCropId);
  }

  /** Gives a crop the next row. @param cropId 0 for a row without one. @returns the row. */
  append(cropId: number): number {
    const row = this.#count++;
    this.#crops = withPlace(this.#crops, row);
    this.#crops[row] = cropId;
    if (cropId === 0) return row;
    this.#rows = withPlace(this.#rows, cropId);
    this.#rows[cropId] = row + 1;
    this.#lastCropId = Math.max(this.#lastCropId, cropId);
    this.live.add(row);
    return row;
  }

  /** Takes a crop out of its row. @returns the row, -1 when it had none. */
  remove(cropId: number): number {
    const row = this.rowOf(cropId);
    if (row === none) return none;
    this.#rows[cropId] = 0;
    this.#crops[row] = 0;
    this.live.delete(row);
    return row;
  }

  /** @returns -1 for a crop that has none. */
  rowOf(cropId: number): number {
    return (this.#rows[cropId] ?? 0) - 1;
  }

  cropOf(row: number): number {
    return this.#crops[row]!;
  }

  /** Ids of the crops that have a row, ascending. */
  cropIds(): Int32Array {
    const ids = new Int32Array(this.live.size);
    let count = 0;
    for (let cropId = 1; cropId <= this.#lastCropId; cropId++)
      if (this.#rows[cropId] !== 0) ids[count++] = cropId;
    return ids;
  }
}

/** @throws DescryError `internal`. */
export function checkCropId(cropId: number): void {
  if (!Number.isInteger(cropId) || cropId < 1 || cropId > 0x7fff_fffe)
    throw new DescryError('internal', `${cropId} is not a crop id.`);
}
