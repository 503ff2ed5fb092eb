import { histogram, type ScoreSurvey } from './index/score-survey.ts';
import type { ScoreDistribution } from './schema.ts';

const binCount = 64;
/** Below this many rows no statement about a bulk is possible. */
const fewestRows = 20;
/** Quartile of the normal distribution: turns a quartile distance into a standard deviation. */
const normalQuartile = 0.6745;
/**
 * How far, in units of the Gumbel distribution's scale, the best score must lie beyond the place where the
 * best of an ordinary gallery lies: -ln(-ln(0.99)) and -ln(-ln(0.9)).
 */
const clearExcess = 4.6;
const weakExcess = 2.25;

/**
 * Histogram and moments of all searched scores, and whether the best stand clear of the bulk.
 *
 * The rule (ours): the spread is the distance from the median to the upper quartile, divided by 0.6745; it
 * is not moved by the few best and follows the side on which they lie. The best of `n` draws from a normal
 * bulk lies about `a = sqrt(2 ln n) - (ln ln n + ln 4 pi) / (2 sqrt(2 ln n))` spreads above its middle, give
 * or take `b = 1 / sqrt(2 ln n)` (Fisher and Tippett). With `z` the distance of the best score in spreads,
 * `(z - a) / b` decides: 4.6 and more is `clear`, 2.25 and more `weak`, less `nothing`.
 * @param survey null when no crop was searched.
 * @param rows rows after folding: the number of independent draws.
 */
export function describeScores(
  survey: ScoreSurvey | null,
  rows: number,
  meaningless = false,
): ScoreDistribution {
  if (!survey) {
    return {
      minimum: 0,
      maximum: 0,
      mean: 0,
      standardDeviation: 0,
      bins: [],
      standsOut: 'nothing',
      explanation: 'No crop was searched.',
    };
  }
  const { minimum, maximum, counts } = survey;
  const moments = {
    minimum,
    maximum,
    mean: counts.mean,
    standardDeviation: counts.standardDeviation,
    bins: histogram(survey, binCount),
  };
  if (meaningless) {
    return {
      ...moments,
      standsOut: 'nothing',
      explanation: 'The model knows none of the words, so the order of this list means nothing.',
    };
  }
  return { ...moments, ...judge(survey, rows) };
}

function judge(
  { maximum, counts }: ScoreSurvey,
  rows: number,
): Pick<ScoreDistribution, 'standsOut' | 'explanation'> {
  const { count } = counts;
  if (rows < fewestRows) {
    return {
      standsOut: 'weak',
      explanation: `Only ${rows} ${rows === 1 ? 'row was' : 'rows were'} searched: too few to say whether the best stand out. Look at all of them.`,
    };
  }
  const median = counts.quantile(0.5);
  const spread = (counts.quantile(0.25) - median) / normalQuartile;
  if (spread <= 0) {
    return {
      standsOut: 'nothing',
      explanation: `Most of the ${count.toLocaleString('en')} searched crops have the same score: the description does not tell them apart.`,
    };
  }
  const root = Math.sqrt(2 * Math.log(rows));
  const usual = root - (Math.log(Math.log(rows)) + Math.log(4 * Math.PI)) / (2 * root);
  const distance = (maximum - median) / spread;
  const excess = (distance - usual) * root;
  const standsOut = excess >= clearExcess ? 'clear' : excess >= weakExcess ? 'weak' : 'nothing';
  const measured = `The best score lies ${distance.toFixed(1)} spreads above the middle of the ${count.toLocaleString('en')} searched crops; in a list of this length in which nothing fits especially, the best lies about ${usual.toFixed(1)} above.`;
  const verdict = {
    clear:
      'The best rows stand clear of the bulk. That is a reason to look at them first, and says nothing about who they show.',
    weak: 'The best rows stand a little apart from the bulk. Look well beyond the first rows.',
    nothing:
      'Nothing here stands out: many crops fit about equally well, or none does. The order can still be right; look well beyond the first rows.',
  }[standsOut];
  return { standsOut, explanation: `${verdict} ${measured}` };
}
