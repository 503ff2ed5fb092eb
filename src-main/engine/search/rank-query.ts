import type { OpenCase } from '../case/open-case.ts';
import { DescryError } from '../errors.ts';
import type { PackSummary } from '../inference/schema.ts';
import { encodeCropSet } from './crop-set.ts';
import type { EmbeddedQuery } from './embed-query.ts';
import type { Gallery } from './gallery.ts';
import { countRows, rankHead, type RankedHead } from './index/ranked-head.ts';
import { galleryState, galleryWarnings, narrowCase } from './narrow.ts';
import type { CleanQuery } from './query.ts';
import { rankingQuery, type QueryVectors } from './query-vector.ts';
import type { GalleryState, SearchQuery, SearchWarning } from './schema.ts';

export interface RankedQuery {
  vectors: QueryVectors;
  state: GalleryState;
  head: RankedHead;
  /** Rows of the whole list. */
  rows: number;
  /** The crops that took part, encoded. */
  set: Buffer;
  warnings: SearchWarning[];
}

export interface QueryToRank {
  query: SearchQuery;
  /** `query`, cleaned. */
  clean: CleanQuery;
  /** Its texts as the model of the gallery reads them. */
  embedded: EmbeddedQuery;
}

/**
 * Ranks the crops that a query's filter leaves, over the vectors of one model.
 * @param top rows that are wanted; `survey` of all scores, too.
 * @throws DescryError `invalid-input` when an example crop has no vector of the model, `not-found` when it is not
 *   there; `cancelled`.
 */
export async function rankQuery(
  openCase: OpenCase,
  gallery: Gallery,
  model: Pick<PackSummary, 'id' | 'version'>,
  { query, clean, embedded }: QueryToRank,
  { top, survey, signal }: { top: number; survey: boolean; signal?: AbortSignal | undefined },
): Promise<RankedQuery> {
  const { index, groups } = gallery;
  const vectors: QueryVectors = {
    dimensions: index.dimensions,
    statements: embedded.statements,
    like: clean.like.map(({ cropId, weight }) => ({
      weight,
      vector: exampleVector(openCase, gallery, model, cropId),
    })),
    avoid: embedded.avoid((vector) => index.meanScore(vector)),
  };
  const narrowed = narrowCase(openCase, index, query.filter, gallery.stateAt(index.generation));
  const head = await rankHead({
    index,
    query: rankingQuery(vectors),
    cropIds: narrowed.cropIds,
    rows: top,
    cropsPerRow: gallery.cropsPerRow(query.foldTracks),
    companions: (cropId) => groups.companions(cropId, query.foldTracks),
    survey,
    ...(signal && { signal }),
  });
  // Without a filter the search saw what was there when its turn came.
  const whole = narrowed.cropIds ? null : gallery.wholeOf(head.generation, head.searched, query.foldTracks);
  const then = gallery.stateAt(head.generation);
  const seen = whole ? { ...narrowed, ...then, passed: then.crops } : narrowed;
  const state = galleryState(seen, head.searched, whole?.digest);
  const tracks = query.foldTracks ? groups.tracks : null;
  const rows = whole?.rows ?? countRows(head.searched, tracks, groups.media);
  const set = whole?.set ?? encodeCropSet(head.searched);
  const warnings = [...clean.warnings, ...embedded.warnings, ...galleryWarnings(state, gallery, model)];
  return { vectors, state, head, rows, set, warnings };
}

function exampleVector(
  openCase: OpenCase,
  gallery: Gallery,
  { id, version }: Pick<PackSummary, 'id' | 'version'>,
  cropId: number,
): Float64Array {
  const vector = gallery.vectorOf(cropId);
  if (vector) return Float64Array.from(vector);
  openCase.crops.requirePresent(cropId);
  throw new DescryError(
    'invalid-input',
    `Crop ${cropId} cannot be an example yet: ${id} ${version} has not read it.`,
    { cropId },
  );
}
