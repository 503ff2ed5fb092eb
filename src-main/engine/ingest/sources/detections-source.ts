import { posix } from 'node:path';
import { DescryError } from '../../errors.ts';
import { kindOfFile, withoutImageExtension } from '../file-kinds.ts';
import type { ImportOptions } from '../schema.ts';
import { WallClock } from '../wall-clock.ts';
import { readCoco } from './coco.ts';
import type { Detection, DetectionFile } from './detection.ts';
import { readMot } from './mot.ts';
import { requireFile, RootFolder } from './root-folder.ts';
import type { CropSource, Found } from './source.ts';
import { readTextFile } from './text-file.ts';

/** A detection whose frame was looked for. */
interface Located extends Detection {
  path: string;
  problem: Found['problem'];
}

/**
 * Full frames and the boxes found in them. Crops come out frame by frame, so that each frame is decoded once.
 * The time of a crop is the start time plus its frame number over the frame rate, counted from the first
 * frame in the folder; without a start time, what the frame's name says.
 * @param zone of the camera, in which the start time was read.
 * @throws DescryError `not-found`, `invalid-input`.
 */
export async function openDetectionsSource(
  path: string,
  framesPath: string,
  options: ImportOptions,
  zone: string,
): Promise<CropSource> {
  const frames = await RootFolder.open(framesPath);
  const start = startInstant(options, zone);
  const file = readDetections(await readTextFile(await requireFile(path, 'a detection file')));
  const confident = file.detections.filter(
    ({ confidence }) => confidence === null || confidence >= options.minimumConfidence,
  );
  if (confident.length === 0 && file.invalid.length === 0) {
    throw new DescryError(
      'invalid-input',
      file.detections.length === 0
        ? 'The detection file has no box of a person.'
        : `None of the ${file.detections.length} boxes reaches the confidence ${options.minimumConfidence}.`,
    );
  }
  return {
    root: frames.path,
    namesMatter: false,
    exif: false,
    found: (signal) => crops(frames, { ...file, detections: confident }, start, signal),
  };
}

function readDetections(text: string): DetectionFile {
  return /^\uFEFF?\s*[[{]/.test(text) ? readCoco(text) : readMot(text);
}

interface Start {
  ms: number;
  framesPerSecond: number;
}

function startInstant(options: ImportOptions, zone: string): Start | null {
  if (options.startTime === undefined) return null;
  if (options.framesPerSecond === undefined)
    throw new DescryError('invalid-input', 'A start time needs the frames a second as well.');
  const resolved = new WallClock().resolve(options.startTime, zone);
  if ('ms' in resolved) return { ms: resolved.ms, framesPerSecond: options.framesPerSecond };
  throw new DescryError(
    'invalid-input',
    resolved.problem === 'gap'
      ? `The clocks in ${zone} were put forward past ${options.startTime}: no clock showed that time.`
      : `${options.startTime} is not a time of the calendar.`,
  );
}

async function* crops(
  frames: RootFolder,
  file: DetectionFile,
  start: Start | null,
  signal: AbortSignal,
): AsyncGenerator<Found> {
  const numbered = await numberFrames(frames);
  const first = [...numbered.keys()].reduce((least, number) => Math.min(least, number), Infinity);
  const located: Located[] = [];
  for (const detection of file.detections) located.push(await locate(frames, numbered, detection));
  // Numbers in names mean order only with leading zeros, so the frame number comes first.
  located.sort((a, b) => (a.frame ?? 0) - (b.frame ?? 0) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const seen = new Set<string>();
  for (const { path, problem, frame, track, box } of located) {
    signal.throwIfAborted();
    const instant =
      start && frame !== null
        ? Math.round(start.ms + ((frame - first) / start.framesPerSecond) * 1000)
        : null;
    const known: Found['known'] = {
      frame,
      track,
      box,
      ...(instant === null ? {} : { instant, timeSource: 'frame' }),
    };
    const key = JSON.stringify([path, box, track]);
    const repeated = problem === null && seen.has(key);
    seen.add(key);
    yield {
      path,
      known,
      problem: repeated
        ? { reason: 'duplicate-row', detail: 'The same box was already given for this frame.' }
        : problem,
    };
  }
  for (const { where, problem } of file.invalid) yield { path: where, known: {}, problem };
}

/** Frame numbers of the pictures in the folder: the last run of digits in each name. */
async function numberFrames(frames: RootFolder): Promise<Map<number, string>> {
  const numbered = new Map<number, string>();
  for (const name of await frames.fileNames()) {
    if (kindOfFile(name) !== 'image') continue;
    const number = frameNumber(name);
    if (number !== null && !numbered.has(number)) numbered.set(number, name);
  }
  return numbered;
}

function frameNumber(name: string): number | null {
  const digits = /(\d{1,15})\D*$/.exec(withoutImageExtension(posix.basename(name)))?.[1];
  return digits === undefined ? null : Number(digits);
}

async function locate(
  frames: RootFolder,
  numbered: ReadonlyMap<number, string>,
  detection: Detection,
): Promise<Located> {
  const file = detection.file ?? (detection.frame === null ? undefined : numbered.get(detection.frame));
  const frame = detection.frame ?? (detection.file === null ? null : frameNumber(detection.file));
  if (file === undefined) {
    return {
      ...detection,
      frame,
      path: `frame ${detection.frame}`,
      problem: { reason: 'file-missing', detail: `The folder has no picture of frame ${detection.frame}.` },
    };
  }
  const found = await frames.locate(file);
  return 'path' in found
    ? { ...detection, frame, path: found.path, problem: null }
    : { ...detection, frame, path: file, problem: found.problem };
}
