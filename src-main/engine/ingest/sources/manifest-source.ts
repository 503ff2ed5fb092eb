import type { CropPlan } from '../plan.ts';
import { readWrittenTime } from '../wall-clock.ts';
import { readManifest, type Column, type ManifestRow } from './manifest-rows.ts';
import { folderOf, requireFile, RootFolder } from './root-folder.ts';
import type { CropSource, Found } from './source.ts';
import { readTextFile } from './text-file.ts';

/**
 * A manifest: one crop a row, paths relative to `rootPath` or to the manifest's own folder.
 * With box columns, a row is a part of a picture, which is cut out.
 * @throws DescryError `not-found`, `invalid-input` (no such file, not a text, no column for the image).
 */
export async function openManifestSource(path: string, rootPath: string | undefined): Promise<CropSource> {
  const file = await requireFile(path, 'a manifest');
  const root = rootPath === undefined ? await folderOf(file) : await RootFolder.open(rootPath);
  const text = await readTextFile(file);
  // The header is checked now, so that a manifest without one is refused before anything is begun.
  await readManifest(text).next();
  return { root: root.path, namesMatter: false, exif: true, found: (signal) => rows(root, text, signal) };
}

async function* rows(root: RootFolder, text: string, signal: AbortSignal): AsyncGenerator<Found> {
  const seen = new Map<string, number>();
  for await (const row of readManifest(text)) {
    signal.throwIfAborted();
    yield await readRow(root, row, seen);
  }
}

async function readRow(root: RootFolder, row: ManifestRow, seen: Map<string, number>): Promise<Found> {
  const invalid = (path: string, detail: string): Found => ({
    path,
    known: {},
    problem: { reason: 'invalid-row', detail: `Line ${row.line}: ${detail}` },
  });
  if ('error' in row) return invalid(`line ${row.line}`, row.error);
  const given = row.values.get('path');
  if (given === undefined || given.trim() === '')
    return invalid(`line ${row.line}`, 'The row names no image.');
  const known = readKnown(row.values);
  if (typeof known === 'string') return invalid(given, known);
  const located = await root.locate(given);
  if ('problem' in located)
    return {
      path: given,
      known,
      problem: { ...located.problem, detail: `Line ${row.line}: ${located.problem.detail}` },
    };
  const key = JSON.stringify([located.path, known.box]);
  const first = seen.get(key);
  if (first !== undefined) {
    return {
      path: located.path,
      known,
      problem: { reason: 'duplicate-row', detail: `Line ${row.line} repeats line ${first}.` },
    };
  }
  seen.set(key, row.line);
  return { path: located.path, known, problem: null };
}

/** The plan's part that the row gives, or what is wrong with it. */
function readKnown(values: ReadonlyMap<Column, string>): Partial<CropPlan> | string {
  const known: Partial<CropPlan> = {};
  const camera = values.get('camera')?.trim();
  const track = values.get('track')?.trim();
  if (camera) known.camera = camera;
  if (track) known.track = track;
  const frame = values.get('frame')?.trim();
  if (frame) {
    if (!/^\d{1,15}$/.test(frame)) return `The frame "${frame.slice(0, 40)}" is not a whole number.`;
    known.frame = Number(frame);
  }
  const time = values.get('time')?.trim();
  if (time) {
    const written = readWrittenTime(time);
    if (!written) return `The time "${time.slice(0, 60)}" cannot be read; write 2026-03-14T08:15:02.`;
    known.timeSource = 'manifest';
    if ('wall' in written) known.time = written.wall;
    else known.instant = written.instant;
  }
  const box = (['x', 'y', 'width', 'height'] as const).map((column) => values.get(column)?.trim());
  const given = box.filter((value) => value !== undefined && value !== '');
  if (given.length === 0) return known;
  const numbers = box.map((value) => (value === undefined || value === '' ? NaN : Number(value)));
  const [x, y, width, height] = numbers as [number, number, number, number];
  if (!numbers.every(Number.isFinite) || width <= 0 || height <= 0)
    return 'The box is not four numbers with a width and height above 0.';
  known.box = { x, y, width, height };
  return known;
}
