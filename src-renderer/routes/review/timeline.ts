/** What the timeline shows of time, in milliseconds since 1970 UTC. */
export interface Span {
  from: number;
  to: number;
}

export interface TimedCrop {
  id: number;
  camera: string | null;
  correctedTime: string | null;
}

/** Crops that lie so near to each other that one picture stands for them. */
export interface Cluster<Crop> {
  /** Middle of the cluster, in pixels from the lane's left end. */
  x: number;
  crops: Crop[];
}

const shortest = 1000;

/** Span of the crops' times with a margin on both sides, or null when none has a time. */
export function wholeSpan(crops: readonly TimedCrop[]): Span | null {
  let from = Infinity;
  let to = -Infinity;
  for (const { correctedTime } of crops) {
    if (correctedTime === null) continue;
    const time = Date.parse(correctedTime);
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  if (from > to) return null;
  const margin = Math.max(30_000, (to - from) * 0.06);
  return { from: from - margin, to: to + margin };
}

/** Zooms about a place of the view, 0 at its left and 1 at its right; never beyond the whole. */
export function zoomSpan(view: Span, whole: Span, factor: number, place: number): Span {
  const width = Math.min(whole.to - whole.from, Math.max(shortest, (view.to - view.from) / factor));
  const fixed = view.from + place * (view.to - view.from);
  return within({ from: fixed - place * width, to: fixed + (1 - place) * width }, whole);
}

/** Moves the view by a share of its width. */
export function panSpan(view: Span, whole: Span, share: number): Span {
  const by = share * (view.to - view.from);
  return within({ from: view.from + by, to: view.to + by }, whole);
}

/** The view moved into the whole, its width kept where it fits. */
export function within(view: Span, whole: Span): Span {
  const width = Math.min(view.to - view.from, whole.to - whole.from);
  const from = Math.min(whole.to - width, Math.max(whole.from, view.from));
  return { from, to: from + width };
}

/** Crops by camera, cameras in the order of their names, crops without a camera last. */
export function lanesOf<Crop extends TimedCrop>(
  crops: readonly Crop[],
): { camera: string | null; crops: Crop[] }[] {
  const lanes = new Map<string | null, Crop[]>();
  for (const crop of crops) {
    const lane = lanes.get(crop.camera);
    if (lane) lane.push(crop);
    else lanes.set(crop.camera, [crop]);
  }
  return [...lanes]
    .map(([camera, laneCrops]) => ({ camera, crops: laneCrops }))
    .sort((a, b) =>
      a.camera === null
        ? 1
        : b.camera === null
          ? -1
          : a.camera.localeCompare(b.camera, 'en', { numeric: true }),
    );
}

/**
 * Places the crops of a lane that are in view, in the order of time; those nearer than `gap` pixels to
 * the first of a cluster join it.
 */
export function clusterLane<Crop extends TimedCrop>(
  crops: readonly Crop[],
  view: Span,
  width: number,
  gap: number,
): Cluster<Crop>[] {
  const scale = width / (view.to - view.from);
  const placed = crops
    .flatMap((crop) => (crop.correctedTime === null ? [] : [{ crop, time: Date.parse(crop.correctedTime) }]))
    .filter(({ time }) => time >= view.from && time <= view.to)
    .sort((a, b) => a.time - b.time || a.crop.id - b.crop.id);
  const clusters: (Cluster<Crop> & { first: number })[] = [];
  for (const { crop, time } of placed) {
    const x = (time - view.from) * scale;
    const last = clusters.at(-1);
    if (last && x - last.first < gap) {
      last.crops.push(crop);
      last.x = (last.first + x) / 2;
    } else clusters.push({ x, first: x, crops: [crop] });
  }
  return clusters.map(({ x, crops: members }) => ({ x, crops: members }));
}
