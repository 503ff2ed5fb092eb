import type { CaseDatabase } from '../database.ts';
import type { MediaRow } from './crop-repository.ts';

export type StoredJobState = 'running' | 'paused' | 'interrupted' | 'finished' | 'cancelled' | 'failed';

export interface EmbeddingJobRow {
  id: number;
  packId: string;
  version: string;
  digest: string;
  state: StoredJobState;
  /** Milliseconds since 1970 UTC. */
  startedAt: number;
  finishedAt: number | null;
  operator: string;
  message: string;
}

/** A content of the case of which crops lack the vector of a model. */
export interface LackingMedia {
  media: MediaRow;
  /** A crop with the same content that has the vector. */
  donor: number | null;
}

export interface CropFailure {
  cropId: number;
  fileName: string;
  reason: string;
}

/** Crops that are looked up in one go, and that get a vector or a failure in one go. */
const pageLength = 256;
const mostCopies = 4096;

/** Crop `c` is in the case and lacks a vector of model @model, and job @job has not found that it cannot get one. */
const lacks = `c.removed_at IS NULL AND NOT EXISTS (SELECT 1 FROM embeddings WHERE model_id = @model AND crop_id = c.id)
   AND NOT EXISTS (SELECT 1 FROM embedding_failures WHERE job_id = @job AND crop_id = c.id)`;

/** Jobs that make vectors, and what they have left to do. */
export class EmbeddingJobRepository {
  readonly #db: CaseDatabase;

  constructor(db: CaseDatabase) {
    this.#db = db;
  }

  create(job: { packId: string; version: string; digest: string; operator: string }): number {
    const { lastInsertRowid } = this.#db
      .prepare(
        `INSERT INTO embedding_jobs (pack_id, version, digest, state, started_at, operator, message)
         VALUES (@packId, @version, @digest, 'running', @startedAt, @operator, '')`,
      )
      .run({ ...job, startedAt: Date.now() });
    return Number(lastInsertRowid);
  }

  /** The job that was begun last. */
  last(): EmbeddingJobRow | undefined {
    return this.#db
      .prepare<[], EmbeddingJobRow>(
        `SELECT id, pack_id AS packId, version, digest, state, started_at AS startedAt, finished_at AS finishedAt,
           operator, message FROM embedding_jobs ORDER BY id DESC LIMIT 1`,
      )
      .get();
  }

  /** Enters a state; `finished`, `cancelled` and `failed` get the time of now as their end. */
  setState(jobId: number, state: StoredJobState, message = ''): void {
    const ended = state === 'finished' || state === 'cancelled' || state === 'failed';
    this.#db
      .prepare('UPDATE embedding_jobs SET state = ?, finished_at = ?, message = ? WHERE id = ?')
      .run(state, ended ? Date.now() : null, message, jobId);
  }

  /** @returns how often the process has died in this job since it last stored something. */
  noteCrash(jobId: number): number {
    return this.#db
      .prepare<[number], number>(
        'UPDATE embedding_jobs SET crashes = crashes + 1 WHERE id = ? RETURNING crashes',
      )
      .pluck()
      .get(jobId)!;
  }

  forgetCrashes(jobId: number): void {
    this.#db.prepare('UPDATE embedding_jobs SET crashes = 0 WHERE id = ? AND crashes > 0').run(jobId);
  }

  cropCount(): number {
    return this.#db.prepare<[], number>('SELECT coalesce(sum(crops), 0) FROM crop_counts').pluck().get()!;
  }

  /**
   * What a job has left to do, a content once, in the order in which contents came into the case; read a
   * page at a time, since the list gets shorter meanwhile.
   */
  *lacking(modelId: number, jobId: number): Generator<LackingMedia> {
    // By the index over the media of crops alone: nearly all crops are passed over when a job goes on.
    const page = this.#db
      .prepare<[{ model: number; job: number; after: number }], number>(
        `SELECT DISTINCT c.media_id FROM crops AS c INDEXED BY crops_media
         WHERE c.media_id > @after AND ${lacks} ORDER BY c.media_id LIMIT ${pageLength}`,
      )
      .pluck();
    const content = this.#db.prepare<[number, number], MediaRow & { donor: number | null }>(
      `SELECT id, sha256, bytes, format, width, height, storage, stored_path AS storedPath,
         (SELECT c.id FROM crops AS c INDEXED BY crops_media WHERE c.media_id = media.id AND c.removed_at IS NULL
            AND EXISTS (SELECT 1 FROM embeddings WHERE model_id = ? AND crop_id = c.id) LIMIT 1) AS donor
       FROM media WHERE id = ?`,
    );
    for (let after = 0; ;) {
      const mediaIds = page.all({ model: modelId, job: jobId, after });
      if (mediaIds.length === 0) return;
      for (const mediaId of mediaIds) {
        after = mediaId;
        const row = content.get(modelId, mediaId);
        if (!row) continue;
        const { donor, ...media } = row;
        yield { media, donor };
      }
    }
  }

  /** Crops with this content that lack a vector, at most a few thousand at once. */
  lackingCopies(modelId: number, jobId: number, mediaId: number): number[] {
    return this.#db
      .prepare<[{ model: number; job: number; media: number }], number>(
        `SELECT c.id FROM crops AS c WHERE c.media_id = @media AND ${lacks} ORDER BY c.id LIMIT ${mostCopies}`,
      )
      .pluck()
      .all({ model: modelId, job: jobId, media: mediaId });
  }

  addFailure(jobId: number, cropId: number, reason: string): void {
    this.#db
      .prepare('INSERT INTO embedding_failures (job_id, crop_id, reason) VALUES (?, ?, ?)')
      .run(jobId, cropId, reason);
  }

  failureCount(jobId: number): number {
    return this.#db
      .prepare<[number], number>('SELECT count(*) FROM embedding_failures WHERE job_id = ?')
      .pluck()
      .get(jobId)!;
  }

  /** The first failures of a job, by crop. */
  failures(jobId: number, limit: number): CropFailure[] {
    return this.#db
      .prepare<[number, number], CropFailure>(
        `SELECT f.crop_id AS cropId, c.file_name AS fileName, f.reason FROM embedding_failures AS f
         JOIN crops AS c ON c.id = f.crop_id WHERE f.job_id = ? ORDER BY f.crop_id LIMIT ?`,
      )
      .all(jobId, limit);
  }
}
