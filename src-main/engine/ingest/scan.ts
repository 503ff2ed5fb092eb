import { setImmediate } from 'node:timers/promises';
import { ImageRejection, type Problem } from './image-rejection.ts';
import { namePattern, PatternChoice, type NamePattern } from './name-pattern.ts';
import { emptyPlan, type CropPlan, type PlannedItem } from './plan.ts';
import type { ImportOptions } from './schema.ts';
import type { CropSource, Found } from './sources/source.ts';
import { toWallTime, WallClock } from './wall-clock.ts';

/** The zone in which a camera's clock is read; null is a crop without a camera. */
export type ZoneOf = (camera: string | null) => string;

const longestName = 200;

/** Names that are looked at to choose a pattern for a source whose names are only asked for what it does not say itself. */
const sample = 2000;

/** The pattern that was asked for; `auto` reads the names of the source and takes the preset that fits most. */
export async function choosePattern(
  source: CropSource,
  pattern: string,
  signal: AbortSignal,
): Promise<NamePattern> {
  if (pattern !== 'auto') return namePattern(pattern);
  const choice = new PatternChoice();
  let names = 0;
  for await (const { path, problem } of breathing(source, signal)) {
    if (!problem) choice.add(path);
    if (++names >= sample && !source.namesMatter) break;
  }
  return choice.best();
}

/** Everything in the source, with what its names, rows and frame numbers say; no picture is opened. */
export async function* scan(
  source: CropSource,
  pattern: NamePattern,
  options: ImportOptions,
  zoneOf: ZoneOf,
  signal: AbortSignal,
): AsyncGenerator<PlannedItem> {
  const clock = new WallClock();
  for await (const found of breathing(source, signal))
    yield plan(found, source, pattern, options, zoneOf, clock);
}

/** What a source finds, with pauses in which the engine answers others: a scan of a million names takes a while. */
async function* breathing(source: CropSource, signal: AbortSignal): AsyncGenerator<Found> {
  let count = 0;
  for await (const found of source.found(signal)) {
    if (++count % 500 === 0) {
      await setImmediate();
      signal.throwIfAborted();
    }
    yield found;
  }
}

function plan(
  found: Found,
  source: CropSource,
  pattern: NamePattern,
  options: ImportOptions,
  zoneOf: ZoneOf,
  clock: WallClock,
): PlannedItem {
  const planned: CropPlan = { ...emptyPlan, ...found.known };
  const parts = found.problem ? null : pattern.parse(found.path);
  const parsed = parts !== null && pattern.id !== 'none';
  const item = (problem: Problem | null): PlannedItem => ({
    path: found.path,
    plan: planned,
    parsed,
    problem,
  });
  if (found.problem) return item(found.problem);
  planned.camera = (planned.camera ?? parts?.camera ?? options.camera)?.trim() || null;
  planned.track = (planned.track ?? parts?.track)?.trim() || null;
  planned.frame ??= parts?.frame ?? null;
  if (!parts && source.namesMatter && !options.acceptUnparsed) {
    return item({
      reason: 'name-does-not-parse',
      detail: `The name does not fit the pattern ${pattern.template}.`,
    });
  }
  if ((planned.camera?.length ?? 0) > longestName || (planned.track?.length ?? 0) > longestName) {
    return item({
      reason: 'name-does-not-parse',
      detail: `The camera or track has more than ${longestName} characters.`,
    });
  }
  const zone = zoneOf(planned.camera);
  if (planned.instant !== null) {
    planned.time = toWallTime(planned.instant, zone);
    return item(null);
  }
  if (planned.time === null && parts?.time) {
    planned.time = parts.time;
    planned.timeSource = 'name';
  }
  return item(planned.time === null ? null : timeProblem(planned.time, zone, clock));
}

/** Why a wall-clock time cannot be used, or null. */
export function timeProblem(time: string, zone: string, clock: WallClock): Problem | null {
  const resolved = clock.resolve(time, zone);
  return 'ms' in resolved ? null : timeRejection(time, zone, resolved.problem).problem;
}

/** The rejection of a wall-clock time that no clock in `zone` can have shown. */
export function timeRejection(time: string, zone: string, problem: 'impossible' | 'gap'): ImageRejection {
  const shown = time.replace('T', ' ');
  return problem === 'gap'
    ? new ImageRejection(
        'time-in-gap',
        `${shown} did not exist in ${zone}: the clocks were put forward past it. Give the camera's own zone (UTC, for one that is never changed).`,
      )
    : new ImageRejection('time-impossible', `${shown} is not a time of the calendar.`);
}
