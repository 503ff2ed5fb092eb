import type { DescryClient, Facets, SearchFilter } from '../../../src-main/api/types.ts';
import { axisEnd, countWithin, type Range, type TimeAxis } from './brush.ts';
import { without } from './filter.ts';

const buckets = 96;
const quietMs = 150;

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

/** Axis of a histogram, in milliseconds. */
export function axisOf(histogram: NonNullable<Facets['histogram']>): TimeAxis {
  return { from: Date.parse(histogram.from), bucketMs: histogram.bucketMs, buckets: histogram.buckets };
}

/**
 * Counts for the side bar: of the whole case, of what the filter keeps when cameras and time are left
 * aside (so that the histogram still shows what could be chosen), and of what the whole filter keeps.
 */
export class FacetsManager {
  whole = $state.raw<Facets | null>(null);
  context = $state.raw<Facets | null>(null);
  /** Crops that the whole filter keeps. */
  kept = $state<number | null>(null);
  /** The stretch of time that the histogram shows; null for all of it. */
  view = $state.raw<Range | null>(null);
  error = $state.raw<unknown>(null);
  readonly #client: DescryClient;
  #filter: SearchFilter = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #call: AbortController | null = null;

  constructor(client: DescryClient) {
    this.#client = client;
  }

  readonly axis = $derived.by(() => (this.context?.histogram ? axisOf(this.context.histogram) : null));

  /** Counts anew for a filter, after a short quiet while the filter may still be moving. */
  follow(filter: SearchFilter, delayMs = quietMs): void {
    this.#filter = filter;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.reload(), delayMs);
  }

  zoom(range: Range | null): void {
    this.view = range;
    this.follow(this.#filter, 0);
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
    const aside = without(without(without(this.#filter, 'cameras'), 'notCameras'), 'time');
    const ask = (filter: SearchFilter, wanted: number): Promise<Facets> =>
      this.#client.crops.facets({ filter, buckets: wanted }, options);
    try {
      const [whole, context, kept] = await Promise.all([
        ask({}, 1),
        ask(withRange(aside, this.view), buckets),
        ask(this.#filter, 1),
      ]);
      if (this.#call !== mine) return;
      this.whole = whole;
      this.context = context;
      this.kept = kept.total;
      this.error = null;
    } catch (error) {
      if (this.#call === mine && !mine.signal.aborted) this.error = error;
    }
  }

  /** Crops of a camera that the other filters keep. */
  cameraCount(name: string | null, filter: SearchFilter): number {
    const { context, axis } = this;
    if (!context) return 0;
    const range = axis && filterRange(filter, axis);
    if (axis && range && context.histogram) {
      const row = context.histogram.rows.find((candidate) => candidate.camera === name);
      return row ? countWithin(axis, row.counts, range) : 0;
    }
    return context.cameras.find((candidate) => candidate.name === name)?.count ?? 0;
  }
}
