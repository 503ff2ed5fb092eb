import { DescryError } from '../../errors.ts';
import type { CaseDatabase } from '../database.ts';

/** A search as the case keeps it; JSON columns are text here, since their shapes belong to the search engine. */
export interface StoredSearch {
  id: number;
  at: number;
  operator: string;
  name: string | null;
  query: string;
  modelId: number;
  appVersion: string;
  provider: string;
  runtime: string;
  gallery: string;
  distribution: string;
  warnings: string;
  queryVectors: Buffer;
  rows: number;
  elapsedMs: number;
  packId: string;
  packVersion: string;
  packDigest: string;
  dimensions: number;
}

export type NewSearch = Omit<
  StoredSearch,
  'id' | 'name' | 'packId' | 'packVersion' | 'packDigest' | 'dimensions'
> & {
  /** The crops that took part, as `encodeCropSet` writes them. */
  searched: Buffer;
};

/** One row of the head of a ranked list. */
export interface StoredResult {
  rank: number;
  cropId: number;
  score: number;
  folded: number;
}

const columns = `s.id, s.at, s.operator, s.name, s.query, s.model_id AS modelId, s.app_version AS appVersion, s.provider, s.runtime,
  s.gallery, s.distribution, s.warnings, s.query_vectors AS queryVectors, s.rows, s.elapsed_ms AS elapsedMs,
  m.pack_id AS packId, m.version AS packVersion, m.digest AS packDigest, m.dimensions`;
const tables = 'searches AS s JOIN models AS m ON m.id = s.model_id';

/** Searches and the heads of their lists. A search is never changed, only named. */
export class SearchRepository {
  readonly #db: CaseDatabase;

  constructor(db: CaseDatabase) {
    this.#db = db;
  }

  insert(search: NewSearch, head: readonly StoredResult[]): number {
    return this.#db.transaction(() => {
      const { lastInsertRowid } = this.#db
        .prepare(
          `INSERT INTO searches (at, operator, query, model_id, app_version, provider, runtime, gallery, distribution, warnings, query_vectors, searched, rows, elapsed_ms)
           VALUES (@at, @operator, @query, @modelId, @appVersion, @provider, @runtime, @gallery, @distribution, @warnings, @queryVectors, @searched, @rows, @elapsedMs)`,
        )
        .run(search);
      const id = Number(lastInsertRowid);
      const insert = this.#db.prepare(
        'INSERT INTO search_results (search_id, rank, crop_id, score, folded) VALUES (?, ?, ?, ?, ?)',
      );
      for (const row of head) insert.run(id, row.rank, row.cropId, row.score, row.folded);
      return id;
    })();
  }

  /** @throws DescryError `not-found`. */
  get(searchId: number): StoredSearch {
    const row = this.#db
      .prepare<[number], StoredSearch>(`SELECT ${columns} FROM ${tables} WHERE s.id = ?`)
      .get(searchId);
    if (!row)
      throw new DescryError('not-found', `There is no search ${searchId} in this case.`, { searchId });
    return row;
  }

  /** Searches, newest first. */
  list(options: { limit: number; namedOnly: boolean }): StoredSearch[] {
    return this.#db
      .prepare<[number], StoredSearch>(
        `SELECT ${columns} FROM ${tables} ${options.namedOnly ? 'WHERE s.name IS NOT NULL' : ''} ORDER BY s.id DESC LIMIT ?`,
      )
      .all(options.limit);
  }

  /** The crops that took part in a search, encoded. @throws DescryError `not-found`. */
  searched(searchId: number): Buffer {
    const searched = this.#db
      .prepare<[number], Buffer>('SELECT searched FROM searches WHERE id = ?')
      .pluck()
      .get(searchId);
    if (!searched)
      throw new DescryError('not-found', `There is no search ${searchId} in this case.`, { searchId });
    return searched;
  }

  /** Rows of the stored head, in the order of rank. */
  head(searchId: number): StoredResult[] {
    return this.#db
      .prepare<[number], StoredResult>(
        'SELECT rank, crop_id AS cropId, score, folded FROM search_results WHERE search_id = ? ORDER BY rank',
      )
      .all(searchId);
  }

  rename(searchId: number, name: string | null): void {
    this.#db.prepare('UPDATE searches SET name = ? WHERE id = ?').run(name, searchId);
  }
}
