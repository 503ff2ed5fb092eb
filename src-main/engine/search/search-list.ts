import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { CaseDatabase } from '../case/database.ts';
import type { StoredResult } from '../case/repositories/search-repository.ts';
import { descendingOrder } from './descending-order.ts';
import type { RankingQuery } from './exact-score.ts';
import type { UseGallery } from './galleries.ts';
import type { Gallery } from './gallery.ts';
import { entryFile } from '../entry-file.ts';
import { rankHead, type RankedHead } from './index/ranked-head.ts';
import { withStoredHead } from './stored-head.ts';
import { rankCrops, type RankedList, type ScoredGallery } from './ranked-list.ts';

/** Rows up to which a list is ranked no further than somebody looks. */
const longestHead = 10_000;
/** By how much more than asked for a head grows, so that scrolling seldom waits. */
const growth = 4;
/** Ordering more crops than this would hold up the engine: a thread does it. */
const orderedHere = 50_000;

export interface ListSource {
  useGallery: UseGallery;
  query: RankingQuery;
  foldTracks: boolean;
  /** Rows of the whole list. */
  rows: number;
  /** The crops that took part, ids ascending. */
  searched: () => Int32Array;
  /** The first rows as they were found; given when crops among them are gone, so that they stay to be seen. */
  found?: readonly StoredResult[];
}

export interface Page {
  offset: number;
  limit: number;
}

/** The ranked list of one search, ranked as far as somebody looks. */
export class SearchList {
  readonly source: ListSource;
  /** For each phrase how its scores lie; filled by explanations. */
  readonly phrases = new Map<string, (score: number) => number>();
  #head: Pick<RankedHead, 'cropIds' | 'scores' | 'folded'> | undefined;
  #whole: Promise<RankedList> | undefined;
  #byTime: Int32Array | undefined;

  constructor(source: ListSource, head?: RankedHead) {
    this.source = source;
    this.#head = head;
  }

  /** Rows from rank `offset + 1` on. @throws DescryError `case-damaged`, `cancelled`. */
  async byRank({ offset, limit }: Page): Promise<StoredResult[]> {
    const { rows, found } = this.source;
    if (found) return rowsOf(await this.whole(), { offset, limit });
    const end = Math.min(offset + limit, rows);
    const head = this.#head && this.#head.cropIds.length >= end ? this.#head : await this.#upTo(end);
    return rowsOf(head, { offset, limit });
  }

  /** Rows in the order of the corrected time of the crops that stand for them; without a time last, ties by rank. */
  async byTime(db: CaseDatabase, { offset, limit }: Page): Promise<StoredResult[]> {
    const list = await this.whole();
    this.#byTime ??= await timeOrder(db, list.cropIds);
    return rowsOf(list, { offset, limit }, this.#byTime);
  }

  /** The whole list. At a million crops this reads all their vectors. */
  whole(): Promise<RankedList> {
    this.#whole ??= this.source
      .useGallery((gallery) => rankWhole(gallery, this.source))
      .catch((error: unknown) => {
        this.#whole = undefined;
        throw error;
      });
    return this.#whole;
  }

  /** Lets go of what can be made again. */
  forgetWhole(): void {
    this.#whole = undefined;
    this.#byTime = undefined;
  }

  /** To be called when corrected times changed. */
  forgetTimes(): void {
    this.#byTime = undefined;
  }

  async #upTo(end: number): Promise<Pick<RankedHead, 'cropIds' | 'scores' | 'folded'>> {
    const { useGallery, query, foldTracks, rows, searched } = this.source;
    if (this.#whole || end > longestHead) return this.whole();
    const cropIds = searched();
    const head = await useGallery(({ index, groups }) =>
      rankHead({
        index,
        query,
        cropIds,
        rows: Math.min(rows, longestHead, end * growth),
        cropsPerRow: cropIds.length / Math.max(1, rows),
        companions: (cropId) => groups.companions(cropId, foldTracks),
      }),
    );
    if (head.cropIds.length >= (this.#head?.cropIds.length ?? 0)) this.#head = head;
    return head;
  }
}

/** Rows of a list from `offset` on. @param order row numbers in another order than by rank. */
export function rowsOf(
  list: Pick<RankedHead, 'cropIds' | 'scores' | 'folded'>,
  { offset, limit }: Page,
  order?: Int32Array,
): StoredResult[] {
  const length = Math.max(0, Math.min(limit, list.cropIds.length - offset));
  return Array.from({ length }, (_, i) => {
    const row = order?.[offset + i] ?? offset + i;
    return { rank: row + 1, cropId: list.cropIds[row]!, score: list.scores[row]!, folded: list.folded[row]! };
  });
}

async function rankWhole(
  { index, groups }: Gallery,
  { query, foldTracks, searched, found }: ListSource,
): Promise<RankedList> {
  const cropIds = index.present(searched());
  const scores = await index.scores(query, cropIds);
  const scored: ScoredGallery = {
    cropIds,
    scores,
    media: cropIds.map((cropId) => groups.media[cropId]!),
    tracks: foldTracks ? cropIds.map((cropId) => groups.tracks[cropId] ?? 0) : null,
  };
  const list = await ordered(scored);
  return found ? withStoredHead(groups, list, found, foldTracks) : list;
}

async function ordered(scored: ScoredGallery): Promise<RankedList> {
  if (scored.cropIds.length <= orderedHere) return rankCrops(scored);
  const worker = new Worker(entryFile('rank-worker', import.meta.url), {
    execArgv: [],
    workerData: scored,
  });
  const [list] = (await once(worker, 'message')) as [RankedList];
  return list;
}

/** Crops whose times are read at once. */
const timesAtOnce = 20_000;

async function timeOrder(db: CaseDatabase, cropIds: Int32Array): Promise<Int32Array> {
  const last = cropIds.reduce((most, id) => Math.max(most, id), 0);
  const negated = new Float64Array(last + 1).fill(-Infinity);
  const some = db
    .prepare<[number, number], [number, number]>(
      'SELECT id, corrected_at FROM crops WHERE corrected_at IS NOT NULL AND id >= ? AND id < ?',
    )
    .raw();
  for (let from = 0; from <= last; from += timesAtOnce) {
    for (const [id, time] of some.all(from, from + timesAtOnce)) if (id <= last) negated[id] = -time;
    await setImmediate();
  }
  return descendingOrder(Float64Array.from(cropIds, (id) => negated[id]!));
}
