/** A stretch of time in milliseconds since 1970 UTC, the end exclusive. */
export interface Range {
  from: number;
  to: number;
}

/** The time axis of a histogram: bucket i starts at `from + i * bucketMs`. */
export interface TimeAxis {
  from: number;
  bucketMs: number;
  buckets: number;
}

export function axisEnd(axis: TimeAxis): number {
  return axis.from + axis.buckets * axis.bucketMs;
}

/** Time at a place on the axis. @param fraction 0 at the left end, 1 at the right; clamped. */
export function timeAt(axis: TimeAxis, fraction: number): number {
  return axis.from + Math.min(1, Math.max(0, fraction)) * axis.buckets * axis.bucketMs;
}

/** Place of a time on the axis, 0..1, clamped. */
export function fractionOf(axis: TimeAxis, time: number): number {
  const width = axis.buckets * axis.bucketMs;
  return width <= 0 ? 0 : Math.min(1, Math.max(0, (time - axis.from) / width));
}

/** The bucket edge nearest to a time. */
export function snap(axis: TimeAxis, time: number): number {
  const bucket = Math.round((time - axis.from) / axis.bucketMs);
  return axis.from + Math.min(axis.buckets, Math.max(0, bucket)) * axis.bucketMs;
}

/** The range between two places of a drag, in whole buckets; at least one bucket wide. */
export function dragRange(axis: TimeAxis, start: number, end: number): Range {
  const left = Math.floor(Math.min(start, end) * axis.buckets + 1e-9);
  const right = Math.ceil(Math.max(start, end) * axis.buckets - 1e-9);
  const first = Math.min(axis.buckets - 1, Math.max(0, left));
  const last = Math.min(axis.buckets, Math.max(first + 1, right));
  return { from: axis.from + first * axis.bucketMs, to: axis.from + last * axis.bucketMs };
}

/** Moves the whole range by buckets without leaving the axis or changing its width. */
export function shiftRange(axis: TimeAxis, range: Range, buckets: number): Range {
  const width = range.to - range.from;
  const from = Math.min(axisEnd(axis) - width, Math.max(axis.from, range.from + buckets * axis.bucketMs));
  return { from, to: from + width };
}

/** Moves one edge by buckets; the edges keep a bucket between them and stay on the axis. */
export function moveEdge(axis: TimeAxis, range: Range, edge: 'from' | 'to', buckets: number): Range {
  const moved = snap(axis, range[edge] + buckets * axis.bucketMs);
  return edge === 'from'
    ? { from: Math.min(moved, range.to - axis.bucketMs), to: range.to }
    : { from: range.from, to: Math.max(moved, range.from + axis.bucketMs) };
}

/**
 * Heights 0..1 of a row of counts; the tallest bucket of the whole histogram is 1. A square root
 * keeps single crops visible beside a crowd; an empty bucket stays 0.
 */
export function barHeights(counts: readonly number[], tallest: number): number[] {
  return counts.map((count) => (tallest <= 0 ? 0 : Math.sqrt(count / tallest)));
}
