import type { OpenCase } from '../case/open-case.ts';
import type { SearchRepository, StoredSearch } from '../case/repositories/search-repository.ts';
import { DescryError } from '../errors.ts';
import { decodeCropSet } from './crop-set.ts';
import type { Galleries, UseGallery } from './galleries.ts';
import { countRows } from './index/ranked-head.ts';
import { decodeQueryVectors, rankingQuery } from './query-vector.ts';
import { toSearchRecord } from './records.ts';
import { SearchList, type ListSource } from './search-list.ts';

/** Lists that are held in memory. */
const limit = 8;
/** Whole lists together may hold so many rows; what is over is ranked again when it is looked at. */
const mostRows = 2_000_000;

/** The lists of the last few searches, so that paging needs no ranking. */
export class SearchLists {
  readonly #case: OpenCase;
  readonly #galleries: Galleries;
  readonly #searches: SearchRepository;
  /** The one used longest ago first. */
  readonly #lists = new Map<number, SearchList>();

  constructor(openCase: OpenCase, galleries: Galleries, searches: SearchRepository) {
    this.#case = openCase;
    this.#galleries = galleries;
    this.#searches = searches;
  }

  /** Keeps the list of a search. */
  keep(searchId: number, list: SearchList): SearchList {
    this.#lists.delete(searchId);
    this.#lists.set(searchId, list);
    for (const oldest of this.#lists.keys()) {
      if (this.#lists.size <= limit) break;
      this.#lists.delete(oldest);
    }
    let rows = 0;
    for (const [, kept] of [...this.#lists].reverse()) {
      rows += kept.source.rows;
      if (rows > mostRows && kept !== list) kept.forgetWhole();
    }
    return list;
  }

  /** The list of a search if it is held. */
  held(searchId: number): SearchList | undefined {
    const list = this.#lists.get(searchId);
    return list && this.keep(searchId, list);
  }

  /**
   * The list of a stored search, from the crops that took part in it and its stored vectors, whatever its
   * filter would let through today.
   * @throws DescryError `unsupported` when the case has no vectors of the search's model any more.
   */
  async of(stored: StoredSearch): Promise<SearchList> {
    return this.held(stored.id) ?? this.keep(stored.id, await this.restore(stored, true));
  }

  /** As `of`, made anew. @param asFound where crops are gone since, the first rows stay as they were found. */
  async restore(stored: StoredSearch, asFound: boolean): Promise<SearchList> {
    const { query } = toSearchRecord(stored, this.#case.timeZone);
    const useGallery: UseGallery = (work) => this.#galleries.with(stored, work);
    const searched = (): Int32Array => decodeCropSet(this.#searches.searched(stored.id));
    const [rows, gone] = await useGallery(({ index, groups }) => {
      const cropIds = searched();
      if (index.size === 0 && cropIds.length > 0) {
        const message = `This search was made with ${stored.packId} ${stored.packVersion}, and the case has no vectors of that model any more.`;
        throw new DescryError('unsupported', message, { searchId: stored.id });
      }
      const tracks = query.foldTracks ? groups.tracks : null;
      const present = index.present(cropIds);
      const left = countRows(present, tracks, groups.media);
      return Promise.resolve([left, cropIds.length - present.length]);
    });
    const ranking = rankingQuery(decodeQueryVectors(stored.queryVectors));
    const source: ListSource = { useGallery, query: ranking, foldTracks: query.foldTracks, rows, searched };
    return new SearchList(
      gone > 0 && asFound ? { ...source, found: this.#searches.head(stored.id) } : source,
    );
  }

  /** To be called when corrected times changed. */
  forgetTimes(): void {
    for (const list of this.#lists.values()) list.forgetTimes();
  }

  /** To be called when the galleries were read anew, or crops left the case. */
  forgetAll(): void {
    this.#lists.clear();
  }
}
