import type { StoredSearch } from '../case/repositories/search-repository.ts';
import { toInstant } from '../case/times.ts';
import { z } from 'zod';
import {
  galleryState,
  scoreDistribution,
  searchQuery,
  searchWarning,
  type ScoreDistribution,
  type SearchRecord,
} from './schema.ts';

/** A stored search as the contract shows it. */
export function toSearchRecord(stored: StoredSearch, timeZone: string): SearchRecord {
  return {
    id: stored.id,
    at: toInstant(stored.at, timeZone),
    operator: stored.operator,
    name: stored.name,
    query: searchQuery.parse(JSON.parse(stored.query)),
    model: { id: stored.packId, version: stored.packVersion, digest: stored.packDigest },
    appVersion: stored.appVersion,
    provider: stored.provider,
    runtime: stored.runtime,
    gallery: galleryState.parse(JSON.parse(stored.gallery)),
    rows: stored.rows,
    elapsedMs: stored.elapsedMs,
    warnings: z.array(searchWarning).parse(JSON.parse(stored.warnings)),
  };
}

export function toDistribution(stored: StoredSearch): ScoreDistribution {
  return scoreDistribution.parse(JSON.parse(stored.distribution));
}
