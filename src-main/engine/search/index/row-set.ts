/** A set of row numbers: one bit each. */
export class RowSet {
  #words = new Uint32Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(row: number): boolean {
    return ((this.#words[row >> 5] ?? 0) & (1 << (row & 31))) !== 0;
  }

  add(row: number): void {
    const word = row >> 5;
    if (word >= this.#words.length) {
      const grown = new Uint32Array(Math.max(word + 1, this.#words.length * 2));
      grown.set(this.#words);
      this.#words = grown;
    }
    if (this.has(row)) return;
    this.#words[word]! |= 1 << (row & 31);
    this.#size++;
  }

  delete(row: number): void {
    if (!this.has(row)) return;
    this.#words[row >> 5]! &= ~(1 << (row & 31));
    this.#size--;
  }

  /** Its rows, ascending, over shared memory. */
  toShared(): Int32Array {
    const rows = new Int32Array(new SharedArrayBuffer(this.#size * 4));
    let count = 0;
    for (let word = 0; word < this.#words.length && count < rows.length; word++) {
      for (let bits = this.#words[word]!; bits !== 0; bits &= bits - 1)
        rows[count++] = word * 32 + 31 - Math.clz32(bits & -bits);
    }
    return rows;
  }
}
