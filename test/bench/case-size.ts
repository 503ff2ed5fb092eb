/**
 * How the cost of what the pages ask grows with a case: 10,000, 100,000 and 1,000,000 crops,
 * `node test/bench/case-size.ts [CROPS...]`. Each size runs in a process of its own; `--record` writes the
 * table into RESULTS.md.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaseSteps } from './case-steps.ts';
import { machine, record, table } from './results.ts';

const given = process.argv.slice(2).filter((argument) => /^\d+$/.test(argument));
const sizes = given.length > 0 ? given.map(Number) : [10_000, 100_000, 1_000_000];

const measured = sizes.map((crops): CaseSteps => {
  console.error(`${crops.toLocaleString('en')} crops`);
  const folder = mkdtempSync(join(tmpdir(), 'descry-size-'));
  try {
    const path = join(folder, 'large.descry');
    run(crops, path, '--make');
    return JSON.parse(run(crops, path).trim().split('\n').at(-1)!) as CaseSteps;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** In a process of its own: what making a case leaves in memory does not count. */
function run(crops: number, ...options: string[]): string {
  const { stdout, status } = spawnSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'case-steps.ts'),
      String(crops),
      ...options,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the case of ${crops} crops failed`);
  return stdout;
}

const milliseconds = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const line = (what: string, of: (steps: CaseSteps) => string): string[] => [what, ...measured.map(of)];
const rows = [
  ...Object.keys(measured[0]!.steps).map((step) => line(step, ({ steps }) => milliseconds(steps[step]!))),
  line('**opening the case until its first search is answered**', ({ firstSearchMs }) =>
    milliseconds(firstSearchMs),
  ),
  line('removing an import of a tenth of the crops', ({ removal }) => milliseconds(removal.seconds * 1000)),
  line('longest time that nothing else ran meanwhile', ({ removal }) => milliseconds(removal.longestMs)),
  line('memory after the first search, MB', ({ searchedMb }) => searchedMb.toFixed(0)),
  line('memory after all of it, MB', ({ residentMb }) => residentMb.toFixed(0)),
  line('most memory, MB', ({ peakMb }) => peakMb.toFixed(0)),
];
const text = `${machine()}. 40 cameras over three days, tracks of 8 crops, ten imports, vectors of the built-in model's length (512). Milliseconds, medians: of processor time for counts and pages, on the clock for searches ("sentence to rows" is everything from the words to stored rows). The process runs from source and holds model and bench.

${table(['step', ...sizes.map((crops) => `${crops.toLocaleString('en')} crops`)], rows)}`;
console.log(text);
if (process.argv.includes('--record')) record('Size of a case', text);
