/**
 * The vector index beside other ways to search, on generated galleries of 10,000, 200,000 and 1,000,000
 * crops: `node test/bench/vector-index.ts [ROWS...]`. Each subject runs in a process of its own. The
 * galleries are kept in the system's folder for temporary files (or DESCRY_BENCH), some 6 GB in all. The
 * peers come with `npm ci --prefix test/bench`; without it they are left out. `--without=NAME` leaves a
 * subject out, `--record` writes the tables into RESULTS.md.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Measured, Times } from './index/child.ts';
import { ensureGallery, folder } from './index/gallery.ts';
import { subjects } from './index/subjects.ts';
import { machine, record, table } from './results.ts';

const threads = Math.min(4, availableParallelism());
const given = process.argv.slice(2).filter((argument) => /^\d+$/.test(argument));
const sizes = given.length > 0 ? given.map(Number) : [10_000, 200_000, 1_000_000];

function child(file: string, ...options: (string | number)[]): string {
  const { stdout, status } = spawnSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'index', file),
      ...options.map(String),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${file} ${options.join(' ')} failed`);
  return stdout.trim().split('\n').at(-1) ?? '';
}

function installed(name: string): boolean {
  if (!/sqlite-vec|usearch/.test(name)) return true;
  try {
    createRequire(import.meta.url).resolve(name.split('-')[0] === 'usearch' ? 'usearch' : name);
    return true;
  } catch {
    return false;
  }
}

const milliseconds = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(1));
const times = (value: Times | null): string =>
  value ? `${milliseconds(value.p50)} / ${milliseconds(value.p95)}` : '';
const share = (value: number | null): string => (value === null ? '' : value.toFixed(4));

const rowsOfTable: string[][] = [];
const own: string[][] = [];
for (const rows of sizes) {
  const size = rows.toLocaleString('en');
  console.error(`${size} crops: gallery`);
  ensureGallery(rows);
  for (const [name, subject] of Object.entries(subjects)) {
    if (rows > subject.mostRows || !installed(name) || process.argv.includes(`--without=${name}`)) continue;
    console.error(`${size} crops: ${subject.title}`);
    if (subject.build) child('child.ts', name, rows, 'build');
    // Once before: what is made at the first opening, and files that are not in the system's cache.
    if (name === 'codes') child('child.ts', name, rows);
    const measured = JSON.parse(child('child.ts', name, rows)) as Measured;
    rowsOfTable.push([
      size,
      subject.title,
      times(measured.all),
      times(measured.onePercent),
      `${share(measured.recall)}${measured.identical === null ? '' : measured.identical ? ', identical' : ', NOT identical'}`,
      share(measured.recallOnePercent),
      measured.loadMs.toFixed(0),
      measured.residentMb.toFixed(0),
      measured.peakMb.toFixed(0),
    ]);
    if (Object.keys(measured.others).length > 0) {
      own.push([
        size,
        subject.title,
        ...Object.values(measured.others).map(times),
        measured.manyMs === null ? '' : milliseconds(measured.manyMs),
      ]);
    }
    if (name === 'codes') {
      const read = JSON.parse(child('read-memory.ts', rows, threads)) as Times;
      rowsOfTable.push([
        size,
        `reading the codes alone, ${threads} threads`,
        times(read),
        '',
        '',
        '',
        '',
        '',
        '',
      ]);
    }
  }
}
const text = `${machine()}. Vectors of 512 numbers, lists of 100. Times in milliseconds, p50 / p95, of up to 100 queries one after the other. Load time until the first search is answered, with the files in the system's cache. Memory of the whole process in MB.

${table(['crops', 'what', 'all', '1 %, scattered', 'recall', 'recall 1 %', 'load', 'resident', 'peak'], rowsOfTable)}

${table(['crops', 'what', 'with all scores described', 'a phrase to avoid', '1 % in succession', 'top 1,000', 'each of 64 at once'], own)}`;
console.log(text);
console.error(`The galleries are kept in ${folder}.`);
if (process.argv.includes('--record')) record('Vector index', text);
