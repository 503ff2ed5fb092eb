import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { CaseDatabase } from '../database.ts';

/** What the log says of a stored search. */
export interface SearchDigest {
  /** SHA-256 over its row but for the name, and the record of its model; canonical JSON, bytes as their SHA-256. */
  search: string;
  /** SHA-256 over the head of its list: the canonical JSON of `[rank, crop, score, folded]` of each row. */
  list: string;
}

/** @returns undefined when the search is not there. */
export function searchDigest(db: CaseDatabase, searchId: number): SearchDigest | undefined {
  const row = db
    .prepare<[number], Record<string, unknown>>(
      `SELECT s.id, s.at, s.operator, s.query, s.app_version, s.provider, s.runtime, s.gallery, s.distribution, s.warnings,
         s.query_vectors, s.searched, s.rows, s.elapsed_ms, m.pack_id, m.version, m.digest, m.dimensions, m.manifest
       FROM searches AS s LEFT JOIN models AS m ON m.id = s.model_id WHERE s.id = ?`,
    )
    .get(searchId);
  if (!row) return undefined;
  const search = Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, Buffer.isBuffer(value) ? sha256(value) : value]),
  );
  const list = db
    .prepare<[number], unknown[]>(
      'SELECT rank, crop_id, score, folded FROM search_results WHERE search_id = ? ORDER BY rank',
    )
    .raw()
    .all(searchId);
  return { search: sha256(canonicalize(search)!), list: sha256(canonicalize(list)!) };
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
