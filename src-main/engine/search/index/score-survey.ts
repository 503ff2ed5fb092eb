/** Bins that all the scores are counted in; what is drawn is made of them. */
const fineBins = 2 ** 14;

/** A range that all scores lie in. */
export interface ScoreRange {
  from: number;
  to: number;
}

/** How the scores of a search are distributed, by approximate scores. */
export class ScoreCounts {
  readonly count: number;
  readonly mean: number;
  readonly standardDeviation: number;
  readonly #range: ScoreRange;
  /** Counts of scores in equal bins over the range. */
  readonly #bins = new Int32Array(fineBins);

  /** @param scores at least one. */
  constructor(scores: Float32Array | Float64Array, range: ScoreRange) {
    this.#range = range;
    this.count = scores.length;
    countInto(this.#bins, scores, range);
    // Around the middle of the range, so that the sum of squares keeps its digits.
    const middle = range.from + (range.to - range.from) / 2;
    const [sum, squares] = sumsAround(middle, scores);
    const mean = sum / this.count;
    this.mean = middle + mean;
    this.standardDeviation = Math.sqrt(Math.max(0, squares / this.count - mean * mean));
  }

  /** How many scores lie below one, to the width of a bin. */
  below(score: number): number {
    const { from, to } = this.#range;
    const place = to > from ? ((score - from) / (to - from)) * fineBins : score > from ? fineBins : 0;
    if (!(place > 0)) return 0;
    if (place >= fineBins) return this.count;
    const whole = Math.floor(place);
    let below = (place - whole) * this.#bins[whole]!;
    for (let bin = 0; bin < whole; bin++) below += this.#bins[bin]!;
    return below;
  }

  /** The score that this share of the scores exceeds, to the width of a bin. */
  quantile(fromTop: number): number {
    const { from, to } = this.#range;
    const wanted = fromTop * this.count;
    let above = 0;
    for (let bin = fineBins - 1; bin >= 0; bin--) {
      const inBin = this.#bins[bin]!;
      if (inBin > 0 && above + inBin >= wanted) {
        const edge = bin + 1 - (wanted - above) / inBin;
        return from + (edge / fineBins) * (to - from);
      }
      above += inBin;
    }
    return from;
  }
}

function countInto(bins: Int32Array, scores: Float32Array | Float64Array, { from, to }: ScoreRange): void {
  const perBin = to > from ? fineBins / (to - from) : 0;
  // A constant of the module in this loop would cost V8 more than the rest of it.
  const last = fineBins - 1;
  for (let i = 0; i < scores.length; i++) {
    const bin = ((scores[i]! - from) * perBin) | 0;
    bins[bin < 0 ? 0 : bin > last ? last : bin]!++;
  }
}

function sumsAround(
  middle: number,
  scores: Float32Array | Float64Array,
): [differences: number, squares: number] {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < scores.length; i++) {
    const difference = scores[i]! - middle;
    sum += difference;
    squares += difference * difference;
  }
  return [sum, squares];
}

/**
 * All scores of a search in summary. Minimum and maximum are exact; the rest comes from approximate scores,
 * each of which is off by at most `largestError`, and usually by a twentieth of that.
 */
export interface ScoreSurvey {
  minimum: number;
  maximum: number;
  largestError: number;
  counts: ScoreCounts;
}

/** The survey of exact scores; null when there are none. */
export function surveyOf(scores: Float64Array): ScoreSurvey | null {
  if (scores.length === 0) return null;
  let [minimum, maximum] = [Infinity, -Infinity];
  for (const score of scores) {
    if (score < minimum) minimum = score;
    if (score > maximum) maximum = score;
  }
  const counts = new ScoreCounts(scores, { from: minimum, to: maximum });
  return { minimum, maximum, largestError: 0, counts };
}

/** Counts of scores in equal bins from minimum to maximum. */
export function histogram({ minimum, maximum, counts }: ScoreSurvey, bins: number): number[] {
  const edges = Array.from({ length: bins - 1 }, (_, i) => minimum + ((i + 1) / bins) * (maximum - minimum));
  const below = [0, ...edges.map((edge) => Math.round(counts.below(edge))), counts.count];
  return Array.from({ length: bins }, (_, i) => below[i + 1]! - below[i]!);
}
