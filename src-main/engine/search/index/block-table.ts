import { placeOf } from './ascending.ts';
import { codedBlock, type BlockShape, type CodedBlock } from './block-shape.ts';
import { CropRows } from './crop-rows.ts';
import type { SearchedRows } from './jobs.ts';
import { RowSet } from './row-set.ts';
import { Slots } from './slots.ts';

/** The slot of a block in which no crop is left. */
const none = -1;

/** A block of rows; the first of them follow from its place. */
interface Block {
  slot: number;
  /** Rows that hold a crop. */
  live: number;
  /** Sum of its vectors; null when it has to be computed anew. */
  sum: Float64Array | null;
}

/**
 * What lies where: rows in blocks, first those of codes and then those of vectors, blocks in slots of the
 * shared memory, and crops in rows.
 */
export class BlockTable {
  readonly shape: BlockShape;
  readonly slots: Slots;
  readonly rows = new CropRows();
  readonly #coded: Block[] = [];
  readonly #vectors: Block[] = [];
  #generation = 0;
  /** What searches of all crops go through, kept until something changes. */
  #all: { rows: Int32Array | null; cropIds: Int32Array } | undefined;

  constructor(shape: BlockShape, threads: number) {
    this.shape = shape;
    this.slots = new Slots(shape, threads);
  }

  /** Grows with every change of what a search can find. */
  get generation(): number {
    return this.#generation;
  }

  /** Rows that are held as codes; those after them are held as they are. */
  get codedEnd(): number {
    return this.#coded.length * this.shape.codedRows;
  }

  /** Full blocks of vectors. */
  get fullVectorBlocks(): number {
    return Math.floor((this.rows.count - this.codedEnd) / this.shape.floatRows);
  }

  /** Makes sure that there is memory for more rows. @throws DescryError `unsupported`. */
  reserve(rows: number): void {
    const { floatRows } = this.shape;
    const blocks = Math.ceil((this.rows.count - this.codedEnd + rows) / floatRows);
    this.slots.reserve(blocks - this.#vectors.length);
  }

  /** Gives a crop the next row; `reserve` has made room for it. */
  append(cropId: number, vector: Float32Array): void {
    const { dimensions, floatRows } = this.shape;
    const row = this.rows.append(cropId);
    const place = (row - this.codedEnd) % floatRows;
    if (place === 0)
      this.#vectors.push({ slot: this.slots.take(), live: 0, sum: new Float64Array(dimensions) });
    const block = this.#vectors.at(-1)!;
    this.#vectorsIn(block).set(vector, place * dimensions);
    block.live++;
    if (block.sum) addTo(block.sum, vector);
    this.#changed();
  }

  /** Takes a crop out. @returns a slot that nothing lies in any more, to be given back once no search reads it. */
  remove(cropId: number): number | undefined {
    const row = this.rows.remove(cropId);
    if (row < 0) return undefined;
    this.#changed();
    const block = this.#blockOf(row);
    block.live--;
    block.sum = null;
    if (row >= this.codedEnd) {
      // Deleted is deleted: nothing of it shall come into the codes.
      const { dimensions, floatRows } = this.shape;
      const place = (row - this.codedEnd) % floatRows;
      this.#vectorsIn(block).fill(0, place * dimensions, (place + 1) * dimensions);
      return undefined;
    }
    this.#eraseCodes(block.slot, row % this.shape.codedRows);
    if (block.live > 0) return undefined;
    const { slot } = block;
    block.slot = none;
    return slot;
  }

  /** Adds the next block, for rows that are still to be loaded. @param cropIds by row; 0 for one without a crop. */
  place(cropIds: Int32Array, coded: boolean): void {
    let live = 0;
    for (const cropId of cropIds) {
      this.rows.append(cropId);
      if (cropId !== 0) live++;
    }
    this.#changed();
    const slot = live > 0 || !coded ? this.slots.take() : none;
    (coded ? this.#coded : this.#vectors).push({ slot, live, sum: null });
  }

  /** The oldest blocks of vectors, as many as make a block of codes, and their rows that hold a crop. */
  oldestVectors(): { from: number[]; rows: number[] } {
    const { codedRows, floatRows } = this.shape;
    return {
      from: this.#vectors.slice(0, codedRows / floatRows).map(({ slot }) => slot),
      rows: Array.from({ length: codedRows }, (_, i) => i).filter((i) =>
        this.rows.live.has(this.codedEnd + i),
      ),
    };
  }

  /** Puts a slot with their codes in the place of the oldest blocks of vectors. No search may be running. */
  seal(slot: number): void {
    const sealed = this.#vectors.splice(0, this.shape.codedRows / this.shape.floatRows);
    for (const block of sealed) this.slots.give(block.slot);
    const live = sealed.reduce((sum, block) => sum + block.live, 0);
    const firstRow = this.codedEnd;
    this.#coded.push({ slot: live > 0 ? slot : none, live, sum: null });
    if (live === 0) this.slots.give(slot);
    else
      for (let i = 0; i < this.shape.codedRows; i++)
        if (!this.rows.live.has(firstRow + i)) this.#eraseCodes(slot, i);
  }

  /** The bytes of a block of codes, as they are stored; undefined when nothing lies in it. */
  image(block: number): Uint8Array | undefined {
    const { slot } = this.#coded[block]!;
    if (slot === none) return undefined;
    return new Uint8Array(this.slots.memory.buffer, this.slots.addressOf(slot), this.shape.slotBytes);
  }

  /**
   * Mean of all vectors; zeros when there are none. Block by block: for one of codes the mean that it was
   * coded around, also after some of its crops were removed.
   */
  mean(): Float64Array {
    const mean = new Float64Array(this.shape.dimensions);
    this.#coded.forEach((block) => addTo(mean, (block.sum ??= this.#sumOfCodes(block))));
    this.#vectors.forEach((block, i) => {
      const firstRow = this.codedEnd + i * this.shape.floatRows;
      addTo(mean, (block.sum ??= this.#sumOfVectors(block, firstRow)));
    });
    const count = Math.max(1, this.rows.live.size);
    return mean.map((sum) => sum / count);
  }

  /**
   * What a search goes through: all rows with a crop, or those of `cropIds` that have one.
   * @param cropIds ascending.
   */
  searched(cropIds: Int32Array | null): SearchedRows & { cropIds: Int32Array } {
    if (cropIds) {
      const rows = new RowSet();
      const present = cropIds.filter((cropId) => this.rows.rowOf(cropId) >= 0);
      for (const cropId of present) rows.add(this.rows.rowOf(cropId));
      return { ...this.within(rows.toShared()), cropIds: present };
    }
    const { live, count } = this.rows;
    this.#all ??= { rows: live.size < count ? live.toShared() : null, cropIds: this.rows.cropIds() };
    const { rows, cropIds: all } = this.#all;
    return { ...(rows ? this.within(rows) : { blocks: this.#allBlocks(), rows, count }), cropIds: all };
  }

  /** The blocks that given rows lie in. @param rows ascending, over shared memory. */
  within<Rows extends Int32Array>(rows: Rows): { blocks: Int32Array; rows: Rows; count: number } {
    const table: number[] = [];
    let from = 0;
    this.#eachBlock((slot, coded, firstRow, endRow) => {
      const to = placeOf(rows, endRow, from);
      if (to > from) table.push(slot, coded, firstRow, from, to);
      from = to;
    });
    return { blocks: Int32Array.from(table), rows, count: rows.length };
  }

  #allBlocks(): Int32Array {
    const table: number[] = [];
    this.#eachBlock((slot, coded, firstRow, endRow) => {
      table.push(slot, coded, firstRow, firstRow, endRow);
    });
    return Int32Array.from(table);
  }

  #changed(): void {
    this.#generation++;
    this.#all = undefined;
  }

  #eachBlock(visit: (slot: number, coded: number, firstRow: number, endRow: number) => void): void {
    const { codedRows, floatRows } = this.shape;
    this.#coded.forEach(({ slot }, i) => visit(slot, 1, i * codedRows, (i + 1) * codedRows));
    this.#vectors.forEach(({ slot }, i) => {
      const firstRow = this.codedEnd + i * floatRows;
      visit(slot, 0, firstRow, Math.min(firstRow + floatRows, this.rows.count));
    });
  }

  #blockOf(row: number): Block {
    const { codedRows, floatRows } = this.shape;
    if (row < this.codedEnd) return this.#coded[Math.floor(row / codedRows)]!;
    return this.#vectors[Math.floor((row - this.codedEnd) / floatRows)]!;
  }

  #codesIn(slot: number): CodedBlock {
    return codedBlock(this.slots.memory.buffer, this.slots.addressOf(slot), this.shape);
  }

  #eraseCodes(slot: number, place: number): void {
    const { codes, steps, errors } = this.#codesIn(slot);
    codes.fill(0, place * this.shape.pitch, (place + 1) * this.shape.pitch);
    steps[place] = 0;
    errors[place] = 0;
  }

  #sumOfCodes({ slot, live }: Block): Float64Array {
    if (slot === none) return new Float64Array(this.shape.dimensions);
    return Float64Array.from(this.#codesIn(slot).centre, (mean) => mean * live);
  }

  #sumOfVectors(block: Block, firstRow: number): Float64Array {
    const { dimensions, floatRows } = this.shape;
    const vectors = this.#vectorsIn(block);
    const sum = new Float64Array(dimensions);
    for (let i = 0; i < floatRows; i++) {
      if (this.rows.live.has(firstRow + i))
        addTo(sum, vectors.subarray(i * dimensions, (i + 1) * dimensions));
    }
    return sum;
  }

  #vectorsIn({ slot }: Block): Float32Array {
    const { dimensions, floatRows } = this.shape;
    return new Float32Array(this.slots.memory.buffer, this.slots.addressOf(slot), floatRows * dimensions);
  }
}

function addTo(sum: Float64Array, numbers: Float64Array | Float32Array): void {
  for (let d = 0; d < sum.length; d++) sum[d]! += numbers[d]!;
}
