import type { ScoreDistribution } from '../search/schema.ts';
import { formatScore } from './format.ts';

export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
  /** The whole bin lies at or above the cut-off. */
  listed: boolean;
}

export interface ChartGeometry {
  width: number;
  height: number;
  /** The base line, on which bars stand. */
  plot: { left: number; right: number; top: number; bottom: number };
  bars: Bar[];
  ticks: { x: number; label: string }[];
  /** The highest bin. */
  most: { y: number; count: number };
  cutOffX: number | null;
}

/**
 * Where the parts of a histogram lie, in points from the top left, the same for SVG and PDF. Bars are
 * linear in their counts; one that is not empty is at least three points high, so that a few crops at the
 * top of a large gallery can be seen.
 */
export function histogramGeometry(
  distribution: ScoreDistribution,
  cutOff: number | null,
  size: { width: number; height: number },
): ChartGeometry {
  const plot = { left: 46, right: size.width - 14, top: 22, bottom: size.height - 32 };
  const { minimum, maximum, bins } = distribution;
  const span = maximum - minimum;
  const place = (score: number): number =>
    span === 0
      ? (plot.left + plot.right) / 2
      : plot.left + ((score - minimum) / span) * (plot.right - plot.left);
  const most = Math.max(1, ...bins);
  const step = (plot.right - plot.left) / Math.max(1, bins.length);
  const bars = bins.flatMap((count, i): Bar[] => {
    if (count === 0) return [];
    const height = Math.max(3, (count / most) * (plot.bottom - plot.top));
    const lower = minimum + (span * i) / bins.length;
    return [
      {
        x: plot.left + i * step,
        y: plot.bottom - height,
        width: Math.max(0.5, step - 0.6),
        height,
        listed: cutOff !== null && lower >= cutOff,
      },
    ];
  });
  const tickCount = span === 0 ? 1 : 5;
  const ticks = Array.from({ length: tickCount }, (_, i) => {
    const score = tickCount === 1 ? minimum : minimum + (span * i) / (tickCount - 1);
    return { x: place(score), label: formatScore(score) };
  });
  return {
    ...size,
    plot,
    bars,
    ticks,
    most: { y: plot.top, count: most },
    cutOffX: cutOff === null ? null : place(Math.min(Math.max(cutOff, minimum), maximum)),
  };
}
