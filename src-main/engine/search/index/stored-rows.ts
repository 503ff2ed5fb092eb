import Database from 'better-sqlite3';
import { applyKey } from '../../case/database.ts';
import { collectGarbage } from './collect-garbage.ts';
import type { BlockShape } from './block-shape.ts';
import type { VectorSource } from './jobs.ts';
import { digestOf, keyOf, rowsPerPiece } from './vector-format.ts';

type Stored = [bytes: Buffer, sha256: Buffer];

/** A search thread's way to the stored vectors and codes of one model, by a connection of its own. */
export class StoredRows {
  readonly #db: Database.Database;
  readonly #piece: Database.Statement<[number], Stored>;
  readonly #codes: Database.Statement<[number], Stored>;
  readonly #modelId: number;
  readonly #rowBytes: number;
  /** Pieces whose digest was found to fit: looked at when they are first read. */
  readonly #sound = new Set<number>();
  #read = 0;

  constructor({ file, key, modelId }: VectorSource, shape: BlockShape) {
    this.#db = new Database(file, { readonly: true, fileMustExist: true });
    if (key !== undefined) applyKey(this.#db, key);
    this.#db.pragma('busy_timeout = 5000');
    this.#modelId = modelId;
    this.#rowBytes = shape.dimensions * 4;
    this.#piece = this.#db
      .prepare<[number], Stored>('SELECT vectors, sha256 FROM vector_pieces WHERE id = ?')
      .raw();
    this.#codes = this.#db
      .prepare<[number], Stored>('SELECT codes, sha256 FROM vector_codes WHERE id = ?')
      .raw();
  }

  /**
   * Reads vectors.
   * @param rows ascending.
   * @param into one vector after the other; nothing is written for those that cannot be read.
   * @returns the places in `rows` of vectors that are damaged or not there.
   */
  read(rows: Int32Array, into: Float32Array): number[] {
    const target = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    const unread: number[] = [];
    let number = -1;
    let piece: Buffer | undefined;
    for (let place = 0; place < rows.length; place++) {
      const row = rows[place]!;
      const wanted = Math.floor(row / rowsPerPiece);
      if (wanted !== number) {
        number = wanted;
        piece = this.#readPiece(number);
      }
      const from = (row - number * rowsPerPiece) * this.#rowBytes;
      if (!piece || from + this.#rowBytes > piece.length) unread.push(place);
      else target.set(piece.subarray(from, from + this.#rowBytes), place * this.#rowBytes);
    }
    return unread;
  }

  /** Frees what was read, once it is more than so many bytes. */
  tidy(most: number): void {
    if (this.#read < most) return;
    this.#read = 0;
    collectGarbage();
  }

  /** Reads a block of codes into its place. @returns false where it is not there, damaged, or of another size. */
  readCodes(block: number, into: Uint8Array): boolean {
    const stored = this.#codes.get(keyOf(this.#modelId, block));
    if (stored?.[0].length !== into.length || !fits(stored)) return false;
    into.set(stored[0]);
    this.#read += into.length;
    return true;
  }

  close(): void {
    this.#db.close();
  }

  #readPiece(number: number): Buffer | undefined {
    const stored = this.#piece.get(keyOf(this.#modelId, number));
    if (!stored) return undefined;
    this.#read += stored[0].length;
    // A piece that is not full is written again.
    if (stored[0].length < rowsPerPiece * this.#rowBytes) return fits(stored) ? stored[0] : undefined;
    if (!this.#sound.has(number)) {
      if (!fits(stored)) return undefined;
      this.#sound.add(number);
    }
    return stored[0];
  }
}

function fits([bytes, sha256]: Stored): boolean {
  return digestOf(bytes).equals(sha256);
}
