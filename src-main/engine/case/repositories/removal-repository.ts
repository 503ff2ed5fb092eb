import { createHash } from 'node:crypto';
import type { CaseDatabase } from '../database.ts';

export type StoredRemovalState = 'running' | 'cancelled' | 'done';

/** The removal of a batch, as the case keeps it. */
export interface RemovalRow {
  batchId: number;
  state: StoredRemovalState;
  /** Milliseconds since 1970 UTC. */
  startedAt: number;
  finishedAt: number | null;
  operator: string;
  /** Crops of the batch when it was begun; how many of them are out, and how many another batch keeps. */
  crops: number;
  removed: number;
  kept: number;
}

/** How many crops of a batch somebody marked at all, and in which ways. */
export interface RemovalMarks {
  marked: number;
  decided: number;
  noted: number;
  tagged: number;
}

/** Crops of a batch, those that another batch keeps, and the contents that nothing else has. */
export interface RemovalExtent {
  crops: number;
  kept: number;
  files: number;
  bytes: number;
}

type PageExtent = RemovalExtent & { last: number | null };

/** A file of the case that nothing refers to any more. */
export interface DeletableFile {
  mediaId: number;
  sha256: string;
  storage: 'copy' | 'reference';
  storedPath: string;
}

const columns =
  'batch_id AS batchId, state, started_at AS startedAt, finished_at AS finishedAt, operator, crops, removed, kept';

/** Rows that are read in one go. */
const pageLength = 2000;

/** The batch that met crop `c` again and is to stay; null when there is none. */
const keeper = (batch: string): string =>
  `(SELECT min(i.batch_id) FROM import_items AS i WHERE i.crop_id = c.id AND i.state = 'present' AND i.batch_id <> ${batch}
      AND NOT EXISTS (SELECT 1 FROM batch_removals WHERE batch_id = i.batch_id AND state <> 'cancelled'))`;

/** Removals of batches: how far they are, and what they take away. */
export class RemovalRepository {
  readonly #db: CaseDatabase;

  constructor(db: CaseDatabase) {
    this.#db = db;
  }

  get(batchId: number): RemovalRow | undefined {
    return this.#db
      .prepare<[number], RemovalRow>(`SELECT ${columns} FROM batch_removals WHERE batch_id = ?`)
      .get(batchId);
  }

  /** Every removal that was ever begun, by batch. */
  list(): RemovalRow[] {
    return this.#db.prepare<[], RemovalRow>(`SELECT ${columns} FROM batch_removals ORDER BY batch_id`).all();
  }

  /** Begins a removal, or sets one that was cancelled running again. */
  begin(batchId: number, operator: string, crops: number): void {
    this.#db
      .prepare(
        `INSERT INTO batch_removals (batch_id, state, started_at, operator, crops) VALUES (?, 'running', ?, ?, ?)
         ON CONFLICT DO UPDATE SET state = 'running', finished_at = NULL, operator = excluded.operator,
           crops = removed + kept + excluded.crops`,
      )
      .run(batchId, Date.now(), operator, crops);
  }

  end(batchId: number, state: Exclude<StoredRemovalState, 'running'>): void {
    this.#db
      .prepare('UPDATE batch_removals SET state = ?, finished_at = ? WHERE batch_id = ?')
      .run(state, Date.now(), batchId);
  }

  /** Crops of a batch that are in the case. */
  cropCount(batchId: number): number {
    return this.#db
      .prepare<[number], number>('SELECT coalesce(sum(crops), 0) FROM crop_counts WHERE batch_id = ?')
      .pluck()
      .get(batchId)!;
  }

  /** What a removal would take away, some thousand crops a step: sums so far, the last of which is the answer. */
  *extent(batchId: number): Generator<RemovalExtent, RemovalExtent> {
    const page = this.#db.prepare<[{ batch: number; after: number; limit: number }], PageExtent>(
      `SELECT count(*) AS crops, max(id) AS last, coalesce(sum(is_kept), 0) AS kept, coalesce(sum(is_last), 0) AS files,
         coalesce(sum(CASE WHEN is_last THEN bytes END), 0) AS bytes
       FROM (SELECT c.id, m.bytes, ${keeper('@batch')} IS NOT NULL AS is_kept,
               ${keeper('@batch')} IS NULL AND NOT EXISTS (SELECT 1 FROM crops AS o WHERE o.media_id = c.media_id AND o.removed_at IS NULL
                 AND (o.batch_id <> c.batch_id OR o.id < c.id)) AS is_last
             FROM crops AS c JOIN media AS m ON m.id = c.media_id
             WHERE c.batch_id = @batch AND c.removed_at IS NULL AND c.id > @after ORDER BY c.id LIMIT @limit)`,
    );
    const sum = { crops: 0, kept: 0, files: 0, bytes: 0 };
    for (let after = 0; ;) {
      const { last, ...part } = page.get({ batch: batchId, after, limit: pageLength })!;
      if (last === null) return sum;
      for (const key of ['crops', 'kept', 'files', 'bytes'] as const) sum[key] += part[key];
      after = last;
      yield sum;
    }
  }

  /** How many of a batch's crops somebody decided on, wrote about or tagged. */
  marks(batchId: number): RemovalMarks {
    const count = (marked: string): number =>
      this.#db
        .prepare<[number], number>(
          `SELECT count(*) FROM (${marked}) AS m JOIN crops AS c ON c.id = m.crop_id WHERE c.batch_id = ? AND c.removed_at IS NULL`,
        )
        .pluck()
        .get(batchId)!;
    const [decided, noted, tagged] = [
      'SELECT crop_id FROM current_decisions',
      'SELECT crop_id FROM notes WHERE removed_at IS NULL',
      'SELECT crop_id FROM crop_tags',
    ] as const;
    return {
      marked: count(`${decided} UNION ${noted} UNION ${tagged}`),
      decided: count(decided),
      noted: count(`SELECT DISTINCT crop_id FROM (${noted})`),
      tagged: count(`SELECT DISTINCT crop_id FROM (${tagged})`),
    };
  }

  searchIds(): number[] {
    return this.#db.prepare<[], number>('SELECT id FROM searches ORDER BY id').pluck().all();
  }

  /** Whether the stored head of a search's list shows a crop of this batch. */
  isInSearch(searchId: number, batchId: number): boolean {
    return (
      this.#db
        .prepare<[number, number], number>(
          `SELECT 1 FROM search_results AS r JOIN crops AS c ON c.id = r.crop_id
           WHERE r.search_id = ? AND c.batch_id = ? AND c.removed_at IS NULL LIMIT 1`,
        )
        .pluck()
        .get(searchId, batchId) !== undefined
    );
  }

  /** The searches of each report that was written, as the log tells it. */
  reportedSearches(): number[][] {
    return this.#db
      .prepare<[], string>(
        `SELECT coalesce(detail ->> '$.searches', '[]') FROM audit WHERE action = 'report-exported'`,
      )
      .pluck()
      .all()
      .map((searches) => JSON.parse(searches) as number[]);
  }

  /**
   * Takes the next crops of a batch out of the case: within the caller's transaction. A crop that another
   * batch met again goes over to that batch instead.
   * @returns the crops that are out now, and how many were kept; both empty when none is left.
   */
  takeCrops(batchId: number, limit: number): { cropIds: number[]; kept: number } {
    const crops = this.#db
      .prepare<[number, number, number], { id: number; mediaId: number; keeper: number | null }>(
        `SELECT c.id, c.media_id AS mediaId, ${keeper('?')} AS keeper FROM crops AS c WHERE c.batch_id = ? AND c.removed_at IS NULL ORDER BY c.id LIMIT ?`,
      )
      .all(batchId, batchId, limit);
    const keep = this.#db.prepare<[number, number]>('UPDATE crops SET batch_id = ? WHERE id = ?');
    // The key is free again: the same file, imported anew, comes in as a new crop. `CropSeals` reads what it was.
    const remove = this.#db.prepare<[number, number]>(
      "UPDATE crops SET removed_at = ?, source_key = 'removed ' || id || ' ' || source_key WHERE id = ?",
    );
    const now = Date.now();
    const removed = crops.filter(({ id, keeper }) => {
      if (keeper !== null) keep.run(keeper, id);
      else remove.run(now, id);
      return keeper === null;
    });
    this.#releaseMedia(batchId, new Set(removed.map(({ mediaId }) => mediaId)), now);
    const kept = crops.length - removed.length;
    this.#db
      .prepare('UPDATE batch_removals SET removed = removed + ?, kept = kept + ? WHERE batch_id = ?')
      .run(removed.length, kept, batchId);
    return { cropIds: removed.map(({ id }) => id), kept };
  }

  /** Notes contents that no crop of the case has any more, and that their files are to be deleted. */
  #releaseMedia(batchId: number, mediaIds: ReadonlySet<number>, now: number): void {
    const release = this.#db.prepare<[number, number, number]>(
      `UPDATE media SET removed_at = ?, removed_with = ? WHERE id = ? AND removed_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM crops WHERE media_id = media.id AND removed_at IS NULL)`,
    );
    const note = this.#db.prepare<[number]>(
      'INSERT INTO files_to_delete (media_id) VALUES (?) ON CONFLICT DO NOTHING',
    );
    for (const mediaId of mediaIds) if (release.run(now, batchId, mediaId).changes > 0) note.run(mediaId);
  }

  /** The next files to delete, in the order in which they came into the case. */
  filesToDelete(limit: number): DeletableFile[] {
    return this.#db
      .prepare<[number], DeletableFile>(
        `SELECT m.id AS mediaId, m.sha256, m.storage, m.stored_path AS storedPath
         FROM files_to_delete AS f JOIN media AS m ON m.id = f.media_id ORDER BY f.media_id LIMIT ?`,
      )
      .all(limit);
  }

  /** How many files wait to be deleted. */
  filesLeft(): number {
    return this.#db.prepare<[], number>('SELECT count(*) FROM files_to_delete').pluck().get()!;
  }

  forgetFiles(mediaIds: readonly number[]): void {
    this.#db
      .prepare('DELETE FROM files_to_delete WHERE media_id IN (SELECT value FROM json_each(?))')
      .run(JSON.stringify(mediaIds));
  }

  /**
   * The contents that went with a batch: how many, and SHA-256 over their SHA-256 in ascending order, each in
   * lower-case hexadecimal with a line feed after it. Yields while it reads, so that others can work.
   */
  *digest(batchId: number): Generator<undefined, { files: number; bytes: number; sha256: string }> {
    const page = this.#db.prepare<[number, string, number], { sha256: string; bytes: number }>(
      'SELECT sha256, bytes FROM media WHERE removed_with = ? AND sha256 > ? ORDER BY sha256 LIMIT ?',
    );
    const hash = createHash('sha256');
    let files = 0;
    let bytes = 0;
    for (let after = ''; ;) {
      const rows = page.all(batchId, after, pageLength);
      const last = rows.at(-1);
      if (!last) return { files, bytes, sha256: hash.digest('hex') };
      for (const row of rows) {
        hash.update(`${row.sha256}\n`);
        bytes += row.bytes;
      }
      files += rows.length;
      after = last.sha256;
      yield;
    }
  }
}
