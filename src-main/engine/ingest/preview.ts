import type { NamePattern } from './name-pattern.ts';
import type { PlannedItem } from './plan.ts';
import type { ImportPreview } from './schema.ts';

type PreviewRow = ImportPreview['rows'][number];
const rowsShown = 200;

/**
 * Summarises a scan: nothing is written and no picture opened.
 * @param knownCameras names of the case's cameras.
 */
export async function summariseScan(
  items: AsyncIterable<PlannedItem>,
  pattern: NamePattern,
  knownCameras: ReadonlySet<string>,
): Promise<ImportPreview> {
  const good: PreviewRow[] = [];
  const bad: PreviewRow[] = [];
  const cameras = new Map<string, number>();
  const tracks = new Set<string>();
  let total = 0;
  let rejected = 0;
  let parsed = 0;
  let from: string | null = null;
  let to: string | null = null;
  for await (const item of items) {
    total++;
    const rows = item.problem ? bad : good;
    if (rows.length < rowsShown) rows.push(toRow(item));
    if (item.problem) {
      rejected++;
      continue;
    }
    const { camera, track, time } = item.plan;
    if (item.parsed) parsed++;
    if (camera !== null) cameras.set(camera, (cameras.get(camera) ?? 0) + 1);
    if (track !== null) tracks.add(JSON.stringify([camera, track]));
    if (time !== null) {
      if (from === null || time < from) from = time;
      if (to === null || time > to) to = time;
    }
  }
  return {
    total,
    pattern: pattern.id,
    parsed,
    rejected,
    cameras: [...cameras]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, crops]) => ({ name, crops, known: knownCameras.has(name) })),
    span: from === null || to === null ? null : { from, to },
    tracks: tracks.size,
    rows: [...bad, ...good].slice(0, rowsShown),
  };
}

function toRow({ path, plan, problem }: PlannedItem): PreviewRow {
  return {
    path,
    camera: plan.camera,
    recordedTime: problem?.reason === 'time-impossible' ? null : plan.time,
    track: plan.track,
    frame: plan.frame,
    problem: problem && { path, ...problem },
  };
}
