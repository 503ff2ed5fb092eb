import type { SearchFilter, Verdict } from '../../../src-main/api/types.ts';

export type CameraChoice = 'any' | 'in' | 'out';
export type VerdictChoice = Verdict | 'none';

export const verdictLabels: Record<VerdictChoice, string> = {
  possible: 'Possible',
  unsure: 'Unsure',
  excluded: 'Excluded',
  none: 'Not marked',
};

/** Part of a filter that can be taken back on its own. */
export type FilterPart =
  'cameras' | 'notCameras' | 'time' | 'timeOfDay' | 'batches' | 'tracks' | 'verdicts' | 'tags' | 'text';

export interface FilterChip {
  part: FilterPart;
  label: string;
}

export function cameraChoice(filter: SearchFilter, camera: string): CameraChoice {
  if (filter.cameras?.includes(camera)) return 'in';
  return filter.notCameras?.includes(camera) ? 'out' : 'any';
}

/** Turns a camera to only, to left out, or back. */
export function withCamera(filter: SearchFilter, camera: string, choice: CameraChoice): SearchFilter {
  const rest = (names: string[] | undefined): string[] => (names ?? []).filter((name) => name !== camera);
  const cameras = rest(filter.cameras);
  const notCameras = rest(filter.notCameras);
  if (choice === 'in') cameras.push(camera);
  if (choice === 'out') notCameras.push(camera);
  return tidy({ ...filter, cameras, notCameras });
}

/** Adds a value to one of the lists, or takes it away. */
export function withValue<Part extends 'batches' | 'tracks' | 'verdicts' | 'tags'>(
  filter: SearchFilter,
  part: Part,
  value: NonNullable<SearchFilter[Part]>[number],
  wanted: boolean,
): SearchFilter {
  const others = ((filter[part] ?? []) as unknown[]).filter((other) => other !== value);
  return tidy({ ...filter, [part]: wanted ? [...others, value] : others });
}

/** Without one part. */
export function without(filter: SearchFilter, part: FilterPart): SearchFilter {
  const parts: readonly string[] = part === 'time' ? ['from', 'to'] : [part];
  return Object.fromEntries(Object.entries(filter).filter(([name]) => !parts.includes(name)));
}

/** Without empty lists and blank text, so that an untouched filter is `{}`. */
export function tidy(filter: SearchFilter): SearchFilter {
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => {
      if (value === undefined) return false;
      if (Array.isArray(value)) return value.length > 0;
      return typeof value !== 'string' || value.trim() !== '';
    }),
  );
}

/**
 * The filter in words, one chip a part.
 * @param time writes an instant of the filter in the case's zone.
 * @param batchLabel name of a batch.
 */
export function describeFilter(
  filter: SearchFilter,
  time: (instant: string) => string,
  batchLabel: (id: number) => string = (id) => `batch ${id}`,
): FilterChip[] {
  const chips: FilterChip[] = [];
  const add = (part: FilterPart, label: string): void => void chips.push({ part, label });
  const list = (values: readonly string[]): string => {
    const shown = values.slice(0, 4).join(', ');
    return values.length > 4 ? `${shown} and ${values.length - 4} more` : shown;
  };
  if (filter.cameras?.length) add('cameras', `Camera ${list(filter.cameras)}`);
  if (filter.notCameras?.length) add('notCameras', `Without camera ${list(filter.notCameras)}`);
  if (filter.from !== undefined && filter.to !== undefined)
    add('time', `${time(filter.from)} – ${time(filter.to)}`);
  else if (filter.from !== undefined) add('time', `From ${time(filter.from)}`);
  else if (filter.to !== undefined) add('time', `Before ${time(filter.to)}`);
  if (filter.timeOfDay) {
    const { from, to } = filter.timeOfDay;
    add('timeOfDay', `Between ${from} and ${to}${from > to ? ', over midnight' : ''}`);
  }
  if (filter.batches?.length) add('batches', `Import ${list(filter.batches.map(batchLabel))}`);
  if (filter.tracks?.length) add('tracks', `Track ${list(filter.tracks)}`);
  if (filter.verdicts?.length)
    add('verdicts', list(filter.verdicts.map((verdict) => verdictLabels[verdict])));
  if (filter.tags?.length) add('tags', `Tag ${list(filter.tags)}`);
  if (filter.text !== undefined && filter.text !== '') add('text', `Text “${filter.text}”`);
  return chips;
}

export interface LeftOut {
  searched: number;
  crops: number;
  filter: number;
  noVector: number;
  noTime: number;
}

/** "1,204 of 5,310 crops searched; 4,106 left out by filters, 0 without a vector." */
export function describeGallery(gallery: LeftOut): string {
  const number = (value: number): string => value.toLocaleString('en');
  const parts = [`${number(gallery.filter)} left out by filters`];
  if (gallery.noTime > 0) parts.push(`${number(gallery.noTime)} without a time`);
  parts.push(`${number(gallery.noVector)} without a vector`);
  return `${number(gallery.searched)} of ${number(gallery.crops)} crops searched; ${parts.join(', ')}.`;
}

/** Counts by reason of a stored gallery state. */
export function leftOut(gallery: {
  crops: number;
  searched: number;
  excluded: readonly { reason: 'filter' | 'no-vector' | 'no-time'; count: number }[];
}): LeftOut {
  const count = (reason: 'filter' | 'no-vector' | 'no-time'): number =>
    gallery.excluded.filter((part) => part.reason === reason).reduce((sum, part) => sum + part.count, 0);
  return {
    searched: gallery.searched,
    crops: gallery.crops,
    filter: count('filter'),
    noVector: count('no-vector'),
    noTime: count('no-time'),
  };
}

/** The tallest bucket of all cameras, for one scale over the whole histogram. */
export function tallestBucket(histogram: { rows: readonly { counts: readonly number[] }[] }): number {
  let tallest = 0;
  for (const row of histogram.rows) for (const count of row.counts) if (count > tallest) tallest = count;
  return tallest;
}
