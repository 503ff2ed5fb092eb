import bidiModule from 'bidi-js';

// The package is CommonJS; its types describe a module with a default export.
const bidi = (bidiModule as unknown as typeof bidiModule.default)();

/** A stretch of a line that is read in one direction; `text` is in the order in which it is read. */
export interface VisualRun {
  text: string;
  rightToLeft: boolean;
}

/** Letters of scripts that are written from right to left. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A line as its runs stand on paper, from left to right (Unicode Bidirectional Algorithm, UAX #9). The
 * line's own first letter sets its direction. Brackets that are read from right to left are mirrored.
 */
export function visualRuns(line: string): VisualRun[] {
  if (!rightToLeft.test(line)) return [{ text: line, rightToLeft: false }];
  const levels = bidi.getEmbeddingLevels(line, 'auto');
  const mirrored = bidi.getMirroredCharactersMap(line, levels.levels);
  const order = bidi.getReorderedIndices(line, levels);
  const isOdd = (index: number): boolean => (levels.levels[index]! & 1) === 1;
  const textBetween = (first: number, last: number): string =>
    Array.from({ length: last - first + 1 }, (_, i) => mirrored.get(first + i) ?? line[first + i]!).join('');
  const runs: VisualRun[] = [];
  for (let begin = 0; begin < order.length;) {
    const odd = isOdd(order[begin]!);
    const step = odd ? -1 : 1;
    let end = begin;
    while (end + 1 < order.length && order[end + 1] === order[end]! + step && isOdd(order[end + 1]!) === odd)
      end++;
    const [first, last] = odd ? [order[end]!, order[begin]!] : [order[begin]!, order[end]!];
    runs.push({ text: textBetween(first, last), rightToLeft: odd });
    begin = end + 1;
  }
  return runs;
}
