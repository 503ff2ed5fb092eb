import type { CaseDatabase } from '../../case/database.ts';
import { DescryError } from '../../errors.ts';
import { blockShape, codedBlock, rowsPerCodeBlock } from './block-shape.ts';
import { digestOf, keyOf, rowsPerPiece } from './vector-format.ts';

/** A piece of vectors or a block of codes that does not have the bytes that were written. */
export interface Damage {
  part: 'vectors' | 'codes';
  /** First row, and the one after the last. */
  rows: [from: number, to: number];
  /** Crops in these rows, by row. */
  cropIds: number[];
}

interface Stored {
  id: number;
  bytes: Buffer;
  sha256: Buffer;
}

/** The vectors of one model in a case, in the layout that `rowsPerPiece` describes. Every change is one transaction. */
export class StoredVectors {
  readonly #db: CaseDatabase;
  readonly #modelId: number;
  readonly #dimensions: number;
  readonly #rowBytes: number;

  constructor(db: CaseDatabase, modelId: number, dimensions: number) {
    this.#db = db;
    this.#modelId = modelId;
    this.#dimensions = dimensions;
    this.#rowBytes = dimensions * 4;
  }

  /** Rows, with those whose crop is gone. The last piece says how many, unless it is damaged itself. */
  get rowCount(): number {
    const piece = this.#lastPiece();
    const stored = piece
      ? this.#numberOf(piece.id) * rowsPerPiece + Math.ceil(piece.bytes.length / this.#rowBytes)
      : 0;
    const lastRow = this.#db
      .prepare<[number], number | null>('SELECT max(row) FROM embeddings WHERE model_id = ?')
      .pluck()
      .get(this.#modelId);
    return Math.max(stored, (lastRow ?? -1) + 1);
  }

  /** Whether a crop has a row. */
  has(cropId: number): boolean {
    return this.#rowOf(cropId) !== undefined;
  }

  /** The crop of each row; 0 where it is gone. */
  cropIds(): Int32Array {
    const cropIds = new Int32Array(this.rowCount);
    const some = this.#db
      .prepare<[number, number, number], [row: number, cropId: number]>(
        'SELECT row, crop_id FROM embeddings WHERE model_id = ? AND row >= ? AND row < ?',
      )
      .raw();
    // A part at a time: a million rows at once would leave as many objects behind.
    for (let from = 0; from < cropIds.length; from += rowsPerCodeBlock)
      for (const [row, cropId] of some.all(this.#modelId, from, from + rowsPerCodeBlock))
        cropIds[row] = cropId;
    return cropIds;
  }

  /**
   * Adds vectors in new rows.
   * @param vectors [cropIds.length, dimensions].
   * @throws an SQLite constraint error for a crop that has a vector; DescryError `case-damaged` when the
   *   piece that is not full yet is damaged, since going on would give the damage a digest that fits.
   */
  append(cropIds: readonly number[], vectors: Float32Array): void {
    const bytes = Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength);
    if (bytes.length !== cropIds.length * this.#rowBytes)
      throw new DescryError('invalid-input', `Vectors of ${this.#dimensions} numbers were expected.`, {
        crops: cropIds.length,
        numbers: vectors.length,
      });
    this.#db.transaction(() => {
      const start = this.rowCount;
      const insert = this.#db.prepare('INSERT INTO embeddings (model_id, row, crop_id) VALUES (?, ?, ?)');
      cropIds.forEach((cropId, i) => insert.run(this.#modelId, start + i, cropId));
      const first = Math.floor(start / rowsPerPiece);
      const begun = this.#piece(first);
      if (begun && !fits(begun))
        throw new DescryError(
          'case-damaged',
          "The case's vectors are damaged. Run the integrity check; nothing was added.",
          {
            modelId: this.#modelId,
            piece: first,
          },
        );
      const whole = begun ? Buffer.concat([begun.bytes, bytes]) : bytes;
      const pieceBytes = rowsPerPiece * this.#rowBytes;
      for (let at = 0; at < whole.length; at += pieceBytes)
        this.#write('vector_pieces', first + at / pieceBytes, whole.subarray(at, at + pieceBytes));
    })();
  }

  /** Erases the vectors of crops, and what was made of them. Crops without one are passed over. */
  remove(cropIds: readonly number[]): void {
    this.#db.transaction(() => {
      const rows = this.#takeRows(cropIds);
      const end = this.rowCount;
      for (const [piece, places] of grouped(rows, rowsPerPiece)) this.#erase(piece, places, end);
      for (const [block, places] of grouped(rows, rowsPerCodeBlock)) this.#eraseCodes(block, places);
    })();
  }

  /** The stored vector, exactly; undefined when there is none or it is damaged. */
  vectorOf(cropId: number): Float32Array | undefined {
    const row = this.#rowOf(cropId);
    if (row === undefined) return undefined;
    const piece = this.#piece(Math.floor(row / rowsPerPiece));
    if (!piece || !fits(piece)) return undefined;
    const from = (row % rowsPerPiece) * this.#rowBytes;
    return new Float32Array(Uint8Array.from(piece.bytes.subarray(from, from + this.#rowBytes)).buffer);
  }

  /**
   * Rows from a number on, in order.
   * @param most rows.
   * @returns their crops, 0 for a row whose crop is gone or whose vector is damaged; vectors [rows, dimensions].
   */
  rowsFrom(from: number, most: number): { cropIds: Int32Array; vectors: Float32Array } {
    const cropIds = new Int32Array(Math.max(0, Math.min(most, this.rowCount - from)));
    const vectors = new Float32Array(cropIds.length * this.#dimensions);
    const live = this.#db
      .prepare<[number, number, number], [row: number, cropId: number]>(
        'SELECT row, crop_id FROM embeddings WHERE model_id = ? AND row >= ? AND row < ? ORDER BY row',
      )
      .raw();
    let number = -1;
    let piece: Stored | undefined;
    for (const [row, cropId] of live.all(this.#modelId, from, from + cropIds.length)) {
      if (Math.floor(row / rowsPerPiece) !== number) {
        number = Math.floor(row / rowsPerPiece);
        piece = this.#piece(number);
        if (piece && !fits(piece)) piece = undefined;
      }
      if (!piece) continue;
      cropIds[row - from] = cropId;
      const at = (row % rowsPerPiece) * this.#rowBytes;
      const vector = Uint8Array.from(piece.bytes.subarray(at, at + this.#rowBytes));
      vectors.set(new Float32Array(vector.buffer), (row - from) * this.#dimensions);
    }
    return { cropIds, vectors };
  }

  /** Keeps the codes of a block. */
  keepCodes(block: number, codes: Uint8Array): void {
    // A copy: SQLite is not given memory that other threads write to.
    this.#write('vector_codes', block, Buffer.from(codes));
  }

  /** Looks at everything in sequence. Damaged codes are made anew from the vectors; damaged vectors are lost. */
  *verify(): Generator<{ done: number; total: number; damage: Damage | null }> {
    const total = this.rowCount;
    for (let from = 0; from < total; from += rowsPerCodeBlock) {
      const block = Math.floor(from / rowsPerCodeBlock);
      const to = Math.min(from + rowsPerCodeBlock, total);
      const codes = this.#read('vector_codes', block);
      if (codes && !fits(codes)) yield { done: from, total, damage: this.#damage('codes', from, to) };
      for (let row = from; row < to; row += rowsPerPiece) {
        const end = Math.min(row + rowsPerPiece, total);
        const piece = this.#piece(row / rowsPerPiece);
        const sound = piece && fits(piece) && piece.bytes.length === (end - row) * this.#rowBytes;
        if (sound) continue;
        const damage = this.#damage('vectors', row, end);
        // Where no crop is left, the piece may be gone.
        if (damage.cropIds.length > 0) yield { done: row, total, damage };
      }
      yield { done: to, total, damage: null };
    }
  }

  #damage(part: Damage['part'], from: number, to: number): Damage {
    const cropIds = this.#db
      .prepare<[number, number, number], number>(
        'SELECT crop_id FROM embeddings WHERE model_id = ? AND row >= ? AND row < ? ORDER BY row',
      )
      .pluck()
      .all(this.#modelId, from, to);
    return { part, rows: [from, to], cropIds };
  }

  /** @returns the rows that the crops had. */
  #takeRows(cropIds: readonly number[]): number[] {
    // One after the other: SQLite looks through all rows of the model for a list of crops.
    const take = this.#db
      .prepare<[number, number], number>(
        'DELETE FROM embeddings WHERE model_id = ? AND crop_id = ? RETURNING row',
      )
      .pluck();
    return cropIds.flatMap((cropId) => take.get(this.#modelId, cropId) ?? []);
  }

  #erase(number: number, places: readonly number[], end: number): void {
    const piece = this.#piece(number);
    if (!piece) return;
    const left = this.#liveRows(number * rowsPerPiece, (number + 1) * rowsPerPiece);
    if (left === 0 && (number + 1) * rowsPerPiece < end) return this.#drop('vector_pieces', number);
    // The last piece stays, since it says how many rows there are; damaged, it is closed with nothing in it.
    if (left === 0 && !fits(piece))
      return this.#write('vector_pieces', number, Buffer.alloc(rowsPerPiece * this.#rowBytes));
    // What is damaged shall not get a digest that fits.
    const sound = fits(piece);
    for (const place of places) piece.bytes.fill(0, place * this.#rowBytes, (place + 1) * this.#rowBytes);
    this.#write('vector_pieces', number, piece.bytes, sound ? undefined : piece.sha256);
  }

  #eraseCodes(number: number, places: readonly number[]): void {
    const stored = this.#read('vector_codes', number);
    if (!stored) return;
    const shape = blockShape(this.#dimensions);
    const left = this.#liveRows(number * shape.codedRows, (number + 1) * shape.codedRows);
    if (left === 0 || !fits(stored)) return this.#drop('vector_codes', number);
    const bytes = Uint8Array.from(stored.bytes);
    const { codes, steps, errors } = codedBlock(bytes.buffer, 0, shape);
    for (const place of places) {
      codes.fill(0, place * shape.pitch, (place + 1) * shape.pitch);
      steps[place] = 0;
      errors[place] = 0;
    }
    this.#write('vector_codes', number, Buffer.from(bytes.buffer));
  }

  #liveRows(from: number, to: number): number {
    return this.#db
      .prepare<[number, number, number], number>(
        'SELECT count(*) FROM embeddings WHERE model_id = ? AND row >= ? AND row < ?',
      )
      .pluck()
      .get(this.#modelId, from, to)!;
  }

  #rowOf(cropId: number): number | undefined {
    return this.#db
      .prepare<[number, number], number>('SELECT row FROM embeddings WHERE model_id = ? AND crop_id = ?')
      .pluck()
      .get(this.#modelId, cropId);
  }

  #piece(number: number): Stored | undefined {
    return this.#read('vector_pieces', number);
  }

  #lastPiece(): Stored | undefined {
    return this.#db
      .prepare<[number, number], Stored>(
        'SELECT id, vectors AS bytes, sha256 FROM vector_pieces WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1',
      )
      .get(keyOf(this.#modelId, 0), keyOf(this.#modelId + 1, 0));
  }

  #read(table: 'vector_pieces' | 'vector_codes', number: number): Stored | undefined {
    const column = table === 'vector_pieces' ? 'vectors' : 'codes';
    return this.#db
      .prepare<[number], Stored>(`SELECT id, ${column} AS bytes, sha256 FROM ${table} WHERE id = ?`)
      .get(keyOf(this.#modelId, number));
  }

  #write(
    table: 'vector_pieces' | 'vector_codes',
    number: number,
    bytes: Buffer,
    sha256 = digestOf(bytes),
  ): void {
    this.#db
      .prepare(`INSERT OR REPLACE INTO ${table} VALUES (?, ?, ?)`)
      .run(keyOf(this.#modelId, number), bytes, sha256);
  }

  #drop(table: 'vector_pieces' | 'vector_codes', number: number): void {
    this.#db.prepare(`DELETE FROM ${table} WHERE id = ?`).run(keyOf(this.#modelId, number));
  }

  #numberOf(id: number): number {
    return id - keyOf(this.#modelId, 0);
  }
}

function fits({ bytes, sha256 }: Stored): boolean {
  return digestOf(bytes).equals(sha256);
}

/** Rows by the group of `size` that they lie in, as places in it. */
function grouped(rows: readonly number[], size: number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const row of rows) {
    const group = Math.floor(row / size);
    const places = groups.get(group);
    if (places) places.push(row % size);
    else groups.set(group, [row % size]);
  }
  return groups;
}
