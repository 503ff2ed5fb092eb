import type { DescryClient, Facets, SearchFilter } from '../../../src-main/api/types.ts';
import { axisEnd, type Range, type TimeAxis } from './brush.ts';
import { without } from './filter.ts';

/** Asked for, so that zooming in has finer buckets to show. */
const finestBuckets = 480;
/** Drawn at most. */
const shownBuckets = 96;
const quietMs = 150;

export interface ShownHistogram {
  axis: TimeAxis;
  rows: readonly { camera: string | null; counts: readonly number[] }[];
}

/** The filter's stretch of time in milliseconds, or null; an open end reaches to the axis's end. */
export function filterRange(filter: SearchFilter, axis: TimeAxis): Range | null {
  if (filter.from === undefined && filter.to === undefined) return null;
  return {
    from: filter.from === undefined ? axis.from : Date.parse(filter.from),
    to: filter.to === undefined ? axisEnd(axis) : Date.parse(filter.to),
  };
}

/** The filter with another stretch of time; null takes it away. */
export function withRange(filter: SearchFilter, range: Range | null): SearchFilter {
  if (range === null) return without(filter, 'time');
  return { ...filter, from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
}

/**
 * The buckets that are drawn: those of the view (all without one), put together until they are few enough.
 */
export function shownHistogram(
  histogram: NonNullable<Facets['histogram']>,
  view: Range | null,
  most = shownBuckets,
): ShownHistogram {
  const { bucketMs, buckets } = histogram;
  const from = Date.parse(histogram.from);
  const first = view ? Math.min(buckets - 1, Math.max(0, Math.floor((view.from - from) / bucketMs))) : 0;
  const last = view
    ? Math.min(buckets, Math.max(first + 1, Math.ceil((view.to - from) / bucketMs)))
    : buckets;
  const together = Math.ceil((last - first) / most);
  const shown = Math.ceil((last - first) / together);
  return {
    axis: { from: from + first * bucketMs, bucketMs: bucketMs * together, buckets: shown },
    rows: histogram.rows.map(({ camera, counts }) => {
      const sums = new Array<number>(shown).fill(0);
      for (let index = first; index < last; index++) {
        sums[Math.floor((index - first) / together)]! += counts[index] ?? 0;
      }
      return { camera, counts: sums };
    }),
  };
}

/**
 * Counts for the side bar: of the whole case, of what the filter keeps when cameras are left aside (so
 * that every camera still shows what it has), and of what the whole filter keeps.
 */
export class FacetsManager {
  whole = $state.raw<Facets | null>(null);
  context = $state.raw<Facets | null>(null);
  kept = $state.raw<Facets | null>(null);
  /** The stretch of time that the histogram shows; null for all of it. */
  view = $state.raw<Range | null>(null);
  error = $state.raw<unknown>(null);
  readonly histogram = $derived.by(() =>
    this.context?.histogram ? shownHistogram(this.context.histogram, this.view) : null,
  );
  readonly #client: DescryClient;
  #filter: SearchFilter = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #call: AbortController | null = null;

  constructor(client: DescryClient) {
    this.#client = client;
  }

  /** Counts anew for a filter, after a short quiet while the filter may still be moving. */
  follow(filter: SearchFilter, delayMs = quietMs): void {
    this.#filter = filter;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.reload(), delayMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#call?.abort();
  }

  async reload(): Promise<void> {
    this.#call?.abort();
    const mine = new AbortController();
    this.#call = mine;
    const options = { signal: mine.signal };
    const aside = without(without(this.#filter, 'cameras'), 'notCameras');
    const ask = (filter: SearchFilter, buckets: number): Promise<Facets> =>
      this.#client.crops.facets({ filter, buckets }, options);
    try {
      const [whole, context, kept] = await Promise.all([
        ask({}, 1),
        ask(aside, finestBuckets),
        ask(this.#filter, 1),
      ]);
      if (this.#call !== mine) return;
      this.whole = whole;
      this.context = context;
      this.kept = kept;
      this.error = null;
    } catch (error) {
      if (this.#call === mine && !mine.signal.aborted) this.error = error;
    }
  }

  /** Crops of a camera that the other filters keep. */
  cameraCount(name: string | null): number {
    return this.context?.cameras.find((camera) => camera.name === name)?.count ?? 0;
  }
}
