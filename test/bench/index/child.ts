/**
 * Measures one subject on one gallery, in a process of its own: `node child.ts SUBJECT ROWS`, or with
 * `build` behind it builds what the subject keeps. The last line printed is JSON.
 */
import { GeneratedVectors } from './generated-vectors.ts';
import { dimensions, ensureReference, queryVector } from './gallery.ts';
import { subjects, type Answer } from './subjects.ts';

/** Milliseconds. */
export interface Times {
  p50: number;
  p95: number;
}

export interface Measured {
  loadMs: number;
  all: Times;
  onePercent: Times | null;
  /** Share of the right 100 crops that came back; for those with float64 scores, whether list and scores are the same. */
  recall: number;
  recallOnePercent: number | null;
  identical: boolean | null;
  others: Record<string, Times>;
  manyMs: number | null;
  residentMb: number;
  peakMb: number;
}

/** A measurement ends after so many runs, or so many milliseconds. */
const mostRuns = 100;
const longest = 15_000;

async function measure(run: (number: number) => unknown): Promise<Times> {
  const times: number[] = [];
  const until = performance.now() + longest;
  for (let i = -5; i < mostRuns && (i < 3 || performance.now() < until); i++) {
    const started = performance.now();
    await run(i + 5);
    if (i >= 0) times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))]!;
  return { p50: at(0.5), p95: at(0.95) };
}

const [name = '', count = '', build] = process.argv.slice(2);
const subject = subjects[name]!;
const rows = Number(count);
if (build) {
  await subject.build?.(rows);
} else {
  const generated = new GeneratedVectors(dimensions);
  const reference = ensureReference(rows);
  const started = performance.now();
  const opened = await subject.open(rows);
  const query = (i: number): Float64Array => queryVector(generated, i, rows);
  // The first search is part of loading: some read only then.
  await opened.search(query(0), false);
  const loadMs = performance.now() - started;
  const filters = !name.includes('hnsw');
  const compare = async (filtered: boolean): Promise<{ recall: number; identical: boolean }> => {
    let found = 0;
    let identical = true;
    const lists = filtered ? reference.onePercent : reference.all;
    for (const [i, right] of lists.entries()) {
      const { cropIds, scores }: Answer = await opened.search(query(i), filtered);
      const ids = Array.from(cropIds);
      found += right.cropIds.filter((id) => ids.includes(id)).length / right.cropIds.length;
      identical &&= right.cropIds.every(
        (id, place) => ids[place] === id && scores?.[place] === right.scores[place],
      );
    }
    return { recall: found / lists.length, identical };
  };
  const all = await measure((i) => opened.search(query(i), false));
  const onePercent = filters ? await measure((i) => opened.search(query(i), true)) : null;
  const residentMb = process.memoryUsage.rss() / 1e6;
  const others: Measured['others'] = {};
  for (const [title, search] of Object.entries(opened.others ?? {}))
    others[title] = await measure((i) => search(query(i), query(i + 1000)));
  let manyMs = null;
  if (opened.many) {
    const queries = Array.from({ length: 64 }, (_, i) => query(i));
    await opened.many(queries.slice(0, 16));
    const begun = performance.now();
    await opened.many(queries);
    manyMs = (performance.now() - begun) / queries.length;
  }
  const whole = await compare(false);
  const part = filters ? await compare(true) : null;
  const measured: Measured = {
    loadMs,
    all,
    onePercent,
    recall: whole.recall,
    recallOnePercent: part?.recall ?? null,
    identical: opened.others ? whole.identical && (part?.identical ?? true) : null,
    others,
    manyMs,
    residentMb,
    peakMb: process.resourceUsage().maxRSS / 1000,
  };
  console.log(JSON.stringify(measured));
  process.exit(0);
}
