import type { RankingQuery } from '../exact-score.ts';
import { placeOf } from './ascending.ts';
import type { ScoreSurvey } from './score-survey.ts';
import type { VectorIndex } from './vector-index.ts';

/** The first rows of a ranked list. A row is a crop with those folded into it; the best stands for the row. */
export interface RankedHead {
  /** For each row from rank 1: the crop that stands for it, its score, and how many crops it holds. */
  cropIds: Int32Array;
  scores: Float64Array;
  folded: Int32Array;
  /** The crops of each row, ids ascending. */
  members: number[][];
  /** Whether these are all rows of the list. */
  whole: boolean;
  survey: ScoreSurvey | null;
  /** The crops that took part, ids ascending; not to be written to. */
  searched: Int32Array;
  /** The state of the index that was searched. */
  generation: number;
}

export interface HeadRequest {
  index: VectorIndex;
  query: RankingQuery;
  /** Ids ascending; null for all. */
  cropIds: Int32Array | null;
  /** Rows that are wanted. */
  rows: number;
  /** Crops that fold into one row with a crop, and on their own behalf with others; itself or not, searched or not. */
  companions: (cropId: number) => Iterable<number>;
  /** Crops a row holds on average, as far as known: saves a second search. */
  cropsPerRow?: number;
  survey?: boolean;
  signal?: AbortSignal;
}

/** How many times more crops are asked for when rows are missing. */
const further = 4;

/**
 * Ranks as many crops as the rows that are wanted need, and no more. The rows are those that ranking and
 * folding everything would begin with: whatever folds into one of them is looked up, not found by rank.
 * @throws DescryError `cancelled`.
 */
export async function rankHead(request: HeadRequest): Promise<RankedHead> {
  const { index, query, cropIds, rows, companions, signal, survey = false } = request;
  const options = { survey, ...(signal && { signal }) };
  for (let k = Math.max(1, Math.ceil(rows * (request.cropsPerRow ?? 1) * 1.25)); ; k *= further) {
    const found = await index.search(query, cropIds, k, options);
    const whole = found.cropIds.length < k;
    const among = (cropId: number): Iterable<number> => searchedOnly(companions(cropId), found.searched);
    const head = fold(found.cropIds, found.scores, rows, among);
    if (!whole && head.members.length < rows) continue;
    const all = whole && head.used === found.cropIds.length;
    return {
      ...head,
      whole: all,
      survey: found.survey,
      searched: found.searched,
      generation: found.generation,
    };
  }
}

function fold(
  cropIds: Int32Array,
  scores: Float64Array,
  rows: number,
  companions: (cropId: number) => Iterable<number>,
): Pick<RankedHead, 'cropIds' | 'scores' | 'folded' | 'members'> & { used: number } {
  const folded = new Set<number>();
  const members: number[][] = [];
  const first: number[] = [];
  let place = 0;
  for (; place < cropIds.length; place++) {
    const cropId = cropIds[place]!;
    if (folded.has(cropId)) continue;
    if (members.length === rows) break;
    const row = reached(cropId, companions);
    for (const member of row) folded.add(member);
    members.push(row);
    first.push(place);
  }
  return {
    cropIds: Int32Array.from(first, (at) => cropIds[at]!),
    scores: Float64Array.from(first, (at) => scores[at]!),
    folded: Int32Array.from(members, ({ length }) => length),
    members,
    used: place,
  };
}

function* searchedOnly(cropIds: Iterable<number>, searched: Int32Array): Generator<number> {
  for (const cropId of cropIds) if (searched[placeOf(searched, cropId)] === cropId) yield cropId;
}

/** A crop, its companions, theirs, and so on; ascending. */
function reached(cropId: number, companions: (cropId: number) => Iterable<number>): number[] {
  const known = new Set([cropId]);
  for (const member of known) for (const companion of companions(member)) known.add(companion);
  return [...known].sort((a, b) => a - b);
}

/**
 * How many rows the whole list has, without ranking it.
 * @param tracks by crop id the number of its track, 0 for none; null when tracks are not folded.
 * @param media by crop id the number of its content. Both run densely from 1.
 */
export function countRows(cropIds: Int32Array, tracks: Int32Array | null, media: Int32Array): number {
  const contents = new Uint8Array(largest(media) + 1);
  const seen = new Uint8Array(tracks ? largest(tracks) + 1 : 1);
  let rows = 0;
  for (let i = 0; i < cropIds.length; i++) {
    const cropId = cropIds[i]!;
    const content = media[cropId]!;
    if (contents[content]! < 2) contents[content]!++;
    const track = tracks ? tracks[cropId]! : 0;
    if (track === 0) rows++;
    else if (seen[track] === 0) {
      seen[track] = 1;
      rows++;
    }
  }
  // Each content that several crops have joins what they are in: tracks, or crops of none (below zero).
  const joined = new DisjointSets();
  const first = new Map<number, number>();
  for (let i = 0; i < cropIds.length; i++) {
    const cropId = cropIds[i]!;
    const content = media[cropId]!;
    if (contents[content]! < 2) continue;
    const own = tracks?.[cropId] || -cropId;
    const other = first.get(content);
    if (other === undefined) first.set(content, own);
    else if (joined.join(own, other)) rows--;
  }
  return rows;
}

/** Sets of numbers; those that were never joined stand alone. */
class DisjointSets {
  readonly #parents = new Map<number, number>();

  /** @returns false when they were in one set. */
  join(a: number, b: number): boolean {
    const [first, second] = [this.#root(a), this.#root(b)];
    if (first === second) return false;
    this.#parents.set(first, second);
    return true;
  }

  #root(number: number): number {
    let root = number;
    for (let parent; (parent = this.#parents.get(root)) !== undefined;) root = parent;
    for (let at = number; at !== root;) {
      const next = this.#parents.get(at)!;
      this.#parents.set(at, root);
      at = next;
    }
    return root;
  }
}

function largest(numbers: Int32Array): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! > most) most = numbers[i]!;
  return most;
}
