import { createHash } from 'node:crypto';
import type { CaseDatabase } from '../database.ts';

/** Crops of a full chunk. */
const chunkLength = 256;
const recordLength = 40;

/** What the log says of an import's crops. */
export interface CropSeal {
  crops: number;
  /** SHA-256 over the digests of all of them, in the order in which they came in. */
  sha256: string;
}

interface SealedRow {
  id: number;
  [column: string]: string | number | null;
}

/**
 * Digests of crop rows, by import. A row's digest is the SHA-256 of the JSON array of what it says, with
 * its original's hash, its camera and the camera's zone. Corrected times are not in it: they follow from
 * the recorded time and the camera's clock offset, which the log holds. Neither is the import: a crop stays
 * sealed with the one that brought it, also when that was taken out and another keeps it.
 */
export class CropSeals {
  readonly #db: CaseDatabase;

  constructor(db: CaseDatabase) {
    this.#db = db;
  }

  /** Seals crops that were just written once there are enough of them. @returns those that wait. */
  add(batchId: number, cropIds: readonly number[]): number[] {
    const full = cropIds.length - (cropIds.length % chunkLength);
    for (let at = 0; at < full; at += chunkLength) this.#write(batchId, cropIds.slice(at, at + chunkLength));
    return cropIds.slice(full);
  }

  /** Seals all crops of an import that are not sealed yet. @returns what the log is to say. */
  close(batchId: number): CropSeal {
    const sealed = new Set<number>();
    for (const { digests } of this.chunks(batchId)) for (const { id } of recordsOf(digests)) sealed.add(id);
    const open = this.#db
      .prepare<[number], number>('SELECT id FROM crops WHERE batch_id = ? ORDER BY id')
      .pluck()
      .all(batchId)
      .filter((id) => !sealed.has(id));
    for (let at = 0; at < open.length; at += chunkLength)
      this.#write(batchId, open.slice(at, at + chunkLength));
    return this.seal(batchId);
  }

  /** The digest over what is sealed of an import at present. */
  seal(batchId: number): CropSeal {
    const hash = createHash('sha256');
    let crops = 0;
    for (const { digests } of this.chunks(batchId)) {
      hash.update(digests);
      crops += digests.length / recordLength;
    }
    return { crops, sha256: hash.digest('hex') };
  }

  /**
   * Makes a change to a camera that is in the digests of its crops, and seals these anew. A row that did
   * not fit its digest before keeps it, so that it is still found.
   * @returns what the change returned, and the seals of the imports concerned.
   */
  renewAround<T>(cameraName: string, change: () => T): { changed: T; seals: Record<string, CropSeal> } {
    const batches = this.#db
      .prepare<[string], number>(
        'SELECT DISTINCT batch_id FROM crops WHERE camera_id = (SELECT id FROM cameras WHERE name = ?) ORDER BY batch_id',
      )
      .pluck()
      .all(cameraName);
    const unsound = new Set<number>();
    for (const batchId of batches)
      for (const { digests } of this.chunks(batchId)) {
        const { changed, missing } = this.compare(digests);
        for (const id of [...changed, ...missing]) unsound.add(id);
      }
    const changed = change();
    const seals: Record<string, CropSeal> = {};
    const update = this.#db.prepare('UPDATE crop_seals SET digests = ? WHERE batch_id = ? AND chunk = ?');
    for (const batchId of batches) {
      for (const { chunk, digests } of this.chunks(batchId)) {
        const before = recordsOf(digests);
        const now = new Map(
          recordsOf(this.#digests(before.map(({ id }) => id))).map(({ id, sha256 }) => [id, sha256]),
        );
        const records = before.map(({ id, sha256 }) =>
          record(id, unsound.has(id) ? sha256 : (now.get(id) ?? sha256)),
        );
        update.run(Buffer.concat(records), batchId, chunk);
      }
      seals[batchId] = this.seal(batchId);
    }
    return { changed, seals };
  }

  /** What is sealed of an import, a chunk at a time. */
  *chunks(batchId: number): Generator<{ chunk: number; digests: Buffer }> {
    const next = this.#db.prepare<[number, number], { chunk: number; digests: Buffer }>(
      'SELECT chunk, digests FROM crop_seals WHERE batch_id = ? AND chunk > ? ORDER BY chunk LIMIT 1',
    );
    for (let row = next.get(batchId, -1); row; row = next.get(batchId, row.chunk)) yield row;
  }

  /** Imports of which something is sealed. */
  batches(): number[] {
    return this.#db
      .prepare<[], number>('SELECT DISTINCT batch_id FROM crop_seals ORDER BY batch_id')
      .pluck()
      .all();
  }

  /** Compares a chunk with the rows. @returns ids of all its crops, and of those that changed or are gone. */
  compare(digests: Buffer): { ids: number[]; changed: number[]; missing: number[] } {
    const records = recordsOf(digests);
    const ids = records.map(({ id }) => id);
    const actual = new Map(recordsOf(this.#digests(ids)).map(({ id, sha256 }) => [id, sha256]));
    const changed = [];
    const missing = [];
    for (const { id, sha256 } of records) {
      const now = actual.get(id);
      if (now === undefined) missing.push(id);
      else if (!now.equals(sha256)) changed.push(id);
    }
    return { ids, changed, missing };
  }

  #write(batchId: number, cropIds: readonly number[]): void {
    this.#db
      .prepare(
        'INSERT INTO crop_seals (batch_id, chunk, digests) VALUES (@batchId, (SELECT coalesce(max(chunk), -1) + 1 FROM crop_seals WHERE batch_id = @batchId), @digests)',
      )
      .run({ batchId, digests: this.#digests(cropIds) });
  }

  /** Records of the crops that are there, in the order of their ids. */
  #digests(cropIds: readonly number[]): Buffer {
    const rows = this.#db
      .prepare<[string], SealedRow>(
        `SELECT c.id, m.sha256, m.bytes, m.format, m.width, m.height, c.source_path, c.file_name, cam.name AS camera,
           cam.time_zone, c.track, c.frame, c.box_x, c.box_y, c.box_width, c.box_height, c.frame_sha256, c.recorded_time,
           c.time_source, c.recorded_at, c.imported_at,
           CASE WHEN c.removed_at IS NULL THEN c.source_key ELSE substr(c.source_key, length('removed ' || c.id || ' ') + 1) END
         FROM crops AS c JOIN media AS m ON m.id = c.media_id LEFT JOIN cameras AS cam ON cam.id = c.camera_id
         WHERE c.id IN (SELECT value FROM json_each(?)) ORDER BY c.id`,
      )
      .all(JSON.stringify(cropIds));
    return Buffer.concat(
      rows.map((row) =>
        record(
          row.id,
          createHash('sha256')
            .update(JSON.stringify(Object.values(row)))
            .digest(),
        ),
      ),
    );
  }
}

function record(id: number, sha256: Uint8Array): Buffer {
  const bytes = Buffer.alloc(recordLength);
  bytes.writeBigInt64LE(BigInt(id));
  bytes.set(sha256, 8);
  return bytes;
}

function recordsOf(digests: Buffer): { id: number; sha256: Buffer }[] {
  return Array.from({ length: digests.length / recordLength }, (_, index) => {
    const at = index * recordLength;
    return { id: Number(digests.readBigInt64LE(at)), sha256: digests.subarray(at + 8, at + recordLength) };
  });
}
