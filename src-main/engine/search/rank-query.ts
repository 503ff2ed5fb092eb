import type { CaseDatabase } from '../case/database.ts';
import type { OpenCase } from '../case/open-case.ts';
import { DescryError } from '../errors.ts';
import type { PackSummary } from '../inference/schema.ts';
import type { EmbeddedQuery } from './embed-query.ts';
import type { Gallery } from './gallery.ts';
import { galleryWarnings, narrowGallery, type NarrowedGallery } from './narrow.ts';
import type { CleanQuery } from './query.ts';
import { rankingQuery, type QueryVectors } from './query-vector.ts';
import { rankCrops, type RankedList } from './ranked-list.ts';
import type { SearchQuery, SearchWarning } from './schema.ts';

export interface RankedQuery {
  vectors: QueryVectors;
  narrowed: NarrowedGallery;
  list: RankedList;
  warnings: SearchWarning[];
}

/**
 * Ranks the crops that a query's filter leaves, over the vectors of one model.
 * @param clean `query`, cleaned; `embedded` its texts as the model of the gallery reads them.
 * @throws DescryError `invalid-input` when an example crop has no vector of the model, `not-found` when it is not there.
 */
export function rankQuery(
  openCase: OpenCase,
  gallery: Gallery,
  model: Pick<PackSummary, 'id' | 'version'>,
  { query, clean, embedded }: { query: SearchQuery; clean: CleanQuery; embedded: EmbeddedQuery },
): RankedQuery {
  const lastId = lastCropId(openCase.db);
  const vectors: QueryVectors = {
    dimensions: gallery.index.dimensions,
    statements: embedded.statements,
    like: clean.like.map(({ cropId, weight }) => ({
      weight,
      vector: exampleVector(openCase, gallery, model, cropId),
    })),
    avoid: embedded.avoid((vector) => gallery.meanScore(vector, lastId)),
  };
  const narrowed = narrowGallery(openCase.db, gallery, query.filter, openCase.timeZone, lastId);
  const list = rankCrops(gallery, rankingQuery(vectors), narrowed.searched, query.foldTracks);
  const warnings = [
    ...clean.warnings,
    ...embedded.warnings,
    ...galleryWarnings(narrowed.state, gallery, model),
  ];
  return { vectors, narrowed, list, warnings };
}

/** The id of the newest crop: later ones take no part. */
export function lastCropId(db: CaseDatabase): number {
  return db.prepare<[], number | null>('SELECT max(id) FROM crops').pluck().get() ?? 0;
}

function exampleVector(
  openCase: OpenCase,
  gallery: Gallery,
  { id, version }: Pick<PackSummary, 'id' | 'version'>,
  cropId: number,
): Float64Array {
  const vector = gallery.index.vectorOf(cropId);
  if (vector) return Float64Array.from(vector);
  openCase.crops.requirePresent(cropId);
  throw new DescryError(
    'invalid-input',
    `Crop ${cropId} cannot be an example yet: ${id} ${version} has not read it.`,
    { cropId },
  );
}
