import type { CaseDatabase } from '../case/database.ts';
import { descendingOrder } from './descending-order.ts';
import type { RankedList } from './ranked-list.ts';

/** A ranked list that is being looked at, with what is worked out on demand. */
export interface ActiveList {
  list: RankedList;
  /** Rows in the order of their corrected time, once somebody asked for it. */
  byTime: Int32Array | undefined;
  /** For each phrase its scores over the searched crops, ascending; filled by explanations. */
  phraseScores: Map<string, Float64Array>;
}

function activeList(list: RankedList): ActiveList {
  return { list, byTime: undefined, phraseScores: new Map() };
}

/** The last few ranked lists, so that paging needs no ranking. */
export class ActiveLists {
  readonly #limit: number;
  readonly #lists = new Map<number, ActiveList>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(searchId: number): ActiveList | undefined {
    const active = this.#lists.get(searchId);
    if (active) {
      // A Map keeps the order of insertion: the first one is the one used longest ago.
      this.#lists.delete(searchId);
      this.#lists.set(searchId, active);
    }
    return active;
  }

  set(searchId: number, list: RankedList): ActiveList {
    const active = activeList(list);
    this.#lists.delete(searchId);
    this.#lists.set(searchId, active);
    for (const oldest of this.#lists.keys()) {
      if (this.#lists.size <= this.#limit) break;
      this.#lists.delete(oldest);
    }
    return active;
  }

  /** To be called when corrected times changed. */
  forgetTimes(): void {
    for (const active of this.#lists.values()) active.byTime = undefined;
  }
}

/** Crops whose time is read in one go. */
const cropsAtOnce = 8192;

/** Rows in the order of the corrected time of the crops that stand for them; without a time last, ties by rank. */
export function timeOrder(db: CaseDatabase, cropIds: Int32Array): Int32Array {
  const last = cropIds.reduce((most, id) => Math.max(most, id), 0);
  const negated = new Float64Array(last + 1).fill(-Infinity);
  const some = db
    .prepare<[string], [number, number]>(
      `SELECT c.id, c.corrected_at FROM json_each(?) AS j CROSS JOIN crops AS c ON c.id = j.value WHERE c.corrected_at IS NOT NULL`,
    )
    .raw();
  // A part at a time: many rows at once would leave as many objects behind.
  for (let from = 0; from < cropIds.length; from += cropsAtOnce)
    for (const [id, time] of some.all(JSON.stringify([...cropIds.subarray(from, from + cropsAtOnce)])))
      negated[id] = -time;
  return descendingOrder(Float64Array.from(cropIds, (id) => negated[id]!));
}
